"""No answer tells another partner's object from one that does not exist, and none of these requests writes.

Which requests there are comes from the OpenAPI document: every route, and each place in it where an identifier stands.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from shared.domain.assignments import Transfer
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.transfers import save_transfer
from tests.client_factories import ClientSeed
from tests.events import Answer
from tests.factories import operation
from tests.isolation_rows import EXPECTED, INVALID_CURSOR, NOT_FOUND, PLACES_OF_BODIES
from tests.tenants import ADMIN, OPERATOR, RIVAL, Tenants, example_body, operations, parameters, two_tenants

CASES = ("foreign", "unknown", "malformed")


def places_of(route: str, operation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where in requests of this route an identifier stands."""
    named = [one["name"] for one in parameters(dict(operation))]
    found = [name for name in named if name in {"X-Partner-Id", "cursor"} or f"{{{name}}}" in route]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return [(route, place) for place in (*found, *PLACES_OF_BODIES.get(schema, ()))]


PLACES = [place for route, operation in operations().items() for place in places_of(route, operation)]


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """By case, an identifier of each kind; `own` ones are the caller's."""

    own: Mapping[str, str]
    foreign: Mapping[str, str]
    unknown: Mapping[str, str]
    malformed: Mapping[str, str]

    def cursor(self, case: str, route: str) -> str:
        chosen: Mapping[str, str] = getattr(self, case)
        return chosen.get(f"cursor of {route}", chosen["cursor"])


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    with two_tenants(tmp_path_factory.mktemp("isolation")) as tenants:
        for email in (ADMIN, RIVAL):
            seed_links(tenants, email)
            seed_clients(tenants, email)
            seed_points(tenants, email)
            seed_employees(tenants, email)
        yield tenants


def seed_links(tenants: Tenants, email: str) -> None:
    body = example_body(operations()["POST /v1/confirmation-links"])
    for number in range(3):
        made = tenants.request(email, "POST", "/v1/confirmation-links", body={**body, "name": f"Link {number}"})
        assert made.status == 201
    link_id = made.json["id"]
    sent = tenants.request(email, "POST", f"/v1/confirmation-links/{link_id}/send")
    assert sent.status == 200
    another = {"email": f"second.{email}", "name": "Second", "role": "partner_member"}
    assert tenants.request(email, "POST", "/v1/users", body=another).status == 201
    deregistered = f"{partner_of(tenants, email)}-0001.example"
    freed = tenants.request(
        email, "POST", "/v1/registrations/deregister", body={"domains": [deregistered], "confirm": True}
    )
    assert freed.status == 200


def partner_of(tenants: Tenants, email: str) -> str:
    return str(tenants.request(email, "GET", "/v1/me").json["partner_id"])


def seed_clients(tenants: Tenants, email: str) -> None:
    """Two clients with a renewal each, by the partner's name."""
    partner_id, seed = partner_of(tenants, email), ClientSeed(table=tenants.table)
    for number in (1, 2):
        hub_id = f"{partner_id}-{number}"
        seed.client(hub_id, partners={partner_id: "managed"})
        seed.subscription(f"s-{hub_id}", hub_id=hub_id)


def seed_points(tenants: Tenants, email: str) -> None:
    """Two deals of the first client and one of the second, credited to the partner."""
    partner_id = partner_of(tenants, email)
    domain = tenants.request(email, "GET", "/v1/registrations").json["data"][0]["registered_domain"]
    for name, number in (("a", 1), ("b", 1), ("c", 2)):
        body = {
            **example_body(operations()["PUT /v1/vendor/deals/{deal_id}"]),
            "partner_id": partner_id,
            "hub_id": f"{partner_id}-{number}",
            "domain": domain,
            "closed_on": datetime.now(tz=UTC).date().isoformat(),
        }
        answer = tenants.request(OPERATOR, "PUT", f"/v1/vendor/deals/d-{partner_id}-{name}", body=body)
        assert answer.json["credit"]["credited"] is True


def seed_employees(tenants: Tenants, email: str) -> None:
    """Two employees, of whom one works for both clients, and two requests to let go of that one's address."""
    me = tenants.request(email, "GET", "/v1/me").json
    users = tenants.request(email, "GET", "/v1/users").json["data"]
    for user in users:
        path = f"/v1/users/{user['id']}/partner-employee"
        assert tenants.request(email, "PUT", path, body={"enabled": True}).status == 200
    clients = [{"client_id": f"c-{me['partner_id']}-{number}"} for number in (1, 2)]
    path = f"/v1/employees/{me['user_id']}/clients"
    assert tenants.request(email, "POST", path, body={"clients": clients}).status == 200
    session = TableSession(tenants.table.client, tenants.table.name)
    for number in (1, 2):
        transaction = Transaction(session, operation())
        transfer = Transfer(
            transfer_id=f"t-{me['partner_id']}-{number}",
            asking_partner_id="p-third",
            asking_partner_name="Third",
            asking_user_id="u-third",
            asking_user_name="Theo Third",
            asked_partner_id=me["partner_id"],
            user_id=me["user_id"],
            email=me["email"],
            hub_id=f"{me['partner_id']}-{number}",
            company="Acme",
            created_at=datetime.now(tz=UTC),
            expires_at=datetime.now(tz=UTC) + timedelta(days=14),
        )
        save_transfer(transaction, transfer, known=None)
        transaction.commit()


@pytest.fixture(scope="module")
def identifiers(tenants: Tenants) -> Identifiers:
    unsigned = base64.urlsafe_b64encode(b"0" * 16 + b'{"pk":"PARTNER#p-lake","sk":"PROFILE"}').decode()
    return Identifiers(
        own=identifiers_of(tenants, ADMIN),
        foreign=identifiers_of(tenants, RIVAL),
        unknown={
            "domain": "nobody-has-this.example",
            "user_id": "u-00000000000000000000",
            "link_id": "l-00000000000000000000",
            "client_id": "c-nobody",
            "transfer_id": "t-00000000000000000000",
            "deal_id": "d-nobody",
            "hub_id": "nobody",
            "subscription_id": "s-nobody",
            "renewal_id": "r-s-nobody",
            "partner_id": "p-nobody",
            "email": "nobody@nowhere.example",
            "cursor": unsigned,
        },
        malformed={
            "domain": "#not a domain",
            "user_id": "u 1' OR 1=1",
            "link_id": "#" * 400,
            "client_id": "c-" + "#" * 400,
            "transfer_id": "#" * 400,
            "deal_id": "not an id",
            "hub_id": "not an id",
            "subscription_id": "not an id",
            "renewal_id": "#" * 400,
            "partner_id": "not an id",
            "email": "not an address",
            "X-Partner-Id": "p#lake",
            "cursor": "%%%",
        },
    )


def identifiers_of(tenants: Tenants, email: str) -> dict[str, str]:
    """What this partner's own lists name: its objects, and a cursor of each list."""
    me = tenants.request(email, "GET", "/v1/me").json
    links = tenants.request(email, "GET", "/v1/confirmation-links").json["data"]
    [sent] = [link["id"] for link in links if link["sent_at"]]
    found = {
        "domain": tenants.request(email, "GET", "/v1/registrations").json["data"][0]["registered_domain"],
        "user_id": me["user_id"],
        "link_id": sent,
        "client_id": f"c-{me['partner_id']}-1",
        "transfer_id": f"t-{me['partner_id']}-1",
        "deal_id": f"d-{me['partner_id']}-a",
        "hub_id": f"{me['partner_id']}-1",
        "subscription_id": f"s-{me['partner_id']}-1",
        "renewal_id": f"r-s-{me['partner_id']}-1",
        "partner_id": me["partner_id"],
        "email": me["email"],
        "cursor": "",
    }
    for route in {route for route, place in PLACES if EXPECTED.get((route, place)) == INVALID_CURSOR}:
        path = filled(route.partition(" ")[2], found)
        found[f"cursor of {route}"] = tenants.request(email, "GET", path, query="limit=1").json["next_cursor"]
    found["cursor"] = found["cursor of GET /v1/users"]
    return found


def filled(pattern: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: quote(values[name[1]], safe=""), pattern)


def ask(tenants: Tenants, identifiers: Identifiers, route: str, place: str, case: str) -> Answer:
    """The route's example request, with everything the caller's own but what stands in `place`."""
    method, _, pattern = route.partition(" ")
    values = dict(identifiers.own)
    chosen: Mapping[str, str] = getattr(identifiers, case)
    headers, query, body = {"If-Match": "*"}, "", example_body(operations()[route])
    if route.startswith("DELETE /v1/employees/"):
        query = "confirm=REMOVE"
    if place == "X-Partner-Id":
        headers["X-Partner-Id"] = chosen.get(place, chosen["partner_id"])
    elif place == "cursor":
        query = urlencode({"limit": 1, "cursor": identifiers.cursor(case, route)})
    elif place == "domains":
        body = {"domains": [chosen["domain"]], "confirm": True}
    elif place == "partner_id" and "{partner_id}" not in pattern:
        body = {**body, "partner_id": chosen["partner_id"]}
    elif place == "notify_user_id":
        body = {"owner": "vendor", "notify_user_id": chosen["user_id"]}
    elif place == "activities":
        body = {"activities": [{**body["activities"][0], "hub_id": chosen["hub_id"]}]}
    elif place == "clients":
        body = {"clients": [{"client_id": chosen["client_id"]}]}
    elif place == "lose_clients":
        body = {"lose_clients": [chosen["client_id"]]}
    else:
        values[place] = chosen[place]
    return tenants.request(ADMIN, method, filled(pattern, values), headers=headers, query=query, body=body)


def seen(answer: Answer, sent: Mapping[str, str]) -> dict[str, Any]:
    """The answer as a client sees it, but for the request id and the identifier that the client sent itself."""
    text = answer.body.replace(answer.headers["x-request-id"], "REQUEST")
    for value in sorted((value for value in sent.values() if value), key=len, reverse=True):
        text = text.replace(json.dumps(value, ensure_ascii=False).strip('"'), "SENT")
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return {"status": answer.status, "headers": headers, "body": text}


def test_every_route_and_place_of_the_document_has_a_row() -> None:
    assert sorted(EXPECTED) == sorted(PLACES)


def test_every_route_that_takes_no_identifier_is_still_asked_under_another_partner() -> None:
    asked = {route for route, _ in PLACES}
    assert sorted(set(operations()) - asked) == []


@pytest.mark.parametrize(("route", "place"), PLACES, ids=[f"{route} by {place}" for route, place in PLACES])
def test_foreign_is_answered_as_unknown_and_nothing_is_written(
    tenants: Tenants, identifiers: Identifiers, route: str, place: str
) -> None:
    before = tenants.table.items()
    answers = {case: ask(tenants, identifiers, route, place, case) for case in CASES}

    status, code = EXPECTED[route, place]
    assert {case: answer.status for case, answer in answers.items()} == dict.fromkeys(CASES, status)
    if code:
        assert {case: answer.json["code"] for case, answer in answers.items()} == dict.fromkeys(CASES, code)
    assert seen(answers["foreign"], identifiers.foreign) == seen(answers["unknown"], identifiers.unknown)
    assert tenants.table.items() == before


@pytest.mark.parametrize(
    "route",
    [route for route, place in PLACES if EXPECTED.get((route, place)) == NOT_FOUND and route.startswith("GET ")],
)
def test_the_same_request_with_an_own_identifier_finds_the_object(
    tenants: Tenants, identifiers: Identifiers, route: str
) -> None:
    answer = tenants.request(ADMIN, "GET", filled(route.partition(" ")[2], identifiers.own))
    assert answer.status in {200, 409}  # a pending link has no certificate
