"""Reviews on 15 January and 15 July, and the warnings before them."""

from datetime import date
from typing import Any

import pytest

from functions.tiers.review import attend_day
from shared.errors import ChangedMeanwhileError
from shared.program import program
from shared.runs import UnfinishedRunError
from shared.table.reviews import TierReviews
from shared.table.session import TableUnavailableError
from shared.table.transactions import Transaction
from tests.client_factories import HUB
from tests.factories import operation
from tests.functions.client import Api
from tests.functions.tiers.conftest import Sales


@pytest.fixture
def review(api: Api, sales: Sales) -> Any:
    """The daily run of a day, for p-hill; its answer without what concerns others."""

    def run(day: str, **more: Any) -> Any:
        report = attend_day(
            sales.clients.session, operation(at=api.clock.now), date.fromisoformat(day), rules=program(), **more
        )
        own = [change for change in report["changes"] if change["partner_id"] == "p-hill"]
        return [(change["what"], change["before"], change["after"], change["reason"]) for change in own]

    return run


def items(api: Api, prefix: str) -> list[Any]:
    return [item for item in api.table.items() if item["pk"] == "PARTNER#p-hill" and item["sk"].startswith(prefix)]


def test_a_tier_whose_bar_was_missed_in_the_whole_window_is_lost(api: Api, sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="gold")
    sales.sell(euros=88 * 10, closed_on="2025-09-17")

    assert review("2026-05-01") == []
    assert review("2026-07-15") == [("demoted", "gold", "silver", "bar_missed_in_window")]

    tier = sales.tier(as_of="2026-07-15")
    assert (tier["credited_tier"], api.get("/v1/capacity").json["tier"]) == ("silver", "silver")
    [decided] = items(api, "REVIEW#")
    assert decided["met"] == {
        "2026-02-28": "silver",
        "2026-03-31": "silver",
        "2026-04-30": "silver",
        "2026-05-31": "silver",
        "2026-06-30": "silver",
        "2026-07-15": "silver",
    }
    assert (decided["before"], decided["after"], decided["reason"]) == ("gold", "silver", "bar_missed_in_window")
    assert review("2026-07-15") == review("2026-07-16") == []


def test_one_month_at_the_bar_keeps_a_tier(sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="silver")
    sales.sell(euros=88 * 9, closed_on="2025-03-01")  # its points end on 1 March

    assert review("2026-07-15") == []
    assert sales.tier()["credited_tier"] == "silver"


def test_points_that_ended_before_the_first_month_did_keep_nothing(api: Api, sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="silver")
    api.clock.now = api.clock.now.replace(month=2, day=20)
    sales.hold("acme.example", since="2025-01-01")
    sales.sell(euros=88 * 9, closed_on="2025-02-27")

    assert review("2026-07-15") == [("demoted", "silver", "untiered", "bar_missed_in_window")]


def test_the_review_day_itself_counts(api: Api, sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="silver")
    api.clock.now = api.clock.now.replace(month=7, day=15)
    sales.sell(euros=88 * 9)

    assert review("2026-07-15") == []


@pytest.mark.parametrize(
    ("earned_on", "tier"), [("2026-01-15", "untiered"), ("2026-01-16", "silver"), ("2026-07-15", "silver")]
)
def test_a_tier_is_not_lost_within_six_months(sales: Sales, review: Any, earned_on: str, tier: str) -> None:
    sales.certify(credited_tier="silver", tier_earned_on=earned_on)

    review("2026-07-15")

    assert sales.tier()["credited_tier"] == tier


@pytest.mark.feature("A43")
def test_without_a_certificate_on_the_day_every_tier_is_lost(sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="gold", until="2026-07-14")
    sales.sell(euros=88 * 30)

    assert review("2026-07-15") == [("demoted", "gold", "untiered", "not_certified")]


def test_a_review_that_no_run_came_to_is_caught_up_with(sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="silver")

    assert review("2026-08-02") == [("demoted", "silver", "untiered", "bar_missed_in_window")]


def test_a_partner_is_not_reviewed_for_days_before_it_was_made(sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="gold")

    assert review("2026-03-18") == []
    assert sales.tier()["credited_tier"] == "gold"


def test_a_dry_run_tells_and_changes_nothing(api: Api, sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="gold")
    before = api.table.items()

    assert review("2026-07-15", dry_run=True) == [("demoted", "gold", "untiered", "bar_missed_in_window")]
    assert api.table.items() == before


def test_a_rise_that_no_request_brought_comes_with_the_daily_run(api: Api, sales: Sales, review: Any) -> None:
    sales.certify()
    sales.clients.relation(HUB, "p-hill", "managed")
    sales.clients.subscription(mrr={"amount": 8800 * 20, "currency": "EUR"})
    sales.sell(euros=88 * 7)
    sales.serve()
    assert sales.tier()["credited_tier"] == "untiered"

    assert review("2026-03-17") == [("promoted", "untiered", "silver", "bar_met")]
    assert review("2026-03-17") == []
    assert api.get("/v1/capacity").json["limit"] == 500


def test_a_partner_at_risk_is_warned_once_for_each_threshold(api: Api, sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="silver")
    days = ("2026-05-15", "2026-05-16", "2026-05-17", "2026-06-14", "2026-06-15", "2026-07-14", "2026-07-15")

    told = {day: [what for what, *_ in review(day)] for day in days}

    assert told == {
        "2026-05-15": [],
        "2026-05-16": ["warned"],
        "2026-05-17": [],
        "2026-06-14": [],
        "2026-06-15": ["warned"],
        "2026-07-14": ["warned"],
        "2026-07-15": ["demoted"],
    }
    notices = [item for item in api.table.items() if item["sk"] == "NOTICE"]
    assert {item["kind"] for item in notices} == {"tier_warning"}
    assert notices[0]["content"] == {
        "partner_name": "Hill Consulting",
        "review_on": "2026-07-15",
        "credited_tier": "silver",
        "tier_then": "untiered",
        "reason": "bar_missed_in_window",
        "points": {"total": 0, "sold": 0},
        "missing": {"total": 45, "sold": 34},
        "certification_expires_on": "2030-06-30",
    }


def test_a_partner_that_is_safe_is_not_warned(sales: Sales, review: Any) -> None:
    sales.certify(credited_tier="silver")
    sales.sell(euros=88 * 9)

    assert review("2026-07-10") == []


def test_a_run_starts_over_where_a_partner_changes_meanwhile(
    sales: Sales, review: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.certify(credited_tier="silver")
    committed, refusals = Transaction.commit, [ChangedMeanwhileError()]

    def commit(transaction: Transaction, result: Any = None) -> None:
        if refusals:
            raise refusals.pop()
        committed(transaction, result)

    monkeypatch.setattr(Transaction, "commit", commit)

    assert review("2026-07-15") == [("demoted", "silver", "untiered", "bar_missed_in_window")]


def test_one_partner_in_trouble_does_not_hold_up_the_others(
    api: Api, sales: Sales, review: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.certify(credited_tier="silver")
    decided = TierReviews.is_decided

    def is_decided(reviews: TierReviews, review_on: date) -> bool:
        if reviews.partner_id == "p-lake":
            raise TableUnavailableError
        return decided(reviews, review_on)

    monkeypatch.setattr(TierReviews, "is_decided", is_decided)

    with pytest.raises(UnfinishedRunError, match="p-lake"):
        review("2026-07-15")
    assert len(items(api, "REVIEW#")) == 1
