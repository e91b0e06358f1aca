"""A partner's lists of its clients and of their renewals."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from shared.domain.clients import Client, Relationship, hub_id_of
from shared.domain.money import Money
from shared.domain.renewals import OwnerChoice, RenewalStatus
from shared.table import keys
from shared.table.client_records import stored_client, stored_owner
from shared.table.session import TableSession
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


class UsageSummary(Struct, frozen=True, kw_only=True):
    """How many tools and apps the client uses, and its engagement index from 0 to 10."""

    tools: int
    apps: int
    score: int | None
    measured_on: date


class ClientRow(Struct, frozen=True, kw_only=True):
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


class RenewalRow(Struct, frozen=True, kw_only=True):
    """A renewal as the list shows it; `owner` is the client's own choice, None where it follows the default.

    `responsible` says whether the partner decides about it, and not another partner of the client.
    """

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
    responsible: bool


class RenewalPage(NamedTuple):
    rows: list[RenewalRow]
    last: Item | None


def find_client(session: TableSession, hub_id: str) -> Client | None:
    """The client, whoever asks: for repositories, which know who may see it."""
    item = session.get(keys.client(hub_id))
    return stored_client(item) if item else None


class Clients(Struct, frozen=True):
    """The repository of one partner's clients; those it has no relation with are out of its reach."""

    session: TableSession
    partner_id: str

    def find(self, client_id: str) -> Client | None:
        hub_id = hub_id_of(client_id)
        client = find_client(self.session, hub_id) if hub_id else None
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
        order: RenewalOrder,
        descending: bool,
        limit: int,
        start: Item | None = None,
        status: RenewalStatus | None = None,
        responsible_only: bool = False,
    ) -> RenewalPage:
        """One page of the renewals that start from `first` to `last`; `responsible_only` leaves out other partners'.

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
        if responsible_only:
            conditions.append("responsible = :yes")
            values[":yes"] = True
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
        """Returns how many renewals that start from `first` to `last` wait for this partner's decision.

        Reads just those days.
        """
        bounds = keys.renewal_days(first.isoformat(), last.isoformat())
        return self.session.count(
            IndexName="by_time",
            KeyConditionExpression="pk = :pk AND by_time BETWEEN :first AND :last",
            FilterExpression="renewal_status = :pending AND responsible = :yes",
            values={
                ":pk": keys.partner(self.partner_id).pk,
                ":first": bounds[0],
                ":last": bounds[1],
                ":pending": RenewalStatus.PENDING,
                ":yes": True,
            },
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
        responsible=item["responsible"],
    )
