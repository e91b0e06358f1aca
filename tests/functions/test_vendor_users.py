"""The vendor says who works for a partner."""

from typing import Any

import boto3
import pytest

from shared.domain.languages import Language
from shared.domain.people import Role
from tests.events import subject_of
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem, tag

BODY: dict[str, Any] = {"email": "Nia@hill.example", "name": "Nia Nord", "role": "partner_member", "language": "de"}
NEW = "/v1/vendor/partners/p-hill/users/u-nia"
NIA = {
    "partner_id": "p-hill",
    "user_id": "u-nia",
    "email": "nia@hill.example",
    "name": "Nia Nord",
    "role": "partner_member",
    "language": "de",
}


def sign_ins(pool_id: str) -> list[str]:
    return sorted(user["Username"] for user in boto3.client("cognito-idp").list_users(UserPoolId=pool_id)["Users"])


def test_a_new_user_is_created_with_a_sign_in(api: Api, user_pool: str) -> None:
    answer = api.put(NEW, BODY)

    assert (answer.status, answer.json) == (201, {"result": "created", **NIA})
    assert sign_ins(user_pool) == ["nia@hill.example"]
    [user] = boto3.client("cognito-idp").list_users(UserPoolId=user_pool)["Users"]
    attributes = {one["Name"]: one["Value"] for one in user["Attributes"]}
    assert (attributes["email"], attributes["email_verified"]) == ("nia@hill.example", "true")
    row = api.table.item("PARTNER#p-hill", "USER#u-nia")
    assert row is not None
    assert row == {
        "pk": "PARTNER#p-hill",
        "sk": "USER#u-nia",
        "user_id": "u-nia",
        "sub": subject_of("nia@hill.example"),
        "email": "nia@hill.example",
        "name": "Nia Nord",
        "role": "partner_member",
        "language": "de",
        "partner_employee": False,
        "agreed": False,
        "clients": 0,
        "by_name": "USER#nia nord#u-nia",
        "version": 1_773_739_800_000_000,
        "write_id": row["write_id"],
    }
    assert api.get("/v1/me", email="nia@hill.example").json["role"] == "partner_member"


@pytest.mark.usefixtures("user_pool")
def test_an_import_repeated_changes_nothing(api: Api) -> None:
    api.put(NEW, BODY)
    before = api.table.items()

    answer = api.put(NEW, BODY)

    assert (answer.status, answer.json) == (200, {"result": "unchanged", **NIA})
    assert api.table.items() == before


@pytest.mark.usefixtures("user_pool")
def test_a_user_is_changed(api: Api) -> None:
    api.put(NEW, BODY)

    answer = api.put(NEW, {"email": "nia@hill.example", "name": "Nia North", "role": "partner_admin"})

    changed = {**NIA, "name": "Nia North", "role": "partner_admin", "language": "en"}
    assert (answer.status, answer.json) == (200, {"result": "updated", **changed})
    assert api.get("/v1/users/u-nia").headers["etag"] == tag(1)
    assert api.get("/v1/me", email="nia@hill.example").json["role"] == "partner_admin"
    [entry] = [item for item in api.table.items() if item.get("action") == "user.changed"]
    assert (entry["before"]["name"], entry["after"]["name"]) == ("Nia Nord", "Nia North")


def test_the_same_user_id_in_another_partner_is_the_same_person(api: Api, user_pool: str) -> None:
    api.put(NEW, BODY)

    answer = api.put("/v1/vendor/partners/p-lake/users/u-nia", {**BODY, "name": "Nia of Lake"})

    assert (answer.status, answer.json["result"]) == (201, "created")
    assert sign_ins(user_pool) == ["nia@hill.example"]
    memberships = api.get("/v1/me", email="nia@hill.example").json["memberships"]
    assert [one["partner_id"] for one in memberships] == ["p-hill", "p-lake"]
    assert api.get("/v1/users/u-nia").json["name"] == "Nia Nord"


def test_another_address_moves_the_person_in_every_partner(api: Api, user_pool: str) -> None:
    for partner in ("p-hill", "p-lake"):
        api.put(f"/v1/vendor/partners/{partner}/users/u-nia", BODY)

    answer = api.put(NEW, {**BODY, "email": "nia@freelance.example"})

    assert (answer.status, answer.json) == (200, {"result": "updated", **NIA, "email": "nia@freelance.example"})
    assert sign_ins(user_pool) == ["nia@freelance.example"]
    assert problem(api.get("/v1/me", email="nia@hill.example")) == (403, "not_a_member")
    me = api.get("/v1/me", email="nia@freelance.example").json
    assert (me["user_id"], [one["partner_id"] for one in me["memberships"]]) == ("u-nia", ["p-hill", "p-lake"])
    for email in (ADMIN, RIVAL):
        assert api.get("/v1/users/u-nia", email=email).json["email"] == "nia@freelance.example"
    assert api.table.item(f"PERSON#{subject_of('nia@hill.example')}", "PERSON") is None
    assert api.table.item("ADDRESS#nia@hill.example", "ADDRESS") is None
    identity = api.table.item("IDENTITY#u-nia", "IDENTITY")
    assert identity is not None
    assert (identity["email"], identity.get("left")) == ("nia@freelance.example", None)


def test_an_address_that_was_left_is_free_for_somebody_new(api: Api, user_pool: str) -> None:
    api.put(NEW, BODY)
    api.put(NEW, {**BODY, "email": "nia@freelance.example"})

    answer = api.put("/v1/vendor/partners/p-hill/users/u-nils", {**BODY, "name": "Nils"})

    assert answer.status == 201
    assert sign_ins(user_pool) == ["nia@freelance.example", "nia@hill.example"]
    assert api.put(NEW, {**BODY, "email": "nia@freelance.example"}).json["result"] == "unchanged"
    assert sign_ins(user_pool) == ["nia@freelance.example", "nia@hill.example"]


@pytest.mark.usefixtures("user_pool")
def test_an_address_belongs_to_one_user_id(api: Api) -> None:
    before = api.table.items()

    assert problem(api.put(NEW, {**BODY, "email": MEMBER})) == (409, "email_taken")
    assert problem(api.put(NEW, {**BODY, "email": RIVAL})) == (409, "email_taken")
    moved = api.put("/v1/vendor/partners/p-hill/users/u-max", {**BODY, "email": RIVAL})
    assert problem(moved) == (409, "email_taken")
    assert api.table.items() == before


@pytest.mark.usefixtures("user_pool")
def test_a_change_keeps_what_the_partner_itself_decides(api: Api) -> None:
    row = api.table.item("PARTNER#p-hill", "USER#u-max")
    assert row is not None
    api.table.put({**row, "partner_employee": True})

    api.put("/v1/vendor/partners/p-hill/users/u-max", {**BODY, "email": MEMBER})

    assert api.get("/v1/users/u-max").json["partner_employee"] is True


def test_an_unknown_partner_has_no_users(api: Api, user_pool: str) -> None:
    before = api.table.items()

    assert problem(api.put("/v1/vendor/partners/p-none/users/u-nia", BODY)) == (404, "not_found")
    assert (api.table.items(), sign_ins(user_pool)) == (before, [])


def test_a_removed_user_is_made_one_again(api: Api, user_pool: str) -> None:
    api.put(NEW, BODY)
    api.delete("/v1/users/u-nia")

    answer = api.put(NEW, BODY)

    assert (answer.status, answer.json["result"]) == (201, "created")
    assert problem(api.get("/v1/me", email="nia@hill.example")) == (403, "not_a_member")
    second = subject_of("nia@hill.example", generation=1)
    assert api.get("/v1/me", email="nia@hill.example", sub=second).json["user_id"] == "u-nia"
    assert sign_ins(user_pool) == ["nia@hill.example"]


@pytest.mark.usefixtures("user_pool")
def test_a_person_belongs_to_25_partners_at_most(api: Api) -> None:
    for number in range(26):
        api.seed.partner(f"p-{number}")
    for number in range(25):
        api.seed.user(
            "nia@hill.example", partner_id=f"p-{number}", user_id="u-nia", language=Language.GERMAN, name="Nia"
        )

    answer = api.put("/v1/vendor/partners/p-25/users/u-nia", BODY)

    assert problem(answer) == (409, "too_many_memberships")
    moved = api.put("/v1/vendor/partners/p-0/users/u-nia", {**BODY, "email": "nia@else.example"})
    assert (moved.status, moved.json["result"]) == (200, "updated")
    assert len(api.get("/v1/me", email="nia@else.example").json["memberships"]) == 25


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "a@b.example,c@d.example"}, "#/email"),
        ({"email": f"nia@{'h' * 60}.{'l' * 56}.example"}, "#/email"),  # 129 characters, which the pool refuses
        ({"role": Role.VENDOR_OPERATOR}, "#/role"),
        ({"language": "fr"}, "#/language"),
        ({"name": None}, "#/name"),
        ({"partner_employee": True}, "#/partner_employee"),
    ],
)
def test_a_wrong_field_is_named(api: Api, user_pool: str, change: dict[str, Any], pointer: str) -> None:
    answer = api.put(NEW, {**BODY, **change})

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert sign_ins(user_pool) == []
