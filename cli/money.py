"""Money as tables show it, and as people write it."""

from decimal import Decimal
from typing import Any

from shared.spreadsheets.values import amount_in

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


def minor_units(text: str, currency: str, *, decimal_comma: bool = False) -> int | None:
    """Of an amount such as `1272.50`; None for what is none, or has more digits than its currency."""
    amount = amount_in(text, decimal_comma=decimal_comma)
    if amount is None:
        return None
    units = amount.scaleb(digits_of(currency))
    return int(units) if units == units.to_integral_value() else None
