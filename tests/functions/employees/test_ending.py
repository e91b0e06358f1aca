"""Access to clients' portals, and the end of assignments."""

from datetime import timedelta
from typing import Any

import pytest

from tests.functions.client import RIVAL, problem
from tests.functions.employees.conftest import EMPLOYEES, NIA, OF_NIA, Office


@pytest.mark.feature("A99", "A100")
def test_access_is_requested_of_the_client_once_a_day(office: Office) -> None:
    office.seed.client("4712", company="Beta")
    office.assign("4712")
    path = f"{OF_NIA}/clients/c-4712/request-access"
    asked = {
        "client_id": "c-4712",
        "company": "Beta",
        "portal_access": "requested",
        "access_requested_at": "2026-03-17T09:30:00Z",
        "client_notified": True,
    }

    first = office.api.post(path)
    again = office.api.post(path)
    office.api.clock.advance(timedelta(days=1))
    later = office.api.post(path)

    assert (first.status, first.json) == (again.status, again.json) == (200, asked)
    assert later.json == {**asked, "access_requested_at": "2026-03-18T09:30:00Z"}
    assert office.clients()[0]["portal_access"] == "requested"
    notices = office.notices("access_requested")
    assert [(one["email"], one["user_id"]) for one in notices] == [("dana@acme.example", "u-ada")] * 2
    assert notices[0]["content"] == {
        "partner_name": "Hill Consulting",
        "company": "Beta",
        "decision_maker": {"name": "Dana Day", "language": "en"},
        "employee": {"name": "Nia Nord", "email": NIA},
        "requested_by": "Ada Hill",
    }
    office.seed.client("4712", company="Beta", portal_users=[NIA])
    assert problem(office.api.post(path)) == (409, "access_granted")


def test_a_request_to_a_client_without_decision_maker_is_recorded_and_says_so(office: Office) -> None:
    office.seed.client("4712", decision_maker=None)
    office.assign("4712")

    answer = office.api.post(f"{OF_NIA}/clients/c-4712/request-access")

    assert (answer.json["portal_access"], answer.json["client_notified"]) == ("requested", False)
    assert office.notices("access_requested") == []


@pytest.mark.feature("A102", "A103", "A104")
@pytest.mark.parametrize("confirm", [None, "", "remove", "REMOVE ", "yes"])
def test_only_the_literal_remove_takes_a_client_away(office: Office, confirm: str | None) -> None:
    office.assign("4711")
    before = office.api.table.items()
    query = {} if confirm is None else {"confirm": confirm}

    refused = office.api.delete(f"{OF_NIA}/clients/c-4711", query=query)

    assert problem(refused) == (422, "confirmation_required")
    assert office.api.table.items() == before
    assert office.remove("4711").status == 204
    assert (office.clients(), office.api.get(OF_NIA).json["client_count"]) == ([], 0)
    assert problem(office.remove("4711")) == (404, "not_found")


@pytest.mark.parametrize("user_id", ["u-rita", "u-unknown", "a%23b"])
def test_another_partners_employee_is_as_unknown_as_any(office: Office, user_id: str) -> None:
    before = office.api.table.items()
    path = f"{EMPLOYEES}/{user_id}"
    requests: list[tuple[str, str, Any]] = [
        ("GET", path, None),
        ("GET", f"{path}/activity", None),
        ("POST", f"{path}/clients", {"clients": [{"hub_id": "4711"}]}),
        ("POST", f"{path}/clients/c-4711/request-access", None),
        ("POST", f"{path}/clients/c-4711/transfer-request", None),
        ("PUT", f"/v1/users/{user_id}/partner-employee", {"enabled": True}),
    ]

    for method, where, body in requests:
        assert problem(office.api.request(method, where, body=body)) == (404, "not_found")
    assert problem(office.api.delete(f"{path}/clients/c-4711", query={"confirm": "REMOVE"})) == (404, "not_found")
    assert office.api.table.items() == before


@pytest.mark.feature("A105")
def test_a_removed_user_may_come_back_and_starts_anew(office: Office, user_pool: str) -> None:
    assert user_pool
    office.assign("4711")

    assert office.api.delete("/v1/users/u-nia").status == 204

    assert problem(office.api.get(OF_NIA)) == (404, "not_found")
    assert problem(office.api.delete("/v1/users/u-nia")) == (404, "not_found")
    again = {"email": NIA, "name": "Nia Nord", "role": "partner_member"}
    assert office.api.post("/v1/users", again).json["id"] == "u-nia"
    assert office.api.post("/v1/me/memberships/p-hill/accept", email=NIA).status == 200
    assert office.api.get(OF_NIA).json["clients"] == []
    assert office.rows("CASCADE#") == []


@pytest.mark.usefixtures("user_pool")
def test_assignments_move_with_the_person_to_another_address(office: Office) -> None:
    office.act("4711", who="nia@else.example")
    office.assign("4711")
    office.seed.client("4711", partners={}, portal_users=["nia@else.example"])
    moved = {"email": "nia@else.example", "name": "Nia Nord", "role": "partner_member"}

    assert office.api.put("/v1/vendor/partners/p-lake/users/u-nia", moved).status == 200

    assert office.reasons() == {"c-4711": None}
    assert office.rows("CASCADE#") == []
    [row] = office.rows("ASSIGNMENT#")
    assert row["email"] == "nia@else.example"


@pytest.mark.parametrize("client_id", ["4711", "c-", "c-9999", "c-a%23b"])
def test_what_is_no_client_of_the_employee_is_not_found(office: Office, client_id: str) -> None:
    path = f"{OF_NIA}/clients/{client_id}"

    assert problem(office.api.post(f"{path}/request-access")) == (404, "not_found")
    assert problem(office.api.post(f"{path}/transfer-request")) == (404, "not_found")
    assert problem(office.api.delete(path, query={"confirm": "REMOVE"})) == (404, "not_found")


def test_a_client_takes_so_many_employees_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.domain.claims.MOST_CLAIMS", 1)
    office.assign("4711")

    [refused] = office.assign("4711", email=RIVAL)

    assert (refused["status"], refused["problem"]["code"]) == ("refused", "too_many_employees")
    assert office.clients(email=RIVAL) == []


@pytest.mark.usefixtures("user_pool")
def test_who_has_left_comes_back_once_all_that_is_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.assign("4711")
    again = {"email": NIA, "name": "Nia Nord", "role": "partner_member"}
    with monkeypatch.context() as hurry:
        hurry.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 0)
        office.api.delete("/v1/users/u-nia")
        assert len(office.rows("CASCADE#")) == 1

        assert office.api.post("/v1/users", again).json["status"] == "invited"
        yes = office.api.post("/v1/me/memberships/p-hill/accept", email=NIA)
        assert problem(yes) == (503, "unavailable")
        vendor = office.api.put("/v1/vendor/partners/p-hill/users/u-nia", again)
        assert problem(vendor) == (503, "unavailable")

    assert office.api.post("/v1/me/memberships/p-hill/accept", email=NIA).status == 200
    assert (office.clients(), office.rows("CASCADE#")) == ([], [])


@pytest.mark.usefixtures("user_pool")
def test_who_is_made_a_user_again_by_the_vendor_leaves_first_what_was_left_to_be_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.assign("4711")
    with monkeypatch.context() as hurry:
        hurry.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 0)
        assert office.api.delete("/v1/users/u-nia").status == 204
    assert len(office.rows("ASSIGNMENT#u-nia#4711")) == 1

    body = {"email": NIA, "name": "Nia Nord", "role": "partner_member", "language": "en"}
    assert office.api.put("/v1/vendor/partners/p-hill/users/u-nia", body).status == 201

    assert (office.rows("ASSIGNMENT#u-nia#4711"), office.rows("CASCADE#USER#u-nia")) == ([], [])
    assert office.clients() == []
