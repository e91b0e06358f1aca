import pytest

from shared.errors import ChangedMeanwhileError, NotFoundError, OutdatedTagError
from shared.table.attempts import until_undisturbed
from shared.table.backoff import ATTEMPTS
from shared.table.session import TableUnavailableError

pytestmark = pytest.mark.usefixtures("no_waiting")


class Disturbed:
    """Meets somebody else so many times, and then succeeds or fails in its own way."""

    def __init__(self, times: int, failure: Exception | None = None) -> None:
        self.times = times
        self.failure = failure
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise ChangedMeanwhileError
        if self.failure:
            raise self.failure
        return "done"


@pytest.mark.parametrize("times", [0, 1, ATTEMPTS - 1])
def test_a_change_is_begun_anew_until_nobody_is_in_between(times: int) -> None:
    attempt = Disturbed(times)

    assert until_undisturbed(attempt) == "done"
    assert attempt.calls == times + 1


def test_who_is_disturbed_all_the_time_is_asked_to_come_again() -> None:
    attempt = Disturbed(ATTEMPTS)

    with pytest.raises(TableUnavailableError):
        until_undisturbed(attempt)
    assert attempt.calls == ATTEMPTS


def test_who_names_an_outdated_version_is_told_at_once() -> None:
    attempt = Disturbed(1, OutdatedTagError())

    with pytest.raises(OutdatedTagError):
        until_undisturbed(attempt)
    assert attempt.calls == 2


def test_any_other_failure_is_told_at_once() -> None:
    attempt = Disturbed(1, NotFoundError())

    with pytest.raises(NotFoundError):
        until_undisturbed(attempt)
    assert attempt.calls == 2
