"""Changes that read before they write, begun anew where somebody else was in between."""

from collections.abc import Callable
from typing import TypeVar

from shared.errors import ChangedMeanwhileError, OutdatedTagError
from shared.table.backoff import Backoff
from shared.table.session import TableUnavailableError

Result = TypeVar("Result")


def until_undisturbed(attempt: Callable[[], Result]) -> Result:
    """What `attempt` returns, which reads all that it decides upon; after a ChangedMeanwhileError it is called again.

    Raises OutdatedTagError at once, because only the caller can say what is wanted of another version than the one
    named; TableUnavailableError where others change the same all the time; and what else `attempt` raises.
    """
    backoff = Backoff()
    while True:
        try:
            return attempt()
        except OutdatedTagError:
            raise
        except ChangedMeanwhileError:
            if not backoff.wait():
                raise TableUnavailableError from None
