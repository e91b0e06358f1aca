"""The end of services: the client leaves the partner's list, and with it whoever of the partner works there."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from functions.clients.service import ClientDesk
from shared.cascading import in_a_request, settle
from shared.domain.assignments import Assignment
from shared.domain.claims import claim
from shared.domain.service import Span
from shared.program import program
from shared.table import keys
from shared.table.assignments import Assignments
from shared.table.backoff import ATTEMPTS
from shared.table.cascades import Cascades
from shared.table.client import dynamodb
from shared.table.clients import AllClients
from shared.table.people import Users
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction
from tests.client_factories import HUB, ClientSeed
from tests.crashes import Crossing, Snapshot, crash_matrix
from tests.engines import StoredTable
from tests.events import Answer
from tests.factories import operation
from tests.faults import Moment
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem
from tests.functions.clients.conftest import CLIENTS

CONFIRMED = {"confirm": True}
EARLIER = datetime(2026, 2, 1, tzinfo=UTC)
FALLS_BY_LOT = frozenset({"write_id", "request_id", "due_queue", "body"})
"""What says which attempt wrote an item, or follows from a random id."""


@pytest.fixture
def shared_client(seed: ClientSeed, acme: str) -> str:
    """Acme with two subscriptions, served by p-lake too; Ada and Rita are claimed as those who work there."""
    seed.subscription("s-2", renews_in=60, product="sales_hub")
    seed.relation(HUB, "p-lake", "managed")
    work(seed, ADMIN, partner_id="p-hill", user_id="u-ada")
    work(seed, RIVAL, partner_id="p-lake", user_id="u-rita")
    return acme


def work(seed: ClientSeed, email: str, *, partner_id: str, user_id: str) -> None:
    """The user works for the client since February."""
    known = seed.found()
    facts = claim(
        known.service, email, partner_id=partner_id, user_id=user_id, at=EARLIER, tagged=True, in_portal=False
    )
    assignment = Assignment(user_id=user_id, hub_id=HUB, email=email, company="Acme", assigned_at=EARLIER)
    transaction = Transaction(seed.session, operation(at=seed.at))
    AllClients(seed.session).save(
        transaction,
        replace(known, service=facts, version=known.version + 1),
        known=known,
        program=program(),
        refusal=lambda _: TableUnavailableError(),
    )
    Assignments(seed.session, partner_id).save(transaction, assignment, known=None)
    users = Users(seed.session, partner_id)
    user = users.find(user_id)
    assert user is not None
    users.count_clients(transaction, user, change=1)
    transaction.commit()


def end(api: Api, client_id: str, **more: Any) -> Answer:
    return api.post(f"{CLIENTS}/{client_id}/end-services", CONFIRMED, **more)


def rows_of(table: StoredTable, partner_id: str) -> list[str]:
    rows = [item["sk"] for item in table.items() if item["pk"] == f"PARTNER#{partner_id}"]
    return [sk for sk in rows if sk.startswith(("ASSIGNMENT#", "CASCADE#", "CLIENT#", "RENEWAL#"))]


@pytest.mark.feature("A33")
def test_the_client_leaves_the_partners_list_at_once(api: Api, shared_client: str) -> None:
    answer = end(api, shared_client)

    assert (answer.status, answer.json) == (200, {"client_id": "c-4711", "ended_at": "2026-03-17T09:30:00Z"})
    assert api.get(CLIENTS).json["data"] == []
    assert api.get("/v1/dashboard").json["client_count"] == 0
    for path in ("", "/usage", "/engagement"):
        assert problem(api.get(f"{CLIENTS}/{shared_client}{path}")) == (404, "not_found")
    assert problem(end(api, shared_client)) == (404, "not_found")
    assert rows_of(api.table, "p-hill") == []


@pytest.mark.feature("A33")
def test_the_other_partners_of_the_client_keep_it(api: Api, seed: ClientSeed, shared_client: str) -> None:
    before = api.get(f"{CLIENTS}/{shared_client}", email=RIVAL).json

    end(api, shared_client)

    assert api.get(f"{CLIENTS}/{shared_client}", email=RIVAL).json == before
    assert api.get("/v1/dashboard", email=RIVAL).json["client_count"] == 1
    assert rows_of(api.table, "p-lake") == ["ASSIGNMENT#u-rita#4711", "CLIENT#4711", "RENEWAL#s-1", "RENEWAL#s-2"]
    assert list(seed.found().relations) == ["p-lake"]


@pytest.mark.feature("A33")
@pytest.mark.parametrize("key", ["k-1", None], ids=["under a key", "without a key"])
def test_the_partners_assignments_end_with_the_relation_and_their_times_stay_as_facts(
    api: Api, seed: ClientSeed, shared_client: str, key: str | None
) -> None:
    assert "ASSIGNMENT#u-ada#4711" in rows_of(api.table, "p-hill")

    assert end(api, shared_client, key=key).status == 200

    facts = seed.found().service
    assert [one.span for one in facts.workers[ADMIN].claims] == [Span(EARLIER, api.clock.now)]
    assert [one.span for one in facts.workers[RIVAL].claims] == [Span(EARLIER)]
    assert facts.managed == {"p-hill": (Span(seed.at, api.clock.now),), "p-lake": (Span(seed.at),)}
    assert rows_of(api.table, "p-hill") == []


def test_services_end_even_where_the_assignments_have_to_wait(
    api: Api, seed: ClientSeed, shared_client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> bool:
        raise TableUnavailableError

    monkeypatch.setattr("functions.clients.ending.settle", busy)

    assert end(api, shared_client).status == 200

    assert api.get(CLIENTS).json["data"] == []
    assert [one.span.until for one in seed.found().service.workers[ADMIN].claims] == [api.clock.now]
    waiting = Cascades(seed.session, "p-hill").of_client(HUB)
    assert waiting is not None
    assert settle(seed.session, waiting, operation=operation(), has_time=in_a_request())
    assert rows_of(api.table, "p-hill") == []


@pytest.mark.feature("A33")
def test_the_trail_tells_who_ended_services_and_what_they_were(api: Api, acme: str) -> None:
    end(api, acme, request_id="req-1")

    [entry] = [item for item in api.table.items() if item.get("action") == "client_relation.ended"]
    told = {name: entry[name] for name in ("audit_actor", "audit_object", "partner_id", "before", "after")}
    assert (told, entry["request_id"]) == (
        {
            "audit_actor": "u-ada",
            "audit_object": "client/4711",
            "partner_id": "p-hill",
            "before": {
                "relationship": "sold_and_managed",
                "since": "2026-03-17T09:30:00.000000Z",
                "owner": None,
                "owner_version": 1_773_739_800_000_000,
            },
            "after": None,
        },
        "req-1",
    )


def test_a_client_that_comes_back_begins_anew(api: Api, seed: ClientSeed, acme: str) -> None:
    end(api, acme)

    seed.relation(HUB, "p-hill", "sold")

    assert [row["relationship"] for row in api.get(CLIENTS).json["data"]] == ["sold"]
    assert api.get("/v1/dashboard").json["client_count"] == 1


def test_only_an_admin_ends_services(api: Api, acme: str) -> None:
    assert problem(end(api, acme, email=MEMBER)) == (403, "role_required")
    assert problem(end(api, acme, email=RIVAL)) == (404, "not_found")
    assert api.get(f"{CLIENTS}/{acme}").status == 200


def test_services_are_not_ended_without_a_yes(api: Api, acme: str) -> None:
    before = api.table.items()

    for body in ({}, {"confirm": False}, {"confirm": "true"}, {"confirm": 1}, {"confirm": None}):
        answer = api.post(f"{CLIENTS}/{acme}/end-services", body)
        assert problem(answer) == (422, "validation_failed")
        assert [error["pointer"] for error in answer.json["errors"]] == ["#/confirm"]
    assert problem(api.post(f"{CLIENTS}/{acme}/end-services", {**CONFIRMED, "why": "x"})) == (422, "validation_failed")
    assert problem(api.post(f"{CLIENTS}/{acme}/end-services")) == (422, "validation_failed")
    assert api.table.items() == before


def test_the_same_key_gets_the_same_answer_again(api: Api, acme: str) -> None:
    first = end(api, acme, key="k-1")

    assert (end(api, acme, key="k-1").json, first.status) == (first.json, 200)
    assert problem(end(api, acme, key="k-2")) == (404, "not_found")
    assert problem(api.post(f"{CLIENTS}/c-4712/end-services", CONFIRMED, key="k-1")) == (422, "idempotency_key_reused")


def test_a_client_that_changes_meanwhile_is_read_again(
    api: Api, seed: ClientSeed, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, others = ClientDesk.found, [lambda: seed.usage(score=9)]

    def found_before_another_write(desk: ClientDesk, client_id: str) -> Any:
        client = found(desk, client_id)
        if others:
            others.pop()()
        return client

    monkeypatch.setattr(ClientDesk, "found", found_before_another_write)

    assert end(api, acme).status == 200
    client = seed.found()
    assert client.relations == {}
    assert client.usage is not None
    assert client.usage.score == 9


@pytest.mark.usefixtures("no_waiting")
def test_a_client_that_never_stands_still_is_answered_with_patience(
    api: Api, seed: ClientSeed, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, scores = ClientDesk.found, iter(range(ATTEMPTS + 1))

    def found_before_another_write(desk: ClientDesk, client_id: str) -> Any:
        client = found(desk, client_id)
        seed.usage(score=next(scores))
        return client

    monkeypatch.setattr(ClientDesk, "found", found_before_another_write)

    answer = end(api, acme)

    assert problem(answer) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert next(scores) == ATTEMPTS
    assert keys.client_row("p-hill", HUB).sk in rows_of(api.table, "p-hill")


def crossed(api: Api, client_id: str, *moments: Moment, key: str | None) -> list[Crossing[Answer]]:
    """A crash at each call; in the end the scheduled run has done what a request began."""
    start = {(item["pk"], item["sk"]): item for item in api.table.items()}
    session = TableSession(api.table.client, api.table.name)

    def prepare() -> None:
        current = {(item["pk"], item["sk"]): item for item in api.table.items()}
        api.table.remove([place for place in current if place not in start])
        api.table.fill([item for place, item in start.items() if current.get(place) != item])

    def snapshot(_: None) -> Snapshot:
        if waiting := Cascades(session, "p-hill").of_client(HUB):
            settle(session, waiting, operation=operation(), has_time=in_a_request())
        items = api.table.items()
        told = [{name: value for name, value in item.items() if name not in FALLS_BY_LOT} for item in items]
        plain: Snapshot = json.loads(json.dumps(told, default=str))
        return plain

    return crash_matrix(
        clients=lambda: [dynamodb()],
        prepare=prepare,
        run=lambda _: end(api, client_id, key=key),
        snapshot=snapshot,
        moments=moments or tuple(Moment),
    )


@pytest.mark.parametrize("key", ["k-1", None], ids=["under a key", "without a key"])
def test_a_crash_at_any_call_is_mended_by_one_retry(api: Api, acme: str, key: str | None) -> None:
    crossings = crossed(api, acme, key=key)

    assert any(one.retried for one in crossings)
    assert {one.answer.status for one in crossings} == ({200} if key else {200, 404})


def test_a_crash_while_assignments_end_leaves_nothing_undone(api: Api, shared_client: str) -> None:
    crossings = crossed(api, shared_client, Moment.AFTER, key="k-1")  # before one call is after the one before

    assert {one.answer.status for one in crossings} == {200}
