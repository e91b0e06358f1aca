"""A person whom the program knows is invited: nothing changes for them until they say yes."""

from typing import Any

import pytest

from shared.domain.languages import Language
from shared.domain.people import Role
from shared.table.values import Item
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api, problem, tag

USERS = "/v1/users"
ACCEPT, DECLINE = "/v1/me/memberships/p-hill/accept", "/v1/me/memberships/p-hill/decline"
RITA: dict[str, Any] = {
    "email": RIVAL,
    "name": "Rita the Freelancer",
    "role": "partner_admin",
    "language": "de",
}
INVITED = {
    "id": "u-rita",
    "email": RIVAL,
    "name": "Rita the Freelancer",
    "role": "partner_admin",
    "language": "de",
    "partner_employee": False,
    "status": "invited",
}
LAKE = {"partner_id": "p-lake", "partner_name": "Lake & Co", "role": "partner_admin", "status": "active"}
HILL = {"partner_id": "p-hill", "partner_name": "Hill Consulting", "role": "partner_admin", "status": "invited"}


def actions(api: Api) -> list[str]:
    return [item["action"] for item in api.table.items() if "action" in item]


def notices(api: Api) -> list[Item]:
    return [item for item in api.table.items() if item.get("kind") == "invited"]


def test_who_is_known_is_invited_and_told_by_mail(api: Api) -> None:
    answer = api.post(USERS, RITA)

    assert (answer.status, answer.headers["etag"], answer.json) == (201, tag(), INVITED)
    assert api.get(f"{USERS}/u-rita").json == INVITED
    assert [(one["name"], one["status"]) for one in api.get(USERS).json["data"]] == [
        ("Ada Hill", "active"),
        ("Max Moss", "active"),
        ("Rita the Freelancer", "invited"),
    ]
    [notice] = notices(api)
    assert (notice["email"], notice["user_id"], notice["partner_id"], notice["content"]) == (
        RIVAL,
        None,
        "p-hill",
        {"partner_name": "Hill Consulting", "invited_by": "Ada Hill", "language": "en"},
    )
    [entry] = [item for item in api.table.items() if item.get("action") == "user.invited"]
    assert (entry["partner_id"], entry["audit_object"], entry["audit_actor"]) == ("p-hill", "user/u-rita", "u-ada")


def test_an_invitation_changes_nothing_for_the_person(api: Api) -> None:
    api.post(USERS, RITA)

    me = api.get("/v1/me", email=RIVAL).json
    assert (me["name"], me["partner_id"], me["memberships"]) == ("Rita Lake", "p-lake", [LAKE, HILL])
    assert "Freelancer" not in str(me)
    assert api.get("/v1/capacity", email=RIVAL).status == 200
    assert problem(api.get("/v1/capacity", email=RIVAL, partner="p-hill")) == (403, "not_a_member")
    assert [one["name"] for one in api.get(USERS, email=RIVAL).json["data"]] == ["Rita Lake"]


def test_an_operator_who_is_invited_remains_an_operator(api: Api) -> None:
    answer = api.post(USERS, {**RITA, "email": OPERATOR})

    assert (answer.status, answer.json["status"]) == (201, "invited")
    assert api.get("/v1/vendor/audit", email=OPERATOR).status == 200
    assert api.get("/v1/me", email=OPERATOR).json == {
        "user_id": "u-olivia",
        "email": OPERATOR,
        "name": "Olivia Operator",
        "role": "vendor_operator",
        "partner_id": None,
        "partner_name": None,
        "memberships": [HILL],
    }
    assert problem(api.get("/v1/capacity", email=OPERATOR)) == (403, "role_required")


def test_with_the_persons_yes_they_belong_to_both(api: Api) -> None:
    api.post(USERS, RITA)

    answer = api.post(ACCEPT, email=RIVAL)

    assert (answer.status, answer.json) == (200, {**HILL, "status": "active"})
    assert problem(api.get("/v1/capacity", email=RIVAL)) == (400, "partner_required")
    assert api.get("/v1/me", email=RIVAL, partner="p-hill").json["name"] == "Rita the Freelancer"
    assert api.get("/v1/me", email=RIVAL, partner="p-lake").json["name"] == "Rita Lake"
    assert api.get(f"{USERS}/u-rita").json == {**INVITED, "status": "active"}
    assert api.table.item("PARTNER#p-hill", "INVITATION#u-rita") is None
    admins = api.table.item("PARTNER#p-hill", "ADMINS")
    assert admins is not None
    assert admins["admins"] == 2
    assert "user.added" in actions(api)


def test_a_yes_said_again_changes_nothing(api: Api) -> None:
    api.post(USERS, RITA)
    api.post(ACCEPT, email=RIVAL)
    before = api.table.items()

    again = api.post(ACCEPT, email=RIVAL)

    assert (again.status, again.json) == (200, {**HILL, "status": "active"})
    assert api.table.items() == before


def test_a_no_leaves_all_as_it_was(api: Api) -> None:
    api.post(USERS, RITA)

    answer = api.post(DECLINE, email=RIVAL)

    assert (answer.status, answer.json) == (200, {**HILL, "status": "declined"})
    assert api.get("/v1/me", email=RIVAL).json["memberships"] == [LAKE]
    assert problem(api.get(f"{USERS}/u-rita")) == (404, "not_found")
    assert problem(api.post(DECLINE, email=RIVAL)) == (404, "not_found")
    assert problem(api.post(ACCEPT, email=RIVAL)) == (404, "not_found")
    assert "user.invitation_declined" in actions(api)
    assert api.post(USERS, RITA).status == 201


def test_the_admin_withdraws_an_invitation(api: Api) -> None:
    api.post(USERS, RITA)

    assert api.delete(f"{USERS}/u-rita").status == 204

    assert api.get("/v1/me", email=RIVAL).json["memberships"] == [LAKE]
    assert problem(api.get(f"{USERS}/u-rita")) == (404, "not_found")
    assert problem(api.post(ACCEPT, email=RIVAL)) == (404, "not_found")
    assert "user.invitation_withdrawn" in actions(api)


def test_the_admin_changes_what_is_offered(api: Api) -> None:
    api.post(USERS, RITA)

    answer = api.patch(f"{USERS}/u-rita", {"name": "Rita L.", "role": "partner_member"}, match=tag())

    changed = {**INVITED, "name": "Rita L.", "role": "partner_member"}
    assert (answer.status, answer.headers["etag"], answer.json) == (200, tag(1), changed)
    assert api.get("/v1/me", email=RIVAL).json["memberships"] == [LAKE, {**HILL, "role": "partner_member"}]
    api.post(ACCEPT, email=RIVAL)
    assert api.get("/v1/me", email=RIVAL, partner="p-hill").json["role"] == "partner_member"


@pytest.mark.parametrize(
    "path", [ACCEPT, DECLINE, "/v1/me/memberships/a%23b/accept", f"/v1/me/memberships/{'x' * 600}/decline"]
)
def test_who_is_not_invited_has_nothing_to_answer(api: Api, path: str) -> None:
    api.post(USERS, RITA)
    before = api.table.items()

    assert problem(api.post(path, email=OPERATOR)) == (404, "not_found")
    assert api.table.items() == before


def test_nobody_is_invited_twice(api: Api) -> None:
    api.post(USERS, RITA)
    before = api.table.items()

    assert problem(api.post(USERS, RITA)) == (409, "already_invited")
    assert api.table.items() == before


def test_an_invitation_is_repeated_under_its_key_and_so_is_its_answer(api: Api) -> None:
    first, second = (api.post(USERS, RITA, key="k-1") for _ in range(2))
    yes, again = (api.post(ACCEPT, email=RIVAL, partner="p-lake", key="k-2") for _ in range(2))

    assert (first.status, first.body) == (second.status, second.body)
    assert (yes.status, yes.body) == (again.status, again.body)
    assert len(notices(api)) == 1


def test_who_is_invited_counts_for_nothing(api: Api) -> None:
    api.post(USERS, RITA)

    assert problem(api.put(f"{USERS}/u-rita/partner-employee", {"enabled": True}, email=ADMIN)) == (
        409,
        "invitation_pending",
    )
    assert problem(api.get("/v1/employees/u-rita")) == (404, "not_found")
    assert problem(api.post("/v1/employees/u-rita/clients", {"clients": [{"hub_id": "4711"}]})) == (404, "not_found")
    settings = {"owner": "partner", "notify_user_id": "u-rita"}
    assert problem(api.put("/v1/renewals/settings", settings, email=ADMIN, match="*"))[0] in {404, 422}
    admins = api.table.item("PARTNER#p-hill", "ADMINS")
    assert admins is not None
    assert admins["admins"] == 1


def test_invited_admins_do_not_keep_the_last_one_from_being_the_last(api: Api) -> None:
    api.post(USERS, {**RITA, "name": "Aaron"})
    api.patch(f"{USERS}/u-max", {"role": "partner_admin"}, match="*")
    api.delete(f"{USERS}/u-ada", email=MEMBER)

    assert problem(api.patch(f"{USERS}/u-max", {"role": "partner_member"}, match="*", email=MEMBER)) == (
        409,
        "own_user",
    )


def test_the_vendors_word_makes_an_invited_person_a_member_at_once(api: Api) -> None:
    api.post(USERS, RITA)

    answer = api.put(
        "/v1/vendor/partners/p-hill/users/u-rita", {"email": RIVAL, "name": "Rita", "role": "partner_member"}
    )

    assert (answer.status, answer.json["result"]) == (201, "created")
    assert api.table.item("PARTNER#p-hill", "INVITATION#u-rita") is None
    me = api.get("/v1/me", email=RIVAL).json
    assert [(one["partner_id"], one["status"]) for one in me["memberships"]] == [
        ("p-hill", "active"),
        ("p-lake", "active"),
    ]


@pytest.mark.usefixtures("user_pool")
def test_who_moves_to_another_address_takes_invitations_along(api: Api) -> None:
    api.post(USERS, RITA)

    api.put(
        "/v1/vendor/partners/p-lake/users/u-rita",
        {"email": "rita@sea.example", "name": "Rita Lake", "role": "partner_admin"},
    )

    assert api.get(f"{USERS}/u-rita").json == {**INVITED, "email": "rita@sea.example"}
    assert api.post(ACCEPT, email="rita@sea.example").status == 200


@pytest.mark.usefixtures("user_pool")
def test_what_others_offered_goes_with_the_last_membership(api: Api) -> None:
    api.seed.user("ruth@lake.example", partner_id="p-lake", name="Ruth")
    api.post(USERS, RITA)

    assert api.delete(f"{USERS}/u-rita", email="ruth@lake.example").status == 204

    assert problem(api.get("/v1/me", email=RIVAL)) == (403, "not_a_member")
    assert problem(api.post(ACCEPT, email=RIVAL)) == (403, "not_a_member")
    assert problem(api.get(f"{USERS}/u-rita")) == (404, "not_found")
    [entry] = [item for item in api.table.items() if item.get("action") == "user.invitation_withdrawn"]
    assert (entry["partner_id"], entry["audit_object"], entry["audit_actor"]) == ("p-hill", "user/u-rita", "u-ruth")


def test_25_invitations_wait_for_a_person_at_most(api: Api) -> None:
    for number in range(25):
        api.seed.partner(f"p-{number}")
        email = api.seed.user(f"admin@p-{number}.example", partner_id=f"p-{number}", user_id=f"u-{number}").email
        assert api.post(USERS, RITA, email=email).status == 201
    before = api.table.items()

    assert problem(api.post(USERS, RITA)) == (409, "too_many_invitations")
    assert api.table.items() == before


def test_a_person_belongs_to_25_partners_at_most(api: Api) -> None:
    for number in range(24):
        api.seed.user(RIVAL, partner_id=f"p-{number}")
    api.post(USERS, RITA)
    before = api.table.items()

    answer = api.post(ACCEPT, email=RIVAL)

    assert problem(answer) == (409, "too_many_memberships")
    assert answer.json["detail"] == (
        "One person can belong to 25 partners at most. Another one has to remove the person first."
    )
    assert api.table.items() == before


def test_the_mail_is_in_the_language_that_the_person_reads_already(api: Api) -> None:
    api.seed.user("lena@lake.example", partner_id="p-lake", language=Language.GERMAN, role=Role.PARTNER_MEMBER)

    api.post(USERS, {**RITA, "email": "lena@lake.example", "language": "en"})

    [notice] = notices(api)
    assert notice["content"]["language"] == "de"


@pytest.mark.usefixtures("user_pool")
def test_who_was_removed_is_asked_anew(api: Api) -> None:
    api.post(USERS, RITA)
    api.post(ACCEPT, email=RIVAL)
    api.delete(f"{USERS}/u-rita")

    assert api.post(USERS, RITA).json == INVITED
    assert api.post(ACCEPT, email=RIVAL).status == 200
