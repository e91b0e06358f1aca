"""How often a link and an address were mailed of late, on every engine."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from shared.table.sendings import Sendings, SendingsFullError, limits_of, possible_from
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import operation

NOW = StoppedClock.now
LINK, ADDRESS = limits_of("l-1", "kim@acme.example", most_of_link=2, most_to_mailbox=3)


def note(table: StoredTable, *, at: datetime, known: Sequence[datetime] | None = None) -> None:
    transaction = Transaction(TableSession(table.client, table.name), operation(at=at))
    Sendings(transaction.session).note(transaction, LINK, now=at, known=known)
    transaction.commit()


def noted(table: StoredTable) -> list[list[datetime]]:
    return Sendings(TableSession(table.client, table.name)).of([LINK, ADDRESS])


def test_so_many_are_noted_and_no_more_until_the_oldest_is_a_day_old(table: StoredTable) -> None:
    later, next_day = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    note(table, at=NOW)
    note(table, at=later)
    with pytest.raises(SendingsFullError):
        note(table, at=later)
    standing, nothing = noted(table)

    assert (standing, nothing) == ([NOW, later], [])
    assert possible_from(standing, LINK, now=later) == next_day
    assert possible_from(standing, LINK, now=next_day) == next_day
    note(table, at=next_day, known=standing)
    assert noted(table) == [[later, next_day], []]
    with pytest.raises(SendingsFullError):
        note(table, at=next_day, known=standing)
    assert noted(table) == [[later, next_day], []]


def test_nothing_is_noted_over_what_another_has_noted_meanwhile(table: StoredTable) -> None:
    note(table, at=NOW)

    with pytest.raises(SendingsFullError):
        note(table, at=NOW, known=[])

    assert noted(table) == [[NOW], []]


@pytest.mark.parametrize("engine", ["ministack", "dynoxide"], indirect=True)
def test_of_16_at_once_as_many_are_noted_as_may_be(table: StoredTable) -> None:
    def attempt(_: int) -> bool:
        try:
            note(table, at=NOW)
        except SendingsFullError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(attempt, range(16)))

    assert sum(outcomes) == LINK.most
    assert noted(table) == [[NOW, NOW], []]
