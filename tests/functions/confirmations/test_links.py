"""The partner's side of confirmation links (A66 to A86)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.partners import PartnerType
from tests.functions.client import MEMBER, RIVAL, Api, problem
from tests.functions.confirmations.conftest import LINKS, Customer, draft, notices


def created(link: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": link["id"],
        **draft(),
        "status": "pending",
        "url": link["url"],
        "created_at": "2026-03-17T09:30:00Z",
        "created_by": "u-ada",
        "expires_at": "2026-06-15T09:30:00Z",
        "sent_at": None,
        "delivery": None,
        "decided_at": None,
        "signer_name": None,
        "rejection_reason": None,
        **changes,
    }


@pytest.mark.feature("A66", "A68", "A71", "A72", "A74", "A75", "A79")
def test_a_created_link_is_pending_and_has_a_url_to_copy(api: Api) -> None:
    answer = api.post(LINKS, draft())

    assert (answer.status, answer.headers["etag"]) == (201, '"v1"')
    assert answer.json == created(answer.json)
    assert answer.json["url"].startswith("https://desk.example/c/")
    assert api.get(f"{LINKS}/{answer.json['id']}").json == answer.json


@pytest.mark.feature("A74")
@pytest.mark.parametrize("name", [None, "", "   "])
def test_a_link_needs_a_name(api: Api, name: str | None) -> None:
    answer = api.post(LINKS, draft(name=name))

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/name"]


@pytest.mark.feature("A69")
@pytest.mark.parametrize("edition", ["professional", "enterprise"])
@pytest.mark.parametrize("onboarding_type", [None, "none"])
def test_professional_and_enterprise_require_onboarding(api: Api, edition: str, onboarding_type: str | None) -> None:
    product = {"product": "sales_hub", "edition": edition, "onboarding_type": onboarding_type}
    answer = api.post(LINKS, draft(products=[product]))

    assert problem(answer) == (422, "validation_failed")
    assert answer.json["errors"] == [
        {
            "pointer": "#/products/0/onboarding_type",
            "detail": "The onboarding type in entry 1 of the products must be one of guided, customized, "
            f"technical_consulting, because {edition} requires onboarding.",
        }
    ]


@pytest.mark.feature("A68")
def test_starter_products_go_without_onboarding(api: Api) -> None:
    answer = api.post(LINKS, draft(products=[{"product": "sales_hub", "edition": "starter"}]))

    assert answer.json["products"] == [{"product": "sales_hub", "edition": "starter", "onboarding_type": "none"}]


@pytest.mark.parametrize(
    ("product", "pointer"),
    [
        ({"product": "tax_hub", "edition": "starter"}, "#/products/0/product"),
        ({"product": "sales_hub", "edition": "golden"}, "#/products/0/edition"),
        ({"product": "sales_hub", "edition": "starter", "onboarding_type": "tea"}, "#/products/0/onboarding_type"),
    ],
)
def test_what_the_catalogue_does_not_have_is_refused(api: Api, product: dict[str, str], pointer: str) -> None:
    answer = api.post(LINKS, draft(products=[product]))

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_what_the_catalogue_does_not_have_is_told_with_the_rest(api: Api) -> None:
    products = [{"product": "sales_hub", "edition": "golden"}, {"product": "tax_hub", "edition": "golden"}]
    answer = api.post(LINKS, draft(name="", products=products))

    assert problem(answer) == (422, "validation_failed")
    assert answer.json["errors"] == [
        {"pointer": "#/name", "detail": "The name must not be empty."},
        {
            "pointer": "#/products/0/edition",
            "detail": "The edition in entry 1 of the products must be one of starter, professional, enterprise.",
        },
        {
            "pointer": "#/products/1/product",
            "detail": "The product in entry 2 of the products is not in the catalogue; GET /v1/products lists it.",
        },
    ]


def test_one_product_stands_in_a_link_once(api: Api) -> None:
    starter = {"product": "sales_hub", "edition": "starter"}
    answer = api.post(LINKS, draft(products=[starter, starter]))

    assert answer.json["errors"] == [
        {"pointer": "#/products/1/product", "detail": "The product in entry 2 of the products stands there twice."}
    ]


@pytest.mark.feature("A70")
def test_providers_are_neither_offered_nor_allowed_onboarding(api: Api) -> None:
    body = {"name": "Hill Consulting", "type": PartnerType.SOLUTIONS_PROVIDER}
    assert api.put("/v1/vendor/partners/p-hill", body).status == 200

    catalogue = api.get("/v1/products").json
    refused = api.post(LINKS, draft())
    plain = draft(products=[{"product": "sales_hub", "edition": "professional"}])
    del plain["providing_onboarding"], plain["estimated_onboarding_duration"]
    accepted = api.post(LINKS, plain)

    assert catalogue.keys() == {"products"}
    assert [error["pointer"] for error in refused.json["errors"]] == [
        "#/products/0/onboarding_type",
        "#/providing_onboarding",
        "#/estimated_onboarding_duration",
    ]
    assert accepted.status == 201
    assert accepted.json["products"] == [{"product": "sales_hub", "edition": "professional", "onboarding_type": None}]


@pytest.mark.feature("A68", "A69", "A72")
def test_the_catalogue_says_what_can_be_chosen(api: Api) -> None:
    catalogue = api.get("/v1/products").json

    assert [one["product"] for one in catalogue["products"]] == [
        f"{name}_hub" for name in ("marketing", "sales", "service", "content", "operations", "commerce")
    ]
    assert catalogue["products"][1]["editions"] == [
        {"edition": "starter", "name": {"en": "Starter", "de": "Starter"}, "onboarding_required": False},
        {"edition": "professional", "name": {"en": "Professional", "de": "Professional"}, "onboarding_required": True},
        {"edition": "enterprise", "name": {"en": "Enterprise", "de": "Enterprise"}, "onboarding_required": True},
    ]
    assert catalogue["products"][1]["name"] == {"en": "Sales Hub", "de": "Sales Hub"}
    assert catalogue["onboarding_types"] == ["none", "guided", "customized", "technical_consulting"]
    assert catalogue["estimated_onboarding_durations"] == [
        "2_weeks", "1_month", "2_months", "3_months", "6_months", "longer",
    ]  # fmt: skip


@pytest.mark.feature("A73")
def test_a_draft_is_previewed_without_a_name_and_without_a_trace(api: Api) -> None:
    before = api.table.items()
    unnamed = draft()
    del unnamed["name"]
    answer = api.post(f"{LINKS}/preview", unnamed)

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Hill Consulting bittet um Ihre Bestätigung" in answer.body
    assert 'action="' not in answer.body
    assert api.table.items() == before


@pytest.mark.feature("A83")
@pytest.mark.parametrize("decided", ["pending", "signed", "rejected", "revoked"])
def test_a_link_is_previewed_in_any_status_with_nothing_that_acts(
    api: Api, customers: Customer, link: dict[str, Any], decided: str
) -> None:
    match decided:
        case "signed":
            customers.sign(link["url"])
        case "rejected":
            customers.reject(link["url"])
        case "revoked":
            api.post(f"{LINKS}/{link['id']}/revoke")
    answer = api.get(f"{LINKS}/{link['id']}/preview")

    assert answer.status == 200
    assert "Acme GmbH" in answer.body
    assert 'action="' not in answer.body
    assert link["url"] not in answer.body


@pytest.mark.feature("A84")
def test_a_pending_link_can_be_edited(api: Api, link: dict[str, Any]) -> None:
    answer = api.patch(f"{LINKS}/{link['id']}", {"name": "Acme again"}, match='"v1"')

    assert (answer.status, answer.headers["etag"]) == (200, '"v2"')
    assert answer.json == created(link, name="Acme again")


def test_an_edit_that_changes_nothing_writes_nothing(api: Api, link: dict[str, Any]) -> None:
    before = api.table.items()
    answer = api.patch(f"{LINKS}/{link['id']}", {"name": link["name"], "client": link["client"]}, match='"v1"')

    assert (answer.status, answer.headers["etag"], answer.json) == (200, '"v1"', link)
    assert api.table.items() == before


def test_editing_needs_the_version_that_was_read(api: Api, link: dict[str, Any]) -> None:
    path = f"{LINKS}/{link['id']}"

    assert problem(api.patch(path, {"name": "A"})) == (428, "precondition_required")
    assert problem(api.patch(path, {"name": "A"}, match='"v7"')) == (412, "precondition_failed")
    assert api.patch(path, {"name": "A"}, match="*").status == 200


@pytest.mark.feature("A84", "A86")
@pytest.mark.parametrize("decide", ["sign", "reject"])
def test_a_decided_link_can_be_neither_edited_nor_removed_nor_sent_nor_revoked(
    api: Api, customers: Customer, link: dict[str, Any], decide: str
) -> None:
    getattr(customers, decide)(link["url"])
    path, before = f"{LINKS}/{link['id']}", api.table.items()

    refusals = [
        api.patch(path, {"name": "Other"}, match="*"),
        api.delete(path),
        api.post(f"{path}/send"),
        api.post(f"{path}/revoke"),
    ]

    assert [problem(answer) for answer in refusals] == [(409, "link_not_pending")] * 4
    assert api.table.items() == before


@pytest.mark.feature("A86")
def test_a_removed_link_is_gone_for_good_and_its_url_with_it(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    answer = api.delete(f"{LINKS}/{link['id']}")

    assert (answer.status, answer.body) == (204, "")
    assert problem(api.get(f"{LINKS}/{link['id']}")) == (404, "not_found")
    assert customers.open(link["url"]).status == 404
    assert not [item for item in api.table.items() if item["sk"] == f"LINK#{link['id']}"]


@pytest.mark.feature("A75")
def test_sending_mails_the_customer_and_restarts_the_expiry(api: Api, link: dict[str, Any]) -> None:
    api.clock.advance(timedelta(days=10))
    answer = api.post(f"{LINKS}/{link['id']}/send")

    assert (answer.status, answer.json) == (
        200,
        created(link, sent_at="2026-03-27T09:30:00Z", expires_at="2026-06-25T09:30:00Z", delivery="sent"),
    )
    [notice] = notices(api)
    assert (notice["kind"], notice["email"], notice["user_id"]) == ("link_sent", "kim@acme.example", None)
    assert notice["content"]["link"]["client"]["language"] == "de"


def test_an_empty_object_is_as_good_as_no_body(api: Api, link: dict[str, Any]) -> None:
    path = f"{LINKS}/{link['id']}"

    assert [api.post(f"{path}/{verb}", {}).status for verb in ("send", "clone", "revoke")] == [200, 201, 200]


def test_a_repeated_sending_under_one_key_mails_once_and_answers_the_same(api: Api, link: dict[str, Any]) -> None:
    path = f"{LINKS}/{link['id']}/send"
    first, second = api.post(path, key="k-1"), api.post(path, key="k-1")

    assert (second.status, second.body) == (first.status, first.body)
    assert second.json["url"] == link["url"]
    assert len(notices(api)) == 1


def test_a_revoked_link_stops_working(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    answer = api.post(f"{LINKS}/{link['id']}/revoke")

    assert (answer.status, answer.json["status"]) == (200, "revoked")
    assert customers.open(link["url"]).status == 404
    assert customers.sign(link["url"]).status == 404


def test_members_work_with_links_and_rivals_find_nothing(api: Api, link: dict[str, Any]) -> None:
    path = f"{LINKS}/{link['id']}"

    assert api.get(path, email=MEMBER).json == link
    assert api.get(LINKS, email=RIVAL).json == {"data": [], "next_cursor": None}
    foreign = [
        api.get(path, email=RIVAL),
        api.patch(path, {"name": "Mine"}, match="*", email=RIVAL),
        api.delete(path, email=RIVAL),
        api.get(f"{path}/preview", email=RIVAL),
        api.get(f"{path}/events", email=RIVAL),
        *(api.post(f"{path}/{verb}", email=RIVAL) for verb in ("clone", "send", "revoke")),
    ]
    assert [problem(answer) for answer in foreign] == [(404, "not_found")] * 8


def test_the_trail_tells_everything_that_happened_to_the_link(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    path = f"{LINKS}/{link['id']}"
    minute = timedelta(minutes=1)
    api.clock.advance(minute)
    api.patch(path, {"name": "Acme again"}, match="*", email=MEMBER)
    api.clock.advance(minute)
    api.post(f"{path}/send")
    api.clock.advance(minute)
    customers.sign(link["url"])

    events = api.get(f"{path}/events").json["data"]

    assert [(event["at"], event["actor"], event["action"]) for event in events] == [
        ("2026-03-17T09:33:00Z", "customer", "link.signed"),
        ("2026-03-17T09:32:00Z", "u-ada", "link.sent"),
        ("2026-03-17T09:31:00Z", "u-max", "link.changed"),
        ("2026-03-17T09:30:00Z", "u-ada", "link.created"),
    ]
