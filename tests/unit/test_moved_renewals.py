"""What becomes of a decision when the vendor moves the renewal's day."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from shared.domain.renewals import RenewalDecision, RenewalState, RenewalStatus
from shared.domain.renewals import moved_state as moved_state_under

moved_state = partial(moved_state_under, decision_deadline_days=45)

TODAY = date(2026, 3, 17)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LATER = TODAY + timedelta(days=365)
NOTIFIED = {TOMORROW: 120, TODAY - timedelta(days=399): 0}
DECISION = RenewalDecision(
    partner_id="p-hill", decided_by="u-ada", decided_at=datetime(2026, 1, 1, tzinfo=UTC), reason="Good"
)
CONFIRMED = RenewalState(status=RenewalStatus.CONFIRMED, decision=DECISION, notified=NOTIFIED)
RENEWED = RenewalState(status=RenewalStatus.RENEWED, notified=NOTIFIED)


@pytest.mark.parametrize("state", [CONFIRMED, RenewalState()])
@pytest.mark.parametrize("new_day", [TODAY, LATER, YESTERDAY, None])
def test_while_the_old_day_is_ahead_the_state_stands(state: RenewalState, new_day: date | None) -> None:
    assert moved_state(state, old_day=TOMORROW, new_day=new_day, today=TODAY) == state


@pytest.mark.parametrize(
    ("days_left", "status"),
    [
        (365, RenewalStatus.PENDING),
        (45, RenewalStatus.PENDING),
        (44, RenewalStatus.RENEWED),
        (0, RenewalStatus.RENEWED),
    ],
)
def test_what_renewed_by_itself_is_open_again_where_the_new_day_leaves_time(
    days_left: int, status: RenewalStatus
) -> None:
    moved = moved_state(RENEWED, old_day=TOMORROW, new_day=TODAY + timedelta(days=days_left), today=TODAY)

    assert moved == RenewalState(status=status, notified=NOTIFIED)


def test_what_renewed_by_itself_stands_where_its_day_is_taken_away() -> None:
    assert moved_state(RENEWED, old_day=TOMORROW, new_day=None, today=TODAY) == RENEWED


@pytest.mark.parametrize("old_day", [TODAY, YESTERDAY, None])
def test_once_the_old_day_has_come_another_renewal_begins_undecided(old_day: date | None) -> None:
    state = moved_state(CONFIRMED, old_day=old_day, new_day=LATER, today=TODAY)

    assert state == RenewalState(status=RenewalStatus.PENDING, decision=None, notified=NOTIFIED)


@pytest.mark.parametrize("old_day", [TODAY, YESTERDAY])
def test_a_renewal_that_is_over_and_has_no_next_one_keeps_its_outcome(old_day: date) -> None:
    assert moved_state(CONFIRMED, old_day=old_day, new_day=None, today=TODAY) == CONFIRMED


@pytest.mark.parametrize("day", [YESTERDAY, TOMORROW, None])
def test_a_day_that_is_not_moved_changes_nothing(day: date | None) -> None:
    assert moved_state(CONFIRMED, old_day=day, new_day=day, today=TODAY) is CONFIRMED


@pytest.mark.parametrize("old_day", [TOMORROW, YESTERDAY])
def test_notices_for_dates_long_past_are_forgotten(old_day: date) -> None:
    state = RenewalState(notified={**NOTIFIED, TODAY - timedelta(days=400): 1})

    assert moved_state(state, old_day=old_day, new_day=LATER, today=TODAY).notified == NOTIFIED
