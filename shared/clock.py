"""Time as functions see it: a parameter, so that a day can be replayed."""

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]
"""Answers the current instant, aware, in UTC."""

HasTime = Callable[[], bool]
"""Whether another step may be begun."""

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
"""The days that may come in, from requests and in events: what is reckoned from them is a day that exists, too."""


def utc_now() -> datetime:
    return datetime.now(tz=UTC)


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with microseconds, so that text sorts as time does: `2026-01-31T09:30:00.000000Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_day(text: str) -> date:
    """Returns the day that is written `YYYY-MM-DD`. Raises ValueError, for one beyond the bounds as well."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.isoformat() != text or not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError(f"must be a day from {FIRST_DAY} to {LAST_DAY}, such as 2026-01-31")
    return found


def instant(text: str) -> datetime:
    """The instant that `instant_text` wrote."""
    return datetime.fromisoformat(text)
