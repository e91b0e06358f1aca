"""A partner that has an admin keeps one."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.employees.desk import UserDesk
from functions.employees.errors import LastAdminError
from functions.employees.service import change_user, remove_user
from shared.domain.people import Role
from shared.table.values import Item
from tests.factories import operation
from tests.functions.client import ADMIN, OPERATOR, RIVAL, Api, problem

USERS = "/v1/users"
NEW: dict[str, Any] = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}


def admins(api: Api) -> tuple[int, int]:
    """How many the partner counts, and how many rows say that they are one."""
    count = api.table.item("PARTNER#p-hill", "ADMINS")
    assert count is not None
    rows = [item for item in api.table.items() if (item["pk"], item["sk"][:5]) == ("PARTNER#p-hill", "USER#")]
    return count["admins"], sum(row["role"] == "partner_admin" for row in rows)


def end_admin(api: Api, way: str, *, actor: str, user_id: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Removes or demotes the user. `meanwhile` happens once the actor has read that the user is an admin."""
    desk = UserDesk(api.seed.session, "p-hill", operation(actor=actor), "Ada Hill")
    waiting = [meanwhile]

    def unchanged(_: int) -> None:
        if waiting:
            waiting.pop()()

    if way == "remove":
        remove_user(desk, user_id, unchanged=unchanged)
    else:
        change_user(desk, user_id, name=None, role=Role.PARTNER_MEMBER, language=None, unchanged=unchanged)


@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("first", ["remove", "demote"])
@pytest.mark.parametrize("second", ["remove", "demote"])
def test_of_two_admins_who_end_each_other_at_the_same_time_one_remains(api: Api, first: str, second: str) -> None:
    api.seed.user("zoe@hill.example")
    before: list[Item] = []

    def meanwhile() -> None:
        end_admin(api, first, actor="u-ada", user_id="u-zoe")
        before.extend(api.table.items())

    with pytest.raises(LastAdminError):
        end_admin(api, second, actor="u-zoe", user_id="u-ada", meanwhile=meanwhile)

    assert api.table.items() == before
    assert admins(api) == (1, 1)


def test_the_refusal_says_how_to_go_on(api: Api) -> None:
    api.seed.user("zoe@hill.example")
    api.table.put({"pk": "PARTNER#p-hill", "sk": "ADMINS", "admins": 1})  # as if the caller had just lost the role

    for answer in (
        api.delete(f"{USERS}/u-zoe"),
        api.patch(f"{USERS}/u-zoe", {"role": "partner_member"}, match="*"),
    ):
        assert problem(answer) == (409, "last_admin")
        assert (answer.json["title"], answer.json["detail"]) == (
            "The partner would have no admin left",
            "The others were removed or lost the role meanwhile. Make somebody else an admin first, or ask the vendor.",
        )


@pytest.mark.usefixtures("user_pool")
def test_admins_are_counted_whoever_makes_and_ends_them(api: Api) -> None:
    nia = "/v1/vendor/partners/p-hill/users/u-nia"
    steps: list[tuple[str, str, Any, int]] = [
        ("PATCH", f"{USERS}/u-max", {"role": "partner_admin"}, 2),
        ("PATCH", f"{USERS}/u-max", {"name": "Max M."}, 2),
        ("PUT", nia, {**NEW, "role": "partner_admin"}, 3),
        ("PUT", nia, {**NEW, "role": "partner_admin", "email": "nia@else.example"}, 3),
        ("DELETE", f"{USERS}/u-nia", None, 2),
        ("PUT", nia, {**NEW, "role": "partner_admin", "email": "nia@else.example"}, 3),
        ("POST", USERS, {**NEW, "email": RIVAL, "role": "partner_admin"}, 3),
        ("ACCEPT", "/v1/me/memberships/p-hill/accept", None, 4),
        ("PATCH", f"{USERS}/u-max", {"role": "partner_member"}, 3),
        ("DELETE", f"{USERS}/u-max", None, 3),
        ("PUT", nia, {**NEW, "email": "nia@else.example"}, 2),
        ("DELETE", f"{USERS}/u-rita", None, 1),
        ("PUT", "/v1/vendor/partners/p-hill/users/u-ada", {**NEW, "email": ADMIN}, 0),
        ("PUT", "/v1/vendor/partners/p-hill/users/u-ada", {**NEW, "email": ADMIN, "role": "partner_admin"}, 1),
    ]
    for method, path, body, left in steps:
        email = {"PUT": OPERATOR, "ACCEPT": RIVAL}.get(method, ADMIN)
        verb = "POST" if method == "ACCEPT" else method
        match = "*" if method == "PATCH" else None
        assert api.request(verb, path, body=body, email=email, match=match).status < 300
        assert admins(api) == (left, left)
