"""What the days left until a renewal mean: whether it is seen, can be decided, is told of, or goes on by itself."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from shared.domain.renewals import RenewalState, RenewalStatus
from shared.program import Renewals as RenewalRules

NOTHING_MORE = 0
"""In place of a threshold: for this date nothing more is due."""


class Step(NamedTuple):
    """What the daily run has to do: the state that follows, and the threshold of the notice, None without one."""

    state: RenewalState
    threshold: int | None


def today_in(time_zone: str, moment: datetime) -> date:
    """The day of the moment in an IANA time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def days_left(starts_on: date, today: date) -> int:
    """0 on the day it starts, below zero afterwards."""
    return (starts_on - today).days


def is_visible(starts_on: date, today: date, rules: RenewalRules) -> bool:
    return 0 <= days_left(starts_on, today) <= rules.visible_days


def decision_deadline(starts_on: date, rules: RenewalRules) -> date:
    """The last day on which a decision is taken."""
    return starts_on - timedelta(days=rules.decision_deadline_days)


def is_decidable(starts_on: date, status: RenewalStatus, today: date, rules: RenewalRules) -> bool:
    """Whether nobody has decided and there is time."""
    return status is RenewalStatus.PENDING and today <= decision_deadline(starts_on, rules)


def next_step(starts_on: date, state: RenewalState, *, today: date, rules: RenewalRules) -> Step | None:
    """What is due on a day; None where nothing is.

    Of several thresholds crossed since the last notice the nearest alone is told. The same day again, or an earlier
    one, brings nothing. Who has decided hears nothing more.
    """
    if state.status.is_decided:
        return None
    left = days_left(starts_on, today)
    status = RenewalStatus.RENEWED if left <= rules.automatic_renewal_days else state.status
    notified = state.notified.get(starts_on)
    crossed = NOTHING_MORE if left < 0 else min((day for day in rules.notice_days if day >= left), default=None)
    if crossed is None or (notified is not None and notified <= crossed):
        return Step(replace(state, status=status), None) if status is not state.status else None
    told = {**state.notified, starts_on: crossed}
    untold = state.untold and not crossed  # another notice may reach somebody
    return Step(replace(state, status=status, notified=told, untold=untold), crossed or None)
