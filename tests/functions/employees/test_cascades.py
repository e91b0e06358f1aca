"""A user leaves: every assignment ends, whenever the process dies on the way."""

from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from functions.employees.cascades import lambda_handler, sweep
from shared.domain import claims
from shared.domain.clients import Client
from shared.domain.people import Role
from shared.domain.service import Span
from shared.errors import UnavailableError
from shared.leaving import carry_out
from shared.runs import UnfinishedRunError
from shared.table.client_records import stored_client
from shared.table.session import TableSession
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.events import subject_of
from tests.factories import Seed, operation
from tests.faults import Crash, Moment
from tests.functions.client import ADMIN, OPERATOR, RIVAL, Api, problem
from tests.functions.employees.conftest import NIA, Office
from tests.functions.employees.work_table import WorkTable, api_in_memory
from tests.functions.notifications.outbox import RunContext
from tests.process import forget_callers

FEW = 6
MANY = 500


Items = list[Item]


@pytest.fixture(autouse=True)
def deleted_sign_ins(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which sign-ins were deleted, there being no user pool; a request has all the time it needs."""
    ended: list[str] = []
    monkeypatch.setattr("shared.leaving.delete_sign_in", ended.append)
    monkeypatch.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 3_600)
    return ended


@cache
def assigned(count: int) -> Items:
    """A table in which Nia works for so many clients, for p-hill first and for p-lake behind it."""
    with api_in_memory() as (api, memory):
        seed, office = Seed(table=api.table), Office(api=api)
        seed.operator(OPERATOR)
        office.seed.client("4711", partners={}, portal_users=[NIA])
        for partner_id, email in (("p-hill", ADMIN), ("p-lake", RIVAL)):
            seed.partner(partner_id, name=partner_id)
            seed.user(email, partner_id=partner_id)
            seed.user(NIA, partner_id=partner_id, role=Role.PARTNER_MEMBER)
            office.tag(email=email)
            office.seed.relation("4711", partner_id, "managed")
            office.assign("4711", email=email)
        for number in range(1, count):
            copy_client(memory, f"{4711 + number}")
        return list(memory.items.values())


def copy_client(memory: WorkTable, hub_id: str) -> None:
    """Another client just like the first: to make each through the API would take most of the test's time."""
    for item in list(memory.items.values()):
        if item["pk"] == "CLIENT#4711" or item["sk"] in {"CLIENT#4711", "ASSIGNMENT#u-nia#4711"}:
            copied = {
                name: value.replace("4711", hub_id) if isinstance(value, str) else value for name, value in item.items()
            }
            memory.items[copied["pk"], copied["sk"]] = copied


def remains(memory: WorkTable, partner_id: str = "p-hill") -> list[str]:
    """What of the partner's assignments and cascades still stands."""
    return [
        sk for pk, sk in memory.items if pk == f"PARTNER#{partner_id}" and sk.startswith(("ASSIGNMENT#", "CASCADE#"))
    ]


def stored(memory: WorkTable) -> list[Client]:
    return [
        stored_client(item) for (pk, sk), item in memory.items.items() if pk.startswith("CLIENT#") and sk == "CLIENT"
    ]


def assert_ended(api: Api, memory: WorkTable, count: int) -> None:
    """No assignment of p-hill is left, p-lake earns everywhere since the instant of the act, and nowhere before."""
    at = api.clock.now
    assert remains(memory) == []
    assert len(remains(memory, "p-lake")) == count
    clients = stored(memory)
    assert len(clients) == count
    for client in clients:
        worker = client.service.workers[NIA]
        [first, second] = worker.claims
        assert (first.partner_id, first.span.until) == ("p-hill", at)
        assert (second.partner_id, second.span.until) == ("p-lake", None)
        assert claims.holder(worker, at) is second
        assert claims.holder(worker, at - timedelta(seconds=1)) is first


def sweep_now(api: Api) -> dict[str, int]:
    session = TableSession(api.table.client, api.table.name)
    moment = api.clock.now + timedelta(hours=1)
    return sweep(session, operation=operation(at=moment, actor="system"), until=moment, has_time=lambda: True)


def calls_of_a_free_run(items: Items, count: int) -> int:
    forget_callers()  # the process that dies, and the one that counted, begin alike
    with api_in_memory(items) as (api, memory):
        api.clock.advance(timedelta(minutes=1))
        assert api.delete("/v1/users/u-nia").status == 204
        assert_ended(api, memory, count)
        return memory.calls


@pytest.mark.feature("A105")
@pytest.mark.parametrize("mender", ["retry", "sweeper"])
def test_a_user_who_leaves_leaves_every_client_whenever_the_process_dies(mender: str) -> None:
    last = calls_of_a_free_run(assigned(FEW), FEW)

    for number in range(1, last + 1):
        for moment in (Moment.BEFORE, Moment.AFTER):
            die_and_mend(assigned(FEW), FEW, mender, number=number, moment=moment)


@pytest.mark.feature("A105")
@pytest.mark.parametrize(("mender", "number"), [("retry", 1_000), ("sweeper", 600)])
def test_five_hundred_assignments_end_whenever_the_process_dies(mender: str, number: int) -> None:
    die_and_mend(assigned(MANY), MANY, mender, number=number, moment=Moment.AFTER)


def die_and_mend(items: Items, count: int, mender: str, *, number: int, moment: Moment) -> None:
    forget_callers()  # the process that dies, and the one that counted, begin alike
    with api_in_memory(items) as (api, memory):
        api.clock.advance(timedelta(minutes=1))
        memory.dies_at, memory.moment = number, moment
        with pytest.raises(Crash):
            api.delete("/v1/users/u-nia")
        memory.dies_at = None
        has_left = ("PARTNER#p-hill", "USER#u-nia") not in memory.items
        if has_left:  # whatever remains to be done
            assert problem(api.get("/v1/capacity", email=NIA, partner="p-hill")) == (403, "not_a_member")
        if mender == "sweeper" and has_left:
            sweep_now(api)
        else:
            api.delete("/v1/users/u-nia")
        assert_ended(api, memory, count)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request has time for anything but the act itself."""
    monkeypatch.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 0)


@pytest.mark.usefixtures("hurried")
def test_a_mark_switched_off_and_on_is_followed_with_its_own_instants_however_late() -> None:
    with api_in_memory(assigned(FEW)) as (api, memory):
        office, moments = Office(api=api), []
        for enabled in (False, True, False):
            api.clock.advance(timedelta(minutes=1))
            moments.append(api.clock.now)
            assert office.tag(enabled=enabled).json["partner_employee"] is enabled
        assert {tuple(client.service.workers[NIA].claims[0].tagged) for client in stored(memory)} == {
            (Span(moments[0] - timedelta(minutes=1)),)
        }

        assert sweep_now(api) == {"ended": 1, "cut_off": 0, "sign_ins": 0, "expired": 0}

        assert {tuple(client.service.workers[NIA].claims[0].tagged) for client in stored(memory)} == {
            (Span(moments[0] - timedelta(minutes=1), moments[0]), Span(moments[1], moments[2]))
        }
        assert [one for one in remains(memory) if one.startswith("CASCADE#")] == []


@pytest.mark.usefixtures("hurried")
def test_the_end_of_services_takes_the_assignments_with_it() -> None:
    with api_in_memory(assigned(FEW)) as (api, memory):
        api.clock.advance(timedelta(minutes=1))
        assert api.post("/v1/clients/c-4711/end-services", {"confirm": True}).status == 200
        worker = stored_client(memory.items["CLIENT#4711", "CLIENT"]).service.workers[NIA]
        first = claims.holder(worker, api.clock.now)
        assert first is not None
        assert first.partner_id == "p-lake"  # at once, whenever the rows follow
        assert Office(api=api).assign("4711")[0]["status"] == "not_found"
        api.table.put({**memory.items["PARTNER#p-hill", "USER#u-nia"], "clients": FEW})

        assert sweep_now(api)["ended"] == 1

        assert sorted(remains(memory)) == [f"ASSIGNMENT#u-nia#{4711 + number}" for number in range(1, FEW)]
        assert api.get("/v1/employees/u-nia").json["client_count"] == FEW - 1


@pytest.mark.usefixtures("hurried")
def test_a_new_name_is_followed_however_late() -> None:
    with api_in_memory(assigned(FEW)) as (api, memory):
        ClientSeed(table=api.table, at=api.clock.now).client("4711", company="Zebra", partners={})
        place = ("PARTNER#p-hill", "ASSIGNMENT#u-nia#4711")
        assert memory.items[place]["company"] != "Zebra"

        assert sweep_now(api)["ended"] == 2

        assert memory.items[place]["by_name"] == "ASSIGNMENT#u-nia#zebra#4711"
        assert len(remains(memory)) == FEW


def test_a_run_that_is_cut_off_goes_on_where_it_ended() -> None:
    with api_in_memory(assigned(FEW)) as (api, memory):
        memory.dies_at = 5
        with pytest.raises(Crash):
            api.delete("/v1/users/u-nia")
        memory.dies_at = None
        session = TableSession(api.table.client, api.table.name)
        moment = api.clock.now + timedelta(hours=1)
        left = iter([True, True, False])

        first = sweep(session, operation=operation(at=moment), until=moment, has_time=lambda: next(left, False))
        second = sweep(session, operation=operation(at=moment), until=moment, has_time=lambda: True)

        assert (first["cut_off"], second["ended"]) == (1, 1)
        assert remains(memory) == []


def test_the_sign_in_of_a_person_who_belongs_nowhere_any_more_is_deleted(deleted_sign_ins: list[str]) -> None:
    with api_in_memory(assigned(FEW)) as (api, _):
        api.delete("/v1/users/u-nia")
        assert deleted_sign_ins == []

        api.delete("/v1/users/u-nia", email=RIVAL)

        assert deleted_sign_ins == [subject_of(NIA)]


def test_one_partner_that_fails_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with api_in_memory(assigned(FEW)) as (api, memory):
        with monkeypatch.context() as hurry:
            hurry.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 0)
            for email in (ADMIN, RIVAL):
                assert api.delete("/v1/users/u-nia", email=email).status == 204

        failures = iter([UnavailableError()])

        def fail_once(*arguments: Any, **more: Any) -> bool:
            for failure in failures:
                raise failure
            return carry_out(*arguments, **more)

        monkeypatch.setattr("functions.employees.cascades.carry_out", fail_once)
        with pytest.raises(UnfinishedRunError, match=r"these partners: p-(hill|lake)$"):
            sweep_now(api)
        assert len(remains(memory)) + len(remains(memory, "p-lake")) == FEW + 1

        assert sweep_now(api)["ended"] == 1

        assert remains(memory) == remains(memory, "p-lake") == []


def test_the_scheduled_run_takes_what_is_due_by_the_end_of_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    with api_in_memory(assigned(FEW)) as (api, memory):
        monkeypatch.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 0)
        api.delete("/v1/users/u-nia")
        monkeypatch.setattr("functions.employees.cascades.utc_now", lambda: api.clock.now)

        assert lambda_handler({}, RunContext()) == {"ended": 0, "cut_off": 0, "sign_ins": 0, "expired": 0}
        assert lambda_handler({"as_of": "2026-03-17"}, RunContext(1_000))["cut_off"] == 1
        assert lambda_handler({"as_of": "2026-03-17"}, RunContext())["ended"] == 1

        assert remains(memory) == []
