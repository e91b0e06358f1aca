"""Many assign one address at once: exactly one partner holds it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from functions.employees.assigning import Fate, Outcome, assign_clients, remove_assignment
from functions.employees.desk import EmployeeDesk
from shared.domain import claims
from shared.domain.people import Role
from shared.ids import new_id
from shared.program import program
from shared.table.client_records import stored_client
from shared.table.session import TableSession
from tests.at_once import all_at_once
from tests.factories import Seed, operation
from tests.functions.client import Api
from tests.functions.employees.conftest import NIA, Office
from tests.functions.employees.work_table import WorkTable, api_in_memory

PARTNERS = [f"p-{number}" for number in range(8)]
AT_ONCE = 64
ROUNDS = 50
TROUBLE = 0.1


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """What each answers, all of them released at once."""
    return all_at_once(lambda place, _: works[place](), threads=len(works))


def desk_of(api: Api, partner_id: str) -> EmployeeDesk:
    """A request of its own."""
    session = TableSession(api.table.client, api.table.name)
    return EmployeeDesk(session, partner_id, operation(at=api.clock.now, operation_id=new_id("o")), program(), "Ada")


def assign(api: Api, partner_id: str, hub_id: str) -> Fate:
    return assign_clients(desk_of(api, partner_id), "u-nia", [hub_id])[hub_id]


def remove(api: Api, partner_id: str) -> None:
    remove_assignment(desk_of(api, partner_id), "u-nia", "c-4711")


def holder(memory: WorkTable, hub_id: str) -> str | None:
    client = stored_client(memory.items[f"CLIENT#{hub_id}", "CLIENT"])
    found = claims.holder(client.service.workers[NIA], client.service.workers[NIA].claims[0].span.since)
    return found.partner_id if found else None


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts are short: 64 threads share one process."""
    monkeypatch.setattr("shared.table.backoff._FIRST_SECONDS", 0.0005)
    monkeypatch.setattr("shared.table.backoff._LONGEST_STEP_SECONDS", 0.01)
    monkeypatch.setattr("shared.table.backoff.ATTEMPTS", 1_000)
    monkeypatch.setattr("shared.table.backoff.LONGEST_SECONDS", 60.0)


@pytest.mark.feature("A106", "A107")
@pytest.mark.usefixtures("unhurried")
def test_of_eight_partners_that_assign_one_address_at_once_exactly_one_holds_it() -> None:
    with api_in_memory() as (api, memory):
        seed, office = Seed(table=api.table), Office(api=api)
        for partner_id in PARTNERS:
            seed.partner(partner_id)
            seed.user(NIA, partner_id=partner_id, role=Role.PARTNER_MEMBER)
        for number in range(ROUNDS):
            hub_id = f"h{number}"
            memory.trouble = 0
            office.seed.client(hub_id, partners=dict.fromkeys(PARTNERS, "managed"), portal_users=[NIA])
            memory.trouble = TROUBLE
            answers = together([partial(assign, api, PARTNERS[place % 8], hub_id) for place in range(AT_ONCE)])

            first = holder(memory, hub_id)
            told = {
                name: [one for place, one in enumerate(answers) if PARTNERS[place % 8] == name] for name in PARTNERS
            }
            for name, outcomes in told.items():
                won = Outcome.ASSIGNED if name == first else Outcome.WITHOUT_CREDIT
                assert sorted(outcomes) == sorted([won, *[Outcome.ALREADY_ASSIGNED] * 7])
        counts = [item["clients"] for (_, sk), item in memory.items.items() if sk == "USER#u-nia"]
        assert counts == [ROUNDS] * len(PARTNERS)


@pytest.mark.feature("A108")
@pytest.mark.usefixtures("unhurried")
def test_while_partners_come_and_go_at_once_the_first_of_those_left_holds_the_address() -> None:
    with api_in_memory() as (api, memory):
        seed, office = Seed(table=api.table), Office(api=api)
        for partner_id in PARTNERS:
            seed.partner(partner_id)
            seed.user(NIA, partner_id=partner_id, role=Role.PARTNER_MEMBER)
        office.seed.client("4711", partners=dict.fromkeys(PARTNERS, "managed"))
        for partner_id in PARTNERS:
            assign_clients(desk_of(api, partner_id), "u-nia", ["4711"])

        together([partial(remove, api, partner_id) for partner_id in PARTNERS[:5]])

        worker = stored_client(memory.items["CLIENT#4711", "CLIENT"]).service.workers[NIA]
        found = claims.holder(worker, api.clock.now)
        assert found is not None
        assert found.partner_id == "p-5"
