"""The list of clients: what a row shows, its orders and filters."""

from typing import Any

import pytest

from tests.client_factories import ClientSeed
from tests.functions.client import MEMBER, RIVAL, Api, problem
from tests.functions.clients.conftest import CLIENTS


@pytest.fixture
def market(seed: ClientSeed) -> ClientSeed:
    """Three clients of p-hill that differ in everything a list can be sorted or filtered by, and one of p-lake."""
    seed.client("1", company="Birch", website="https://birch.example", partners={"p-hill": "sold"})
    seed.subscription("s-1", hub_id="1", renews_in=200, mrr={"amount": 5000, "currency": "EUR"})
    seed.client("2", company="ash", website=None, partners={"p-hill": "managed"})
    seed.client("3", company="Cedar", website=None, partners={"p-hill": "sold_and_managed", "p-lake": "sold"})
    seed.subscription("s-3", hub_id="3", product="sales_hub", renews_in=90, mrr={"amount": 7000, "currency": "USD"})
    seed.subscription("s-4", hub_id="3", renews_in=None, mrr={"amount": 4000, "currency": "USD"})
    seed.client("4", company="Dune", partners={"p-lake": "managed"})
    return seed


def companies(api: Api, **query: str) -> list[str]:
    return [row["company"] for page in api.pages(CLIENTS, limit="2", **query) for row in page.json["data"]]


@pytest.mark.feature("A21", "A24")
def test_a_row_shows_products_relationship_usage_and_revenue(api: Api, acme: str) -> None:
    answer = api.get(CLIENTS, email=MEMBER)

    assert (answer.status, answer.json) == (
        200,
        {
            "data": [
                {
                    "id": acme,
                    "hub_id": "4711",
                    "company": "Acme",
                    "website": "https://www.acme.example",
                    "products": ["marketing_hub"],
                    "relationship": "sold_and_managed",
                    "usage": {
                        "tools": 3,
                        "apps": 1,
                        "engagement": {"score": 6, "band": "medium"},
                        "measured_on": "2026-03-16",
                    },
                    "mrr": {"amount": 127200, "currency": "EUR"},
                    "renewal_date": "2026-06-15",
                }
            ],
            "next_cursor": None,
        },
    )
    assert "link" not in answer.headers


@pytest.mark.feature("A24")
def test_what_is_not_known_of_a_client_is_null_in_its_row(api: Api, seed: ClientSeed) -> None:
    seed.client(website=None)
    [row] = api.get(CLIENTS).json["data"]
    seed.usage(engagement=None)
    [measured] = api.get(CLIENTS).json["data"]

    unknown = {name: row[name] for name in ("website", "usage", "mrr", "renewal_date")}
    assert unknown == dict.fromkeys(unknown)
    assert row["products"] == []
    assert measured["usage"] == {"tools": 3, "apps": 1, "engagement": None, "measured_on": "2026-03-16"}


def test_a_partner_without_clients_has_an_empty_list(api: Api) -> None:
    assert api.get(CLIENTS).json == {"data": [], "next_cursor": None}


@pytest.mark.usefixtures("market")
def test_clients_are_sorted_by_company_revenue_or_renewal(api: Api) -> None:
    assert companies(api) == companies(api, sort="company") == ["ash", "Birch", "Cedar"]
    assert companies(api, sort="-company") == ["Cedar", "Birch", "ash"]
    assert companies(api, sort="mrr") == ["ash", "Birch", "Cedar"]
    assert companies(api, sort="-mrr") == ["Cedar", "Birch", "ash"]
    assert companies(api, sort="renewal_date") == ["Cedar", "Birch", "ash"]
    assert companies(api, sort="-renewal_date") == ["ash", "Birch", "Cedar"]


@pytest.mark.usefixtures("market")
def test_clients_are_filtered_by_text_product_and_relationship(api: Api) -> None:
    assert companies(api, q="BIRCH.example") == ["Birch"]
    assert companies(api, q="ASH") == ["ash"]
    assert companies(api, q="Bírch.éxample") == ["Birch"]
    assert companies(api, q="dune") == []
    assert companies(api, product="marketing_hub") == ["Birch", "Cedar"]
    assert companies(api, product="sales_hub") == ["Cedar"]
    assert companies(api, product="commerce_hub") == []
    assert companies(api, relationship="sold") == ["Birch"]
    assert companies(api, relationship="managed") == ["ash"]
    assert companies(api, relationship="sold_and_managed") == ["Cedar"]
    assert companies(api, relationship="sold", product="sales_hub") == []
    assert companies(api, product="marketing_hub", q="r", sort="-company") == ["Cedar", "Birch"]


@pytest.mark.usefixtures("market")
def test_each_partner_lists_its_own_clients_alone(api: Api) -> None:
    rival: dict[str, Any] = api.get(CLIENTS, email=RIVAL).json

    assert [(row["company"], row["relationship"]) for row in rival["data"]] == [("Cedar", "sold"), ("Dune", "managed")]
    assert companies(api) == ["ash", "Birch", "Cedar"]


def test_a_filter_that_makes_no_sense_is_refused(api: Api) -> None:
    wrong = [
        {"product": "coffee"}, {"product": ""}, {"relationship": "serviced"}, {"sort": "website"}, {"sort": "+mrr"},
        {"limit": "0"}, {"limit": "101"}, {"q": ""}, {"status": "pending"},
    ]  # fmt: skip
    for query in wrong:
        answer = api.get(CLIENTS, query=query)

        assert problem(answer) == (422, "validation_failed")
        assert [error["pointer"] for error in answer.json["errors"]] == [f"#/query/{name}" for name in query]


def test_a_refused_product_is_answered_with_those_there_are(api: Api) -> None:
    [error] = api.get(CLIENTS, query={"product": "coffee"}).json["errors"]

    assert error["detail"] == (
        "The product must be one of marketing_hub, sales_hub, service_hub, content_hub, operations_hub, commerce_hub."
    )


@pytest.mark.usefixtures("market")
def test_a_cursor_holds_for_its_partner_and_filters_alone(api: Api) -> None:
    first = api.get(CLIENTS, query={"limit": "1", "sort": "mrr"})
    cursor = first.json["next_cursor"]

    assert first.headers["link"] == f'<https://desk.example/v1/clients?sort=mrr&limit=1&cursor={cursor}>; rel="next"'
    refused = [
        api.get(CLIENTS, query={"limit": "1", "sort": "-mrr", "cursor": cursor}),
        api.get(CLIENTS, query={"sort": "mrr", "product": "sales_hub", "cursor": cursor}),
        api.get(CLIENTS, query={"sort": "mrr", "cursor": cursor}, email=RIVAL),
        api.get(CLIENTS, query={"sort": "mrr", "cursor": cursor[:-1]}),
    ]
    assert {problem(answer) for answer in refused} == {(400, "invalid_cursor")}
