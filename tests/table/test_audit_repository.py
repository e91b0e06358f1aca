"""The audit trail, on every engine."""

from datetime import timedelta

import pytest

from shared.table.audit import AuditFilter, AuditTrail
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, operation

NOW = StoppedClock.now
HUGE = "x" * 200_000
"""Characters; six entries with it are more than one answer of the table holds, which is 1 MB."""
WHOLE_WEEK = (NOW - timedelta(days=7), NOW + timedelta(days=1))


@pytest.fixture
def trail(table: StoredTable) -> AuditTrail:
    """Twelve entries over four days, three a day: two partners, two actors, two objects in turn."""
    session = Seed(table=table).session
    for number in range(12):
        at = NOW - timedelta(days=number // 3, minutes=number % 3)
        transaction = Transaction(session, operation(at=at, actor=f"u-{number % 2}"))
        transaction.record(
            partner_id=("p-hill", "p-vale")[number % 3 == 0],
            action=f"thing.{number:02}",
            subject=f"thing/{number % 2}",
            before=None if number else {"name": "Ann", "tags": [1, None, True]},
            after={},
        )
        transaction.commit()
    return AuditTrail(session)


def all_actions(trail: AuditTrail, wanted: AuditFilter, *, limit: int) -> list[str]:
    """Those of every page, each started where the one before ended."""
    found: list[str] = []
    start = None
    while True:
        page = trail.page(wanted, limit=limit, start=start)
        assert len(page.entries) <= limit
        found += [entry.action for entry in page.entries]
        start = page.last
        if start is None:
            return found


@pytest.mark.parametrize(
    ("partner_id", "actor", "subject", "numbers"),
    [
        (None, None, None, list(range(12))),
        ("p-vale", None, None, [0, 3, 6, 9]),
        (None, "u-1", None, [1, 3, 5, 7, 9, 11]),
        (None, None, "thing/0", [0, 2, 4, 6, 8, 10]),
        ("p-vale", "u-1", None, [3, 9]),
        ("p-vale", "u-1", "thing/0", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 5, 100])
def test_pages_lose_and_repeat_nothing(
    trail: AuditTrail, partner_id: str | None, actor: str | None, subject: str | None, numbers: list[int], limit: int
) -> None:
    wanted = AuditFilter(partner_id, actor, subject, *WHOLE_WEEK)

    assert all_actions(trail, wanted, limit=limit) == [f"thing.{number:02}" for number in numbers]


@pytest.mark.parametrize("limit", [7, 100])
def test_a_day_whose_shards_are_cut_off_by_their_size_is_told_in_order(table: StoredTable, limit: int) -> None:
    session = Seed(table=table).session
    for number in range(24):
        transaction = Transaction(session, operation(at=NOW - timedelta(minutes=number)))
        transaction.record(
            partner_id=("p-hill", "p-vale")[number % 3 == 0],
            action=f"thing.{number:02}",
            subject="thing/1",
            before=None,
            after={"text": HUGE},
        )
        transaction.commit()

    told = all_actions(AuditTrail(session), AuditFilter(None, None, None, *WHOLE_WEEK), limit=limit)

    assert {item["audit_day"] for item in table.items()} == {"2026-03-17#1", "2026-03-17#2"}
    assert told == [f"thing.{number:02}" for number in range(24)]


def test_the_span_includes_its_beginning_and_not_its_end(trail: AuditTrail) -> None:
    span = (NOW - timedelta(days=1), NOW - timedelta(minutes=1))

    for wanted in (AuditFilter(None, None, None, *span), AuditFilter("p-hill", None, None, *span)):
        assert [entry.at for entry in trail.page(wanted, limit=9).entries][:1] != [NOW - timedelta(minutes=1)]
    page = trail.page(AuditFilter(None, None, None, *span), limit=9)
    assert [entry.action for entry in page.entries] == ["thing.02", "thing.03"]


def test_an_entry_is_told_as_it_was_written(trail: AuditTrail) -> None:
    [entry] = trail.page(AuditFilter("p-vale", None, None, *WHOLE_WEEK), limit=1).entries

    assert (entry.before, entry.after, entry.at) == ({"name": "Ann", "tags": [1, None, True]}, {}, NOW)
    assert (entry.actor, entry.actor_role, entry.object, entry.request_id) == (
        "u-0",
        "partner_admin",
        "thing/0",
        "r-seed",
    )


def test_everything_that_happened_to_an_object_of_one_partner(trail: AuditTrail) -> None:
    page = trail.of_object("thing/1", partner_id="p-vale", limit=10)

    assert [entry.action for entry in page.entries] == ["thing.03", "thing.09"]
