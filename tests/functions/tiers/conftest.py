"""A client that p-hill sells to and serves, and deals of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from msgspec.structs import replace

import shared.table.client
from shared.domain.languages import Language
from shared.domain.links import Decision, Link, LinkClient, LinkDraft, LinkProduct, LinkStatus
from shared.domain.service import Claim, Span, Worker
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.program import program
from shared.table.clients import AllClients
from shared.table.links import Links
from shared.table.transactions import Transaction
from tests import confirmation_examples
from tests.client_factories import HUB, ClientSeed
from tests.conftest import ENVIRONMENT
from tests.factories import lead, operation
from tests.functions.client import Api
from tests.functions.tiers.points_table import PointsTable, StoredInMemory


@dataclass(frozen=True)
class Sales:
    """Reports deals as the vendor does, and makes people work for clients."""

    api: Api
    clients: ClientSeed

    def register(self, *domains: str) -> None:
        for domain in domains:
            assert self.api.post("/v1/registrations", lead(domain)).status == 201

    def hold(self, domain: str, *, since: str) -> None:
        """The registration as if it had been made on an earlier day."""
        row = self.api.table.item("PARTNER#p-hill", f"REGISTRATION#{domain}")
        assert row is not None
        self.api.table.fill([{**row, "held_since": f"{since}T00:00:00.000000Z"}])

    def certify(self, *, until: str = "2030-06-30", partner_id: str = "p-hill", **changes: Any) -> Any:
        body = {
            "name": "Hill Consulting",
            "type": "solutions_partner",
            "certification_expires_on": until,
            **changes,
        }
        return self.api.put(f"/v1/vendor/partners/{partner_id}", body).json

    def sell(self, deal_id: str = "d-1", *, euros: int = 88, **changes: Any) -> Any:
        """A deal of acme.example, closed today unless something else is said; 88 euros a month are one hundred."""
        body = {
            "partner_id": "p-hill",
            "hub_id": HUB,
            "domain": "acme.example",
            "deal_type": "partner_sourced",
            "mrr": {"amount": euros * 100, "currency": "EUR"},
            "closed_on": self.api.clock.now.date().isoformat(),
            "product": "marketing_hub",
            **changes,
        }
        answer = self.api.put(f"/v1/vendor/deals/{deal_id}", body)
        assert answer.status < 300, answer.body
        return answer.json

    def serve(
        self,
        *,
        hub_id: str = HUB,
        partner_id: str = "p-hill",
        email: str = "max@hill.example",
        at: datetime | None = None,
        active_on: date | None = None,
    ) -> None:
        """From an instant on somebody of the partner works for the client, last active on a day."""
        at = at or self.api.clock.now
        clients, moment = AllClients(self.clients.session), operation(at=at)
        known = clients.find(hub_id)
        assert known is not None
        day = active_on or at.date()
        since = (Span(at),)
        worker = known.service.workers.get(email) or Worker(in_portal=since, active_days=((day, day),))
        claim = Claim(partner_id=partner_id, user_id=f"u-{partner_id}", span=Span(at), tagged=since)
        workers = {**known.service.workers, email: replace(worker, claims=(*worker.claims, claim))}
        changed = replace(known, service=replace(known.service, workers=workers), version=known.version + 1)
        transaction = Transaction(self.clients.session, moment)
        clients.save(transaction, changed, known=known, program=program(), refusal=lambda _: ChangedMeanwhileError())
        transaction.commit()

    def sign(self, *, company: str = "Whoever", email: str) -> None:
        """A confirmation link that a customer has signed."""
        now, links = self.api.clock.now, Links(self.clients.session, "p-hill")
        client = LinkClient(company=company, contact_name="Bia", email=email, language=Language.ENGLISH)
        draft = LinkDraft(name="Deal", client=client, products=(LinkProduct(product="sales_hub", edition="starter"),))
        link = Link(
            link_id=new_id("l"),
            draft=draft,
            stored_status=LinkStatus.PENDING,
            created_at=now,
            created_by="u-ada",
            creator_name="Ada",
            expires_at=now + timedelta(days=90),
        )
        terms = replace(confirmation_examples.terms(), company=company)
        decision = Decision(signed=True, signer_name="Bia", reason=None, decided_at=now, terms=terms)
        transaction = Transaction(self.clients.session, operation(at=now))
        links.add(transaction, link, due_at=link.expires_at)
        transaction.commit()
        transaction = Transaction(self.clients.session, operation(at=now))
        links.decide(transaction, link, decision, now=now, refusal=lambda _: ChangedMeanwhileError())
        transaction.commit()

    def tier(self, *, in_days: int | None = None, **query: str) -> Any:
        if in_days is not None:
            query["as_of"] = (self.api.clock.now.date() + timedelta(days=in_days)).isoformat()
        answer = self.api.get("/v1/tier", query=query)
        assert answer.status == 200, answer.body
        return answer.json


@pytest.fixture
def table() -> StoredInMemory:
    """In memory, because the tests are many."""
    memory = PointsTable()
    shared.table.client._clients["dynamodb"] = cast("Any", memory)
    return StoredInMemory(client=memory, name=ENVIRONMENT["TABLE_NAME"])


@pytest.fixture
def sales(api: Api) -> Sales:
    """acme.example is registered and its client known; nothing is sold yet."""
    clients = ClientSeed(table=api.table, at=api.clock.now)
    clients.client(website="https://acme.example", partners={})
    made = Sales(api, clients)
    made.register("acme.example")
    made.hold("acme.example", since="2024-01-01")
    return made
