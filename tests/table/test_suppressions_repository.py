"""Suppressed addresses as every engine keeps them, and what stands in the way of lifting one."""

from datetime import timedelta

import pytest

from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.table.session import TableSession
from shared.table.suppressions import Suppression, Suppressions
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import operation

DANA = "da#na@acme.example"
NOW = StoppedClock.now


@pytest.fixture
def suppressions(table: StoredTable) -> Suppressions:
    """Dana's address is suppressed, and shown by one client."""
    suppressions = Suppressions(TableSession(table.client, table.name))
    suppressions.add(DANA, reason="bounce", notice_id="n-1", at=NOW)
    show(suppressions, "4711")
    return suppressions


def show(suppressions: Suppressions, hub_id: str) -> None:
    transaction = Transaction(suppressions.session, operation())
    suppressions.shown_by(transaction, DANA, hub_id, refusal=lambda _: NotFoundError())
    transaction.commit()


def lift(suppressions: Suppressions, known: Suppression) -> None:
    transaction = Transaction(suppressions.session, operation())
    suppressions.lift(transaction, known, refusal=lambda _: ChangedMeanwhileError())
    transaction.commit()


def test_a_suppression_keeps_its_first_reason_and_the_clients_that_show_it(
    table: StoredTable, suppressions: Suppressions
) -> None:
    suppressions.add(DANA, reason="complaint", notice_id="n-2", at=NOW + timedelta(days=1))
    show(suppressions, "4712")

    assert table.items() == [
        {
            "pk": "SUPPRESSED#da%23na@acme.example",
            "sk": "ADDRESS",
            "email": DANA,
            "reason": "bounce",
            "notice_id": "n-1",
            "suppressed_at": "2026-03-17T09:30:00.000000Z",
            "hub_ids": ["4711", "4712"],
        }
    ]


def test_a_suppression_is_lifted_as_it_was_read_and_not_otherwise(
    table: StoredTable, suppressions: Suppressions
) -> None:
    known = suppressions.find(DANA)
    assert known is not None
    show(suppressions, "4712")
    with pytest.raises(ChangedMeanwhileError):
        lift(suppressions, known)

    again = suppressions.find(DANA)
    assert again is not None
    lift(suppressions, again)

    assert table.items() == []
    with pytest.raises(NotFoundError):
        show(suppressions, "4713")
