"""Where a partner stands: points, tier, what is missing."""

from datetime import timedelta
from typing import cast

import pytest

from tests.client_factories import HUB
from tests.functions.client import Api, problem
from tests.functions.tiers.conftest import Sales
from tests.functions.tiers.points_table import PointsTable

BARS = {
    "silver": {"total": 45, "sold": 34},
    "gold": {"total": 123, "sold": 63},
    "platinum": {"total": 313, "sold": 113},
    "diamond": {"total": 800, "sold": 300},
    "elite": {"total": 3650, "sold": 1950},
}


@pytest.mark.feature("A34")
@pytest.mark.feature("A35")
@pytest.mark.feature("A40")
@pytest.mark.feature("A41")
@pytest.mark.feature("A42")
def test_a_partner_sees_where_it_stands(api: Api, sales: Sales) -> None:
    sales.certify()
    sales.clients.relation(HUB, "p-hill", "sold_and_managed")
    sales.clients.usage()
    sales.clients.subscription(mrr={"amount": 880000, "currency": "EUR"})
    sales.sell(euros=88 * 6)
    sales.serve()

    answer = api.get("/v1/tier")

    assert (answer.status, answer.json) == (
        200,
        {
            "as_of": "2026-03-17",
            "credited_tier": "untiered",
            "performing_tier": "untiered",
            "points": {"sold": 30, "managed": 100, "total": 130},
            "to_keep": {"total": 0, "sold": 0},
            "next_tier": "silver",
            "to_next": {"total": 0, "sold": 4},
            "bars": BARS,
            "median_tool_usage": 3,
            "certification": {"valid": True, "expires_on": "2030-06-30"},
            "next_review_on": "2026-07-15",
            "at_risk": False,
        },
    )


@pytest.mark.feature("A37")
def test_managed_points_end_with_the_activity_window(sales: Sales) -> None:
    sales.clients.relation(HUB, "p-hill", "managed")
    sales.clients.subscription(mrr={"amount": 8800, "currency": "EUR"})
    sales.serve()

    managed = [sales.tier(in_days=days)["points"]["managed"] for days in (-1, 0, 90, 91)]

    assert managed == [0, 1, 1, 0]


@pytest.mark.feature("A47")
def test_sold_points_end_twelve_months_after_the_sale(sales: Sales) -> None:
    sales.sell()

    days = ("2026-03-16", "2026-03-17", "2027-03-16", "2027-03-17")

    assert [sales.tier(as_of=day)["points"]["sold"] for day in days] == [0, 5, 5, 0]


@pytest.mark.feature("A43")
def test_without_a_certificate_points_are_worth_no_tier(sales: Sales) -> None:
    sales.certify(until="2026-03-18")
    sales.sell(euros=88 * 9)

    assert sales.tier()["performing_tier"] == "silver"
    assert sales.tier(in_days=1)["performing_tier"] == "silver"
    assert sales.tier(in_days=2)["performing_tier"] == "untiered"


def test_a_partner_rises_at_once_with_its_capacity(api: Api, sales: Sales) -> None:
    sales.certify()

    sales.sell(euros=88 * 9)

    tier = sales.tier()
    assert (tier["credited_tier"], tier["next_tier"], tier["to_keep"]) == ("silver", "gold", {"total": 0, "sold": 0})
    assert api.get("/v1/capacity").json["limit"] == 500
    [entry] = [item for item in api.table.items() if item.get("action") == "tier.promoted"]
    assert entry["before"] == {"credited_tier": "untiered", "tier_earned_on": None}
    assert entry["after"] == {
        "credited_tier": "silver",
        "tier_earned_on": "2026-03-17",
        "reason": "bar_met",
        "points": {"sold": 45, "managed": 0, "total": 45},
        "bar": {"total": 45, "sold": 34},
    }
    assert sales.certify()["result"] == "unchanged"
    assert sales.tier()["credited_tier"] == "silver"


def test_points_never_make_a_partner_elite(sales: Sales) -> None:
    sales.certify()
    sales.sell(euros=88 * 2000)

    tier = sales.tier()

    assert (tier["credited_tier"], tier["performing_tier"], tier["next_tier"], tier["to_next"]) == (
        "diamond",
        "diamond",
        None,
        None,
    )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "today", ""])
def test_a_day_that_is_none_is_refused(api: Api, day: str) -> None:
    assert problem(api.get("/v1/tier", query={"as_of": day})) == (422, "validation_failed")


@pytest.mark.feature("A49")
@pytest.mark.feature("A50")
@pytest.mark.feature("A51")
def test_the_team_can_be_written_to(api: Api, sales: Sales) -> None:
    member = {"role": "account_manager", "name": "Amir Aldag", "email": "amir+hill@vendor.example"}
    sales.certify(team=[{**member, "phone": "+49 40 000000"}, {**member, "role": "channel_consultant"}])

    assert api.get("/v1/team").json == [
        {
            **member,
            "phone": "+49 40 000000",
            "description": "Plans your growth with you and speaks for you at the vendor.",
            "mailto": "mailto:amir%2Bhill@vendor.example",
        },
        {
            **member,
            "role": "channel_consultant",
            "phone": None,
            "description": "Helps you win deals, set up the product for clients and keep them.",
            "mailto": "mailto:amir%2Bhill@vendor.example",
        },
    ]


@pytest.mark.feature("A48")
def test_points_by_month_and_what_is_known_to_end(api: Api, sales: Sales) -> None:
    sales.clients.relation(HUB, "p-hill", "managed")
    sales.clients.subscription(mrr={"amount": 8800, "currency": "EUR"})
    sales.sell("d-1", closed_on="2026-03-17")
    sales.serve()
    api.clock.advance(timedelta(days=30))

    answer = api.get("/v1/tier/history", query={"months": "2", "projection_months": "2"}).json

    assert answer == {
        "months": [
            {"month": "2026-03", "as_of": "2026-03-31", "sold": 5, "managed": 1, "total": 6, "gained": 6, "lost": 0},
            {"month": "2026-04", "as_of": "2026-04-16", "sold": 5, "managed": 1, "total": 6, "gained": 0, "lost": 0},
        ],
        "projection": [
            {"month": "2026-05", "as_of": "2026-05-31", "sold": 5, "managed": 1, "total": 6, "gained": 0, "lost": 0},
            {"month": "2026-06", "as_of": "2026-06-30", "sold": 5, "managed": 0, "total": 5, "gained": 0, "lost": 1},
        ],
    }
    usual = api.get("/v1/tier/history").json
    assert [len(usual["months"]), len(usual["projection"])] == [6, 3]
    assert problem(api.get("/v1/tier/history", query={"months": "25"})) == (422, "validation_failed")
    assert problem(api.get("/v1/tier/history", query={"projection_months": "13"})) == (422, "validation_failed")


def test_what_would_be_if_is_answered_again_under_its_key(api: Api, sales: Sales) -> None:
    sales.certify()

    first = api.post("/v1/tier/what-if", {}, key="k-1")
    sales.sell()

    assert first.status == 200
    assert api.post("/v1/tier/what-if", {}, key="k-1").json == first.json
    assert api.post("/v1/tier/what-if", {}, key="k-2").json != first.json


def test_what_would_be_if(api: Api, sales: Sales) -> None:
    sales.certify()
    sales.clients.relation(HUB, "p-hill", "managed")
    sales.clients.subscription(mrr={"amount": 880000, "currency": "EUR"})
    sales.serve()
    items = api.table.items()
    deal = {"mrr": {"amount": 8800 * 7, "currency": "EUR"}, "deal_type": "partner_sourced"}

    def tiers(**assumed: object) -> tuple[str, float]:
        answer = api.post("/v1/tier/what-if", assumed)
        assert answer.status == 200, answer.body
        assert answer.json["now"]["points"]["total"] == 100
        return answer.json["tier"], answer.json["points"]["total"]

    assert tiers() == ("untiered", 100)
    assert tiers(add_deals=[deal]) == ("silver", 135)
    assert tiers(add_deals=[{**deal, "market_type": "growth"}]) == ("gold", 170)
    assert tiers(add_deals=[deal], lose_clients=["c-4711"]) == ("untiered", 35)
    assert tiers(add_deals=[deal], certification_lapses=True) == ("untiered", 135)
    assert api.table.items() == items
    assert problem(api.post("/v1/tier/what-if", {"lose_clients": ["c-0815", "#", "4711"]})) == (
        422,
        "validation_failed",
    )


def test_twelve_months_after_a_leap_day_is_the_last_of_february(sales: Sales) -> None:
    sales.api.clock.now = sales.api.clock.now.replace(year=2028, month=2, day=29)
    sales.sell(closed_on="2028-02-29")

    assert [sales.tier(as_of=day)["points"]["sold"] for day in ("2029-02-27", "2029-02-28")] == [5, 0]


@pytest.mark.parametrize(
    ("said", "tier", "earned_on"),
    [
        ({}, "silver", "2026-03-17"),
        ({"credited_tier": "untiered"}, "silver", "2026-03-17"),
        ({"credited_tier": "untiered", "tier_earned_on": "2026-01-01"}, "silver", "2026-03-17"),
        ({"credited_tier": "gold", "tier_earned_on": "2026-01-01"}, "gold", "2026-01-01"),
        ({"credited_tier": "gold"}, "gold", None),
    ],
)
def test_the_vendors_tier_counts_where_it_says_another_than_last_time(
    sales: Sales, said: dict[str, str], tier: str, earned_on: str | None
) -> None:
    sales.certify()
    sales.sell(euros=88 * 9)  # which made it silver today

    answer = sales.certify(**said)

    assert (answer["credited_tier"], answer["tier_earned_on"]) == (tier, earned_on)


def test_the_day_of_an_unchanged_tier_can_be_corrected(sales: Sales) -> None:
    sales.certify(credited_tier="gold", tier_earned_on="2026-01-01")

    assert sales.certify(credited_tier="gold", tier_earned_on="2026-02-01")["tier_earned_on"] == "2026-02-01"


def test_a_partner_from_before_there_were_points_is_listed_when_it_is_said_again(api: Api, sales: Sales) -> None:
    sales.certify(credited_tier="gold")
    profile = api.table.item("PARTNER#p-hill", "PROFILE")
    assert profile is not None
    del profile["stated_tier"], profile["stated_tier_earned_on"]
    api.table.fill([profile])
    listed = [(item["pk"], item["sk"]) for item in api.table.items() if item["sk"] == "p-hill"]
    for place in listed:
        cast("PointsTable", api.table.client).items.pop(place)
    assert sales.tier()["credited_tier"] == "gold"

    assert sales.certify(credited_tier="gold")["result"] == "updated"
    assert sales.certify(credited_tier="gold")["result"] == "unchanged"
    assert [(item["pk"], item["sk"]) for item in api.table.items() if item["sk"] == "p-hill"] == listed
