"""One client: what its tabs show, and to whom."""

from typing import Any

import pytest

from tests.client_factories import ClientSeed
from tests.functions.client import MEMBER, RIVAL, Api, problem
from tests.functions.clients.conftest import CLIENTS


@pytest.mark.feature("A26", "A27", "A31", "A32")
def test_a_clients_details_are_what_the_vendor_says_of_it(api: Api, seed: ClientSeed, acme: str) -> None:
    seed.subscription(
        "s-2",
        renews_in=None,
        product="sales_hub",
        edition="starter",
        mrr={"amount": 5000, "currency": "EUR"},
        started_on="2025-06-01",
    )

    answer = api.get(f"{CLIENTS}/{acme}", email=MEMBER)

    assert (answer.status, answer.json) == (
        200,
        {
            "id": "c-4711",
            "hub_id": "4711",
            "company": "Acme",
            "website": "https://www.acme.example",
            "country": "DE",
            "relationship": "sold_and_managed",
            "contact_tier": "2000",
            "email_tier": "10000",
            "crm_url": "https://crm.vendor.example/companies/4711",
            "account_url": "https://app.vendor.example/4711",
            "decision_maker": {"name": "Dana Day", "email": "dana@acme.example", "language": "en"},
            "mrr": {"amount": 132200, "currency": "EUR"},
            "renewal_date": "2026-06-15",
            "subscriptions": [
                {
                    "id": "s-1",
                    "product": "marketing_hub",
                    "edition": "professional",
                    "mrr": {"amount": 127200, "currency": "EUR"},
                    "started_on": "2025-01-01",
                    "renews_on": "2026-06-15",
                },
                {
                    "id": "s-2",
                    "product": "sales_hub",
                    "edition": "starter",
                    "mrr": {"amount": 5000, "currency": "EUR"},
                    "started_on": "2025-06-01",
                    "renews_on": None,
                },
            ],
        },
    )


def test_what_the_vendor_has_not_said_is_null(api: Api, seed: ClientSeed) -> None:
    unsaid: dict[str, Any] = dict.fromkeys(
        ("website", "country", "decision_maker", "contact_tier", "email_tier", "crm_url", "account_url")
    )
    client_id = seed.client(partners={"p-hill": "sold"}, portal_users=[], **unsaid)

    assert api.get(f"{CLIENTS}/{client_id}").json == {
        "id": client_id,
        "hub_id": "4711",
        "company": "Acme",
        "relationship": "sold",
        "mrr": None,
        "renewal_date": None,
        "subscriptions": [],
        **unsaid,
    }


@pytest.mark.feature("A29")
def test_the_portal_tab_names_products_tools_and_apps(api: Api, acme: str) -> None:
    answer = api.get(f"{CLIENTS}/{acme}/usage", email=MEMBER)

    assert (answer.status, answer.json) == (
        200,
        {
            "products": ["marketing_hub"],
            "tools": ["Forms", "E-mail", "Workflows"],
            "apps": ["Calendar"],
            "measured_on": "2026-03-16",
        },
    )


@pytest.mark.feature("A30")
def test_the_engagement_index_has_a_band_as_a_whole_and_by_area(api: Api, seed: ClientSeed, acme: str) -> None:
    bands = {0: "low", 3: "low", 4: "medium", 6: "medium", 7: "high", 10: "high"}
    for score, band in bands.items():
        seed.usage(score=score)

        answer = api.get(f"{CLIENTS}/{acme}/engagement", email=MEMBER)

        assert (answer.status, answer.json) == (
            200,
            {
                "score": score,
                "band": band,
                "areas": {"Marketing": {"score": score, "band": band}, "Sales": {"score": 3, "band": "low"}},
                "measured_on": "2026-03-16",
            },
        )


@pytest.mark.feature("A29", "A30")
def test_a_client_of_which_nothing_was_measured_says_so(api: Api, seed: ClientSeed) -> None:
    client_id = seed.client()

    usage, engagement = (api.get(f"{CLIENTS}/{client_id}/{tab}") for tab in ("usage", "engagement"))

    assert (usage.status, usage.json) == (200, {"products": [], "tools": [], "apps": [], "measured_on": None})
    assert (engagement.status, engagement.json) == (
        200,
        {"score": None, "band": None, "areas": {}, "measured_on": None},
    )


def test_another_partners_client_is_answered_like_one_that_does_not_exist(api: Api, acme: str) -> None:
    for tab in ("", "/usage", "/engagement"):
        foreign = api.get(f"{CLIENTS}/{acme}{tab}", email=RIVAL)
        unknown = [api.get(f"{CLIENTS}/{other}{tab}") for other in ("c-4712", "4711", "c-", "c")]

        assert {problem(answer) for answer in (foreign, *unknown)} == {(404, "not_found")}
        assert {answer.json["detail"] for answer in unknown} == {foreign.json["detail"]}


def test_partners_of_one_client_see_their_own_relationship_and_not_each_other(api: Api, seed: ClientSeed) -> None:
    client_id = seed.client(partners={"p-hill": "sold", "p-lake": "managed"})

    seen = {email: api.get(f"{CLIENTS}/{client_id}", email=email) for email in (MEMBER, RIVAL)}

    assert {email: answer.json["relationship"] for email, answer in seen.items()} == {MEMBER: "sold", RIVAL: "managed"}
    assert "p-lake" not in seen[MEMBER].body
