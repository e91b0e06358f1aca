"""Reading and editing one registration (A12)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import lead
from tests.functions.client import MEMBER, RIVAL, Api, problem, tag

ONE = "/v1/registrations/acme.example"


@pytest.fixture(autouse=True)
def one_lead(api: Api) -> None:
    api.seed.registrations(["acme.example"])


@pytest.mark.parametrize("spelling", ["acme.example", "ACME.example", "www.acme.example."])
def test_a_registration_is_found_in_any_spelling(api: Api, spelling: str) -> None:
    answer = api.get(f"/v1/registrations/{spelling}")

    assert (answer.status, answer.headers["etag"]) == (200, tag())
    assert answer.json == {
        "registered_domain": "acme.example",
        "website": "https://www.acme.example/about",
        "company": "Company of acme.example",
        "contact": {"first_name": "Ann", "last_name": "Hill", "email": "ann.hill@contact.example"},
        "country": "DE",
        "registered_at": "2026-03-17T09:30:00Z",
        "registered_by": "u-seed",
        "commission_eligible": True,
        "expires_at": None,
    }


@pytest.mark.parametrize("domain", ["other.example", "co.uk", "acme", "192.0.2.1", "%20", "a%23b.example", "ü" * 300])
def test_what_is_not_registered_is_not_found(api: Api, domain: str) -> None:
    assert problem(api.get(f"/v1/registrations/{domain}")) == (404, "not_found")
    assert problem(api.patch(f"/v1/registrations/{domain}", {"company": "X"}, match="*")) == (404, "not_found")


def test_another_partners_registration_answers_like_an_unknown_one(api: Api) -> None:
    before = api.table.items()
    foreign = [api.get(ONE, email=RIVAL), api.patch(ONE, {"company": "X"}, email=RIVAL, match="*")]
    unknown = [
        api.get("/v1/registrations/other.example", email=RIVAL),
        api.patch("/v1/registrations/other.example", {"company": "X"}, email=RIVAL, match="*"),
    ]

    assert [{**one.json, "instance": ""} for one in foreign] == [{**one.json, "instance": ""} for one in unknown]
    assert api.table.items() == before


@pytest.mark.feature("A12")
def test_editing_never_changes_the_registered_domain(api: Api) -> None:
    changes = {
        "company": "Acme Holding",
        "website": "https://acme-holding.example",
        "contact": {"last_name": "Hall"},
        "country": None,
    }
    answer = api.patch(ONE, changes, match=tag(), email=MEMBER)

    assert (answer.status, answer.headers["etag"]) == (200, tag(1))
    assert answer.json == {
        "registered_domain": "acme.example",
        "website": "https://acme-holding.example",
        "company": "Acme Holding",
        "contact": {"first_name": "Ann", "last_name": "Hall", "email": "ann.hill@contact.example"},
        "country": None,
        "registered_at": "2026-03-17T09:30:00Z",
        "registered_by": "u-seed",
        "commission_eligible": True,
        "expires_at": None,
    }
    assert api.get(ONE).json == answer.json
    assert api.table.item("DOMAIN#acme-holding.example", "OWNER") is None
    assert api.get("/v1/capacity").json["used"] == 1


def test_an_edit_is_found_under_its_new_texts_and_leaves_one_audit_entry(api: Api) -> None:
    api.patch(ONE, {"company": "Acme Holding", "contact": {"email": "new@acme.example"}, "country": "FR"}, match=tag())

    row = api.table.item("PARTNER#p-hill", "REGISTRATION#acme.example")
    assert row is not None
    assert {
        name: row[name] for name in ("search_company", "search_contact", "search_country", "by_name", "by_group")
    } == {
        "search_company": "acme holding",
        "search_contact": "ann hill new@acme.example",
        "search_country": "fr france frankreich",
        "by_name": "REGISTRATION#acme holding#acme.example",
        "by_group": "REGISTRATION#FR#acme.example",
    }
    [entry] = [item for item in api.table.items() if item.get("action") == "registration.changed"]
    old = {name: lead("acme.example")[name] for name in ("website", "company", "contact", "country")}
    assert (entry["before"], entry["after"]) == (
        old,
        {**old, "company": "Acme Holding", "contact": {**old["contact"], "email": "new@acme.example"}, "country": "FR"},
    )


@pytest.mark.parametrize("match", ["*", tag(), f" {tag()} ", f'"v9", {tag()}'])
def test_an_edit_goes_through_with_the_etag_or_a_star(api: Api, match: str) -> None:
    assert api.patch(ONE, {"company": "New"}, match=match).status == 200


@pytest.mark.parametrize(
    ("match", "refusal"),
    [
        (None, (428, "precondition_required")),
        ('"v0"', (412, "precondition_failed")),
        (f'{tag()[:-1]}1"', (412, "precondition_failed")),
        (tag().strip('"'), (412, "precondition_failed")),
        (f"W/{tag()}", (412, "precondition_failed")),
        ("", (412, "precondition_failed")),
    ],
)
def test_an_edit_without_the_right_etag_is_refused(api: Api, match: str | None, refusal: tuple[int, str]) -> None:
    before = api.table.items()

    assert problem(api.patch(ONE, {"company": "New"}, match=match)) == refusal
    assert api.table.items() == before


def test_of_two_edits_of_one_version_the_second_is_refused(api: Api) -> None:
    assert api.patch(ONE, {"company": "First"}, match=tag()).status == 200
    assert problem(api.patch(ONE, {"company": "Second"}, match=tag())) == (412, "precondition_failed")
    assert api.get(ONE).json["company"] == "First"


@pytest.mark.parametrize("change", [{}, {"company": "Company of acme.example"}, {"contact": {}}])
def test_an_edit_that_changes_nothing_writes_nothing(api: Api, change: dict[str, Any]) -> None:
    before = api.table.items()
    answer = api.patch(ONE, change, match="*")

    assert (answer.status, answer.headers["etag"], answer.json) == (200, tag(), api.get(ONE).json)
    assert api.table.items() == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"registered_domain": "new.example"}, "#/registered_domain"),
        ({"registered_at": "2020-01-01T00:00:00Z"}, "#/registered_at"),
        ({"company": ""}, "#/company"),
        ({"company": None}, "#/company"),
        ({"website": None}, "#/website"),
        ({"contact": None}, "#/contact"),
        ({"contact": {"first_name": None}}, "#/contact/first_name"),
        ({"contact": {"last_name": None}}, "#/contact/last_name"),
        ({"contact": {"email": None}}, "#/contact/email"),
        ({"contact": {"email": "nobody"}}, "#/contact/email"),
        ({"contact": {"phone": "1"}}, "#/contact/phone"),
        ({"country": "de"}, "#/country"),
        ({"website": "gmail.com"}, "#/website"),
    ],
)
def test_a_wrong_change_is_named(api: Api, change: dict[str, Any], pointer: str) -> None:
    answer = api.patch(ONE, change, match="*")

    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_domain_that_the_program_refuses_later_stays_reachable(
    api: Api, change_program: Callable[[str, str], None]
) -> None:
    change_program('"126.com",', '"126.com", "acme.example",')

    assert problem(api.post("/v1/registrations", lead("acme.example"), email=RIVAL)) == (422, "invalid_domain")
    assert api.get(ONE).status == 200
    assert api.patch(ONE, {"company": "New"}, match="*").status == 200
    freed = api.post("/v1/registrations/deregister", {"domains": ["acme.example"], "confirm": True})
    assert [result["status"] for result in freed.json["results"]] == ["deregistered"]
    assert api.post("/v1/registrations/acme.example/restore").status == 200
