"""Clients: the vendor's whole of each.

A client is one item, and every change replaces it over the version that was read. The rows of the partners' lists
follow from it and are written in the same transaction, so they never tell another story.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.clients import Client, Subscription
from shared.domain.renewals import RenewalDecision, RenewalStatus
from shared.domain.service_facts import recorded
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.program import Program
from shared.table import keys
from shared.table.client_lists import find_client
from shared.table.client_records import client_record
from shared.table.client_rows import points_changed, rows_of
from shared.table.room import fitted
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.values import Item


class AllClients(Struct, frozen=True):
    """The repository of every client, for the vendor's back office and scheduled runs."""

    session: TableSession

    def find(self, hub_id: str) -> Client | None:
        return find_client(self.session, hub_id)

    def save(
        self, transaction: Transaction, client: Client, *, known: Client | None, program: Program, refusal: Refusal
    ) -> Client:
        """The client, new or over the version that was read, and the rows and points that change with it.

        Of its renewals only those that are pending in the table are decided or renew. Answers it with the facts that
        this change leaves behind, as it is stored: without the oldest where there are too many for its item.
        """
        service = fitted(recorded(known, client, at=transaction.operation.at, program=program))
        client = replace(client, service=service)
        transaction.put(
            keys.client(client.hub_id),
            client_record(client),
            **(_over(known, client) if known else {"condition": ABSENT}),
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


def _over(known: Client, client: Client) -> dict[str, Any]:
    """The condition of a write over a client that was read."""
    condition, names = "version = :known", dict[str, str]()
    values: Item = {":known": known.version}
    settled = [
        key
        for key, one in client.subscriptions.items()
        if one.state.status is not RenewalStatus.PENDING and _outcome(one) != _outcome(known.subscriptions.get(key))
    ]
    for place, subscription_id in enumerate(settled):
        condition += f" AND subscriptions.#one{place}.#state.#status = :pending"
        names |= {f"#one{place}": subscription_id, "#state": "state", "#status": "status"}
        values[":pending"] = RenewalStatus.PENDING
    return {"condition": condition, "names": names or None, "values": values}


def _outcome(one: Subscription | None) -> tuple[RenewalStatus, RenewalDecision | None]:
    return (one.state.status, one.state.decision) if one else (RenewalStatus.PENDING, None)


class DueRenewal(NamedTuple):
    """A renewal that the daily run has to look at, for the partner whose settings decide."""

    subscription_id: str
    hub_id: str
    partner_id: str


def due_renewals(session: TableSession, *, shard: int, until: datetime) -> Iterator[DueRenewal | UnreadableItem]:
    """All renewals of a shard whose day has come by then, from the sparse index: nothing else is read."""
    return session.due(
        keys.due_renewals(shard),
        until=until,
        read=lambda item: DueRenewal(item["subscription_id"], item["hub_id"], item["partner_id"]),
    )


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
