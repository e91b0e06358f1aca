"""Who is calling."""

from shared.domain.people import Role
from tests.functions.client import ADMIN, MEMBER, OPERATOR, Api, problem

HILL = {"partner_id": "p-hill", "partner_name": "Hill Consulting", "role": "partner_admin", "status": "active"}
LAKE = {"partner_id": "p-lake", "partner_name": "Lake & Co", "role": "partner_member", "status": "active"}


def test_a_user_of_one_partner(api: Api) -> None:
    answer = api.get("/v1/me")

    assert (answer.status, answer.json) == (
        200,
        {
            "user_id": "u-ada",
            "email": ADMIN,
            "name": "Ada Hill",
            "role": "partner_admin",
            "partner_id": "p-hill",
            "partner_name": "Hill Consulting",
            "memberships": [HILL],
        },
    )


def test_a_user_of_several_partners_who_has_not_said_which(api: Api) -> None:
    api.seed.user(ADMIN, partner_id="p-lake", role=Role.PARTNER_MEMBER, name="Ada H.")

    answer = api.get("/v1/me")

    assert (answer.status, answer.json) == (
        200,
        {
            "user_id": "u-ada",
            "email": ADMIN,
            "name": "Ada Hill",
            "role": None,
            "partner_id": None,
            "partner_name": None,
            "memberships": [HILL, LAKE],
        },
    )


def test_a_user_of_several_partners_who_says_which(api: Api) -> None:
    api.seed.user(ADMIN, partner_id="p-lake", role=Role.PARTNER_MEMBER, name="Ada H.")

    answer = api.get("/v1/me", partner="p-lake")

    assert answer.json == {
        "user_id": "u-ada",
        "email": ADMIN,
        "name": "Ada H.",
        "role": "partner_member",
        "partner_id": "p-lake",
        "partner_name": "Lake & Co",
        "memberships": [HILL, LAKE],
    }
    assert problem(api.get("/v1/me", partner="p-else")) == (403, "not_a_member")


def test_an_operator_belongs_to_no_partner(api: Api) -> None:
    assert api.get("/v1/me", email=OPERATOR).json == {
        "user_id": "u-olivia",
        "email": OPERATOR,
        "name": "Olivia Operator",
        "role": "vendor_operator",
        "partner_id": None,
        "partner_name": None,
        "memberships": [],
    }


def test_a_member_reads_the_same_of_itself(api: Api) -> None:
    assert api.get("/v1/me", email=MEMBER).json["memberships"] == [{**HILL, "role": "partner_member"}]
