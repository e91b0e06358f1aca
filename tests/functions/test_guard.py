"""Hostile requests at every route of the OpenAPI document: refused with a reason, never a fault, never a write."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.engines import StoredTable
from tests.events import Answer, api_event, call
from tests.functions.hostile import HEADERS, PATHS, QUERIES, RAW, TEXTS, poisoned
from tests.gateway import Gateway, bearer
from tests.tenants import ADMIN, OPERATOR, Tenants, example_body, operations, two_tenants

OPERATIONS = operations()
WRITES = [route for route in OPERATIONS if not route.startswith("GET ")]
WRITES_WITH_BODY = [route for route in WRITES if example_body(OPERATIONS[route]) is not None]
READS = [route for route in OPERATIONS if route.startswith("GET ")]
WITH_IDENTIFIER = [route for route in OPERATIONS if "{" in route]
BULK = {
    "POST /v1/employees/{user_id}/clients": "clients",
    "POST /v1/registrations/batch": "items",
    "POST /v1/registrations/deregister": "domains",
    "POST /v1/vendor/activities": "activities",
}
FINE = {"assigned", "assigned_without_credit", "deregistered", "recorded", "registered"}
TURNS = 3
"""Each place of a body meets a third of the hostile texts, and each text a third of the places."""


@pytest.fixture(scope="module")
def tenants() -> Iterator[Tenants]:
    """Shared, because these requests leave nothing behind."""
    with two_tenants() as tenants:
        yield tenants


@pytest.fixture
def gateway(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    monkeypatch.setenv("USER_POOL_ID", tenants.user_pool_id)
    return tenants.gateway


@pytest.fixture
def table(tenants: Tenants) -> StoredTable:
    return tenants.table


def sent(gateway: Gateway, route: str, *, identifier: str = "nobody-has-this.example", **more: Any) -> Answer:
    method, _, pattern = route.partition(" ")
    caller = OPERATOR if pattern.startswith("/v1/vendor") else ADMIN
    headers = {"If-Match": "*", **bearer(caller), **more.pop("headers", {})}
    path = re.sub(r"\{\w+\}", lambda _: identifier, pattern)
    return gateway.request(method, path, headers=headers, **more)


def faults(name: str, answer: Answer, *, may_succeed: bool = False) -> list[str]:
    """What is wrong with the answer: a sentence, or nothing."""
    if answer.status >= 500:
        return [f"{name}: {answer.status} {answer.body}"]
    if answer.status < 400:
        return [] if may_succeed else [f"{name}: {answer.status} {answer.body[:200]}"]
    if answer.headers["content-type"] != "application/problem+json" or answer.json["status"] != answer.status:
        return [f"{name}: {answer.status} is no problem: {answer.body[:200]}"]
    return []


@pytest.mark.parametrize("route", WRITES)
def test_a_hostile_body_is_refused_and_nothing_is_written(gateway: Gateway, table: StoredTable, route: str) -> None:
    before = table.items()
    found = []
    for body in RAW:
        found += faults(body.name, sent(gateway, route, body=body.content, headers=body.headers))

    assert found == []
    assert table.items() == before


@pytest.mark.parametrize("route", WRITES_WITH_BODY)
def test_a_hostile_text_anywhere_in_a_right_body_is_refused(gateway: Gateway, table: StoredTable, route: str) -> None:
    right = example_body(OPERATIONS[route])
    if route in BULK:
        right = {**right, BULK[route]: right[BULK[route]][:1]}
    before = table.items()
    found = []
    for number, (name, value) in enumerate(TEXTS):
        for body in list(poisoned(right, value))[number % TURNS :: TURNS]:
            answer = sent(gateway, route, body=body)
            if answer.status == 200 and route in BULK:
                found += [f"{name}: {one}" for one in answer.json["results"] if one["status"] in FINE]
            else:
                found += faults(f"{name} in {str(body)[:200]}", answer)

    assert found == []
    assert table.items() == before


@pytest.mark.parametrize("route", WITH_IDENTIFIER)
def test_a_hostile_path_is_refused_and_nothing_is_written(gateway: Gateway, table: StoredTable, route: str) -> None:
    body = example_body(OPERATIONS[route])
    before = table.items()
    found = [fault for path in PATHS for fault in faults(path[:40], sent(gateway, route, identifier=path, body=body))]

    assert found == []
    assert table.items() == before


@pytest.mark.parametrize("route", READS)
def test_a_hostile_query_string_is_answered_without_a_fault(gateway: Gateway, route: str) -> None:
    found = [
        fault for query in QUERIES for fault in faults(query[:40], sent(gateway, route, query=query), may_succeed=True)
    ]

    assert found == []


@pytest.mark.parametrize("route", list(OPERATIONS))
def test_a_hostile_header_is_answered_without_a_fault(gateway: Gateway, route: str) -> None:
    body = example_body(OPERATIONS[route])
    found = []
    for headers in HEADERS:
        query = "partner_id=p-hill" if route == "GET /v1/vendor/audit" else None  # else each looks through a month
        answer = sent(gateway, route, headers=headers, body=body, query=query)
        found += faults(str(headers)[:80], answer, may_succeed=True)

    assert found == []


@pytest.mark.parametrize("body", ["%%%", "=", "AAA", "////", "\u00e9"])
def test_base64_that_is_no_text_is_refused(gateway: Gateway, body: str) -> None:
    event = api_event("POST", "/v1/registrations", headers={"Content-Type": "application/json"}, email=ADMIN)
    event |= {"body": body, "isBase64Encoded": True}

    answer = call(gateway.entry_of("POST", "/v1/registrations"), event)

    assert faults(body, answer) == []
    assert (answer.status, answer.json["code"]) == (400, "malformed_request")


def test_brackets_inside_a_text_are_no_nesting(gateway: Gateway) -> None:
    body = {**example_body(OPERATIONS["POST /v1/registrations"]), "website": "brackets.example", "company": '[{"' * 60}

    assert sent(gateway, "POST /v1/registrations", body=body).status == 201


def test_an_escape_that_makes_a_character_is_a_character(gateway: Gateway) -> None:
    right: Mapping[str, Any] = example_body(OPERATIONS["POST /v1/registrations"])
    body = {**right, "website": "smile.example", "company": "Caf\u00e9 \U0001f600"}

    answer = sent(gateway, "POST /v1/registrations", body=body)

    assert (answer.status, answer.json["company"]) == (201, "Caf\u00e9 \U0001f600")
