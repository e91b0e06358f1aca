"""A crash at any call of any write about employees: one retry reaches the state of a run without crash."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from shared.domain.people import Role
from shared.table.values import Item
from tests.client_factories import client_body
from tests.crashes import RANDOM_ID, normalised
from tests.events import Answer
from tests.factories import Seed
from tests.faults import Crash, Moment
from tests.functions.client import ADMIN, OPERATOR, RIVAL
from tests.functions.employees.conftest import NIA, OF_NIA, Office
from tests.functions.employees.work_table import WorkTable, api_in_memory
from tests.process import forget_callers

Items = list[Item]


@dataclass(frozen=True, kw_only=True)
class Write:
    """A request, and what is done before it; `{transfer}` in the path is the request that waits then."""

    method: str
    path: str
    body: Any = None
    email: str = ADMIN
    tells_again: bool = False
    """Whether a repeat mails anew about what the mail of the first attempt had told already."""
    before: Callable[[Office], object] = field(default=lambda _: None)


def assign(*hub_ids: str, email: str = ADMIN) -> Callable[[Office], object]:
    return lambda office: office.assign(*hub_ids, email=email)


def contest(office: Office) -> None:
    office.assign("4711")
    office.assign("4711", email=RIVAL)


def ask(office: Office) -> None:
    contest(office)
    office.api.post(f"{OF_NIA}/clients/c-4711/transfer-request", email=RIVAL)


def ask_anew(office: Office) -> None:
    """The request was withdrawn with its assignment, which is there again."""
    ask(office)
    office.remove("4711", email=RIVAL)
    office.assign("4711", email=RIVAL)


def request_anew(office: Office) -> None:
    office.assign("4712")
    office.api.post(f"{OF_NIA}/clients/c-4712/request-access")
    office.remove("4712")
    office.assign("4712")


def activity(number: int) -> Item:
    return {
        "id": f"e-{number}",
        "hub_id": "4711",
        "employee_email": NIA,
        "kind": "edit",
        "occurred_at": "2026-03-17T09:00:00Z",
    }


WRITES = {
    "mark": Write(method="PUT", path="/v1/users/u-max/partner-employee", body={"enabled": True}),
    "unmark": Write(
        method="PUT", path="/v1/users/u-nia/partner-employee", body={"enabled": False}, before=assign("4711", "4712")
    ),
    "assign": Write(
        tells_again=True,
        method="POST",
        path=f"{OF_NIA}/clients",
        body={"clients": [{"hub_id": "4711"}, {"hub_id": "4712"}, {"hub_id": "1"}]},
    ),
    "assign without credit": Write(
        method="POST",
        path=f"{OF_NIA}/clients",
        body={"clients": [{"hub_id": "4711"}]},
        before=assign("4711", email=RIVAL),
    ),
    "request access": Write(method="POST", path=f"{OF_NIA}/clients/c-4712/request-access", before=assign("4712")),
    "request access anew": Write(method="POST", path=f"{OF_NIA}/clients/c-4712/request-access", before=request_anew),
    "ask for a transfer anew": Write(
        method="POST", path=f"{OF_NIA}/clients/c-4711/transfer-request", email=RIVAL, before=ask_anew
    ),
    "ask for a transfer": Write(
        method="POST", path=f"{OF_NIA}/clients/c-4711/transfer-request", email=RIVAL, before=contest
    ),
    "accept": Write(method="POST", path="/v1/transfer-requests/{transfer}/accept", before=ask),
    "decline": Write(method="POST", path="/v1/transfer-requests/{transfer}/decline", before=ask),
    "remove an assignment": Write(method="DELETE", path=f"{OF_NIA}/clients/c-4711", before=ask),
    "remove a user": Write(method="DELETE", path="/v1/users/u-nia", before=ask),
    "rename a client": Write(
        method="PUT",
        path="/v1/vendor/clients/4711",
        body=client_body(company="Zebra"),
        email=OPERATOR,
        before=contest,
    ),
    "record activities": Write(
        method="POST",
        path="/v1/vendor/activities",
        body={"activities": [activity(1), activity(2)]},
        email=OPERATOR,
        before=assign("4711"),
    ),
}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a user pool."""
    ticks = iter(range(10**9))
    monkeypatch.setattr(
        "shared.table.backoff.time", SimpleNamespace(sleep=lambda _: None, monotonic=lambda: next(ticks) / 10**6)
    )
    monkeypatch.setattr("shared.leaving.delete_sign_in", lambda _: None)


@cache
def before(name: str) -> Items:
    with api_in_memory() as (api, memory):
        seed, office = Seed(table=api.table), Office(api=api)
        seed.operator(OPERATOR)
        for partner_id, email in (("p-hill", ADMIN), ("p-lake", RIVAL)):
            seed.partner(partner_id, name=partner_id)
            seed.user(email, partner_id=partner_id)
            seed.user(NIA, partner_id=partner_id, role=Role.PARTNER_MEMBER)
            office.tag(email=email)
        seed.user("max@hill.example")
        for hub_id in ("4711", "4712"):
            office.seed.client(hub_id, partners={"p-hill": "managed", "p-lake": "managed"})
        WRITES[name].before(office)
        return list(memory.items.values())


def send(name: str, items: Items, *, key: str | None, number: int | None, moment: Moment) -> tuple[Answer, Items, int]:
    """The last answer, what stands in the end, and the number of calls; a request that died is repeated once."""
    forget_callers()
    write = WRITES[name]
    with api_in_memory(items) as (api, memory):
        api.clock.advance(timedelta(minutes=1))
        path = write.path.replace("{transfer}", transfer_in(memory))
        query = {"confirm": "REMOVE"} if write.method == "DELETE" and "clients" in path else None
        memory.dies_at, memory.moment = number, moment

        def request() -> Answer:
            return api.request(
                write.method, path, body=write.body, email=write.email, key=key, request_id="r-1", query=query
            )

        try:
            answer = request()
        except Crash:
            answer = None
        calls, memory.dies_at = memory.calls, None
        if answer is None or answer.status >= 500:
            forget_callers()
            answer = request()
        stable = [
            {one: item[one] for one in item.keys() - {"write_id", "body", "due_queue"}}
            for (_, sk), item in memory.items.items()
            if not (write.tells_again and sk == "NOTICE")
        ]
        return answer, stable, calls


def transfer_in(memory: WorkTable) -> str:
    return next((item["transfer_id"] for (_, sk), item in memory.items.items() if sk.startswith("TRANSFER#")), "")


@pytest.mark.parametrize("name", WRITES)
def test_one_retry_reaches_the_state_without_crash(name: str) -> None:
    free, expected, calls = send(name, before(name), key=None, number=None, moment=Moment.BEFORE)
    assert free.status < 300

    for number in range(1, calls + 1):
        for moment in Moment:
            answer, found, _ = send(name, before(name), key=None, number=number, moment=moment)
            assert answer.status < 300 or (answer.status, WRITES[name].method) == (404, "DELETE")
            assert normalised(found) == normalised(expected), (number, moment)


@pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.method == "POST"])
def test_with_a_key_the_retry_gets_the_answer_that_was_lost(name: str) -> None:
    free, _, calls = send(name, before(name), key="k-1", number=None, moment=Moment.BEFORE)

    for number in range(1, calls + 1):
        for moment in Moment:
            answer, _, _ = send(name, before(name), key="k-1", number=number, moment=moment)
            assert (answer.status, shown(answer)) == (free.status, shown(free)), (number, moment)


def shown(answer: Answer) -> str:
    return RANDOM_ID.sub("?", json.dumps(answer.json, sort_keys=True))


def rename(office: Office) -> None:
    office.seed.client("4711", company="Renamed", partners={})


def request_access(office: Office) -> None:
    office.api.post(f"{OF_NIA}/clients/c-4712/request-access")


MEANWHILE: dict[str, Callable[[Office], object]] = {
    **dict.fromkeys(
        (
            "assign",
            "ask for a transfer",
            "accept",
            "remove an assignment",
            "remove a user",
            "unmark",
            "record activities",
        ),
        rename,
    ),
    "request access": request_access,
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_a_change_between_reading_and_writing_is_read_again(name: str) -> None:
    write = WRITES[name]
    with api_in_memory(before(name)) as (api, memory):
        path = write.path.replace("{transfer}", transfer_in(memory))
        query = {"confirm": "REMOVE"} if write.method == "DELETE" and "clients" in path else None
        happened: list[object] = []
        memory.meanwhile = lambda: happened.append(MEANWHILE[name](Office(api=api)))

        answer = api.request(write.method, path, body=write.body, email=write.email, query=query)

        assert answer.status < 300
        assert len(happened) == 1
        if MEANWHILE[name] is rename:
            assert memory.items["CLIENT#4711", "CLIENT"]["profile"]["company"] == "Renamed"
