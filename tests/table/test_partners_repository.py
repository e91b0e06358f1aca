"""Profiles and capacity counters, on every engine."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from functions.capacity import registering
from functions.vendor.service import save_partner
from shared.domain.partners import Capacity
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.ids import new_id
from shared.program import program
from shared.table.client import dynamodb
from shared.table.partners import Partners
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, domains, operation, registration_of
from tests.table.races import desk_of, holdings, together

NOW = StoppedClock.now


@pytest.fixture
def seed(table: StoredTable) -> Seed:
    return Seed(table=table)


@pytest.fixture
def partners(seed: Seed) -> Partners:
    """p-hill, with a limit of 3."""
    seed.partner(limit=3)
    return Partners(seed.session, "p-hill")


def commit(partners: Partners, act: Callable[[Transaction], object]) -> None:
    transaction = Transaction(partners.session, operation())
    act(transaction)
    transaction.commit()


def refusal(_: object) -> ProblemError:
    return ChangedMeanwhileError()


def test_what_was_saved_is_found(seed: Seed, partners: Partners) -> None:
    saved = seed.partner(limit=3, name="Hill & Söhne")

    assert partners.with_capacity() == (saved, Capacity(limit=3, slots_left=3))
    assert saved.version == 2


def test_a_profile_is_written_over_the_version_that_was_read_alone(partners: Partners) -> None:
    known = partners.find()
    assert known is not None
    changed = replace(known, name="Changed", version=known.version + 1)
    commit(partners, lambda transaction: partners.save(transaction, changed, known=known))

    for stale in (known, None):
        with pytest.raises(ChangedMeanwhileError):
            commit(partners, lambda transaction, stale=stale: partners.save(transaction, changed, known=stale))  # type: ignore[misc]
    assert partners.find() == changed


def test_places_are_taken_to_the_last_and_no_further(table: StoredTable, partners: Partners) -> None:
    commit(partners, lambda transaction: partners.take_slots(transaction, 3, refusal=refusal))

    with pytest.raises(ChangedMeanwhileError):
        commit(partners, lambda transaction: partners.take_slots(transaction, 1, refusal=refusal))
    assert [item["slots_left"] for item in table.items() if item["sk"] == "CAPACITY"] == [0]


@pytest.mark.parametrize(("taken", "limit", "left"), [(0, 5, 5), (2, 2, 0), (3, 1, -2), (3, 0, -3)])
def test_a_limit_moves_by_the_same_difference_as_the_places(
    partners: Partners, taken: int, limit: int, left: int
) -> None:
    if taken:
        commit(partners, lambda transaction: partners.take_slots(transaction, taken, refusal=refusal))
    _, known = partners.with_capacity()

    commit(partners, lambda transaction: partners.change_limit(transaction, known, to=limit, at=NOW))

    _, capacity = partners.with_capacity()
    assert capacity == Capacity(limit=limit, slots_left=left, over_limit_since=NOW if left < 0 else None)


def test_a_limit_is_not_moved_by_somebody_who_does_not_know_that_it_moved(partners: Partners) -> None:
    _, known = partners.with_capacity()
    commit(partners, lambda transaction: partners.change_limit(transaction, known, to=5, at=NOW))

    with pytest.raises(ChangedMeanwhileError):
        commit(partners, lambda transaction: partners.change_limit(transaction, known, to=7, at=NOW))


def test_whoever_did_not_see_the_partner_go_over_its_limit_looks_again(partners: Partners) -> None:
    """The day on which it went over depends on it."""
    commit(partners, lambda transaction: partners.take_slots(transaction, 1, refusal=refusal))
    _, with_room = partners.with_capacity()
    commit(partners, lambda transaction: partners.take_slots(transaction, 2, refusal=refusal))

    with pytest.raises(ChangedMeanwhileError):
        commit(partners, lambda transaction: partners.change_limit(transaction, with_room, to=1, at=NOW))
    _, full = partners.with_capacity()
    commit(partners, lambda transaction: partners.change_limit(transaction, full, to=1, at=NOW))
    _, over = partners.with_capacity()
    commit(partners, lambda transaction: partners.give_slots(transaction, 2))

    with pytest.raises(ChangedMeanwhileError):
        commit(partners, lambda transaction: partners.change_limit(transaction, over, to=0, at=NOW + timedelta(days=9)))


def test_limits_that_change_while_leads_are_registered_leave_the_books_balanced(table: StoredTable) -> None:
    seed = Seed(table=table)
    partner = seed.partner(limit=5)

    def register(domain: str) -> None:
        desk = desk_of(table, "p-hill", operation_id=new_id("o"))
        fates = registering.register_batch(desk, [registration_of(desk, domain)])
        assert all(not isinstance(fate, ProblemError) or fate.code == "capacity_reached" for fate in fates)

    def change(limit: int) -> None:
        session = TableSession(dynamodb(), table.name)
        changed = replace(partner, capacity_limit_override=limit)
        save_partner(session, operation(), changed, program=program())

    work = [lambda name=name: register(name) for name in domains(24)]
    for place, limit in ((4, 9), (10, 2), (16, 14), (22, 7)):
        work.insert(place, lambda limit=limit: change(limit))

    together(work, threads=8)

    found = holdings(table.items(), "p-hill")
    assert found.slots_left + len(found.rows) == found.limit
    assert sorted(found.sentinels) == sorted(found.rows)
    assert found.limit in {9, 2, 14, 7}
