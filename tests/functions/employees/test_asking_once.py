"""Whoever takes a client away from an employee and assigns it anew asks nobody a second time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.domain.people import Role
from tests.events import Answer
from tests.functions.client import ADMIN, RIVAL, problem
from tests.functions.confirmations.conftest import LINKS, draft
from tests.functions.employees.conftest import NIA, OF_NIA, Office

REQUESTS = "/v1/transfer-requests"


def assign_anew(office: Office, email: str) -> None:
    assert office.remove("4711", email=email).status == 204
    assert office.assign("4711", email=email)[0]["status"].startswith("assigned")


def add_anew(office: Office, email: str) -> None:
    """The user is removed, added again, and assigned again."""
    partner_id = {ADMIN: "p-hill", RIVAL: "p-lake"}[email]
    office.api.delete("/v1/users/u-nia", email=email)
    office.api.seed.user(NIA, partner_id=partner_id, name="Nia Nord", role=Role.PARTNER_MEMBER)
    office.tag(email=email)
    office.assign("4711", email=email)


def relate_anew(office: Office, email: str) -> None:
    """Services to the client end, begin again, and it is assigned again."""
    partner_id = {ADMIN: "p-hill", RIVAL: "p-lake"}[email]
    office.api.post("/v1/clients/c-4711/end-services", {"confirm": True}, email=email)
    office.seed.relation("4711", partner_id, "managed")
    office.assign("4711", email=email)


WAYS = [assign_anew, add_anew, relate_anew]


def ask_client(office: Office) -> Answer:
    return office.api.post(f"{OF_NIA}/clients/c-4711/request-access")


def ask_partner(office: Office) -> Answer:
    return office.api.post(f"{OF_NIA}/clients/c-4711/transfer-request", email=RIVAL)


@pytest.mark.feature("A100")
@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("walk_round", WAYS)
def test_a_client_is_asked_once_a_day_for_an_address(office: Office, walk_round: Callable[[Office, str], None]) -> None:
    office.seed.client("4711", partners={}, portal_users=["dana@acme.example"])
    office.assign("4711")
    asked = ask_client(office)
    office.api.clock.advance(timedelta(hours=23))
    walk_round(office, ADMIN)

    again = ask_client(office)

    assert (again.status, again.json) == (200, asked.json)
    [row] = [one for one in office.clients() if one["client_id"] == "c-4711"]
    assert (row["portal_access"], row["access_requested_at"]) == ("requested", "2026-03-17T09:30:00Z")
    assert len(office.notices("access_requested")) == 1
    before = office.api.table.items()
    assert ask_client(office).json == asked.json
    assert office.api.table.items() == before

    office.api.clock.advance(timedelta(hours=1))

    assert ask_client(office).json["access_requested_at"] == "2026-03-18T09:30:00Z"
    assert len(office.notices("access_requested")) == 2


@pytest.mark.feature("A100")
def test_what_was_asked_of_a_client_is_forgotten_by_the_table_after_its_day(office: Office) -> None:
    office.seed.client("4711", partners={}, portal_users=[])
    office.assign("4711")
    ask_client(office)

    item = office.api.table.item("PARTNER#p-hill", f"ASKED_ACCESS#4711#{NIA}")

    assert item == {
        "pk": "PARTNER#p-hill",
        "sk": f"ASKED_ACCESS#4711#{NIA}",
        "at": "2026-03-17T09:30:00.000000Z",
        "asked_client": True,
        "until": "2026-03-18T09:30:00.000000Z",
        "ttl": 1_773_826_201,
        "write_id": item["write_id"] if item else None,
    }


@pytest.mark.feature("A108")
@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("walk_round", WAYS)
def test_a_partner_is_asked_once_for_an_address_while_the_request_has_time(
    office: Office, walk_round: Callable[[Office, str], None]
) -> None:
    office.assign("4711")
    office.assign("4711", email=RIVAL)
    asked = ask_partner(office).json
    office.api.clock.advance(timedelta(days=13))
    walk_round(office, RIVAL)
    assert [one["status"] for one in office.api.get(REQUESTS).json["data"]] == ["withdrawn"]

    again = ask_partner(office)

    assert (again.status, again.json) == (201, asked)
    assert [one["status"] for one in office.api.get(REQUESTS).json["data"]] == ["pending"]
    assert len(office.notices("transfer_requested")) == 1
    accepted = office.api.post(f"{REQUESTS}/{asked['id']}/accept")
    assert (accepted.status, accepted.json["status"]) == (200, "accepted")
    assert [item["managed_credit_reason"] for item in office.clients(email=RIVAL)] == ["no_recent_activity"]


@pytest.mark.feature("A108")
def test_after_its_time_a_partner_may_be_asked_anew(office: Office) -> None:
    office.assign("4711")
    office.assign("4711", email=RIVAL)
    asked = ask_partner(office).json
    assign_anew(office, RIVAL)
    office.api.clock.advance(timedelta(days=14))

    again = ask_partner(office)

    assert again.status == 201
    assert again.json["id"] != asked["id"]
    assert len(office.notices("transfer_requested")) == 2


def mails_to_dana(office: Office) -> list[str]:
    """The instants that are counted."""
    count = office.api.table.item("SENDINGS#dana@acme.example", "ADDRESS")
    return list(count["sent"]) if count else []


def send_links(office: Office, count: int, *, email: str) -> None:
    """Confirmation links to the address, two sendings each."""
    for _ in range(count // 2):
        body = draft()
        link = office.api.post(LINKS, {**body, "client": {**body["client"], "email": email}}).json
        for _ in range(2):
            assert office.api.post(f"{LINKS}/{link['id']}/send").status == 200


@pytest.mark.feature("A100")
@pytest.mark.usefixtures("user_pool")
def test_throwaway_users_mail_a_decision_maker_ten_times_a_day_and_no_more(office: Office) -> None:
    office.seed.client("4711", partners={}, portal_users=[])
    answers = []
    for number in range(11):
        user_id, email = f"u-throwaway{number}", f"throwaway{number}@hill.example"
        office.api.seed.user(email, user_id=user_id, partner_id="p-hill", role=Role.PARTNER_MEMBER)
        office.tag(user_id)
        office.assign("4711", user_id=user_id)
        before = office.api.table.items()
        answers.append(office.api.post(f"/v1/employees/{user_id}/clients/c-4711/request-access"))
        if number == 10:
            assert office.api.table.items() == before
        office.api.delete(f"/v1/users/{user_id}")

    assert [answer.status for answer in answers] == [200] * 10 + [429]
    refused = answers[-1]
    assert problem(refused) == (429, "too_many_sendings")
    assert refused.headers["retry-after"] == "86400"
    assert refused.json["detail"] == (
        "An address is mailed at most 10 links and requests for access in 24 hours, whoever sends them. It is possible "
        "again from 18 March 2026, 09:30 UTC."
    )
    assert len(office.notices("access_requested")) == 10


@pytest.mark.feature("A100")
def test_links_and_requests_for_access_have_one_limit_for_a_mailbox(office: Office) -> None:
    office.seed.client("4711", partners={}, portal_users=[])
    office.assign("4711")
    send_links(office, 10, email="dana+links@acme.example")

    assert problem(ask_client(office)) == (429, "too_many_sendings")
    office.api.clock.advance(timedelta(days=1))
    assert ask_client(office).status == 200
    assert mails_to_dana(office) == ["2026-03-18T09:30:00.000000Z"]


@pytest.mark.feature("A100")
def test_a_request_that_mails_nobody_counts_for_nothing(office: Office) -> None:
    office.seed.client("4711", partners={}, portal_users=[])
    office.assign("4711")
    for _ in range(3):
        assert ask_client(office).status == 200

    assert mails_to_dana(office) == ["2026-03-17T09:30:00.000000Z"]


@pytest.mark.feature("A100")
@pytest.mark.usefixtures("user_pool")
def test_what_stands_behind_a_plus_sign_makes_no_other_address_to_ask_a_client_about(office: Office) -> None:
    office.seed.client("4711", partners={}, portal_users=[])
    office.assign("4711")
    asked = ask_client(office)
    office.api.seed.user("nia+1@hill.example", user_id="u-nia1", partner_id="p-hill", role=Role.PARTNER_MEMBER)
    office.tag("u-nia1")
    office.assign("4711", user_id="u-nia1")
    office.api.clock.advance(timedelta(hours=1))

    again = office.api.post("/v1/employees/u-nia1/clients/c-4711/request-access")

    assert (again.status, again.json["access_requested_at"]) == (200, asked.json["access_requested_at"])
    assert len(office.notices("access_requested")) == 1


@pytest.mark.feature("A108")
@pytest.mark.usefixtures("user_pool")
def test_nor_to_ask_a_partner_about(office: Office) -> None:
    for partner_id, email in (("p-hill", ADMIN), ("p-lake", RIVAL)):
        office.api.seed.user("nia+1@hill.example", user_id="u-nia1", partner_id=partner_id, role=Role.PARTNER_MEMBER)
        office.tag("u-nia1", email=email)
        office.assign("4711", email=email)
        office.assign("4711", user_id="u-nia1", email=email)
    asked = ask_partner(office).json
    office.remove("4711", email=RIVAL)

    again = office.api.post("/v1/employees/u-nia1/clients/c-4711/transfer-request", email=RIVAL)

    assert (again.status, again.json["id"], again.json["email"]) == (201, asked["id"], "nia+1@hill.example")
    assert len(office.notices("transfer_requested")) == 1
    accepted = office.api.post(f"{REQUESTS}/{asked['id']}/accept")
    assert (accepted.status, accepted.json["status"]) == (200, "accepted")
    assert office.clients(user_id="u-nia1") == []
    assert [one["client_id"] for one in office.clients()] == ["c-4711"]


@pytest.mark.feature("A108")
@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("walk_round", [lambda *_: None, *WAYS])
def test_a_partner_that_has_declined_is_asked_again_once_the_request_would_have_expired(
    office: Office, walk_round: Callable[[Office, str], None]
) -> None:
    office.assign("4711")
    office.assign("4711", email=RIVAL)
    declined = ask_partner(office).json["id"]
    office.api.clock.advance(timedelta(days=1))
    assert office.api.post(f"{REQUESTS}/{declined}/decline").status == 200
    walk_round(office, RIVAL)
    before = office.api.table.items()

    refused = ask_partner(office)

    assert problem(refused) == (409, "transfer_declined")
    assert refused.headers["retry-after"] == str(13 * 86400)
    assert "possible again from 31 March 2026, 09:30 UTC" in refused.json["detail"]
    assert office.api.table.items() == before
    assert len(office.notices("transfer_requested")) == 1
    office.api.clock.advance(timedelta(days=13))
    assert ask_partner(office).status == 201
