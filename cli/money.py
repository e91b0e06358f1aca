"""Money as tables show it."""

from decimal import Decimal, InvalidOperation
from typing import Any

WITHOUT_MINOR_UNITS = frozenset({"JPY"})
"""Currencies whose amounts are whole units already; ISO 4217."""


def money_text(money: dict[str, Any] | None) -> str | None:
    if money is None:
        return None
    digits = digits_of(money["currency"])
    return f"{Decimal(money['amount']).scaleb(-digits):,} {money['currency']}"


def digits_of(currency: str) -> int:
    """After the point."""
    return 0 if currency in WITHOUT_MINOR_UNITS else 2


def minor_units(text: str, currency: str) -> int | None:
    """Of an amount such as `1272.50`; None for what is none, or has more digits than its currency."""
    try:
        amount = Decimal(text).scaleb(digits_of(currency))
        return int(amount) if amount >= 0 and amount == amount.to_integral_value() else None
    except (InvalidOperation, OverflowError):
        return None
