"""Who talks to clients about renewals: the default, and a client's own choice."""

import pytest

from tests.client_factories import ClientSeed
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem

SETTINGS = "/v1/renewals/settings"
VENDOR_MAX = {"owner": "vendor", "notify_user_id": "u-max"}
PARTNER_MAX = {"owner": "partner", "notify_user_id": "u-max"}


def owner_path(client_id: str) -> str:
    return f"/v1/clients/{client_id}/renewal-owner"


@pytest.mark.feature("A54", "A57", "A64")
def test_an_admin_sets_the_default_and_everybody_reads_it(api: Api) -> None:
    first = api.get(SETTINGS, email=MEMBER)
    assert (first.status, first.json) == (200, {"owner": "vendor", "notify_user_id": None, "flags": []})

    saved = api.put(SETTINGS, PARTNER_MAX, email=ADMIN, match=first.headers["etag"])
    shown = {**PARTNER_MAX, "flags": []}
    assert (saved.status, saved.json) == (200, shown)
    again = api.get(SETTINGS, email=MEMBER)
    assert (again.json, again.headers["etag"]) == (shown, saved.headers["etag"])
    assert api.get(SETTINGS, email=RIVAL).json == {"owner": "vendor", "notify_user_id": None, "flags": []}

    [entry] = [item for item in api.table.items() if item.get("audit_object") == "renewal_settings/p-hill"]
    assert (entry["action"], entry["before"], entry["after"]) == (
        "renewal_settings.changed",
        {"owner": "vendor", "notify_user_id": None},
        PARTNER_MAX,
    )
    assert api.put(SETTINGS, PARTNER_MAX, email=ADMIN, match="*").headers["etag"] == saved.headers["etag"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"owner": "vendor"}, "#/notify_user_id"),
        ({"owner": "default", "notify_user_id": "u-max"}, "#/owner"),
        ({"owner": "vendor", "notify_user_id": "u-rita"}, "#/notify_user_id"),
        ({"owner": "vendor", "notify_user_id": "u-max", "more": 1}, "#/more"),
    ],
)
def test_a_default_that_nobody_could_follow_is_refused(api: Api, body: dict[str, str], pointer: str) -> None:
    answer = api.put(SETTINGS, body, email=ADMIN, match="*")

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_settings_are_changed_by_admins_over_the_version_they_read(api: Api) -> None:
    assert problem(api.put(SETTINGS, VENDOR_MAX, email=MEMBER, match="*")) == (403, "role_required")
    assert problem(api.put(SETTINGS, VENDOR_MAX, email=ADMIN)) == (428, "precondition_required")
    assert problem(api.put(SETTINGS, VENDOR_MAX, email=ADMIN, match='"v7"')) == (412, "precondition_failed")


@pytest.mark.feature("A58", "A60")
def test_a_client_follows_the_default_until_it_has_an_owner_of_its_own(api: Api, acme: str) -> None:
    api.put(SETTINGS, PARTNER_MAX, email=ADMIN, match="*")
    followed = {
        "owner": "default",
        "notify_user_id": None,
        "effective_owner": "partner",
        "effective_notify_user_id": "u-max",
        "owner_source": "default",
        "current_default": PARTNER_MAX,
        "responsible": True,
    }
    first = api.get(owner_path(acme), email=MEMBER)
    assert (first.status, first.json) == (200, followed)

    own = {"owner": "vendor", "notify_user_id": "u-ada"}
    changed = api.put(owner_path(acme), own, email=ADMIN, match=first.headers["etag"])
    assert (changed.status, changed.json) == (
        200,
        {
            **own,
            "effective_owner": "vendor",
            "effective_notify_user_id": "u-ada",
            "owner_source": "client",
            "current_default": PARTNER_MAX,
            "responsible": True,
        },
    )
    assert api.get("/v1/renewals").json["data"][0]["owner"] == "vendor"

    back = api.put(owner_path(acme), {"owner": "default"}, email=ADMIN, match=changed.headers["etag"])
    assert (back.status, back.json) == (200, followed)
    assert api.get("/v1/renewals").json["data"][0]["owner"] == "partner"


@pytest.mark.feature("A61", "A62")
@pytest.mark.parametrize(
    "body",
    [
        {"owner": "vendor"},
        {"owner": "partner", "notify_user_id": None},
        {"owner": "default", "notify_user_id": "u-max"},
        {"owner": "partner", "notify_user_id": "u-nobody"},
        {"owner": "nobody", "notify_user_id": "u-max"},
        {"owner": "default", "more": 1},
    ],
)
def test_an_owner_that_does_not_fit_is_refused(api: Api, acme: str, body: dict[str, str | None]) -> None:
    assert problem(api.put(owner_path(acme), body, email=ADMIN, match="*")) == (422, "validation_failed")


def test_owners_are_changed_by_admins_for_their_own_clients(api: Api, seed: ClientSeed, acme: str) -> None:
    foreign = seed.client("4712", partners={"p-lake": "managed"})

    assert problem(api.put(owner_path(acme), VENDOR_MAX, email=MEMBER, match="*")) == (403, "role_required")
    assert problem(api.put(owner_path(acme), VENDOR_MAX, email=ADMIN)) == (428, "precondition_required")
    for client_id in (foreign, "c-9", "4711", "c-"):
        for path in (owner_path(client_id), f"/v1/clients/{client_id}/renewals"):
            assert problem(api.get(path)) == (404, "not_found")
        assert problem(api.put(owner_path(client_id), VENDOR_MAX, email=ADMIN, match="*")) == (404, "not_found")


def test_of_two_people_who_change_one_owner_the_second_is_told(api: Api, acme: str) -> None:
    seen = api.get(owner_path(acme)).headers["etag"]

    first = api.put(owner_path(acme), VENDOR_MAX, email=ADMIN, match=seen)
    second = api.put(owner_path(acme), PARTNER_MAX, email=ADMIN, match=seen)

    assert first.status == 200
    assert problem(second) == (412, "precondition_failed")
    assert api.get(owner_path(acme)).json["effective_owner"] == "vendor"


def test_another_change_of_the_client_is_no_change_of_its_owner(api: Api, seed: ClientSeed, acme: str) -> None:
    seen = api.get(owner_path(acme)).headers["etag"]
    seed.subscription("s-2")

    assert api.put(owner_path(acme), VENDOR_MAX, email=ADMIN, match=seen).status == 200


@pytest.mark.usefixtures("user_pool")
def test_where_the_notified_user_has_left_the_first_admin_is_told(api: Api, acme: str) -> None:
    api.put(owner_path(acme), VENDOR_MAX, email=ADMIN, match="*")

    assert api.delete("/v1/users/u-max").status == 204

    answer = api.get(owner_path(acme)).json
    assert (answer["notify_user_id"], answer["effective_notify_user_id"]) == ("u-max", "u-ada")


@pytest.mark.feature("A28", "A63")
def test_a_client_shows_both_subscriptions_side_by_side(api: Api, seed: ClientSeed, acme: str) -> None:
    seed.subscription("s-0", renews_in=None, product="sales_hub", renewal=None, renewal_manager=None)

    answer = api.get(f"/v1/clients/{acme}/renewals", email=MEMBER)

    manager = {"name": "Rea Roth", "email": "rea@vendor.example"}
    assert answer.status == 200
    assert answer.json == {
        "owner": "default",
        "notify_user_id": None,
        "effective_owner": "vendor",
        "effective_notify_user_id": "u-ada",
        "owner_source": "default",
        "current_default": {"owner": "vendor", "notify_user_id": None},
        "responsible": True,
        "client_id": acme,
        "company": "Acme",
        "decision_maker": {"name": "Dana Day", "email": "dana@acme.example", "language": "en"},
        "renewal_managers": [manager],
        "flags": [],
        "subscriptions": [
            {
                "id": "r-s-1",
                "product": "marketing_hub",
                "edition": "professional",
                "renewal_manager": manager,
                "current": {"mrr": {"amount": 127200, "currency": "EUR"}, "started_on": "2025-01-01"},
                "renewal": {
                    "mrr": {"amount": 140000, "currency": "EUR"},
                    "term_months": 12,
                    "starts_on": "2026-06-15",
                },
                "decision_deadline": "2026-05-01",
                "days_left": 90,
                "status": "pending",
                "decision": None,
            },
            {
                "id": "r-s-0",
                "product": "sales_hub",
                "edition": "professional",
                "renewal_manager": None,
                "current": {"mrr": {"amount": 127200, "currency": "EUR"}, "started_on": "2025-01-01"},
                "renewal": None,
                "decision_deadline": None,
                "days_left": None,
                "status": None,
                "decision": None,
            },
        ],
    }
