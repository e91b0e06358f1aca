"""Every route and page driven over HTTP on the running stack: on its way to success, and on one refusal.

Which routes there are comes from the OpenAPI document and from the template: one without a drive fails.
"""

import sys
from collections import ChainMap
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from functions.reference.document import document
from tests.gateway import deployed_routes
from tests.system.conftest import Answer, Stack
from tests.system.drives import clients_and_renewals, people, registrations_and_links, tiers_and_vendor
from tests.system.drives.drive import Drive
from tests.system.drives.world import World, set_up
from tests.template.routes import DEFAULT, answering
from tests.tenants import VERBS

PAGES = ChainMap(dict(registrations_and_links.PAGES), dict(clients_and_renewals.PAGES))
"""They stand in no document: people read them."""
REFUSE_ALL = frozenset({DEFAULT, "/v1/{proxy+}"})
"""They answer what no other route takes."""
FILES = frozenset({"GET /static/{digest}/{name}"})

DRIVES: ChainMap[str, Drive] = ChainMap(
    dict(registrations_and_links.REGISTRATIONS),
    dict(registrations_and_links.LINKS),
    dict(clients_and_renewals.CLIENTS),
    dict(clients_and_renewals.RENEWALS),
    dict(people.PEOPLE),
    dict(tiers_and_vendor.TIERS),
    dict(tiers_and_vendor.VENDOR),
    dict(tiers_and_vendor.REFERENCE),
    PAGES,
)

OPERATIONS = {
    f"{verb.upper()} {path}": operation
    for path, found in document()["paths"].items()
    for verb, operation in found.items()
    if verb in VERBS
}


@pytest.fixture(scope="module")
def world(own_stack: Stack) -> World:
    """On a stack of its own: some drives run schedules for a coming day, which other tests would notice."""
    return set_up(own_stack)


def test_every_route_and_page_is_driven(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\ndriven on the running stack, {len(DRIVES)} routes and pages:\n")
        sys.stdout.writelines(f"  {route}\n" for route in sorted(DRIVES, key=lambda one: one.split()[::-1]))
    assert set(DRIVES) == {*OPERATIONS, *PAGES, *FILES}


def test_every_route_of_the_gateway_is_behind_a_drive() -> None:
    """A page that no document names is seen here: nothing is driven through its route."""
    routes = [route for route in deployed_routes() if route.method != "OPTIONS" and route.path not in REFUSE_ALL]
    driven = {answering(routes, method=method, path=path) for method, _, path in (one.partition(" ") for one in DRIVES)}
    assert [route.key for route in routes if route not in driven] == []


@pytest.mark.parametrize("route", sorted(DRIVES))
def test_a_route_succeeds_on_the_running_stack(world: World, route: str) -> None:
    drive = DRIVES[route]
    answer = drive.success(world)
    assert answer.status == drive.status, answer.body
    if route in OPERATIONS:
        assert_described(OPERATIONS[route], answer)


@pytest.mark.parametrize("route", sorted(DRIVES))
def test_a_route_refuses_on_the_running_stack(world: World, route: str) -> None:
    status, code, run = DRIVES[route].refusal
    answer = run(world)
    assert answer.status == status, answer.body
    if code is None:
        assert answer.headers["content-type"] in {"text/html; charset=utf-8", "application/problem+json"}
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.body["code"] == code


def assert_described(operation: dict[str, Any], answer: Answer) -> None:
    """The answer has the status, headers, media type and shape that the document gives it."""
    described = resolved(operation["responses"][str(answer.status)])
    headers = document()["components"]["headers"]
    needed = [name for name in described.get("headers", {}) if headers[name].get("required")]
    assert [name for name in needed if name.lower() not in answer.headers] == []
    assert answer.headers["x-content-type-options"] == "nosniff"
    content = described.get("content", {})
    if not content:
        assert answer.body == ""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = {**content[media_type].get("schema", {}), "components": document()["components"]}
    if media_type == "application/json":
        Draft202012Validator(schema).validate(answer.body)


def resolved(described: dict[str, Any]) -> dict[str, Any]:
    """A response of the document, looked up where it is a shared one."""
    if "$ref" not in described:
        return described
    shared: dict[str, dict[str, Any]] = document()["components"]["responses"]
    return shared[described["$ref"].rpartition("/")[2]]
