"""How long to go on when the API says 'later', or says nothing."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

LATER_STATUSES = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Patience:
    """Times in seconds. `spread(most)` picks a random time from 0 to `most`: many clients must not come at once."""

    sleep: Callable[[float], None]
    now: Callable[[], float]
    spread: Callable[[float], float] = lambda most: secrets.SystemRandom().uniform(0, most)
    attempts: int = 8
    first: float = 0.5
    longest: float = 20.0
    longest_asked: float = 120.0

    def pause_before(self, attempt: int, *, asked: float | None) -> float | None:
        """The wait before this attempt (the first retry is 2); None when it is time to give up.

        What the server asked for in Retry-After is kept, a little later rather than earlier; more than
        `longest_asked` is not waited for.
        """
        if attempt > self.attempts or (asked is not None and asked > self.longest_asked):
            return None
        if asked is not None:
            return asked + self.spread(min(1.0, self.first))
        return self.spread(min(self.longest, self.first * 2 ** (attempt - 1)))

    def read_retry_after(self, header: str | None) -> float | None:
        """Seconds or an HTTP date, as RFC 9110 allows; None where it is absent or neither of them."""
        if header is None:
            return None
        if header.strip().isdecimal():
            return float(header)
        try:
            when = parsedate_to_datetime(header)
        except ValueError:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, when.timestamp() - self.now())
