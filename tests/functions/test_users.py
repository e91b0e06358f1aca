"""The partner's users."""

from typing import Any

import boto3
import pytest

from functions.employees.desk import UserDesk
from functions.employees.service import add_user
from shared.domain.languages import Language
from shared.domain.people import Role
from shared.http import sign_ins as sign_ins_module
from shared.http.sign_ins import user_pool as pool_client
from tests.events import subject_of
from tests.factories import operation
from tests.faults import failing
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem, tag

USERS = "/v1/users"
NEW: dict[str, Any] = {"email": "Nia@Hill.example", "name": "Nia Nord", "role": "partner_member"}
MAX = {
    "id": "u-max",
    "email": MEMBER,
    "name": "Max Moss",
    "role": "partner_member",
    "language": "en",
    "partner_employee": False,
    "status": "active",
}


def sign_ins(pool_id: str) -> list[str]:
    return sorted(user["Username"] for user in boto3.client("cognito-idp").list_users(UserPoolId=pool_id)["Users"])


def test_users_are_listed_by_name_in_pages(api: Api) -> None:
    for name in ("beate", "Änne", "Carl", "Zoe"):
        api.seed.user(f"{name.lower().replace('ä', 'ae')}@hill.example", name=name)

    pages = api.pages(USERS, limit="2")

    assert [[user["name"] for user in page.json["data"]] for page in pages] == [
        ["Ada Hill", "beate"],
        ["Carl", "Max Moss"],
        ["Zoe", "Änne"],
    ]
    assert pages[0].headers["link"].startswith("<https://desk.example/v1/users?limit=2&cursor=")
    assert "link" not in pages[-1].headers
    assert api.get(USERS).json["data"][3] == MAX
    assert problem(api.get(USERS, query={"cursor": pages[0].json["next_cursor"]}, email=RIVAL)) == (
        400,
        "invalid_cursor",
    )


def test_one_user(api: Api) -> None:
    answer = api.get(f"{USERS}/u-max", email=MEMBER)

    assert (answer.status, answer.headers["etag"], answer.json) == (200, '"v1"', MAX)


@pytest.mark.parametrize("user_id", ["u-rita", "u-unknown", "a%23b", "x" * 600])
def test_a_user_of_another_partner_is_as_unknown_as_any(api: Api, user_id: str) -> None:
    before = api.table.items()
    path = f"{USERS}/{user_id}"

    assert problem(api.get(path)) == (404, "not_found")
    assert problem(api.patch(path, {"name": "X"}, match="*")) == (404, "not_found")
    assert problem(api.delete(path)) == (404, "not_found")
    assert api.table.items() == before


def test_an_admin_adds_a_person_who_can_then_sign_in(api: Api, user_pool: str) -> None:
    answer = api.post(USERS, NEW)

    user_id = answer.json["id"]
    assert (answer.status, answer.headers["etag"], answer.json) == (
        201,
        tag(),
        {
            "id": user_id,
            "email": "nia@hill.example",
            "name": "Nia Nord",
            "role": "partner_member",
            "language": "en",
            "partner_employee": False,
            "status": "active",
        },
    )
    assert sign_ins(user_pool) == ["nia@hill.example"]
    assert api.get("/v1/me", email="nia@hill.example").json["user_id"] == user_id
    sub = subject_of("nia@hill.example")
    person = api.table.item(f"PERSON#{sub}", "PERSON")
    assert person is not None
    assert person["memberships"] == {
        "p-hill": {"role": "partner_member", "name": "Nia Nord", "language": "en", "partner_employee": False}
    }
    identity = api.table.item(f"IDENTITY#{user_id}", "IDENTITY")
    assert identity is not None
    assert (identity["sub"], identity["email"]) == (sub, "nia@hill.example")
    address = api.table.item("ADDRESS#nia@hill.example", "ADDRESS")
    assert address is not None
    assert (address["sub"], address["user_id"]) == (sub, user_id)
    [entry] = [item for item in api.table.items() if item.get("request_id") == answer.headers["x-request-id"]]
    assert (entry["action"], entry["audit_actor"], entry["before"]) == ("user.added", "u-ada", None)
    assert entry["after"] == {
        "email": "nia@hill.example",
        "name": "Nia Nord",
        "role": "partner_member",
        "language": "en",
        "partner_employee": False,
    }


@pytest.mark.usefixtures("user_pool")
def test_nobody_is_added_twice(api: Api) -> None:
    before = api.table.items()

    assert problem(api.post(USERS, {**NEW, "email": MEMBER.upper()})) == (409, "already_a_user")
    assert api.table.items() == before


def test_of_two_partners_that_add_a_person_at_once_the_second_invites(
    api: Api, user_pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = sign_ins_module.create_sign_in

    def meanwhile_the_other_is_done(email: str, *, language: Language) -> str | None:
        monkeypatch.setattr("shared.joining.create_sign_in", create)
        lake = UserDesk(api.seed.session, "p-lake", operation(actor="u-rita"), "Rita Lake")
        add_user(lake, email=email, name="Nia of Lake", role=Role.PARTNER_MEMBER, language=Language.ENGLISH)
        return create(email, language=language)

    monkeypatch.setattr("shared.joining.create_sign_in", meanwhile_the_other_is_done)

    answer = api.post(USERS, NEW)

    assert (answer.status, answer.json["status"], answer.json["name"]) == (201, "invited", "Nia Nord")
    me = api.get("/v1/me", email="nia@hill.example").json
    assert [(one["partner_id"], one["status"]) for one in me["memberships"]] == [
        ("p-lake", "active"),
        ("p-hill", "invited"),
    ]
    assert sign_ins(user_pool) == ["nia@hill.example"]


@pytest.mark.usefixtures("user_pool")
def test_an_address_with_the_signs_of_keys_in_it_is_an_address_like_any(api: Api) -> None:
    for number, email in enumerate(("a#b@hill.example", "a%23b@hill.example", f"{'#' * 64}@hill.example")):
        user_id = api.post(USERS, {**NEW, "email": email}).json["id"]
        assert api.get("/v1/me", email=email).json["user_id"] == user_id
        assert len(api.get(USERS).json["data"]) == 3 + number


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nobody"}, "#/email"),
        ({"email": f"nia@{'h' * 60}.{'l' * 56}.example"}, "#/email"),  # 129 characters, which the pool refuses
        ({"role": "vendor_operator"}, "#/role"),
        ({"role": "owner"}, "#/role"),
        ({"name": " "}, "#/name"),
        ({"language": "fr"}, "#/language"),
        ({"id": "u-1"}, "#/id"),
        ({"partner_id": "p-lake"}, "#/partner_id"),
        ({"partner_employee": True}, "#/partner_employee"),
    ],
)
def test_a_wrong_field_is_named_and_makes_no_sign_in(
    api: Api, user_pool: str, change: dict[str, Any], pointer: str
) -> None:
    answer = api.post(USERS, {**NEW, **change})

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert sign_ins(user_pool) == []


@pytest.mark.usefixtures("user_pool")
def test_adding_is_repeated_under_its_key(api: Api) -> None:
    first, second = (api.post(USERS, NEW, key="k-1") for _ in range(2))

    assert (first.status, first.body, first.headers["etag"]) == (second.status, second.body, second.headers["etag"])
    assert problem(api.post(USERS, {**NEW, "name": "Else"}, key="k-1")) == (422, "idempotency_key_reused")
    assert len(api.get(USERS).json["data"]) == 3


def test_an_admin_changes_name_role_and_language(api: Api) -> None:
    answer = api.patch(f"{USERS}/u-max", {"name": "Max M.", "role": "partner_admin", "language": "de"}, match='"v1"')

    changed = {**MAX, "name": "Max M.", "role": "partner_admin", "language": "de"}
    assert (answer.status, answer.headers["etag"], answer.json) == (200, '"v2"', changed)
    assert api.get(f"{USERS}/u-max").json == changed
    assert api.get("/v1/me", email=MEMBER).json["role"] == "partner_admin"
    [entry] = [item for item in api.table.items() if item.get("action") == "user.changed"]
    assert (entry["before"]["role"], entry["after"]["role"]) == ("partner_member", "partner_admin")


@pytest.mark.parametrize(
    ("match", "refusal"), [(None, (428, "precondition_required")), ('"v2"', (412, "precondition_failed"))]
)
def test_a_change_without_the_right_etag_is_refused(api: Api, match: str | None, refusal: tuple[int, str]) -> None:
    before = api.table.items()

    assert problem(api.patch(f"{USERS}/u-max", {"name": "X"}, match=match)) == refusal
    assert api.table.items() == before


@pytest.mark.parametrize("change", [{}, {"name": "Max Moss"}, {"role": "partner_member", "language": "en"}])
def test_a_change_that_changes_nothing_writes_nothing(api: Api, change: dict[str, Any]) -> None:
    before = api.table.items()

    answer = api.patch(f"{USERS}/u-max", change, match="*")

    assert (answer.status, answer.headers["etag"], answer.json) == (200, '"v1"', MAX)
    assert api.table.items() == before


def test_the_address_and_the_employees_flag_are_not_changed_here(api: Api) -> None:
    for change in ({"email": "x@hill.example"}, {"partner_employee": True}, {"id": "u-1"}):
        assert problem(api.patch(f"{USERS}/u-max", change, match="*")) == (422, "validation_failed")


def test_nobody_removes_themselves_or_gives_up_their_own_role(api: Api) -> None:
    before = api.table.items()

    assert problem(api.delete(f"{USERS}/u-ada")) == (409, "own_user")
    assert problem(api.patch(f"{USERS}/u-ada", {"role": "partner_member"}, match="*")) == (409, "own_user")
    assert api.table.items() == before
    assert api.patch(f"{USERS}/u-ada", {"name": "Ada"}, match="*").status == 200


@pytest.mark.usefixtures("user_pool")
def test_removing_ends_the_membership_in_this_partner_alone(api: Api) -> None:
    api.seed.user(MEMBER, partner_id="p-lake", role=Role.PARTNER_ADMIN)

    answer = api.delete(f"{USERS}/u-max")

    assert (answer.status, answer.body) == (204, "")
    assert problem(api.get(f"{USERS}/u-max")) == (404, "not_found")
    assert api.get("/v1/me", email=MEMBER).json["partner_id"] == "p-lake"
    assert [user["id"] for user in api.get(USERS, email=RIVAL).json["data"]] == ["u-max", "u-rita"]
    [entry] = [item for item in api.table.items() if item.get("action") == "user.removed"]
    assert (entry["partner_id"], entry["audit_object"], entry["after"]) == ("p-hill", "user/u-max", None)
    assert problem(api.delete(f"{USERS}/u-max")) == (404, "not_found")


@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("fault", ["throttled", "answer_lost", "never_sent"])
def test_nobody_is_added_who_could_not_sign_in(api: Api, fault: str) -> None:
    before = api.table.items()

    with failing(pool_client(), seed=1, **{fault: 1.0}):
        answer = api.post(USERS, NEW)

    assert problem(answer) == (503, "unavailable")
    [count] = [item for item in api.table.items() if item not in before]  # of the mail, before the pool is asked
    assert (count["pk"], count["sk"]) == ("SENDINGS#nia@hill.example", "INVITATIONS#p-hill")
    assert [item for item in api.table.items() if item != count] == before


def test_admins_alone_change_users(api: Api) -> None:
    assert problem(api.post(USERS, NEW, email=MEMBER)) == (403, "role_required")
    assert api.get(USERS, email=ADMIN).json == api.get(USERS, email=MEMBER).json
