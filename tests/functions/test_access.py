"""Who may use which route, generated from the one table that says so."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.people import Role
from shared.http.access import ROLES_BY_ROUTE
from tests.events import Answer, api_event, call, subject_of
from tests.factories import lead
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api, problem
from tests.gateway import Gateway

PEOPLE = {Role.PARTNER_ADMIN: ADMIN, Role.PARTNER_MEMBER: MEMBER, Role.VENDOR_OPERATOR: OPERATOR}
SHUT = [
    pytest.param(route, role, id=f"{role}: {route}")
    for route, roles in ROLES_BY_ROUTE.items()
    for role in Role
    if role not in roles
]
OPEN = [
    pytest.param(route, role, id=f"{role}: {route}")
    for route, roles in ROLES_BY_ROUTE.items()
    for role in Role
    if role in roles
]
OF_A_PARTNER = [route for route, roles in ROLES_BY_ROUTE.items() if Role.VENDOR_OPERATOR not in roles]


def send(route: str, *, email: str | None, body: Any = None, partner: str | None = None) -> Answer:
    """The route as the deployed function answers it."""
    method, _, pattern = route.partition(" ")
    path = re.sub(r"{\w+}", "x-1.example", pattern)
    headers = {"Content-Type": "application/json", **({"X-Partner-Id": partner} if partner else {})}
    return call(Gateway().entry_of(method, path), api_event(method, path, body=body, email=email, headers=headers))


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(("route", "role"), SHUT)
def test_a_wrong_role_is_refused_whatever_is_sent(route: str, role: Role) -> None:
    bodies: list[Any] = [None, {}, {"unknown": 1}, "[]"] if not route.startswith("GET ") else [None]

    refusals = {problem(send(route, email=PEOPLE[role], body=body)) for body in bodies}

    assert refusals == {(403, "role_required")}


@pytest.mark.usefixtures("api", "user_pool")
@pytest.mark.parametrize(("route", "role"), OPEN)
def test_a_right_role_gets_beyond_the_door(route: str, role: Role) -> None:
    answer = send(route, email=PEOPLE[role], body=None if route.startswith("GET ") else {})

    assert answer.status in {200, 404, 422}


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("route", ROLES_BY_ROUTE)
def test_a_stranger_is_nobodys_member(route: str) -> None:
    assert problem(send(route, email="stranger@else.example", body={})) == (403, "not_a_member")


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("route", OF_A_PARTNER)
def test_nobody_works_for_a_partner_that_is_not_theirs(route: str) -> None:
    for other in ("p-lake", "p-unknown", "x#y", "x" * 500):
        assert problem(send(route, email=ADMIN, body={}, partner=other)) == (403, "not_a_member")


@pytest.mark.parametrize("route", OF_A_PARTNER)
def test_a_person_of_two_partners_has_to_say_which(api: Api, route: str) -> None:
    api.seed.user(ADMIN, partner_id="p-lake")

    assert problem(send(route, email=ADMIN, body={})) == (400, "partner_required")
    assert problem(send(route, email=ADMIN, body={}, partner="p-other")) == (403, "not_a_member")


def test_the_partner_that_is_named_is_the_one_that_is_meant(api: Api) -> None:
    api.seed.user(ADMIN, partner_id="p-lake", role=Role.PARTNER_MEMBER)
    api.post("/v1/registrations", lead("hill.example"), partner="p-hill")
    api.post("/v1/registrations", lead("lake.example"), partner="p-lake")

    listed = {
        partner: [one["registered_domain"] for one in api.get("/v1/registrations", partner=partner).json["data"]]
        for partner in ("p-hill", "p-lake")
    }

    assert listed == {"p-hill": ["hill.example"], "p-lake": ["lake.example"]}
    assert problem(api.post("/v1/users", {}, partner="p-lake")) == (403, "role_required")


@pytest.mark.usefixtures("user_pool")
def test_a_removed_user_is_refused_on_the_very_next_call(api: Api) -> None:
    assert api.get("/v1/capacity", email=MEMBER).status == 200

    assert api.delete("/v1/users/u-max").status == 204

    assert problem(api.get("/v1/capacity", email=MEMBER)) == (403, "not_a_member")
    assert problem(api.get("/v1/me", email=MEMBER)) == (403, "not_a_member")


def test_a_changed_role_holds_on_the_very_next_call(api: Api) -> None:
    assert problem(api.delete("/v1/users/u-nobody", email=MEMBER)) == (403, "role_required")

    api.patch("/v1/users/u-max", {"role": "partner_admin"}, match="*")

    assert problem(api.delete("/v1/users/u-nobody", email=MEMBER)) == (404, "not_found")


@pytest.mark.usefixtures("user_pool")
def test_a_person_who_moves_to_another_partner_works_there_on_the_next_call(api: Api) -> None:
    """The process remembers where a person belonged, only as a guess of what to read."""
    assert api.get("/v1/capacity", email=MEMBER).status == 200
    api.seed.partner("p-lake", limit=3)
    api.seed.user(MEMBER, partner_id="p-lake")
    api.delete("/v1/users/u-max")

    assert api.get("/v1/capacity", email=MEMBER).json["limit"] == 3
    assert api.get("/v1/me", email=MEMBER).json["partner_id"] == "p-lake"


@pytest.mark.parametrize(
    "claims", [{}, {"token_use": "id", "username": ADMIN}, {"token_use": "access"}, {"token_use": "access", "sub": "x"}]
)
def test_only_an_access_token_says_who_is_calling(api: Api, claims: dict[str, str]) -> None:
    event = api_event("GET", "/v1/capacity", email=ADMIN)
    event["requestContext"]["authorizer"]["jwt"]["claims"] = claims

    assert problem(api.send(event)) == (403, "not_a_member")


def test_without_an_authorizer_nobody_is_calling(api: Api) -> None:
    assert problem(api.get("/v1/capacity", email=None)) == (403, "not_a_member")


def test_who_calls_is_the_sign_in_and_not_the_user_name_of_its_token(api: Api) -> None:
    assert api.get("/v1/me", email="Ada@HILL.example", sub=subject_of(ADMIN)).json["user_id"] == "u-ada"
    another = subject_of(ADMIN, generation=1)
    assert problem(api.get("/v1/me", email=ADMIN, sub=another)) == (403, "not_a_member")
    assert problem(api.get("/v1/capacity", email=ADMIN, sub=another)) == (403, "not_a_member")


def test_an_operator_who_is_a_partners_user_too_is_both(api: Api) -> None:
    api.seed.user(OPERATOR, role=Role.PARTNER_MEMBER)

    assert api.get("/v1/capacity", email=OPERATOR).status == 200
    assert api.get("/v1/vendor/audit", email=OPERATOR).status == 200
    assert problem(api.delete("/v1/users/u-max", email=OPERATOR)) == (403, "role_required")


def test_a_membership_is_asked_for_on_every_request_not_only_on_the_first(api: Api) -> None:
    for _ in range(3):
        api.clock.advance(timedelta(minutes=1))
        assert api.get("/v1/registrations", email=RIVAL).json == {"data": [], "next_cursor": None}
    api.table.clear()

    assert problem(api.get("/v1/registrations", email=RIVAL)) == (403, "not_a_member")
