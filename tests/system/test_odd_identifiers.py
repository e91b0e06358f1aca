"""Odd identifiers in every path of the document: unknown or invalid, never a fault, and nothing is written.

Once at the functions in front of the engine that knows how long a key may be, once over HTTP on the running stack.
"""

import json
import re
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import unquote

import pytest

from tests.odd_identifiers import odd_identifiers
from tests.system.conftest import Stack
from tests.tenants import ADMIN, OPERATOR, Tenants, example_body, operations, two_tenants

REFUSALS = {400, 404, 405, 409, 422}
PLAIN = "p-hill"
VENDORS_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a PUT of the vendor takes as the id of something new."""

TURNS = 3

PLACES = [(route, name) for route in operations() for name in re.findall(r"\{(\w+)\}", route)]

IN_BODIES: dict[tuple[str, str], Callable[[str], Any]] = {
    ("POST /v1/registrations/deregister", "domains"): lambda one: {"domains": [one], "confirm": True},
    ("POST /v1/employees/{user_id}/clients", "client_id"): lambda one: {"clients": [{"client_id": one}]},
    ("POST /v1/employees/{user_id}/clients", "hub_id"): lambda one: {"clients": [{"hub_id": one}]},
    ("POST /v1/tier/what-if", "lose_clients"): lambda one: {"lose_clients": [one]},
    ("PUT /v1/renewals/settings", "notify_user_id"): lambda one: {"owner": "vendor", "notify_user_id": one},
    ("POST /v1/vendor/points/verification", "partner_id"): lambda one: {"partner_id": one},
    ("POST /v1/vendor/activities", "hub_id"): lambda one: {"activities": [activity(hub_id=one)]},
    ("POST /v1/vendor/activities", "id"): lambda one: {"activities": [activity(id=one)]},
    ("PUT /v1/vendor/deals/{deal_id}", "partner_id"): lambda one: deal(partner_id=one),
    ("PUT /v1/vendor/deals/{deal_id}", "hub_id"): lambda one: deal(hub_id=one),
}


def activity(**changed: str) -> dict[str, Any]:
    example: dict[str, Any] = example_body(operations()["POST /v1/vendor/activities"])["activities"][0]
    return {**example, **changed}


def deal(**changed: str) -> dict[str, Any]:
    return {**example_body(operations()["PUT /v1/vendor/deals/{deal_id}"]), **changed}


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    """Shared, because these requests leave nothing behind."""
    with two_tenants(tmp_path_factory.mktemp("identifiers")) as tenants:
        yield tenants


def odd_in(route: str) -> list[str]:
    """The identifiers that the route has no reason to take."""
    if route.startswith("PUT /v1/vendor/"):
        return [one for one in odd_identifiers() if not VENDORS_ID.fullmatch(unquote(one))]
    return odd_identifiers()


def path_with(route: str, name: str, identifier: str) -> str:
    """The route's path with `identifier` in one place and a plain one in every other."""
    pattern = route.partition(" ")[2].replace(f"{{{name}}}", identifier)
    return re.sub(r"\{\w+\}", PLAIN, pattern)


@pytest.mark.parametrize(("route", "name"), PLACES)
def test_an_odd_identifier_is_refused_and_nothing_is_written(
    tenants: Tenants, monkeypatch: pytest.MonkeyPatch, route: str, name: str
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    monkeypatch.setenv("USER_POOL_ID", tenants.user_pool_id)
    caller = OPERATOR if "/v1/vendor" in route else ADMIN
    body = example_body(operations()[route])
    before = tenants.table.items()
    unexpected = []
    for identifier in odd_in(route):
        path = path_with(route, name, identifier)
        answer = tenants.request(caller, route.partition(" ")[0], path, body=body, headers={"If-Match": "*"})
        if answer.status not in REFUSALS:
            unexpected.append((identifier[:60], answer.status, answer.body[:100]))

    assert unexpected == []
    assert tenants.table.items() == before


@pytest.mark.parametrize("place", sorted(IN_BODIES))
def test_an_odd_identifier_in_a_body_is_answered_without_a_fault(
    tenants: Tenants, monkeypatch: pytest.MonkeyPatch, place: tuple[str, str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    route, _ = place
    method, _, path = route.partition(" ")
    caller = OPERATOR if "/v1/vendor" in route else ADMIN
    path = re.sub(r"\{\w+\}", tenants.request(ADMIN, "GET", "/v1/me").json["user_id"], path)
    before = tenants.table.items()
    unexpected = []
    for identifier in odd_in(route):
        body = IN_BODIES[place](unquote(identifier))
        answer = tenants.request(caller, method, path, body=body, headers={"If-Match": "*"})
        if answer.status not in {200, *REFUSALS}:
            unexpected.append((identifier[:60], answer.status, answer.body[:100]))

    assert unexpected == []
    assert tenants.table.items() == before


def test_an_odd_partner_is_refused(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    partners = {unquote(one) for one in odd_identifiers()} - {""}
    answers = {
        one: tenants.request(ADMIN, "GET", "/v1/capacity", headers={"X-Partner-Id": one}).status for one in partners
    }

    assert answers == dict.fromkeys(partners, 403)


def test_an_odd_identifier_is_refused_over_http(stack: Stack) -> None:
    """Each place meets a third of the identifiers, and each identifier a third of the places."""
    tokens = {email: stack.token(email) for email in ("laura@lumen.example", "olivia@vendor.example")}
    connection = HTTPConnection(stack.description["connect"], timeout=60)
    unexpected = []
    for number, (route, name) in enumerate(PLACES):
        method = route.partition(" ")[0]
        body = example_body(operations()[route])
        token = tokens["olivia@vendor.example" if "/v1/vendor" in route else "laura@lumen.example"]
        headers = {"Host": stack.description["host"], "Authorization": f"Bearer {token}", "If-Match": "*"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        for identifier in odd_in(route)[number % TURNS :: TURNS]:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path_with(route, name, identifier), content, headers)
            answer = connection.getresponse()
            told = answer.read()
            if answer.status not in REFUSALS:
                unexpected.append((route, identifier[:60], answer.status, told[:100]))
    connection.close()

    assert unexpected == []
