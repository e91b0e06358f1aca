"""The vendor says what a partner is."""

from typing import Any

import pytest

from tests.factories import domains, lead
from tests.functions.client import ADMIN, Api, problem

NEW = "/v1/vendor/partners/p-new"
BODY: dict[str, Any] = {"name": "New Partner", "type": "solutions_provider", "credited_tier": "silver"}
FULL: dict[str, Any] = {
    "name": "New Partner",
    "type": "solutions_partner",
    "credited_tier": "gold",
    "tier_earned_on": "2025-11-15",
    "certification_expires_on": "2030-06-30",
    "email_domain": "new.example",
    "currency": "CHF",
    "time_zone": "Europe/Zurich",
    "capacity_limit_override": 7,
    "team": [
        {
            "role": "account_manager",
            "name": "Amir Aldag",
            "email": "amir@vendor.example",
            "phone": "+49 40 000000",
            "description": "Knows the contracts",
        },
        {
            "role": "channel_consultant",
            "name": "Celia Cole",
            "email": "celia@vendor.example",
            "phone": None,
            "description": None,
        },
    ],
}
DEFAULTS: dict[str, Any] = {
    "credited_tier": "untiered",
    "tier_earned_on": None,
    "certification_expires_on": None,
    "email_domain": None,
    "currency": "EUR",
    "time_zone": "UTC",
    "capacity_limit_override": None,
    "team": [],
}


def test_a_new_partner_is_created_with_its_capacity(api: Api) -> None:
    answer = api.put(NEW, FULL)

    assert (answer.status, answer.json) == (201, {"result": "created", "partner_id": "p-new", **FULL})
    profile, counter = (api.table.item("PARTNER#p-new", sk) for sk in ("PROFILE", "CAPACITY"))
    assert profile is not None
    assert counter is not None
    stated = {"stated_tier": "gold", "stated_tier_earned_on": "2025-11-15"}
    written = {"pk": "PARTNER#p-new", "sk": "PROFILE", "version": 1, "write_id": profile["write_id"]}
    assert profile == {**written, **FULL, **stated}
    assert (counter["limit"], counter["slots_left"]) == (7, 7)
    [entry] = [item for item in api.table.items() if item["pk"] == "AUDIT#p-new"]
    assert (entry["action"], entry["audit_object"], entry["audit_actor"], entry["actor_role"]) == (
        "partner.created",
        "partner/p-new",
        "u-olivia",
        "vendor_operator",
    )
    assert (entry["before"], entry["after"]) == (None, FULL)


def test_what_is_left_out_has_its_default(api: Api) -> None:
    answer = api.put(NEW, {"name": "New Partner", "type": "solutions_partner"})

    assert answer.json == {
        "result": "created",
        "partner_id": "p-new",
        "name": "New Partner",
        "type": "solutions_partner",
        **DEFAULTS,
    }


def test_an_import_repeated_changes_nothing(api: Api) -> None:
    api.put(NEW, FULL)
    before = api.table.items()

    answer = api.put(NEW, FULL)

    assert (answer.status, answer.json) == (200, {"result": "unchanged", "partner_id": "p-new", **FULL})
    assert api.table.items() == before


def test_every_put_says_the_whole_of_the_partner(api: Api) -> None:
    api.put(NEW, FULL)

    answer = api.put(NEW, BODY)

    assert (answer.status, answer.json) == (200, {"result": "updated", "partner_id": "p-new", **DEFAULTS, **BODY})
    entries = [item for item in api.table.items() if item["pk"] == "AUDIT#p-new"]
    [change] = [entry for entry in entries if entry["action"] == "partner.changed"]
    assert (change["before"], change["after"]) == (FULL, {**DEFAULTS, **BODY})


def test_null_and_left_out_are_the_same(api: Api) -> None:
    api.put(NEW, BODY)

    assert api.put(NEW, {**BODY, "team": None, "email_domain": None}).json["result"] == "unchanged"


def test_a_changed_tier_moves_the_limit_and_keeps_the_registrations(api: Api) -> None:
    api.seed.registrations(domains(5))

    api.put("/v1/vendor/partners/p-hill", {**BODY, "credited_tier": "diamond"})

    counter = api.table.item("PARTNER#p-hill", "CAPACITY")
    assert counter is not None
    assert (counter["limit"], counter["slots_left"]) == (1000, 995)
    assert api.get("/v1/capacity").json["tier"] == "diamond"


def test_no_if_match_is_needed(api: Api) -> None:
    assert [api.put(NEW, {**BODY, "name": name}).status for name in ("A", "B", "C")] == [201, 200, 200]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"type": "partner"}, "#/type"),
        ({"credited_tier": "bronze"}, "#/credited_tier"),
        ({"tier_earned_on": "2025-13-01"}, "#/tier_earned_on"),
        ({"currency": "euro"}, "#/currency"),
        ({"time_zone": "Mars/Olympus"}, "#/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "#/time_zone"),
        ({"capacity_limit_override": -1}, "#/capacity_limit_override"),
        ({"capacity_limit_override": 1.5}, "#/capacity_limit_override"),
        ({"capacity_limit_override": "5"}, "#/capacity_limit_override"),
        ({"email_domain": "Hill GmbH"}, "#/email_domain"),
        ({"team": [{"role": "boss", "name": "A", "email": "a@vendor.example"}]}, "#/team/0/role"),
        ({"name": "  "}, "#/name"),
        ({"partner_id": "p-9"}, "#/partner_id"),
        ({"version": 3}, "#/version"),
    ],
)
def test_a_wrong_field_is_named(api: Api, change: dict[str, Any], pointer: str) -> None:
    before = api.table.items()

    answer = api.put(NEW, {**BODY, **change})

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert api.table.items() == before


@pytest.mark.parametrize("partner_id", ["p%20new", "-new", "x" * 65, "ü"])
def test_an_id_that_no_vendor_gives_is_refused(api: Api, partner_id: str) -> None:
    assert problem(api.put(f"/v1/vendor/partners/{partner_id}", BODY)) == (422, "validation_failed")


def test_a_partner_works_from_the_moment_it_is_made(api: Api) -> None:
    api.put(NEW, {**BODY, "capacity_limit_override": 1})
    api.seed.user("nora@new.example", partner_id="p-new")

    assert api.post("/v1/registrations", lead("acme.example"), email="nora@new.example").status == 201
    assert problem(api.post("/v1/registrations", lead("beta.example"), email="nora@new.example")) == (
        409,
        "capacity_reached",
    )


def test_partners_cannot_say_what_they_are(api: Api) -> None:
    assert problem(api.put("/v1/vendor/partners/p-hill", BODY, email=ADMIN)) == (403, "role_required")
