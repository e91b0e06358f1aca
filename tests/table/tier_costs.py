"""The requests about deals, points and tier that are counted."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import functions.tiers.review as tier_run
from tests.client_factories import ClientSeed
from tests.factories import lead
from tests.functions.client import MEMBER, OPERATOR, Api
from tests.functions.notifications.outbox import RunContext
from tests.table.employee_costs import assign, mark, record

DEAL = {
    "partner_id": "p-hill",
    "hub_id": "4711",
    "domain": "acme.example",
    "deal_type": "partner_sourced",
    "mrr": {"amount": 8800, "currency": "EUR"},
    "closed_on": "2026-03-17",
    "product": "marketing_hub",
}
CERTIFIED = {"name": "Hill Consulting", "type": "solutions_partner", "certification_expires_on": "2030-01-01"}


class TierCase(NamedTuple):
    """One request, and what is done before it."""

    send: Callable[[Api], Any]
    before: Callable[[Api], object]


def register(api: Api) -> None:
    """acme.example is registered, its client known, and the partner certified."""
    api.put("/v1/vendor/partners/p-hill", CERTIFIED)
    api.post("/v1/registrations", lead("acme.example"))
    ClientSeed(table=api.table).client(website="https://acme.example")


def sell(api: Api, **changes: Any) -> Any:
    return api.put("/v1/vendor/deals/d-1", {**DEAL, **changes})


def sold(api: Api) -> None:
    register(api)
    sell(api)


def near_silver(api: Api) -> None:
    """All that the partner needs to rise but Max's activity."""
    register(api)
    sell(api, mrr={"amount": 61_600, "currency": "EUR"})
    seed = ClientSeed(table=api.table)
    seed.client("0", partners={"p-hill": "managed"}, portal_users=[MEMBER])
    seed.subscription("s-0", hub_id="0", mrr={"amount": 176_000, "currency": "EUR"})
    mark(api)
    assign(api, 1)


TIER_CASES: Mapping[str, TierCase] = {
    "the tier": TierCase(lambda api: api.get("/v1/tier"), sold),
    "the tier of another day": TierCase(lambda api: api.get("/v1/tier", query={"as_of": "2031-01-01"}), sold),
    "points by month": TierCase(lambda api: api.get("/v1/tier/history"), sold),
    "points by client": TierCase(lambda api: api.get("/v1/tier/points"), sold),
    "the points of one client": TierCase(lambda api: api.get("/v1/tier/points/c-4711"), sold),
    "what would be if": TierCase(lambda api: api.post("/v1/tier/what-if", {"lose_clients": ["c-4711"]}), sold),
    "the vendor's team": TierCase(lambda api: api.get("/v1/team"), sold),
    "a deal that is credited": TierCase(sell, register),
    "a deal that is corrected": TierCase(lambda api: sell(api, closed_on="2026-03-16"), sold),
    "a deal that is so already": TierCase(sell, sold),
    "a deal that lifts the partner to a tier": TierCase(
        lambda api: sell(api, mrr={"amount": 88000, "currency": "EUR"}), register
    ),
    "an activity that lifts the partner to a tier": TierCase(lambda api: record(api, count=1), near_silver),
    "checking the totals of points": TierCase(
        lambda api: api.post("/v1/vendor/points/verification", {"partner_id": "p-hill"}, email=OPERATOR), sold
    ),
    "the daily run over the tiers of two partners": TierCase(
        lambda _: tier_run.lambda_handler({"as_of": "2026-03-18"}, RunContext()), sold
    ),
    "the review of two partners": TierCase(
        lambda _: tier_run.lambda_handler({"as_of": "2026-07-15"}, RunContext()), sold
    ),
}
