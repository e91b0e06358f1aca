"""Confirmation links of one partner."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.languages import Language
from shared.domain.links import Decision, Delivery, Link, LinkClient, LinkDraft, LinkProduct, LinkStatus
from shared.table import keys
from shared.table.session import TableSession, TableUnavailableError, UnreadableItem
from shared.table.transactions import ABSENT, Refusal, Transaction
from shared.table.values import Item
from shared.text import folded, searchable


class LinkOrder(StrEnum):
    """What a list can be sorted by."""

    CREATED_AT = "created_at"
    NAME = "name"
    STATUS = "status"


_INDEXES = {LinkOrder.CREATED_AT: "by_time", LinkOrder.NAME: "by_name", LinkOrder.STATUS: "by_group"}


class LinkFilter(NamedTuple):
    """`status` as it is at `now`; `text` anywhere in name, company, contact or e-mail."""

    status: LinkStatus | None
    text: str | None
    now: datetime


class LinkPage(NamedTuple):
    links: list[Link]
    last: Item | None


class Links(Struct, frozen=True):
    """The repository of one partner's confirmation links; another partner's are out of its reach."""

    session: TableSession
    partner_id: str

    def find(self, link_id: str) -> Link | None:
        item = self.session.get(keys.link(self.partner_id, link_id))
        return stored_link(item) if item else None

    def page(
        self, wanted: LinkFilter, *, order: LinkOrder, descending: bool, limit: int, start: Item | None = None
    ) -> LinkPage:
        """One page. Without a filter it reads just the page; with one, the partner's links until the page is full."""
        conditions: list[str] = []
        values: Item = {}
        if wanted.status is not None:
            conditions.append(_STATUS_CONDITIONS.get(wanted.status, "link_status = :status"))
            values[":status"] = wanted.status
            if wanted.status in _STATUS_CONDITIONS:
                values |= {":status": LinkStatus.PENDING, ":now": instant_text(wanted.now)}
            if wanted.status is LinkStatus.EXPIRED:
                values[":expired"] = LinkStatus.EXPIRED
        if wanted.text is not None:
            conditions.append("contains(search_text, :text)")
            values[":text"] = searchable(wanted.text)
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.LINK_PREFIX,
            index=_INDEXES[order],
            descending=descending,
            limit=limit,
            start=start,
            condition=" AND ".join(conditions) or None,
            values=values,
        )
        return LinkPage([stored_link(item) for item in page.items], page.last)

    def count_pending(self, now: datetime) -> int:
        """How many links a customer may still decide; reads the pending ones and those that have expired unnoticed."""
        return self.session.count(
            IndexName="by_group",
            KeyConditionExpression="pk = :pk AND begins_with(by_group, :pending)",
            FilterExpression="expires_at > :now",
            values={
                ":pk": keys.partner(self.partner_id).pk,
                ":pending": keys.links_in(LinkStatus.PENDING),
                ":now": instant_text(now),
            },
        )

    def signed(self) -> Iterator[Link]:
        """Every link that a customer has signed, by id; reads just those, as far as somebody asks."""
        start = None
        while True:
            page = self.session.query(
                IndexName="by_group",
                KeyConditionExpression="pk = :pk AND begins_with(by_group, :signed)",
                ConsistentRead=True,
                values={":pk": keys.partner(self.partner_id).pk, ":signed": keys.links_in(LinkStatus.SIGNED)},
                start=start,
            )
            yield from map(stored_link, page.items)
            start = page.last
            if start is None:
                return

    def add(self, transaction: Transaction, link: Link, *, due_at: datetime) -> None:
        """A new link; `due_at` is when a scheduled run should look at it."""
        transaction.put(
            keys.link(self.partner_id, link.link_id),
            self._row(link, due_at),
            condition=ABSENT,
            refusal=lambda _: TableUnavailableError(),  # ids are random: only a repeat of this write meets its own row
        )

    def replace(
        self,
        transaction: Transaction,
        link: Link,
        *,
        known: Link,
        now: datetime,
        due_at: datetime | None,
        refusal: Refusal,
    ) -> None:
        """The link over the version that was read, while it is pending and has not expired.

        With `due_at` None no scheduled run looks at it any more.
        """
        transaction.put(
            keys.link(self.partner_id, link.link_id),
            self._row(link, due_at),
            condition=f"{_PENDING} AND version = :known",
            values={**_pending_at(now), ":known": known.version},
            refusal=refusal,
        )

    def decide(
        self, transaction: Transaction, link: Link, decision: Decision, *, now: datetime, refusal: Refusal
    ) -> None:
        """The one decision, in place: only while the link is pending, has not expired, and asks what it asked.

        What else the partner or a scheduled run has written meanwhile stays.
        """
        transaction.update(
            keys.link(self.partner_id, link.link_id),
            "SET link_status = :status, by_group = :group, decision = :decision, version = version + :one "
            "REMOVE due_queue, due_at",
            condition=f"{_PENDING} AND question_digest = :question",
            values={
                **_pending_at(now),
                ":question": link.question_digest,
                ":status": decision.status,
                ":group": keys.link_order(decision.status, link.link_id),
                ":decision": decision.record(),
                ":one": 1,
            },
            refusal=refusal,
        )

    def expire(self, transaction: Transaction, link: Link, *, now: datetime, refusal: Refusal) -> None:
        """In place: only while the link is pending, over the version that was read, and when its time is over."""
        transaction.update(
            keys.link(self.partner_id, link.link_id),
            "SET link_status = :expired, by_group = :group, version = version + :one REMOVE due_queue, due_at",
            condition="link_status = :pending AND expires_at <= :now AND version = :known",
            values={
                **_pending_at(now),
                ":known": link.version,
                ":expired": LinkStatus.EXPIRED,
                ":group": keys.link_order(LinkStatus.EXPIRED, link.link_id),
                ":one": 1,
            },
            refusal=refusal,
        )

    def mark_not_delivered(self, transaction: Transaction, link: Link, *, refusal: Refusal) -> None:
        """In place, so that the link stays due when it was due; while it is pending, over the version that was read."""
        transaction.update(
            keys.link(self.partner_id, link.link_id),
            "SET delivery = :not_delivered, version = version + :one",
            condition="link_status = :pending AND version = :known",
            values={
                ":pending": LinkStatus.PENDING,
                ":not_delivered": Delivery.NOT_DELIVERED,
                ":one": 1,
                ":known": link.version,
            },
            refusal=refusal,
        )

    def remove(self, transaction: Transaction, link: Link, *, now: datetime, refusal: Refusal) -> None:
        """Only while it is pending and has not expired, and as it was read."""
        transaction.delete(
            keys.link(self.partner_id, link.link_id),
            condition=f"{_PENDING} AND version = :known",
            values={**_pending_at(now), ":known": link.version},
            refusal=refusal,
        )

    def _row(self, link: Link, due_at: datetime | None) -> dict[str, Any]:
        """A link without a decision: that is written in place."""
        draft = link.draft
        row: dict[str, Any] = {
            "link_id": link.link_id,
            **draft.record(),
            "link_status": link.stored_status,
            "created_at": instant_text(link.created_at),
            "created_by": link.created_by,
            "creator_name": link.creator_name,
            "expires_at": instant_text(link.expires_at),
            "sent_at": instant_text(link.sent_at) if link.sent_at else None,
            "reminders": link.reminders,
            "delivery": link.delivery,
            "decision": None,
            "question_digest": link.question_digest,
            "version": link.version,
            "partner_id": self.partner_id,
            "search_text": searchable(
                f"{draft.name}\n{draft.client.company}\n{draft.client.contact_name}\n{draft.client.email}"
            ),
            "by_time": keys.link_order(instant_text(link.created_at), link.link_id),
            "by_name": keys.link_order(folded(draft.name), link.link_id),
            "by_group": keys.link_order(link.stored_status, link.link_id),
        }
        if due_at is not None:
            shard = sum(link.link_id.encode()) % keys.LINK_DUE_SHARDS
            row |= {"due_queue": keys.due_links(shard), "due_at": instant_text(due_at)}
        return row


class DueLink(NamedTuple):
    """A link that waits for a reminder or its expiry."""

    partner_id: str
    link_id: str


def due_links(session: TableSession, *, shard: int, until: datetime) -> Iterator[DueLink | UnreadableItem]:
    """All partners' links of a shard that are due by then, from the sparse index: nothing else is read."""
    return session.due(
        keys.due_links(shard), until=until, read=lambda item: DueLink(item["partner_id"], item["link_id"])
    )


_PENDING = "link_status = :pending AND expires_at > :now"
"""What every change of a link asks of the stored item, whoever calls; see `_pending_at`."""


def _pending_at(now: datetime) -> Item:
    return {":pending": LinkStatus.PENDING, ":now": instant_text(now)}


_STATUS_CONDITIONS = {
    LinkStatus.PENDING: "link_status = :status AND expires_at > :now",
    LinkStatus.EXPIRED: "(link_status = :expired OR (link_status = :status AND expires_at <= :now))",
}


def stored_link(item: Mapping[str, Any]) -> Link:
    """The link in a stored item, such as the one that refused a condition."""
    client = item["client"]
    return Link(
        link_id=item["link_id"],
        draft=LinkDraft(
            name=item["name"],
            client=LinkClient(**{**client, "language": Language(client["language"])}),
            products=tuple(LinkProduct(**product) for product in item["products"]),
            providing_onboarding=item["providing_onboarding"],
            estimated_onboarding_duration=item["estimated_onboarding_duration"],
        ),
        stored_status=LinkStatus(item["link_status"]),
        created_at=instant(item["created_at"]),
        created_by=item["created_by"],
        creator_name=item["creator_name"],
        expires_at=instant(item["expires_at"]),
        sent_at=instant(item["sent_at"]) if item["sent_at"] else None,
        reminders=item["reminders"],
        delivery=Delivery(item["delivery"]) if item["delivery"] else None,
        decision=Decision.of_record(item["decision"]) if item["decision"] else None,
        version=item["version"],
    )
