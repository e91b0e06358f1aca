"""Time as functions see it: a parameter, so that a day can be replayed."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the current instant, aware, in UTC."""


def utc_now() -> datetime:
    return datetime.now(tz=UTC)


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with microseconds, so that text sorts as time does: `2026-01-31T09:30:00.000000Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(text: str) -> datetime:
    """The instant that `instant_text` wrote."""
    return datetime.fromisoformat(text)
