"""Which client brought which points, and the entries behind them."""

from datetime import timedelta
from typing import Any

import pytest

from tests.client_factories import HUB
from tests.functions.client import RIVAL, Api, problem
from tests.functions.tiers.conftest import Sales

STANDARD = {"one_hundred": 88, "currency": "EUR", "market_type": "standard", "factor": 1, "partners": 1}


@pytest.fixture
def sold(sales: Sales) -> Sales:
    """acme.example in Germany sourced and served, brasil.example assisted and signed for."""
    sales.clients.relation(HUB, "p-hill", "managed")
    sales.clients.subscription(mrr={"amount": 17600, "currency": "EUR"})
    sales.sell("d-1")
    sales.serve()
    sales.register("brasil.example")
    sales.clients.client("0815", company="Brasil", website="https://brasil.example", country="BR", partners={})
    sales.sign(email="bia@brasil.example")
    sales.sell("d-2", hub_id="0815", domain="brasil.example", deal_type="partner_assisted")
    return sales


ACME = {"client_id": "c-4711", "hub_id": "4711", "company": "Acme", "sold": 5, "managed": 2, "total": 7}
BRASIL = {"client_id": "c-0815", "hub_id": "0815", "company": "Brasil", "sold": 6, "managed": 0, "total": 6}


@pytest.mark.feature("A44")
def test_points_are_broken_down_by_client(api: Api, sold: Sales) -> None:
    assert sold.tier()["points"] == {"sold": 11, "managed": 2, "total": 13}
    assert api.get("/v1/tier/points").json == {"data": [BRASIL, ACME], "next_cursor": None}
    pages = api.pages("/v1/tier/points", limit="1")
    assert [page.json["data"] for page in pages] == [[BRASIL], [ACME]]
    assert api.get("/v1/tier/points", email=RIVAL).json["data"] == []
    day_before = (api.clock.now - timedelta(days=1)).date().isoformat()
    assert api.get("/v1/tier/points", query={"as_of": day_before}).json["data"] == []


@pytest.mark.feature("A45")
@pytest.mark.feature("A46")
@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"deal_type": "partner_sourced"}, [ACME]),
        ({"deal_type": "partner_assisted"}, [BRASIL]),
        ({"market_type": "standard"}, [ACME]),
        ({"market_type": "growth"}, [BRASIL]),
        ({"market_type": "growth", "deal_type": "partner_sourced"}, []),
    ],
)
def test_the_breakdown_is_filtered(api: Api, sold: Sales, query: dict[str, str], rows: list[Any]) -> None:
    assert sold.api is api
    assert api.get("/v1/tier/points", query=query).json["data"] == rows


@pytest.mark.feature("A47")
def test_a_client_shows_the_entries_behind_its_points(api: Api, sold: Sales) -> None:
    sold.sell("d-1", euros=176)
    api.clock.advance(timedelta(days=20))

    answer = api.get("/v1/tier/points/c-4711")

    def entry(**changes: Any) -> dict[str, Any]:
        return {
            "deal": "d-1",
            "deal_type": "partner_sourced",
            "product": "marketing_hub",
            "subscription": None,
            "mrr": {"amount": 8800, "currency": "EUR"},
            "rule": {"per_hundred": 5, **STANDARD},
            "earned_on": "2026-03-17",
            "expires_on": "2027-03-17",
            "status": "active",
            **changes,
        }

    served = {
        "kind": "managed",
        "deal": None,
        "deal_type": None,
        "product": None,
        "subscription": "s-1",
        "mrr": {"amount": 17600, "currency": "EUR"},
        "points": 2,
        "rule": {"per_hundred": 1, **STANDARD},
    }
    assert answer.json == {
        **ACME,
        "sold": 10,
        "total": 12,
        "as_of": "2026-04-06",
        "data": [
            entry(
                **served,
                id="s-1.2026-04-01.managed",
                earned_on="2026-04-01",
                expires_on="2026-06-16",
            ),
            entry(
                **served,
                id="s-1.2026-03-17.managed",
                expires_on="2026-04-01",
                status="expired",
            ),
            entry(id="d-1.2.sold", kind="sold", points=10, mrr={"amount": 17600, "currency": "EUR"}),
            entry(id="d-1.2.correction", kind="correction", points=-5),
            entry(id="d-1.1.sold", kind="sold", points=5),
        ],
        "next_cursor": None,
    }
    pages = api.pages("/v1/tier/points/c-4711", limit="2")
    assert [one for page in pages for one in page.json["data"]] == answer.json["data"]
    assert [len(page.json["data"]) for page in pages] == [2, 2, 1]


@pytest.mark.feature("A47")
def test_expired_points_stay_visible(api: Api, sold: Sales) -> None:
    api.clock.advance(timedelta(days=365))

    answer = api.get("/v1/tier/points/c-0815").json

    assert {name: answer[name] for name in ("sold", "managed", "total")} == {"sold": 0, "managed": 0, "total": 0}
    assert [(one["id"], one["points"], one["status"]) for one in answer["data"]] == [("d-2.1.sold", 6, "expired")]
    assert sold.tier()["points"]["sold"] == 0


def test_another_partners_client_is_unknown(api: Api, sold: Sales) -> None:
    sold.clients.client("0001", partners={"p-lake": "managed"})

    for client in ("c-0001", "c-none", "4711", "c-", "c-a%23b"):
        assert problem(api.get(f"/v1/tier/points/{client}")) == (404, "not_found")
    assert problem(api.get("/v1/tier/points/c-4711", email=RIVAL)) == (404, "not_found")


def test_partners_who_serve_a_client_share_its_points(sold: Sales) -> None:
    sold.clients.relation(HUB, "p-lake", "managed")

    sold.serve(partner_id="p-lake", email="rita@lake.example")

    assert sold.tier()["points"]["managed"] == 1


@pytest.mark.feature("A107")
def test_of_two_partners_with_one_address_the_first_earns_all(api: Api, sold: Sales) -> None:
    sold.clients.relation(HUB, "p-lake", "managed")

    sold.serve(partner_id="p-lake")

    assert sold.tier()["points"]["managed"] == 2
    assert api.get("/v1/tier", email=RIVAL).json["points"]["managed"] == 0


def test_an_assisted_deal_without_a_signed_link_earns_nothing(sales: Sales) -> None:
    credit = sales.sell(deal_type="partner_assisted")["credit"]

    assert credit == {"credited": False, "reason": "confirmation_link_not_signed", "points": 0, "rule": None}


def test_a_signed_link_belongs_to_a_client_by_company(sales: Sales) -> None:
    sales.sign(company="ACME", email="somebody@elsewhere.example")

    assert sales.sell(deal_type="partner_assisted")["credit"]["points"] == 3
