"""Clients: the vendor's whole of each, and each partner's list of its own.

A client is one item, and every change replaces it over the version that was read. The rows of the partners' lists
follow from it and are written in the same transaction, so they never tell another story.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from shared.domain.clients import Client, Relationship, hub_id_of
from shared.domain.money import Money
from shared.domain.renewals import OwnerChoice, RenewalStatus
from shared.domain.service_facts import recorded
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.program import Program
from shared.table import keys
from shared.table.client_records import client_record, stored_client, stored_owner
from shared.table.client_rows import points_changed, rows_of
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.values import Item
from shared.text import searchable


class ClientOrder(StrEnum):
    """What the list of clients can be sorted by."""

    COMPANY = "company"
    MRR = "mrr"
    RENEWAL_DATE = "renewal_date"


class RenewalOrder(StrEnum):
    """What the list of renewals can be sorted by."""

    DAYS_LEFT = "days_left"
    MRR_CHANGE = "mrr_change"


_CLIENT_INDEXES = {ClientOrder.COMPANY: "by_name", ClientOrder.MRR: "by_amount", ClientOrder.RENEWAL_DATE: "by_time"}


class ClientFilter(NamedTuple):
    """`text` anywhere in company, website or hub id."""

    text: str | None = None
    product: str | None = None
    relationship: Relationship | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSummary:
    """How many tools and apps the client uses, and its engagement index from 0 to 10."""

    tools: int
    apps: int
    score: int | None
    measured_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """A client as the list shows it."""

    hub_id: str
    company: str
    website: str | None
    products: list[str]
    relationship: Relationship
    usage: UsageSummary | None
    mrr: Money | None
    renewal_date: date | None


class ClientPage(NamedTuple):
    rows: list[ClientRow]
    last: Item | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRow:
    """A renewal as the list shows it; `owner` is the client's own choice, None where it follows the default."""

    subscription_id: str
    hub_id: str
    company: str
    product: str
    edition: str
    owner: OwnerChoice | None
    renewal_manager: Mapping[str, str] | None
    current_mrr: Money
    renewal_mrr: Money
    starts_on: date
    status: RenewalStatus
    flags: list[str]


class RenewalPage(NamedTuple):
    rows: list[RenewalRow]
    last: Item | None


@dataclass(frozen=True, slots=True)
class AllClients:
    """The repository of every client, for the vendor's back office and scheduled runs."""

    session: TableSession

    def find(self, hub_id: str) -> Client | None:
        item = self.session.get(keys.client(hub_id))
        return stored_client(item) if item else None

    def save(
        self, transaction: Transaction, client: Client, *, known: Client | None, program: Program, refusal: Refusal
    ) -> Client:
        """The client, new or over the version that was read, and the rows and points that change with it.

        Answers it with the facts that this change leaves behind, as it is stored.
        """
        service = recorded(known, client, at=transaction.operation.at, program=program)
        client = replace(client, service=service)
        transaction.put(
            keys.client(client.hub_id),
            client_record(client),
            condition="version = :known" if known else ABSENT,
            values={":known": known.version} if known else None,
            refusal=refusal,
        )
        before, after = rows_of(known, program), rows_of(client, program)
        stale: Refusal = lambda _: ChangedMeanwhileError()  # noqa: E731 - one meaning for all rows
        for key, row in after.items():
            if row != before.get(key):
                transaction.put(key, row, condition=PRESENT if key in before else ABSENT, refusal=stale)
        for key in before.keys() - after.keys():
            transaction.delete(key, condition=PRESENT, refusal=stale)
        _count(transaction, client.relations.keys(), known.relations.keys() if known else set())
        points_changed(known, client, program).write(transaction)
        return client

    def tie_subscription(
        self, transaction: Transaction, subscription_id: str, hub_id: str, *, elsewhere: Refusal
    ) -> None:
        """A subscription id means one subscription of one client; `elsewhere` where it is another's."""
        transaction.put(
            keys.subscription(subscription_id),
            {"hub_id": hub_id},
            condition="attribute_not_exists(pk) OR hub_id = :hub",
            values={":hub": hub_id},
            refusal=elsewhere,
        )


@dataclass(frozen=True, slots=True)
class Clients:
    """The repository of one partner's clients; those it has no relation with are out of its reach."""

    session: TableSession
    partner_id: str

    def find(self, client_id: str) -> Client | None:
        hub_id = hub_id_of(client_id)
        client = AllClients(self.session).find(hub_id) if hub_id else None
        return client if client and self.partner_id in client.relations else None

    def count(self) -> int:
        item = self.session.get(keys.client_count(self.partner_id))
        return item["clients"] if item else 0

    def page(
        self, wanted: ClientFilter, *, order: ClientOrder, descending: bool, limit: int, start: Item | None = None
    ) -> ClientPage:
        """One page. Without a filter it reads just the page; with one, the partner's clients until the page is full."""
        conditions: list[str] = []
        values: Item = {}
        if wanted.text is not None:
            conditions.append("contains(search_text, :text)")
            values[":text"] = searchable(wanted.text)
        if wanted.product is not None:
            conditions.append("contains(products, :product)")
            values[":product"] = wanted.product
        if wanted.relationship is not None:
            conditions.append("relationship = :relationship")
            values[":relationship"] = wanted.relationship
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.CLIENT_PREFIX,
            index=_CLIENT_INDEXES[order],
            descending=descending,
            limit=limit,
            start=start,
            condition=" AND ".join(conditions) or None,
            values=values,
        )
        return ClientPage([_client_row(item) for item in page.items], page.last)

    def find_renewal(self, subscription_id: str) -> RenewalRow | None:
        item = self.session.get(keys.renewal_row(self.partner_id, subscription_id))
        return _renewal_row(item) if item else None

    def renewals(
        self,
        *,
        first: date,
        last: date,
        status: RenewalStatus | None,
        order: RenewalOrder,
        descending: bool,
        limit: int,
        start: Item | None = None,
    ) -> RenewalPage:
        """One page of the renewals that start from `first` to `last`.

        By days left it reads just those; by change of MRR all of the partner's renewals until the page is full.
        """
        conditions: list[str] = []
        values: Item = {}
        between = None
        if order is RenewalOrder.DAYS_LEFT:
            between = keys.renewal_days(first.isoformat(), last.isoformat())
        else:
            conditions.append("starts_on BETWEEN :from AND :to")
            values |= {":from": first.isoformat(), ":to": last.isoformat()}
        if status is not None:
            conditions.append("renewal_status = :status")
            values[":status"] = status
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.RENEWAL_PREFIX,
            index="by_time" if order is RenewalOrder.DAYS_LEFT else "by_amount",
            descending=descending,
            limit=limit,
            start=start,
            condition=" AND ".join(conditions) or None,
            values=values,
            between=between,
        )
        return RenewalPage([_renewal_row(item) for item in page.items], page.last)

    def count_open_decisions(self, *, first: date, last: date) -> int:
        """How many renewals that start from `first` to `last` nobody has decided about; reads just those days."""
        bounds = keys.renewal_days(first.isoformat(), last.isoformat())
        return self.session.count(
            IndexName="by_time",
            KeyConditionExpression="pk = :pk AND by_time BETWEEN :first AND :last",
            FilterExpression="renewal_status = :pending",
            values={
                ":pk": keys.partner(self.partner_id).pk,
                ":first": bounds[0],
                ":last": bounds[1],
                ":pending": RenewalStatus.PENDING,
            },
        )


class DueRenewal(NamedTuple):
    """A renewal that the daily run has to look at, for the partner whose settings decide."""

    subscription_id: str
    hub_id: str
    partner_id: str


def due_renewals(session: TableSession, *, shard: int, until: datetime) -> Iterator[DueRenewal]:
    """All renewals of a shard whose day has come by then, from the sparse index: nothing else is read."""
    for item in session.due(keys.due_renewals(shard), until=until):
        yield DueRenewal(item["subscription_id"], item["hub_id"], item["partner_id"])


def _count(transaction: Transaction, after: Any, before: Any) -> None:
    """Keep the number of each partner's clients."""
    for partner_id in after - before:
        transaction.update(
            keys.client_count(partner_id),
            "SET clients = if_not_exists(clients, :none) + :one",
            condition="attribute_not_exists(clients) OR clients >= :none",
            values={":none": 0, ":one": 1},
            refusal=lambda _: NotFoundError(),
        )
    for partner_id in before - after:
        transaction.update(
            keys.client_count(partner_id),
            "SET clients = clients - :one",
            condition="clients >= :one",
            values={":one": 1},
            refusal=lambda _: NotFoundError(),
        )


def _client_row(item: Mapping[str, Any]) -> ClientRow:
    usage = item["usage"]
    return ClientRow(
        hub_id=item["hub_id"],
        company=item["company"],
        website=item["website"],
        products=item["products"],
        relationship=Relationship(item["relationship"]),
        usage=UsageSummary(**{**usage, "measured_on": date.fromisoformat(usage["measured_on"])}) if usage else None,
        mrr=Money(**item["mrr"]) if item["mrr"] else None,
        renewal_date=date.fromisoformat(item["renewal_date"]) if item["renewal_date"] else None,
    )


def _renewal_row(item: Mapping[str, Any]) -> RenewalRow:
    return RenewalRow(
        subscription_id=item["subscription_id"],
        hub_id=item["hub_id"],
        company=item["company"],
        product=item["product"],
        edition=item["edition"],
        owner=stored_owner(item["owner"]) if item["owner"] else None,
        renewal_manager=item["renewal_manager"],
        current_mrr=Money(**item["current_mrr"]),
        renewal_mrr=Money(**item["renewal_mrr"]),
        starts_on=date.fromisoformat(item["starts_on"]),
        status=RenewalStatus(item["renewal_status"]),
        flags=item["flags"],
    )
