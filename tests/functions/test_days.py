"""Every day that comes in, by whichever route: its bounds hold to the last layer."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import functions.reference
from shared.runs import day_meant, moment_meant
from tests.client_factories import ClientSeed, subscription_body, usage_body
from tests.clocks import StoppedClock
from tests.events import Answer
from tests.functions.client import OPERATOR, Api, problem

FIRST, LAST = "1970-01-01", "2999-12-31"
NO_DAYS = ("0001-01-01", "1969-12-31", "3000-01-01", "9999-12-31", "2026-02-30", "2026-2-3", "20260203", "today", "")
PARTNER = {"name": "Hill", "type": "solutions_partner"}
DEAL = {
    "partner_id": "p-hill",
    "hub_id": "4711",
    "domain": "acme.example",
    "deal_type": "partner_sourced",
    "mrr": {"amount": 100, "currency": "EUR"},
    "product": "sales_hub",
}


class Place(NamedTuple):
    """Where a day stands in a request."""

    route: str
    name: str


QUERIES = {
    Place("GET /v1/tier", "as_of"): "/v1/tier",
    Place("GET /v1/tier/points", "as_of"): "/v1/tier/points",
    Place("GET /v1/tier/points/{client_id}", "as_of"): "/v1/tier/points/c-4711",
}
BODIES: Mapping[Place, tuple[str, Mapping[str, Any]]] = {
    Place("PUT /v1/vendor/deals/{deal_id}", "closed_on"): ("/v1/vendor/deals/d-1", DEAL),
    Place("PUT /v1/vendor/partners/{partner_id}", "tier_earned_on"): ("/v1/vendor/partners/p-hill", PARTNER),
    Place("PUT /v1/vendor/partners/{partner_id}", "certification_expires_on"): ("/v1/vendor/partners/p-hill", PARTNER),
    Place("PUT /v1/vendor/subscriptions/{subscription_id}", "started_on"): (
        "/v1/vendor/subscriptions/s-1",
        subscription_body(renews_in=None),
    ),
    Place("PUT /v1/vendor/subscriptions/{subscription_id}", "renews_on"): (
        "/v1/vendor/subscriptions/s-1",
        subscription_body(started_on=FIRST),
    ),
    Place("PUT /v1/vendor/usage/{hub_id}", "measured_on"): ("/v1/vendor/usage/4711", usage_body()),
}
PLACES = [*QUERIES, *BODIES]


@pytest.fixture
def seed(api: Api) -> ClientSeed:
    return ClientSeed(table=api.table, at=api.clock.now)


def ask(api: Api, place: Place, day: str) -> Answer:
    if place in QUERIES:
        return api.get(QUERIES[place], query={"as_of": day})
    path, body = BODIES[place]
    return api.put(path, {**body, place.name: day})


def days_in(document: Any, schema: Any, name: str) -> Iterator[str]:
    """Returns the names under which a request's schema holds days."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("format") == "date":
        yield name
    for one in schema.get("anyOf", ()):
        yield from days_in(document, one, name)
    for inner, one in schema.get("properties", {}).items():
        yield from days_in(document, one, inner)


def test_every_day_of_the_document_is_tried_here() -> None:
    document = json.loads(Path(functions.reference.__file__).with_name("openapi.json").read_text(encoding="utf-8"))
    found = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = [one for one in operation.get("parameters", ()) if "$ref" not in one]
            contents = operation.get("requestBody", {}).get("content", {}).values()
            schemas = [
                *((one["schema"], one["name"]) for one in parameters),
                *((one["schema"], "") for one in contents),
            ]
            for schema, name in schemas:
                found |= {Place(f"{method.upper()} {path}", day) for day in days_in(document, schema, name)}

    assert found == set(PLACES)


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
@pytest.mark.parametrize("day", NO_DAYS)
def test_what_is_no_day_or_lies_beyond_the_bounds_is_refused(
    api: Api, seed: ClientSeed, place: Place, day: str
) -> None:
    seed.client()

    answer = ask(api, place, day)

    assert problem(answer) == (422, "validation_failed")
    [error] = answer.json["errors"]
    assert error["pointer"].endswith(f"/{place.name}")
    assert "must be a day from 1970-01-01 to 2999-12-31, such as 2026-01-31" in error["detail"]


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
@pytest.mark.parametrize("day", ["1970-01-02", LAST])
def test_the_bounds_themselves_are_taken_and_everything_can_still_be_read(
    api: Api, seed: ClientSeed, place: Place, day: str
) -> None:
    seed.client()

    assert ask(api, place, day).status in {200, 201}

    for path in ("/v1/tier", "/v1/tier/points", "/v1/tier/history", "/v1/dashboard", "/v1/clients/c-4711/renewals",
                 "/v1/clients", "/v1/clients/c-4711", "/v1/renewals"):  # fmt: skip
        assert api.get(path).status == 200, path
    assert api.get("/v1/vendor/audit", email=OPERATOR).status == 200


@pytest.mark.parametrize("day", [*NO_DAYS[:4], "2026-02-30", "20260203"])
def test_a_scheduled_run_refuses_such_a_day_before_it_does_anything(day: str) -> None:
    with pytest.raises(ValueError, match="must be a day"):
        day_meant({"as_of": day})
    with pytest.raises(ValueError, match="must be a day"):
        moment_meant({"as_of": day}, otherwise=StoppedClock.now)
