"""Money in minor units of its currency, and what it is worth in the program's hundreds."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

_MINOR_DIGITS = {"JPY": 0}
"""Digits after the point where they are not two, for the currencies that the program knows; ISO 4217."""
_USUAL_DIGITS = 2


class Money(Struct, frozen=True):
    """`amount` counts minor units: 127200 of EUR are 1,272.00 euros, of JPY 127,200 yen."""

    amount: int
    currency: str

    @property
    def major(self) -> Decimal:
        return Decimal(self.amount).scaleb(-minor_digits(self.currency))

    def record(self) -> dict[str, int | str]:
        """As the table and the audit trail keep it."""
        return {"amount": self.amount, "currency": self.currency}


def minor_digits(currency: str) -> int:
    return _MINOR_DIGITS.get(currency, _USUAL_DIGITS)


def hundreds(money: Money, one_hundred: Mapping[str, int]) -> Decimal:
    """How many of what counts as one hundred in its currency. Raises KeyError for a currency without a rate."""
    return money.major / one_hundred[money.currency]


def total(moneys: Sequence[Money], *, one_hundred: Mapping[str, int]) -> Money | None:
    """The sum in the currency of the first, others converted at the program's rates and rounded half up once.

    None of nothing. Raises KeyError for a currency without a rate.
    """
    if not moneys:
        return None
    currency = moneys[0].currency
    alike = sum(money.amount for money in moneys if money.currency == currency)
    others = sum((hundreds(money, one_hundred) for money in moneys if money.currency != currency), start=Decimal())
    converted = (others * one_hundred[currency]).scaleb(minor_digits(currency))
    return Money(alike + int(converted.to_integral_value(ROUND_HALF_UP)), currency)


def difference(later: Money, earlier: Money, *, one_hundred: Mapping[str, int]) -> Money:
    """How much more the later one is, below zero where it is less, in the currency of the earlier.

    Raises KeyError where the currencies differ and one has no rate.
    """
    change = total([Money(-earlier.amount, earlier.currency), later], one_hundred=one_hundred)
    assert change is not None  # noqa: S101 - two amounts always have a sum
    return change
