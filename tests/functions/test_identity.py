"""A person is the sign-in, not the spelling of an address: what one owner of an address had, the next never gets."""

from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.employees.cascades import sweep
from shared.domain.operations import Operation
from shared.domain.people import Role
from shared.http.sign_ins import user_pool as pool_client
from shared.table.session import TableSession
from tests.events import subject_of
from tests.factories import operation
from tests.faults import failing
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem

USERS = "/v1/users"
NIA: dict[str, Any] = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
FIRST, SECOND = subject_of("nia@hill.example"), subject_of("nia@hill.example", generation=1)


def sign_ins(pool_id: str) -> dict[str, str]:
    """By user name, the `sub`."""
    users = boto3.client("cognito-idp").list_users(UserPoolId=pool_id)["Users"]
    return {
        user["Username"]: next(one["Value"] for one in user["Attributes"] if one["Name"] == "sub") for user in users
    }


def added(api: Api, *, email: str = ADMIN, **changes: Any) -> str:
    answer = api.post(USERS, {**NIA, **changes}, email=email)
    assert (answer.status, answer.json["status"]) == (201, "active")
    user_id: str = answer.json["id"]
    return user_id


@pytest.mark.parametrize("admin", [ADMIN, RIVAL])
def test_an_address_given_to_somebody_else_hands_over_nothing(api: Api, user_pool: str, admin: str) -> None:
    """Neither where the same partner gives it, nor where another one does."""
    first = added(api)
    api.delete(f"{USERS}/{first}")

    second = added(api, email=admin, name="Nils Neu")

    assert second != first
    assert sign_ins(user_pool) == {"nia@hill.example": SECOND}
    for path in ("/v1/me", "/v1/capacity", USERS):
        assert problem(api.get(path, email=NIA["email"], sub=FIRST)) == (403, "not_a_member")
    assert api.get("/v1/me", email=NIA["email"], sub=SECOND).json["user_id"] == second


def test_with_the_last_membership_the_sign_in_ends(api: Api, user_pool: str) -> None:
    user_id = added(api)

    assert api.delete(f"{USERS}/{user_id}").status == 204

    assert sign_ins(user_pool) == {}
    assert api.table.item(f"PERSON#{FIRST}", "PERSON") is None
    assert api.table.item("ADDRESS#nia@hill.example", "ADDRESS") is None


def test_who_belongs_elsewhere_keeps_the_sign_in(api: Api, user_pool: str) -> None:
    user_id = added(api)
    api.seed.user(NIA["email"], partner_id="p-lake", role=Role.PARTNER_MEMBER)

    assert api.delete(f"{USERS}/{user_id}").status == 204

    assert sign_ins(user_pool) == {"nia@hill.example": FIRST}
    assert api.get("/v1/me", email=NIA["email"]).json["partner_id"] == "p-lake"


def test_what_a_request_could_not_end_the_sweeper_does(api: Api, user_pool: str) -> None:
    user_id = added(api)
    with failing(pool_client(), seed=1, never_sent=1.0):
        answer = api.delete(f"{USERS}/{user_id}")

    assert problem(answer) == (503, "unavailable")
    assert problem(api.get("/v1/me", email=NIA["email"])) == (403, "not_a_member")
    assert sign_ins(user_pool) == {"nia@hill.example": FIRST}

    counts = swept(api)

    assert counts == {"ended": 1, "cut_off": 0, "sign_ins": 1, "expired": 0}
    assert sign_ins(user_pool) == {}
    assert api.table.item("ADDRESS#nia@hill.example", "ADDRESS") is None
    assert swept(api) == {"ended": 0, "cut_off": 0, "sign_ins": 0, "expired": 0}


def test_who_wants_an_address_that_is_being_left_does_what_is_left_first(api: Api, user_pool: str) -> None:
    user_id = added(api)
    with failing(pool_client(), seed=1, never_sent=1.0):
        api.delete(f"{USERS}/{user_id}")

    added(api, email=RIVAL)

    assert sign_ins(user_pool) == {"nia@hill.example": SECOND}
    swept(api)
    assert sign_ins(user_pool) == {"nia@hill.example": SECOND}
    assert api.get("/v1/me", email=NIA["email"], sub=SECOND).json["partner_id"] == "p-lake"


def test_the_address_that_a_person_leaves_hands_over_nothing_either(api: Api, user_pool: str) -> None:
    path = "/v1/vendor/partners/p-hill/users/u-nia"
    api.put(path, NIA)
    api.put(path, {**NIA, "email": "nia@else.example"})

    added(api, email=RIVAL, name="Nils Neu")

    assert sign_ins(user_pool) == {"nia@else.example": subject_of("nia@else.example"), "nia@hill.example": SECOND}
    assert problem(api.get("/v1/me", email=NIA["email"], sub=FIRST)) == (403, "not_a_member")
    assert api.get("/v1/me", email="nia@else.example").json["user_id"] == "u-nia"


def test_a_sign_in_whose_password_somebody_knows_is_not_taken_over(api: Api, user_pool: str) -> None:
    pool = boto3.client("cognito-idp")
    pool.admin_create_user(UserPoolId=user_pool, Username=NIA["email"])
    pool.admin_set_user_password(UserPoolId=user_pool, Username=NIA["email"], Password="Old-one-1234!", Permanent=True)

    user_id = added(api)

    assert sign_ins(user_pool) == {"nia@hill.example": SECOND}
    assert problem(api.get("/v1/me", email=NIA["email"], sub=FIRST)) == (403, "not_a_member")
    assert api.get("/v1/me", email=NIA["email"], sub=SECOND).json["user_id"] == user_id


def test_a_sign_in_that_a_request_left_unused_is_taken_over(api: Api, user_pool: str) -> None:
    pool = boto3.client("cognito-idp")
    pool.admin_create_user(UserPoolId=user_pool, Username=NIA["email"])

    user_id = added(api)

    assert sign_ins(user_pool) == {"nia@hill.example": FIRST}
    assert api.get("/v1/me", email=NIA["email"]).json["user_id"] == user_id


def test_a_user_id_of_the_vendors_comes_back_with_a_new_sign_in(api: Api, user_pool: str) -> None:
    path = "/v1/vendor/partners/p-hill/users/u-nia"
    api.put(path, NIA)
    api.delete(f"{USERS}/u-nia")

    assert api.put(path, NIA).json["result"] == "created"

    assert sign_ins(user_pool) == {"nia@hill.example": SECOND}
    assert problem(api.get("/v1/me", email=NIA["email"])) == (403, "not_a_member")
    assert api.get("/v1/me", email=NIA["email"], sub=SECOND).json["user_id"] == "u-nia"


@pytest.mark.parametrize("spelling", ["NIA@HILL.EXAMPLE", " nia@Hill.example "])
@pytest.mark.usefixtures("user_pool")
def test_an_address_has_one_spelling(api: Api, spelling: str) -> None:
    user_id = added(api, email=ADMIN)

    assert problem(api.post(USERS, {**NIA, "email": spelling})) == (409, "already_a_user")
    taken = api.put("/v1/vendor/partners/p-lake/users/u-else", {**NIA, "email": spelling})
    assert problem(taken) == (409, "email_taken")
    same = api.put(f"/v1/vendor/partners/p-hill/users/{user_id}", {**NIA, "email": spelling})
    assert same.json["result"] == "unchanged"


def test_members_of_the_first_hour_lose_no_sign_in_by_a_lost_answer(api: Api, user_pool: str) -> None:
    added(api)
    with failing(pool_client(), seed=1, answer_lost=1.0):
        api.delete(f"{USERS}/u-max")

    assert problem(api.get("/v1/me", email=MEMBER)) == (403, "not_a_member")
    assert sign_ins(user_pool) == {"nia@hill.example": FIRST}


def swept(api: Api) -> dict[str, int]:
    """What the sweeper does a minute later."""
    later = api.clock.now + timedelta(minutes=2)
    session = TableSession(api.seed.session.client, api.table.name)
    system: Operation = operation(at=later)
    return sweep(session, operation=system, until=later, has_time=lambda: True)
