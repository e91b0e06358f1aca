"""Partners ask each other to let go of an address, without learning who the other is."""

from datetime import timedelta

import pytest

from functions.employees.cascades import sweep
from shared.table.session import TableSession
from tests.events import Answer
from tests.factories import operation
from tests.functions.client import ADMIN, MEMBER, RIVAL, problem
from tests.functions.employees.conftest import NIA, OF_NIA, Office

REQUESTS = "/v1/transfer-requests"


def ask(office: Office, hub_id: str = "4711") -> Answer:
    return office.api.post(f"{OF_NIA}/clients/c-{hub_id}/transfer-request", email=RIVAL)


def statuses(office: Office) -> list[list[str]]:
    """Of the requests as the partner that is asked sees them, and the one that asks."""
    return [[one["status"] for one in office.api.get(REQUESTS, email=who).json["data"]] for who in (ADMIN, RIVAL)]


@pytest.fixture
def contested(office: Office) -> Office:
    """Nia does something at the client; p-hill has listed her first, p-lake second."""
    office.act("4711")
    office.assign("4711")
    office.assign("4711", email=RIVAL)
    return office


@pytest.mark.feature("A108")
def test_the_second_partner_asks_and_the_first_sees_who(contested: Office) -> None:
    answer = ask(contested)

    asked = {
        "id": answer.json["id"],
        "direction": "outgoing",
        "status": "pending",
        "client_id": "c-4711",
        "company": "Acme",
        "user_id": "u-nia",
        "email": NIA,
        "asked_by": {"partner_name": "Lake & Co", "user_name": "Rita Lake"},
        "created_at": "2026-03-17T09:30:00Z",
        "expires_at": "2026-03-31T09:30:00Z",
        "decided_at": None,
    }
    assert (answer.status, answer.json) == (201, asked)
    assert contested.api.get(REQUESTS).json == {"data": [{**asked, "direction": "incoming"}], "next_cursor": None}
    own = contested.api.get(REQUESTS, email=RIVAL, query={"direction": "outgoing", "status": "pending"})
    assert own.json == {"data": [asked], "next_cursor": None}
    assert contested.api.get(REQUESTS, email=RIVAL, query={"direction": "incoming"}).json["data"] == []
    assert all(word not in answer.body + own.body for word in ("Hill Consulting", "p-hill", "Ada"))
    [notice] = contested.notices("transfer_requested")
    assert (notice["partner_id"], notice["user_id"], notice["email"]) == ("p-hill", None, None)
    before = contested.api.table.items()
    assert ask(contested).json == asked
    assert contested.api.table.items() == before


@pytest.mark.feature("A107", "A108")
def test_by_accepting_the_first_partner_lets_go_and_the_second_earns(contested: Office) -> None:
    path = f"{REQUESTS}/{ask(contested).json['id']}/accept"
    assert problem(contested.api.post(path, email=MEMBER)) == (403, "role_required")
    assert problem(contested.api.post(path, email=RIVAL)) == (404, "not_found")

    answer = contested.api.post(path)

    assert (answer.status, answer.json["status"], answer.json["decided_at"]) == (
        200,
        "accepted",
        "2026-03-17T09:30:00Z",
    )
    assert (contested.reasons(), contested.reasons(email=RIVAL)) == ({}, {"c-4711": None})
    assert contested.api.get(OF_NIA).json["client_count"] == 0
    assert statuses(contested) == [["accepted"], ["accepted"]]
    [notice] = contested.notices("transfer_ended")
    assert (notice["partner_id"], notice["user_id"]) == ("p-lake", "u-rita")
    assert "Hill" not in str(notice["content"])
    before = contested.api.table.items()
    assert contested.api.post(path).json == answer.json
    assert problem(contested.api.post(path.replace("accept", "decline"))) == (409, "transfer_not_pending")
    assert contested.api.table.items() == before


def test_by_declining_everything_stays_as_it_is_and_one_may_ask_again_later(contested: Office) -> None:
    request_id = ask(contested).json["id"]

    assert contested.api.post(f"{REQUESTS}/{request_id}/decline").json["status"] == "declined"

    assert contested.reasons(email=RIVAL) == {"c-4711": "email_with_another_partner"}
    assert problem(ask(contested)) == (409, "transfer_declined")
    contested.api.clock.advance(timedelta(days=14))
    assert ask(contested).json["id"] != request_id


def test_there_is_nothing_to_ask_where_nobody_was_first(contested: Office) -> None:
    path = f"{OF_NIA}/clients/c-4711/transfer-request"

    assert problem(contested.api.post(path)) == (409, "no_conflict")
    assert problem(contested.api.post(f"{OF_NIA}/clients/c-4712/transfer-request", email=RIVAL)) == (404, "not_found")


@pytest.mark.parametrize("who", [ADMIN, RIVAL])
def test_a_request_is_withdrawn_with_the_claim_of_either_side(contested: Office, who: str) -> None:
    request_id = ask(contested).json["id"]

    contested.remove("4711", email=who)

    assert statuses(contested) == [["withdrawn"], ["withdrawn"]]
    assert problem(contested.api.post(f"{REQUESTS}/{request_id}/accept")) == (409, "transfer_not_pending")


@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("who", [ADMIN, RIVAL])
def test_a_request_is_withdrawn_when_the_user_leaves_either_side(contested: Office, who: str) -> None:
    ask(contested)

    contested.api.delete("/v1/users/u-nia", email=who)

    assert statuses(contested) == [["withdrawn"], ["withdrawn"]]


def test_after_fourteen_days_a_request_has_expired_and_the_sweeper_tells_both(contested: Office) -> None:
    request_id = ask(contested).json["id"]
    contested.api.clock.advance(timedelta(days=14))
    session = TableSession(contested.api.table.client, contested.api.table.name)

    assert statuses(contested) == [["expired"], ["expired"]]  # as soon as the time is over
    for status, count in (("pending", 0), ("expired", 1)):
        found = contested.api.get(REQUESTS, query={"status": status}).json["data"]
        assert len(found) == count
    assert problem(contested.api.post(f"{REQUESTS}/{request_id}/accept")) == (409, "transfer_not_pending")
    runs = [
        sweep(
            session,
            operation=operation(at=contested.api.clock.now, actor="system"),
            until=contested.api.clock.now,
            has_time=lambda: True,
        )
        for _ in range(2)
    ]

    assert [one["expired"] for one in runs] == [1, 0]
    assert statuses(contested) == [["expired"], ["expired"]]
    notices = contested.notices("transfer_ended")
    assert sorted((one["partner_id"], one["user_id"]) for one in notices) == [("p-hill", None), ("p-lake", "u-rita")]
    assert ask(contested).json["id"] != request_id


def test_of_three_partners_the_next_in_time_earns(contested: Office) -> None:
    api = contested.api
    api.seed.partner("p-sea", name="Sea Ltd")
    api.seed.user("sam@sea.example", partner_id="p-sea", name="Sam Sea")
    api.seed.user(NIA, partner_id="p-sea", name="Nia")
    contested.tag(email="sam@sea.example")
    contested.seed.relation("4711", "p-sea", "managed")
    contested.assign("4711", email="sam@sea.example")
    asked = api.post(f"{OF_NIA}/clients/c-4711/transfer-request", email="sam@sea.example").json

    api.post(f"{REQUESTS}/{asked['id']}/accept")

    assert contested.reasons(email=RIVAL) == {"c-4711": None}
    assert contested.reasons(email="sam@sea.example") == {"c-4711": "email_with_another_partner"}
