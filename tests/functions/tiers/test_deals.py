"""What a deal is credited: decided once, by who held its domain on the day of the sale."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import lead
from tests.functions.client import Api, problem

DEAL = "/v1/vendor/deals/d-1"
RULE = {
    "per_hundred": 5,
    "one_hundred": 88,
    "currency": "EUR",
    "market_type": "standard",
    "factor": 1,
    "partners": 1,
}


def deal(**changes: Any) -> dict[str, Any]:
    """A sale of today's: 1,272 euros a month of acme.example, sourced by p-hill."""
    return {
        "partner_id": "p-hill",
        "hub_id": "4711",
        "domain": "acme.example",
        "deal_type": "partner_sourced",
        "mrr": {"amount": 127200, "currency": "EUR"},
        "closed_on": "2026-03-17",
        "product": "marketing_hub",
        **changes,
    }


@pytest.fixture(autouse=True)
def _client(api: Api) -> None:
    api.put("/v1/vendor/clients/4711", {"company": "Acme", "website": "https://acme.example", "country": "DE"})


def register(api: Api, domain: str = "acme.example") -> None:
    assert api.post("/v1/registrations", lead(domain)).status == 201


@pytest.mark.feature("A10")
@pytest.mark.feature("A36")
def test_a_deal_of_a_registered_domain_is_credited(api: Api) -> None:
    register(api)

    answer = api.put(DEAL, deal())

    assert (answer.status, answer.json) == (
        201,
        {
            "result": "created",
            "deal_id": "d-1",
            **deal(),
            "credit": {"credited": True, "reason": "domain_registered", "points": 72.3, "rule": RULE},
            "revenue_share": {"eligible": True, "percent": 20, "months": 36, "until": "2029-03-17"},
        },
    )


@pytest.mark.feature("A20")
def test_a_deal_after_deregistering_earns_nothing(api: Api) -> None:
    register(api)
    api.clock.advance(timedelta(days=1))
    api.post("/v1/registrations/deregister", {"domains": ["acme.example"], "confirm": True})

    answer = api.put(DEAL, deal(closed_on="2026-03-18"))

    assert answer.json["credit"] == {"credited": False, "reason": "domain_deregistered", "points": 0, "rule": None}
    assert answer.json["revenue_share"] == {"eligible": False, "percent": 20, "months": 36, "until": None}
    assert api.put("/v1/vendor/deals/d-2", deal(closed_on="2026-03-17")).json["credit"]["credited"] is True


def test_the_same_deal_again_keeps_its_decision(api: Api) -> None:
    register(api)
    first = api.put(DEAL, deal()).json
    api.post("/v1/registrations/deregister", {"domains": ["acme.example"], "confirm": True})
    items = api.table.items()

    again = api.put(DEAL, deal())

    assert (again.status, again.json) == (200, {**first, "result": "unchanged"})
    assert api.table.items() == items


def test_a_correction_takes_back_what_was_credited_and_decides_anew(api: Api) -> None:
    register(api)
    api.put(DEAL, deal())

    corrected = api.put(DEAL, deal(mrr={"amount": 88000, "currency": "EUR"}))

    assert corrected.json["credit"]["points"] == 50
    entries = [item for item in api.table.items() if item["sk"].startswith("LEDGER#")]
    assert [(item["kind"], str(item["points"])) for item in entries] == [
        ("sold", "72.3"),
        ("correction", "-72.3"),
        ("sold", "50"),
    ]
    year = api.table.item("PARTNER#p-hill", "POINTS#2026")
    assert year is not None
    assert year["sold-03-17"] == 50


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"partner_id": "p-none"}, 404, "not_found"),
        ({"hub_id": "none"}, 404, "unknown_client"),
        ({"domain": "localhost"}, 422, "validation_failed"),
        ({"mrr": {"amount": 1, "currency": "CHF"}}, 422, "validation_failed"),
        ({"mrr": {"amount": -1, "currency": "EUR"}}, 422, "validation_failed"),
        ({"deal_type": "sourced"}, 422, "validation_failed"),
    ],
)
def test_what_cannot_be_is_refused(api: Api, changes: dict[str, Any], status: int, code: str) -> None:
    assert problem(api.put(DEAL, deal(**changes))) == (status, code)


def test_a_deal_before_the_registration_earns_nothing(api: Api) -> None:
    register(api)

    assert api.put(DEAL, deal(closed_on="2026-03-16")).json["credit"]["reason"] == "domain_registered_later"
    assert api.put(DEAL, deal(domain="other.example")).json["credit"]["reason"] == "domain_not_registered"


def test_a_domain_that_was_given_up_and_restored_was_not_held_in_between(api: Api) -> None:
    register(api)
    api.clock.advance(timedelta(days=2))
    api.post("/v1/registrations/deregister", {"domains": ["acme.example"], "confirm": True})
    api.clock.advance(timedelta(days=2))
    assert api.post("/v1/registrations/acme.example/restore").status == 200

    reasons = [api.put(DEAL, deal(closed_on=f"2026-03-{day}")).json["credit"]["reason"] for day in (18, 19, 20, 21)]

    assert reasons == ["domain_registered", "domain_deregistered", "domain_deregistered", "domain_registered"]


def test_over_the_limit_for_too_long_a_deal_is_credited_without_revenue_share(api: Api) -> None:
    register(api)
    api.seed.partner("p-hill", limit=0, at=api.clock.now)

    answers = []
    for days in (59, 1):
        api.clock.advance(timedelta(days=days))
        answers.append(api.put(DEAL, deal(closed_on=api.clock.now.date().isoformat())).json)

    assert [one["credit"]["credited"] for one in answers] == [True, True]
    assert [one["revenue_share"]["eligible"] for one in answers] == [True, False]


def test_a_provider_has_its_share_for_a_year(api: Api) -> None:
    register(api)
    api.put("/v1/vendor/partners/p-hill", {"name": "Hill", "type": "solutions_provider"})

    assert api.put(DEAL, deal()).json["revenue_share"] == {
        "eligible": True,
        "percent": 20,
        "months": 12,
        "until": "2027-03-17",
    }


def test_a_deal_that_was_anothers_is_taken_back_from_the_first(api: Api) -> None:
    register(api)
    api.put(DEAL, deal())

    moved = api.put(DEAL, deal(partner_id="p-lake")).json

    assert (moved["result"], moved["credit"]["reason"]) == ("updated", "domain_not_registered")
    year = api.table.item("PARTNER#p-hill", "POINTS#2026")
    assert year is not None
    assert year["sold-03-17"] == 0
    trails = {item["pk"] for item in api.table.items() if item.get("action") == "deal.changed"}
    assert trails == {"AUDIT#p-hill", "AUDIT#p-lake"}


@pytest.mark.parametrize("said", [{**deal(), "product": None}, {k: v for k, v in deal().items() if k != "product"}])
def test_a_deal_needs_no_product(api: Api, said: dict[str, Any]) -> None:
    register(api)

    made, again = api.put(DEAL, said).json, api.put(DEAL, said).json

    assert (made["result"], made["product"], made["credit"]["points"]) == ("created", None, 72.3)
    assert again == {**made, "result": "unchanged"}
    [line] = api.get("/v1/tier/points/c-4711").json["data"]
    assert (line["deal"], line["product"]) == ("d-1", None)


def test_another_product_changes_no_points(api: Api) -> None:
    register(api)
    api.put(DEAL, deal())
    api.post("/v1/registrations/deregister", {"domains": ["acme.example"], "confirm": True})

    changed = api.put(DEAL, deal(product="sales_hub")).json

    assert (changed["result"], changed["product"], changed["credit"]["points"]) == ("updated", "sales_hub", 72.3)
    assert len([item for item in api.table.items() if item["sk"].startswith("LEDGER#")]) == 1


@pytest.mark.parametrize(
    ("amount", "currency", "country", "points"),
    [
        (8800, "EUR", "BR", 10),
        (215, "SGD", "DE", 0.1),  # 0.0833… in exact arithmetic
        (14_400, "JPY", "DE", 5),
        (87, "EUR", "DE", 0),
        (88, "EUR", "DE", 0.1),  # exactly 0.05, which is rounded up
        (0, "EUR", "DE", 0),
    ],
)
def test_points_are_reckoned_exactly_and_rounded_half_up(
    api: Api, amount: int, currency: str, country: str, points: float
) -> None:
    register(api)
    api.put("/v1/vendor/clients/4711", {"company": "Acme", "website": "https://acme.example", "country": country})

    credit = api.put(DEAL, deal(mrr={"amount": amount, "currency": currency})).json["credit"]

    assert (credit["credited"], credit["points"]) == (True, points)
