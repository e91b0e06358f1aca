"""Partners that assign one address at one client at the same moment are told what then holds."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from functions.employees.assigning import Fate, Outcome, assign_clients
from functions.employees.desk import EmployeeDesk
from shared.domain import claims
from shared.domain.people import Role
from shared.ids import new_id
from shared.program import program
from shared.table.client import dynamodb
from shared.table.clients import AllClients
from shared.table.session import TableSession
from tests.at_once import all_at_once
from tests.client_factories import ClientSeed
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, operation

NIA = "nia@hill.example"
PARTNERS = [f"p-{number}" for number in range(8)]


def desk_of(table: StoredTable, partner_id: str, *, later: timedelta) -> EmployeeDesk:
    """A request of its own, which began so much later than the first."""
    doing = operation(at=StoppedClock.now + later, operation_id=new_id("o"))
    return EmployeeDesk(TableSession(dynamodb(), table.name), partner_id, doing, program(), "Ada")


def assign(table: StoredTable, partner_id: str, later: timedelta) -> Fate:
    return assign_clients(desk_of(table, partner_id, later=later), "u-nia", ["4711"])["4711"]


def first_partner(table: StoredTable) -> str:
    client = AllClients(TableSession(dynamodb(), table.name)).find("4711")
    assert client is not None
    found = claims.holder_now(client.service.workers[NIA])
    assert found is not None
    return found.partner_id


@pytest.fixture
def shared_client(table: StoredTable) -> StoredTable:
    """The client 4711, which eight partners manage; Nia is a user of each."""
    seed = Seed(table=table)
    for partner_id in PARTNERS:
        seed.partner(partner_id)
        seed.user(NIA, partner_id=partner_id, user_id="u-nia", role=Role.PARTNER_MEMBER)
    ClientSeed(table=table).client("4711", partners=dict.fromkeys(PARTNERS, "managed"), portal_users=[NIA])
    return table


@pytest.mark.feature("A106", "A107")
def test_whoever_writes_second_is_told_so_though_its_request_began_first(shared_client: StoredTable) -> None:
    events = dynamodb().meta.events
    answers: dict[str, Fate] = {}

    def overtake(**_: object) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", overtake)
        answers["p-1"] = assign(shared_client, "p-1", timedelta(milliseconds=5))

    events.register("before-call.dynamodb.TransactWriteItems", overtake)
    answers["p-0"] = assign(shared_client, "p-0", timedelta())

    assert first_partner(shared_client) == "p-1"
    assert answers == {"p-1": Outcome.ASSIGNED, "p-0": Outcome.WITHOUT_CREDIT}
    again = assign(shared_client, "p-0", timedelta(seconds=1))
    assert again == Outcome.ALREADY_ASSIGNED


@pytest.mark.feature("A106", "A107")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_eight_that_assign_at_once_one_alone_is_told_that_it_earns(shared_client: StoredTable, seed: int) -> None:
    milliseconds = random.Random(seed).sample(range(50), len(PARTNERS))
    works: list[Callable[[], Fate]] = [
        partial(assign, shared_client, partner_id, timedelta(milliseconds=began))
        for partner_id, began in zip(PARTNERS, milliseconds, strict=True)
    ]

    answers = all_at_once(lambda number, _: works[number](), threads=len(works))

    first = first_partner(shared_client)
    assert dict(zip(PARTNERS, answers, strict=True)) == {
        partner_id: Outcome.ASSIGNED if partner_id == first else Outcome.WITHOUT_CREDIT for partner_id in PARTNERS
    }
