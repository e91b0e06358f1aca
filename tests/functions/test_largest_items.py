"""No item comes near DynamoDB's 400 KB: the longest of everything that the API takes, and what is stated of it."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.table.client import dynamodb
from shared.table.transactions import MOST_ACTIONS
from shared.table.values import Item
from tests.client_factories import ClientSeed, client_body, subscription_body, usage_body
from tests.functions.client import OPERATOR, Api
from tests.item_sizes import MOST, item_size

DOCUMENT = Path(__file__).parents[2] / "docs" / "access-patterns.md"
MOST_OF_A_TRANSACTION = 4_000_000
CHANCE = random.Random(20260317)


def wide(count: int) -> str:
    """So many letters of four bytes, which no packing makes much shorter."""
    return "".join(chr(CHANCE.randrange(0x20000, 0x2A000)) for _ in range(count))


def email(number: int, *, most: int = 254) -> str:
    local = f"{number:03}".ljust(60, "a")
    labels = "".join(chr(CHANCE.randrange(97, 123)) for _ in range(most - 69))
    return f"{local}@{'.'.join(labels[at : at + 50] for at in range(0, len(labels), 51))}.example"[:most]


def said(body: Any) -> str:
    """As a client writes it whose letters are not escaped."""
    return json.dumps(body, ensure_ascii=False)


def lead(number: int) -> dict[str, Any]:
    """Of a hundred that one request holds."""
    return {
        "website": f"lead-{number:03}.example",
        "company": wide(200),
        "contact": {"first_name": wide(190), "last_name": wide(190), "email": email(number, most=100)},
        "country": "DE",
    }


def partner() -> dict[str, Any]:
    member = {"role": "account_manager", "name": wide(200), "email": email(1), "phone": "+" + "1" * 39}
    return {
        "name": wide(200),
        "type": "solutions_partner",
        "team": [{**member, "description": wide(200)} for _ in range(10)],
    }


def link() -> dict[str, Any]:
    product = {"product": "sales_hub", "edition": "professional", "onboarding_type": "guided"}
    return {
        "name": wide(200),
        "client": {"company": wide(200), "contact_name": wide(200), "email": email(2), "language": "de"},
        "products": [product],
        "providing_onboarding": True,
        "estimated_onboarding_duration": "1_month",
    }


def whole_client(number: int) -> dict[str, Any]:
    """The longest report that is taken."""
    return client_body(
        company=wide(200),
        website=f"https://{number}.example/" + "a" * 1_900,
        contact_tier=wide(200),
        email_tier=wide(200),
        crm_url="https://a.example/" + "a" * 1_900,
        account_url="https://a.example/" + "a" * 1_900,
        portal_users=[email(one) for one in range(500)],
    )


def usage() -> dict[str, Any]:
    return usage_body(tools=[wide(200) for _ in range(98)], apps=[wide(200) for _ in range(98)])


@pytest.fixture(scope="module")
def stated() -> dict[str, int]:
    """By kind, the largest size in bytes that the document states."""
    text = DOCUMENT.read_text(encoding="utf-8").partition("## Sizes")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|[^|]*\| ([0-9]+) KB \|", text, re.MULTILINE)
    return {kind: int(size) * 1_000 for kind, size in rows}


def kind_of(item: Item) -> str:
    """How its key begins, or what it is a notice of."""
    if item["pk"].startswith("AUDIT#"):
        return "AUDIT"
    if item["pk"].startswith("REPLAY#"):
        return "REPLAY"
    if item["pk"].startswith("NOTICE#"):
        return "NOTICE"
    first = str(item["pk"]).partition("#")[0]
    if first in {"EMAIL_DOMAIN", "PARTNERS"}:
        return first
    return f"{first} / {str(item['sk']).partition('#')[0]}"


def largest(items: list[Item]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in items:
        found[kind_of(item)] = max(found.get(kind_of(item), 0), item_size(item))
    return found


@dataclass
class Transactions:
    """The most that one transaction has held."""

    actions: int = 0
    size: int = 0

    def note(self, params: dict[str, Any], **_: Any) -> None:
        self.actions = max(self.actions, len(params["TransactItems"]))
        self.size = max(self.size, len(json.dumps(params["TransactItems"], ensure_ascii=False).encode()))


@pytest.fixture
def transactions(api: Api) -> Iterator[Transactions]:
    """Of everything that the test writes."""
    assert api.table.client is not None
    found, events = Transactions(), dynamodb().meta.events
    events.register("before-parameter-build.dynamodb.TransactWriteItems", found.note)
    yield found
    events.unregister("before-parameter-build.dynamodb.TransactWriteItems", found.note)


@pytest.fixture
def filled(api: Api, user_pool: str, transactions: Transactions) -> Api:  # noqa: ARG001 - the pool that new users are added to
    """Everything at its longest, and once changed into something else as long."""
    for _ in range(2):
        assert api.put("/v1/vendor/partners/p-hill", said(partner()), email=OPERATOR).status == 200
        for number in range(25):
            body = {"email": email(number, most=128), "name": wide(200), "role": "partner_member"}
            assert api.put(f"/v1/vendor/partners/p-hill/users/u-{number}", said(body)).status in {200, 201}
        assert api.put("/v1/vendor/clients/4711", said(whole_client(1))).status in {200, 201}
        assert api.put("/v1/vendor/clients/4712", said(client_body(company=wide(200)))).status in {200, 201}
        assert api.put("/v1/vendor/usage/4712", said(usage())).status in {200, 201}
        for hub_id in ("4711", "4712"):
            relation = {"relationship": "managed"}
            assert api.put(f"/v1/vendor/clients/{hub_id}/partners/p-hill", relation).status in {200, 201}
        manager = {"name": wide(200), "email": email(3)}
        body = subscription_body(hub_id="4712", renewal_manager=manager)
        assert api.put("/v1/vendor/subscriptions/s-1", said(body)).status in {200, 201}
    made = api.post("/v1/confirmation-links", said(link()))
    assert made.status == 201, made.body
    assert api.patch(f"/v1/confirmation-links/{made.json['id']}", {"name": wide(200)}, match="*").status == 200
    assert api.post(f"/v1/confirmation-links/{made.json['id']}/send").status == 200
    batch = {"items": [lead(number) for number in range(75)]}
    assert api.post("/v1/registrations/batch", said(batch), key="batch").status == 200
    refused = {"items": [{wide(200): wide(400)} for _ in range(90)]}
    assert api.post("/v1/registrations/batch", said(refused), key="refused").status == 200
    seed = ClientSeed(table=api.table)
    for number in range(100):
        seed.client(f"h-{number}", company=wide(200))
    assign = {"clients": [{"hub_id": f"h-{number}"} for number in range(100)]}
    assert api.post("/v1/employees/u-1/clients", assign, key="assign").status == 200
    activity = {"hub_id": "4712", "employee_email": email(1, most=128), "kind": "k" * 40}
    for start in (0, 100):
        many = [
            {
                **activity,
                "id": f"e-{number}".ljust(64, "a"),
                "kind": f"k{number}".ljust(40, "k"),
                "occurred_at": "2026-03-17T09:00:00Z",
            }
            for number in range(start, start + 100)
        ]
        assert api.post("/v1/vendor/activities", {"activities": many}, email=OPERATOR).status == 200
    return api


def test_the_longest_of_everything_is_no_larger_than_stated(
    filled: Api, transactions: Transactions, stated: dict[str, int]
) -> None:
    found = largest(filled.table.items())

    assert {kind: size for kind, size in found.items() if size > stated.get(kind, 0)} == {}
    assert max(stated.values()) < MOST
    assert 50 < transactions.actions <= MOST_ACTIONS
    assert 400_000 < transactions.size < MOST_OF_A_TRANSACTION
