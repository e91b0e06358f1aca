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
