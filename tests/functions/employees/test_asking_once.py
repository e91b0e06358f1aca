"""Whoever takes a client away from an employee and assigns it anew asks nobody a second time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.domain.people import Role
from tests.events import Answer
from tests.functions.client import ADMIN, RIVAL
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
