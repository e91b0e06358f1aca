"""Money as tables show it."""

from decimal import Decimal
from typing import Any

WITHOUT_MINOR_UNITS = frozenset({"JPY"})
"""Currencies whose amounts are whole units already; ISO 4217."""


def money_text(money: dict[str, Any] | None) -> str | None:
    if money is None:
        return None
    digits = 0 if money["currency"] in WITHOUT_MINOR_UNITS else 2
    return f"{Decimal(money['amount']).scaleb(-digits):,} {money['currency']}"
