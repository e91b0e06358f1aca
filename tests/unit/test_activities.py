"""What an address was seen to do, in whatever order it is told."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from shared.domain.activities import MOST_KINDS, MOST_RECENT, Activity, ActivityRecord, recorded

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOTHING = ActivityRecord(hub_id="4711", email="nia@hill.example")


def activity(number: int, *, day: int = 0, kind: str = "publish") -> Activity:
    return Activity(
        activity_id=f"e-{number}",
        hub_id="4711",
        email="nia@hill.example",
        kind=kind,
        occurred_at=NOON + timedelta(days=day),
    )


def after(*activities: Activity) -> ActivityRecord:
    record = NOTHING
    for one in activities:
        record = recorded(record, one, qualifying=["publish", "edit"], window=timedelta(days=90))
    return record


def test_qualifying_days_no_further_apart_than_the_window_are_one_span_in_any_order() -> None:
    told = [activity(1), activity(2, day=90), activity(3, day=181), activity(4, day=60, kind="view")]
    day = NOON.date()

    for order in permutations(told):
        record = after(*order)
        assert record.active_days == (
            (day, day + timedelta(days=90)),
            (day + timedelta(days=181), day + timedelta(days=181)),
        )
        assert record.counts == {"publish": 3, "view": 1}
        assert record.last_activity_at == record.last_qualifying_at == NOON + timedelta(days=181)
        assert [one.activity_id for one in record.recent] == ["e-3", "e-2", "e-4", "e-1"]


def test_looking_is_seen_and_does_not_qualify() -> None:
    record = after(activity(1, kind="view"))

    assert (record.last_activity_at, record.last_qualifying_at, record.active_days) == (NOON, None, ())


def test_a_record_does_not_grow_without_end() -> None:
    record = after(*(activity(number, day=number % 3, kind=f"kind_{number}") for number in range(MOST_KINDS + 9)))

    assert len(record.recent) == MOST_RECENT
    assert len(record.counts) == MOST_KINDS + 1
    assert record.counts["other"] == 9
