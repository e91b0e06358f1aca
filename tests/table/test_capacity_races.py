"""Limits and uniqueness under concurrency, on engines that run transactions at once and on their own terms."""

from collections import Counter

import pytest

from functions.capacity import registering
from shared.errors import ProblemError
from shared.ids import new_id
from shared.table.client import dynamodb
from tests.engines import StoredTable
from tests.factories import Seed, domains, registration_of
from tests.faults import failing
from tests.table.races import Outcome, desk_of, holdings, register_all, together

ELSEWHERE = pytest.mark.parametrize("engine", ["ministack", "dynoxide"], indirect=True)
"""moto copies its table for every transaction and runs one at a time; it has no part in a race."""


def assert_exactly_full(table: StoredTable, outcome: Outcome, limit: int) -> None:
    """Accepted = limit, counter = rows = sentinels, and what was promised is what stands."""
    found = holdings(table.items(), "p-hill")
    assert len(found.rows) == limit
    assert sorted(found.sentinels) == sorted(found.rows)
    assert (found.limit, found.slots_left) == (limit, 0)
    assert len(outcome.accepted) == limit
    assert sorted(outcome.accepted) == sorted(found.rows)


@pytest.mark.feature("A13", "A16", "A17", "A18")
@pytest.mark.parametrize("engine", ["ministack"], indirect=True)  # the next test does it with faults on both
@pytest.mark.parametrize(("limit", "at_once"), [(50, 1), (500, 10), (1_000, 24)])
def test_32_threads_register_exactly_up_to_the_limit(table: StoredTable, limit: int, at_once: int) -> None:
    Seed(table=table).partner(limit=limit)

    outcome = register_all(table, "p-hill", domains(2 * limit), at_once=at_once, seed=limit)

    assert_exactly_full(table, outcome, limit)
    assert outcome.refused == {"capacity_reached": limit}


@ELSEWHERE
@pytest.mark.parametrize(("limit", "at_once"), [(50, 1), (500, 10), (1_000, 24)])
def test_with_faults_on_every_call_nothing_is_lost_and_nothing_made_up(
    table: StoredTable, limit: int, at_once: int
) -> None:
    Seed(table=table).partner(limit=limit)
    client = dynamodb()

    with failing(client, seed=limit, throttled=0.05, conflict=0.05, answer_lost=0.05, never_sent=0.02) as failures:
        outcome = register_all(table, "p-hill", domains(2 * limit), at_once=at_once, seed=limit, patient=True)

    assert len({failure.fault for failure in failures}) == 4
    assert_exactly_full(table, outcome, limit)
    assert outcome.refused == {"capacity_reached": limit}


@pytest.mark.parametrize("engine", ["ministack"], indirect=True)  # 12,800 attempts: once is long enough
def test_64_partners_racing_for_200_domains_leave_200_owners(table: StoredTable) -> None:
    names = domains(200, word="raced")
    spellings = ("{}", "www.{}", "https://{}/", "HTTP://{}:80/x", "{}.", "shop.{}?q=1", "https://a@{}#x", " {} ")
    seed = Seed(table=table)
    partners = [f"p-{number}" for number in range(64)]
    for partner in partners:
        seed.partner(partner, limit=200)
    won: list[tuple[str, str]] = []
    refused: list[str] = []  # as lists: threads would lose each other's additions to a count

    def race(partner: str, number: int) -> None:
        """Every partner tries every domain, in one of the eight spellings and from a start of its own."""
        order = [(number * 25 + place) % 200 for place in range(200)]
        for start in range(0, 200, 20):
            desk = desk_of(table, partner, operation_id=new_id("o"))
            leads = [
                registration_of(
                    desk, names[place], website=spellings[(number + place) % 8].format(names[place].upper())
                )
                for place in order[start : start + 20]
            ]
            for fate in registering.register_batch(desk, leads):
                if isinstance(fate, ProblemError):
                    refused.append(fate.code)
                else:
                    won.append((fate.registered_domain, partner))

    together([lambda p=p, n=n: race(p, n) for n, p in enumerate(partners)])  # type: ignore[misc] # bound early

    items = table.items()
    owners = [(item["pk"].removeprefix("DOMAIN#"), item["partner_id"]) for item in items if item["sk"] == "OWNER"]
    assert sorted(owner for owner, _ in owners) == names
    assert sorted(owners) == sorted(won)
    assert Counter(refused) == {"domain_unavailable": 64 * 200 - 200}
    for partner in partners:
        found = holdings(items, partner)
        assert 200 - found.slots_left == len(found.rows) == len(found.sentinels)
