"""What an e-mail address was seen to do in a client's portal."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from shared.domain.service import Worker

MOST_RECENT = 20
MOST_KINDS = 50
MOST_SPANS = 24
"""Of active days that are remembered; of more, the first are forgotten."""
OTHER_KIND = "other"
"""What is counted of kinds beyond the first fifty."""


class Activity(Struct, frozen=True, kw_only=True):
    """One thing done, as the vendor tells it under an id of its own."""

    activity_id: str
    hub_id: str
    email: str
    kind: str
    occurred_at: datetime


class ActivityRecord(Struct, frozen=True, kw_only=True):
    """All that an address did at one client: `recent` newest first. `active_days` is as in `Worker`."""

    hub_id: str
    email: str
    counts: Mapping[str, int] = field(default_factory=dict)
    recent: tuple[Activity, ...] = ()
    last_activity_at: datetime | None = None
    last_qualifying_at: datetime | None = None
    active_days: tuple[tuple[date, date], ...] = ()
    version: int = 0

    def as_worker(self) -> Worker:
        """What follows from it for managed credit."""
        return Worker(
            active_days=self.active_days,
            last_qualifying_at=self.last_qualifying_at,
            last_activity_at=self.last_activity_at,
        )


def recorded(
    record: ActivityRecord, activity: Activity, *, qualifying: Collection[str], window: timedelta
) -> ActivityRecord:
    """The record with one activity more; they may come in any order."""
    kind = activity.kind
    if kind not in record.counts and len(record.counts) >= MOST_KINDS:
        kind = OTHER_KIND
    recent = sorted((*record.recent, activity), key=lambda one: one.occurred_at, reverse=True)
    qualifies = activity.kind in qualifying
    day = activity.occurred_at.date()
    return replace(
        record,
        counts={**record.counts, kind: record.counts.get(kind, 0) + 1},
        recent=tuple(recent[:MOST_RECENT]),
        last_activity_at=_later(record.last_activity_at, activity.occurred_at),
        last_qualifying_at=_later(record.last_qualifying_at, activity.occurred_at)
        if qualifies
        else record.last_qualifying_at,
        active_days=_joined((*record.active_days, (day, day)), window) if qualifies else record.active_days,
    )


def _later(known: datetime | None, found: datetime) -> datetime:
    return max(known or found, found)


def _joined(spans: Collection[tuple[date, date]], window: timedelta) -> tuple[tuple[date, date], ...]:
    """Spans that lie no further apart than the window, as one."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if joined and first - joined[-1][1] <= window:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined[-MOST_SPANS:])
