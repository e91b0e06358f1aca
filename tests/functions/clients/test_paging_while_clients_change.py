"""A long list of clients, read page by page while clients come and go."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

import pytest

from shared.domain.clients import Client, Profile, Relation, Relationship, Subscription
from shared.domain.money import Money
from shared.program import program
from shared.table import client as table_client
from shared.table.clients import AllClients
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.conftest import ENVIRONMENT
from tests.engines import StoredTable
from tests.factories import Seed, operation
from tests.functions.client import ADMIN, Api
from tests.functions.clients.client_table import ListingTable
from tests.functions.clients.conftest import CLIENTS

MANY = 2_000
SORTS = ("company", "-company", "mrr", "-renewal_date")


@dataclass
class Market:
    """p-hill's clients, of which many have the same company, price or day; `ids` are those it has now."""

    memory: ListingTable = field(default_factory=ListingTable)
    chance: random.Random = field(default_factory=lambda: random.Random(4711))
    ids: set[str] = field(default_factory=set)
    made: int = 0

    def __post_init__(self) -> None:
        table_client._clients["dynamodb"] = cast("Any", self.memory)
        table = StoredTable(client=cast("Any", self.memory), name=ENVIRONMENT["TABLE_NAME"])
        self.api = Api(table=table, clock=StoppedClock())
        seed = Seed(table=table)
        seed.partner("p-hill")
        seed.user(ADMIN)
        self.session = TableSession(cast("Any", self.memory), table.name)

    def add(self) -> None:
        self.made += 1
        day = date(2026, 6, 1) + timedelta(days=self.chance.randrange(30))
        subscription = Subscription(
            subscription_id=f"s-{self.made}",
            product="sales_hub",
            edition="starter",
            mrr=Money(self.chance.randrange(1, 40) * 1_000, "EUR"),
            started_on=date(2025, 1, 1),
            renews_on=self.chance.choice([day, None]),
        )
        client = Client(
            hub_id=f"h{self.made}",
            profile=Profile(company=f"Company {self.chance.randrange(200)}"),
            relations={"p-hill": Relation(relationship=self.chance.choice(list(Relationship)), since=StoppedClock.now)},
            subscriptions={subscription.subscription_id: subscription},
            version=1,
        )
        transaction = Transaction(self.session, operation())
        AllClients(self.session).save(
            transaction, client, known=None, program=program(), refusal=lambda _: TableUnavailableError()
        )
        transaction.commit()
        self.ids.add(client.client_id)

    def end(self) -> None:
        client_id = self.chance.choice(sorted(self.ids))
        assert self.api.post(f"{CLIENTS}/{client_id}/end-services", {"confirm": True}).status == 200
        self.ids.remove(client_id)

    def churn(self) -> None:
        for _ in range(self.chance.randrange(3)):
            self.add()
        for _ in range(self.chance.randrange(3)):
            self.end()

    def read(self, *, limit: int, **query: str) -> tuple[list[str], set[str], set[str]]:
        """The ids on all pages, those of clients that were there throughout, and those there at any time."""
        throughout, ever = set(self.ids), set(self.ids)
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            answer = self.api.get(CLIENTS, query={"limit": str(limit), **query, **cursor}).json
            seen += [row["id"] for row in answer["data"]]
            if answer["next_cursor"] is None:
                return seen, throughout & self.ids, ever
            cursor = {"cursor": answer["next_cursor"]}
            self.churn()
            ever |= self.ids


def test_every_client_that_is_there_throughout_is_listed_once_in_its_order() -> None:
    market = Market()
    for _ in range(MANY):
        market.add()

    for sort in SORTS:
        seen, throughout, ever = market.read(limit=100, sort=sort)

        assert len(seen) == len(set(seen)), sort
        assert throughout <= set(seen) <= ever, sort
        assert len(throughout) > MANY * 0.9


@pytest.mark.parametrize("looks_at", [7, 1_000])
def test_a_filter_finds_each_client_once_however_many_calls_that_takes(looks_at: int) -> None:
    market = Market(memory=ListingTable(looks_at=looks_at))
    for _ in range(120):
        market.add()
    before = set(market.ids)

    found = {relation: market.read(limit=10, relationship=relation)[0] for relation in Relationship}

    listed = [client_id for ids in found.values() for client_id in ids]
    assert len(listed) == len(set(listed))
    assert before & market.ids <= set(listed)
