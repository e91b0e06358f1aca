"""A crash at any call of a deal, a promotion, a review or a check: one retry reaches the state without crash."""

from collections.abc import Callable
from typing import Any

import pytest

import functions.tiers.review as daily_run
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.crashes import Snapshot, crash_matrix
from tests.factories import lead
from tests.faults import Moment
from tests.functions.client import OPERATOR, Api
from tests.process import forget_callers

DEAL = {
    "partner_id": "p-hill",
    "hub_id": "4711",
    "domain": "acme.example",
    "deal_type": "partner_sourced",
    "mrr": {"amount": 8800, "currency": "EUR"},
    "closed_on": "2026-03-17",
    "product": "marketing_hub",
}
LIFTS = {**DEAL, "mrr": {"amount": 88000, "currency": "EUR"}}
CERTIFIED = {"name": "Hill", "type": "solutions_partner", "certification_expires_on": "2030-01-01"}


def sell(api: Api, body: Any) -> Any:
    return api.put("/v1/vendor/deals/d-1", body, request_id="r-1")


def review(_: Api) -> Any:
    return daily_run.lambda_handler({"id": "e-1", "as_of": "2026-07-15"}, None)


def check(api: Api) -> Any:
    body = {"partner_id": "p-hill", "repair": True}
    return api.post("/v1/vendor/points/verification", body, email=OPERATOR, request_id="r-1")


def make_certified(api: Api) -> None:
    api.put("/v1/vendor/partners/p-hill", CERTIFIED)
    api.post("/v1/registrations", lead("acme.example"))
    ClientSeed(table=api.table).client(website="https://acme.example", partners={})


def make_sold(api: Api) -> None:
    make_certified(api)
    sell(api, DEAL)


def make_silver(api: Api) -> None:
    api.put("/v1/vendor/partners/p-hill", {**CERTIFIED, "credited_tier": "silver"})


def spoil(api: Api) -> None:
    make_sold(api)
    year = api.table.item("PARTNER#p-hill", "POINTS#2026")
    assert year is not None
    api.table.put({**year, "sold-03-17": 3, "managed-01-01": 1})


def make_lapsed(api: Api) -> None:
    """Sold enough for a tier, without a certificate."""
    make_certified(api)
    api.put("/v1/vendor/partners/p-hill", {**CERTIFIED, "certification_expires_on": "2026-03-16"})
    sell(api, LIFTS)


RUNS: dict[str, tuple[Callable[[Api], object], Callable[[Api], Any]]] = {
    "a deal that lifts its partner": (make_certified, lambda api: sell(api, LIFTS)),
    "a certificate that lifts its partner": (
        make_lapsed,
        lambda api: api.put("/v1/vendor/partners/p-hill", CERTIFIED, request_id="r-1"),
    ),
    "a correction": (make_sold, lambda api: sell(api, {**DEAL, "closed_on": "2026-03-18"})),
    "a review that takes a tier": (make_silver, review),
    "a repair": (spoil, check),
}


@pytest.mark.parametrize("name", RUNS)
def test_one_retry_reaches_the_state_without_crash(api: Api, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before, run = RUNS[name]
    monkeypatch.setattr(keys, "LISTED_PARTNERS_SHARDS", 1)
    monkeypatch.setattr(daily_run, "utc_now", lambda: api.clock.now)
    before(api)
    start = {(item["pk"], item["sk"]): item for item in api.table.items()}

    def prepare() -> None:
        forget_callers()
        current = {(item["pk"], item["sk"]): item for item in api.table.items()}
        api.table.remove([key for key in current if key not in start])
        api.table.fill([item for key, item in start.items() if current.get(key) != item])

    def snapshot(_: None) -> Snapshot:
        return [_comparable(item) for item in api.table.items()]

    moments = (Moment.BEFORE, Moment.AFTER) if run is review else tuple(Moment)  # a run raises what a route answers
    crossings = crash_matrix(
        clients=lambda: [dynamodb()], prepare=prepare, run=lambda _: run(api), snapshot=snapshot, moments=moments
    )

    assert any(one.retried for one in crossings)


def test_the_audit_trail_tells_what_was_decided(api: Api) -> None:
    make_certified(api)
    sell(api, {**DEAL, "mrr": {"amount": 127200, "currency": "EUR"}})

    found = api.get("/v1/vendor/audit", email=OPERATOR, query={"object": "deal/d-1"})

    [entry] = found.json["data"]
    assert (entry["action"], entry["before"]) == ("deal.created", None)
    assert entry["after"]["credit"]["points"] == 72.3
    assert entry["after"]["revenue_share"] == {"eligible": True, "percent": 20, "months": 36, "until": "2029-03-17"}


def _comparable(item: Item) -> Item:
    """Without what says which attempt wrote an item, or falls to it by lot."""
    return {name: value for name, value in item.items() if name not in {"write_id", "due_queue", "body"}}
