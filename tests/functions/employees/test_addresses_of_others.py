"""An address on another partner's e-mail domain is listed with its owner's yes alone, and that partner is told."""

from typing import Any

import pytest

from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.functions.client import ADMIN, RIVAL, Api, problem

USERS = "/v1/users"
NIA: dict[str, Any] = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
ACCEPT = "/v1/me/memberships/p-lake/accept"


@pytest.fixture
def apart(api: Api, user_pool: str) -> Api:
    """hill.example is the domain of p-hill; both partners manage the client 4711."""
    assert user_pool
    domain(api, "hill.example")
    ClientSeed(table=api.table).client("4711", partners={"p-hill": "managed", "p-lake": "managed"})
    return api


def domain(api: Api, name: str | None, *, partner_id: str = "p-hill") -> None:
    body = {"name": partner_id, "type": "solutions_partner", "email_domain": name}
    assert api.put(f"/v1/vendor/partners/{partner_id}", body).status in {200, 201}


def mark(api: Api, user_id: str) -> Any:
    return api.put(f"{USERS}/{user_id}/partner-employee", {"enabled": True}, email=RIVAL)


def assign(api: Api, user_id: str) -> Any:
    return api.post(f"/v1/employees/{user_id}/clients", {"clients": [{"hub_id": "4711"}]}, email=RIVAL)


def told(api: Api) -> list[Item]:
    return [item for item in api.table.items() if item.get("kind") == "address_listed"]


@pytest.mark.feature("A107")
def test_who_is_new_with_an_address_of_another_partners_is_asked_first(apart: Api) -> None:
    answer = apart.post(USERS, NIA, email=RIVAL)

    user_id = answer.json["id"]
    assert (answer.status, answer.json["status"]) == (201, "invited")
    assert problem(mark(apart, user_id)) == (409, "invitation_pending")
    assert problem(assign(apart, user_id)) == (404, "not_found")
    me = apart.get("/v1/me", email=NIA["email"]).json
    assert (me["role"], [(one["partner_id"], one["status"]) for one in me["memberships"]]) == (
        None,
        [("p-lake", "invited")],
    )
    assert problem(apart.get("/v1/capacity", email=NIA["email"])) == (403, "not_a_member")


@pytest.mark.feature("A107")
def test_with_her_yes_she_is_listed_and_the_partner_of_the_domain_is_told(apart: Api) -> None:
    user_id = apart.post(USERS, NIA, email=RIVAL).json["id"]
    assert apart.post(ACCEPT, email=NIA["email"]).status == 200
    assert told(apart) == []

    assert mark(apart, user_id).json["partner_employee"] is True

    [notice] = told(apart)
    assert (notice["partner_id"], notice["user_id"], notice["email"], notice["content"]) == (
        "p-hill",
        None,
        None,
        {"email": "nia@hill.example"},
    )
    assert assign(apart, user_id).json["results"][0]["status"] == "assigned"
    assert len(told(apart)) == 1


@pytest.mark.feature("A107")
def test_assigning_without_the_mark_tells_once(apart: Api) -> None:
    ClientSeed(table=apart.table).client("4712", partners={"p-lake": "managed"})
    user_id = apart.post(USERS, NIA, email=RIVAL).json["id"]
    apart.post(ACCEPT, email=NIA["email"])

    both = {"clients": [{"hub_id": "4711"}, {"hub_id": "4712"}]}
    results = apart.post(f"/v1/employees/{user_id}/clients", both, email=RIVAL).json["results"]

    assert [one["status"] for one in results] == ["assigned", "assigned"]
    assert [one["partner_id"] for one in told(apart)] == ["p-hill"]


@pytest.mark.feature("A107")
def test_the_vendors_word_makes_a_user_and_no_employee(apart: Api) -> None:
    apart.put("/v1/vendor/partners/p-lake/users/u-nia", NIA)
    before = apart.table.items()

    assert problem(mark(apart, "u-nia")) == (409, "agreement_missing")
    assert problem(assign(apart, "u-nia")) == (409, "agreement_missing")
    assert apart.table.items() == before

    yes = apart.post(ACCEPT, email=NIA["email"])
    assert (yes.status, yes.json["status"]) == (200, "active")
    [entry] = [item for item in apart.table.items() if item.get("action") == "user.agreed"]
    assert (entry["partner_id"], entry["audit_actor"]) == ("p-lake", "u-nia")
    assert mark(apart, "u-nia").status == 200
    assert assign(apart, "u-nia").json["results"][0]["status"] == "assigned"


def test_a_part_of_the_domain_is_the_partners_too(apart: Api) -> None:
    assert apart.post(USERS, {**NIA, "email": "nia@mail.hill.example"}, email=RIVAL).json["status"] == "invited"
    assert apart.post(USERS, {**NIA, "email": "nia@uphill.example"}, email=RIVAL).json["status"] == "active"


def test_on_its_own_domain_a_partner_asks_nobody(apart: Api) -> None:
    answer = apart.post(USERS, NIA, email=ADMIN)

    assert (answer.status, answer.json["status"]) == (201, "active")
    path = f"{USERS}/{answer.json['id']}/partner-employee"
    assert apart.put(path, {"enabled": True}, email=ADMIN).status == 200
    assert told(apart) == []


def test_branches_share_a_domain(apart: Api) -> None:
    domain(apart, "hill.example", partner_id="p-lake")

    answer = apart.post(USERS, NIA, email=RIVAL)

    assert answer.json["status"] == "active"
    assert mark(apart, answer.json["id"]).status == 200
    assert told(apart) == []


def test_a_domain_that_is_given_up_is_nobodys(apart: Api) -> None:
    domain(apart, "new-hill.example")

    assert apart.post(USERS, NIA, email=RIVAL).json["status"] == "active"
    assert apart.post(USERS, {**NIA, "email": "a@new-hill.example"}, email=RIVAL).json["status"] == "invited"
    domain(apart, None)
    assert apart.post(USERS, {**NIA, "email": "b@new-hill.example"}, email=RIVAL).json["status"] == "active"


def test_who_declines_the_only_invitation_is_known_no_longer(apart: Api) -> None:
    apart.post(USERS, NIA, email=RIVAL)

    assert apart.post("/v1/me/memberships/p-lake/decline", email=NIA["email"]).status == 200

    assert problem(apart.get("/v1/me", email=NIA["email"])) == (403, "not_a_member")
    assert apart.table.item("ADDRESS#nia@hill.example", "ADDRESS") is None
    assert apart.post(USERS, NIA, email=ADMIN).json["status"] == "active"
