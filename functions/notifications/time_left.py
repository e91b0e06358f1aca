"""Whether a run may begin another notice."""

from typing import Any

LONGEST_DELIVERY = 20_000
"""Milliseconds: the mail service's own time limits, with the table's and some rest."""


def has_time(context: Any) -> bool:
    """`context` is Lambda's. A run that is cut off between sending and confirming would cause a second copy."""
    left: int = context.get_remaining_time_in_millis()
    return left >= LONGEST_DELIVERY
