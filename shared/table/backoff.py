"""Waiting between attempts: full jitter, so that writers who met once do not meet again."""

import random
import time

from msgspec import Struct, field

ATTEMPTS = 10
LONGEST_SECONDS = 5.0
_FIRST_SECONDS = 0.02
_LONGEST_STEP_SECONDS = 1.0


class Backoff(Struct):
    """Up to 10 attempts within 5 seconds in all."""

    _attempt: int = 1
    _give_up_at: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)

    def wait(self) -> bool:
        """Sleep before the next attempt; False, without sleeping, when there should be none."""
        ceiling = min(_FIRST_SECONDS * 2**self._attempt, _LONGEST_STEP_SECONDS)
        pause = random.uniform(0, ceiling)  # noqa: S311 - spreads load, guards nothing
        if self._attempt >= ATTEMPTS or time.monotonic() + pause > self._give_up_at:
            return False
        self._attempt += 1
        time.sleep(pause)
        return True
