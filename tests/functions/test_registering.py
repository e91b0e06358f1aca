"""Registering a lead (A9 to A13, A16)."""

from typing import Any

import pytest

from shared.domain.partners import Tier
from tests.factories import domains, lead
from tests.functions.client import RIVAL, Api, problem, tag

REGISTERED = {
    "registered_domain": "acme.example",
    "website": "https://www.acme.example/about",
    "company": "Company of acme.example",
    "contact": {"first_name": "Ann", "last_name": "Hill", "email": "ann.hill@contact.example"},
    "country": "DE",
    "registered_at": "2026-03-17T09:30:00Z",
    "registered_by": "u-ada",
    "commission_eligible": True,
    "expires_at": None,
}
ROW = {
    "pk": "PARTNER#p-hill",
    "sk": "REGISTRATION#acme.example",
    "registered_domain": "acme.example",
    "website": "https://www.acme.example/about",
    "company": "Company of acme.example",
    "contact": {"first_name": "Ann", "last_name": "Hill", "email": "ann.hill@contact.example"},
    "country": "DE",
    "registered_at": "2026-03-17T09:30:00.000000Z",
    "registered_by": "u-ada",
    "held_since": "2026-03-17T09:30:00.000000Z",
    "expires_at": None,
    "version": 1_773_739_800_000_000,
    "search_domain": "acme.example",
    "search_company": "company of acme.example",
    "search_contact": "ann hill ann.hill@contact.example",
    "search_country": "de germany deutschland",
    "by_name": "REGISTRATION#company of acme.example#acme.example",
    "by_contact": "REGISTRATION#hill ann#acme.example",
    "by_group": "REGISTRATION#DE#acme.example",
    "by_time": "REGISTRATION#2026-03-17T09:30:00.000000Z#acme.example",
}


@pytest.mark.feature("A11")
def test_a_registered_lead_joins_the_capacity_as_its_domain(api: Api) -> None:
    answer = api.post("/v1/registrations", lead("acme.example"))

    assert (answer.status, answer.headers["etag"], answer.json) == (201, tag(), REGISTERED)
    assert api.get("/v1/registrations").json == {"data": [REGISTERED], "next_cursor": None}


@pytest.mark.feature("A9")
def test_registering_stores_row_sentinel_counter_and_audit_entry_and_nothing_else(api: Api) -> None:
    before = api.table.items()
    answer = api.post("/v1/registrations", lead("acme.example"))
    added = [item for item in api.table.items() if item not in before]

    audit, counter, row, owner = sorted(
        added, key=lambda item: (item["pk"].startswith("DOMAIN"), item["pk"], item["sk"])
    )
    operation_id = row["write_id"]
    assert row == {**ROW, "write_id": operation_id}
    assert owner == {
        "pk": "DOMAIN#acme.example",
        "sk": "OWNER",
        "partner_id": "p-hill",
        "since": "2026-03-17T09:30:00.000000Z",
        "write_id": operation_id,
    }
    assert counter == {
        "pk": "PARTNER#p-hill",
        "sk": "CAPACITY",
        "limit": 50,
        "slots_left": 49,
        "write_id": counter["write_id"],
    }
    assert audit == {
        "pk": "AUDIT#p-hill",
        "sk": audit["audit_at"],
        "id": audit["id"],
        "at": "2026-03-17T09:30:00.000000Z",
        "audit_actor": "u-ada",
        "audit_object": "registration/acme.example",
        "audit_day": "2026-03-17#2",
        "audit_at": f"2026-03-17T09:30:00.000000Z#{audit['id']}",
        "partner_id": "p-hill",
        "actor_role": "partner_admin",
        "action": "registration.created",
        "before": None,
        "after": {name: ROW[name] for name in ("website", "company", "contact", "country")},
        "request_id": answer.headers["x-request-id"],
        "write_id": operation_id,
        "due_queue": audit["due_queue"],
        "due_at": "2026-03-17T09:30:00.000000Z",
    }


@pytest.mark.parametrize(
    "website", ["https://www.Müller.de:443/x?y", "shop.müller.de", "XN--MLLER-KVA.DE", "http://müller.de./"]
)
def test_every_spelling_of_a_website_is_one_registered_domain(api: Api, website: str) -> None:
    answer = api.post("/v1/registrations", lead("acme.example", website=website))

    assert answer.json["registered_domain"] == "xn--mller-kva.de"
    assert answer.json["website"] == website


def test_a_lead_needs_no_country(api: Api) -> None:
    body = lead("acme.example")
    del body["country"]

    answer = api.post("/v1/registrations", body)

    assert answer.json == {**REGISTERED, "country": None}


def test_a_domain_of_ones_own_is_already_registered(api: Api) -> None:
    api.post("/v1/registrations", lead("acme.example"))

    answer = api.post("/v1/registrations", lead("shop.acme.example"))

    assert answer.status == 409
    assert answer.json == {
        "type": "about:blank",
        "title": "Already registered by you",
        "status": 409,
        "detail": "acme.example is one of your current registrations; edit that one instead.",
        "code": "already_registered",
        "instance": answer.headers["x-request-id"],
    }
    assert api.get("/v1/capacity").json["used"] == 1


def test_another_partners_domain_is_unavailable_and_its_owner_is_not_named(api: Api) -> None:
    api.post("/v1/registrations", lead("acme.example"), email=RIVAL)
    before = api.table.items()

    answer = api.post("/v1/registrations", lead("acme.example"))

    assert problem(answer) == (409, "domain_unavailable")
    assert not any(word in answer.body for word in ("lake", "Lake", "rita"))
    assert api.table.items() == before


@pytest.mark.feature("A13", "A16")
def test_registering_is_refused_at_the_limit(api: Api) -> None:
    api.seed.registrations(domains(50))
    before = api.table.items()

    answer = api.post("/v1/registrations", lead("acme.example"))

    assert problem(answer) == (409, "capacity_reached")
    assert api.table.items() == before
    assert api.get("/v1/capacity").json["state"] == "at_limit"


def test_at_the_limit_a_domain_of_ones_own_is_still_told_as_such(api: Api) -> None:
    api.seed.partner("p-hill", limit=1, name="Hill Consulting")
    api.seed.registrations(["acme.example"])

    assert problem(api.post("/v1/registrations", lead("acme.example"))) == (409, "already_registered")


@pytest.mark.feature("A15", "A16", "A17", "A18")
@pytest.mark.parametrize(
    ("tier", "limit"),
    [
        (Tier.UNTIERED, 50),
        (Tier.SILVER, 500),
        (Tier.GOLD, 500),
        (Tier.PLATINUM, 500),
        (Tier.DIAMOND, 1000),
        (Tier.ELITE, 1000),
    ],
)
def test_the_tier_sets_the_limit(api: Api, tier: Tier, limit: int) -> None:
    api.seed.partner("p-hill", tier=tier)
    api.seed.registrations(["acme.example"])

    assert api.get("/v1/capacity").json == {
        "tier": tier,
        "limit": limit,
        "used": 1,
        "available": limit - 1,
        "state": "within",
        "over_limit_since": None,
        "commission_withheld_from": None,
    }


@pytest.mark.parametrize(
    "website",
    [
        "co.uk",
        "localhost",
        "192.0.2.1",
        "https://[2001:db8::1]/",
        "gmail.com",
        "mail.gmx.de",
        "github.io",
        "https://www.facebook.com/acme",
        "https://sites.google.com/view/acme",
        "acme.business.site",
        "acme.onmicrosoft.com",
        "https://acme.wixsite.com/home",
        "a b.example",
    ],
)
def test_a_website_without_a_domain_of_its_own_is_invalid(api: Api, website: str) -> None:
    before = api.table.items()

    answer = api.post("/v1/registrations", lead("acme.example", website=website))

    assert problem(answer) == (422, "invalid_domain")
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/website"]
    assert api.table.items() == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"website": None}, "#/website"),
        ({"company": ""}, "#/company"),
        ({"company": "x" * 201}, "#/company"),
        ({"company": "a\nb"}, "#/company"),
        ({"contact": {"first_name": "Ann", "last_name": "Hill"}}, "#/contact/email"),
        (
            {"contact": {"first_name": "Ann", "last_name": "Hill", "email": "a@b.example, c@d.example"}},
            "#/contact/email",
        ),
        ({"contact": {"first_name": "", "last_name": "Hill", "email": "a@b.example"}}, "#/contact/first_name"),
        ({"country": "XX"}, "#/country"),
        ({"country": "Germany"}, "#/country"),
        ({"registered_by": "u-somebody"}, "#/registered_by"),
        ({"commission_eligible": True}, "#/commission_eligible"),
    ],
)
def test_a_wrong_field_is_named(api: Api, change: dict[str, Any], pointer: str) -> None:
    answer = api.post("/v1/registrations", lead("acme.example", **change))

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_partner_that_the_vendor_has_not_made_has_no_capacity(empty_api: Api) -> None:
    empty_api.seed.user("ada@hill.example")

    assert problem(empty_api.get("/v1/capacity")) == (404, "not_found")
    assert problem(empty_api.post("/v1/registrations", lead("acme.example"))) == (404, "not_found")
