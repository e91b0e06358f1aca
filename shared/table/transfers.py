"""Requests to let go of an address at a client: a row with who asks and one with who is asked, written together."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.assignments import Transfer, TransferStatus
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import ABSENT, Refusal, Transaction
from shared.table.values import Item

_A_PAGE = 100
_ANSWERS = frozenset({TransferStatus.ACCEPTED, TransferStatus.DECLINED})


class Direction(StrEnum):
    """As a partner sees a request: others ask it, or it asks."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class TransferFilter(NamedTuple):
    """`now` decides what has expired."""

    direction: Direction | None
    status: TransferStatus | None
    now: datetime


class DirectedTransfer(NamedTuple):
    direction: Direction
    transfer: Transfer


class TransferPage(NamedTuple):
    transfers: list[DirectedTransfer]
    last: Item | None


class Transfers(Struct, frozen=True):
    """The repository of the requests that one partner makes and gets."""

    session: TableSession
    partner_id: str

    def find(self, transfer_id: str) -> DirectedTransfer | None:
        item = self.session.get(keys.transfer(self.partner_id, transfer_id))
        return _directed(item) if item else None

    def page(self, wanted: TransferFilter, *, limit: int, start: Item | None = None) -> TransferPage:
        """The newest first; a filter reads on until the page is full."""
        conditions: list[str] = []
        values: Item = {}
        if wanted.direction is not None:
            conditions.append("direction = :direction")
            values[":direction"] = wanted.direction
        if wanted.status is not None:
            conditions.append(_status_condition(wanted.status))
            values[":status"] = wanted.status
            if wanted.status in {TransferStatus.PENDING, TransferStatus.EXPIRED}:
                values[":now"] = instant_text(wanted.now)
            if wanted.status is TransferStatus.EXPIRED:
                values[":pending"] = TransferStatus.PENDING
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.TRANSFER_PREFIX,
            index="by_time",
            descending=True,
            limit=limit,
            start=start,
            condition=" AND ".join(conditions) or None,
            values=values,
        )
        return TransferPage([_directed(item) for item in page.items], page.last)

    def waiting(self, *, hub_id: str, email: str) -> list[Transfer]:
        """What others wait for this partner to answer about an address at a client, expired ones included."""
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.asked_transfers(hub_id, email),
            index="by_group",
            descending=False,
            limit=_A_PAGE,
            start=None,
        )
        return [_directed(item).transfer for item in page.items]


def save_transfer(transaction: Transaction, transfer: Transfer, *, known: Transfer | None) -> None:
    """Both rows, new or over those that stand; refused with ChangedMeanwhileError.

    Only a pending request ends, by an answer only until it expires, and only a withdrawn one waits again.
    """
    condition, values = ABSENT, dict[str, str]()
    if known:
        is_anew = transfer.stored_status is TransferStatus.PENDING
        before = TransferStatus.WITHDRAWN if is_anew else TransferStatus.PENDING
        condition, values = "stored_status = :before", {":before": before}
    if known and transfer.stored_status in _ANSWERS:
        condition += " AND expires_at > :now"
        values[":now"] = instant_text(transaction.operation.at)
    for direction in Direction:
        item = _item(transfer, direction)
        transaction.put(_key(transfer, direction), item, condition=condition, values=values, refusal=_stale)


def due_transfers(session: TableSession, *, until: datetime) -> Iterator[Transfer | UnreadableItem]:
    """Requests that nobody has answered by then, from the sparse index: nothing else is read."""
    return session.due(keys.DUE_TRANSFERS, until=until, read=lambda item: _directed(item).transfer)


_stale: Refusal = lambda _: ChangedMeanwhileError()  # noqa: E731 - one meaning for both rows


def _key(transfer: Transfer, direction: Direction) -> keys.Key:
    is_asked = direction is Direction.INCOMING
    return keys.transfer(transfer.asked_partner_id if is_asked else transfer.asking_partner_id, transfer.transfer_id)


def _status_condition(status: TransferStatus) -> str:
    if status is TransferStatus.PENDING:
        return "stored_status = :status AND expires_at > :now"
    if status is TransferStatus.EXPIRED:
        return "(stored_status = :status OR (stored_status = :pending AND expires_at <= :now))"
    return "stored_status = :status"


def _item(one: Transfer, direction: Direction) -> dict[str, Any]:
    item: dict[str, Any] = {
        "direction": direction,
        "transfer_id": one.transfer_id,
        "asking_partner_id": one.asking_partner_id,
        "asking_partner_name": one.asking_partner_name,
        "asking_user_id": one.asking_user_id,
        "asking_user_name": one.asking_user_name,
        "asked_partner_id": one.asked_partner_id,
        "user_id": one.user_id,
        "email": one.email,
        "hub_id": one.hub_id,
        "company": one.company,
        "created_at": instant_text(one.created_at),
        "expires_at": instant_text(one.expires_at),
        "stored_status": one.stored_status,
        "decided_at": instant_text(one.decided_at) if one.decided_at else None,
        "by_time": keys.transfer_order(instant_text(one.created_at), one.transfer_id),
    }
    if direction is Direction.INCOMING and one.stored_status is TransferStatus.PENDING:
        item |= {
            "by_group": keys.asked_transfers(one.hub_id, one.email) + keys.part(one.transfer_id),
            "due_queue": keys.DUE_TRANSFERS,
            "due_at": instant_text(one.expires_at),
        }
    return item


def _directed(item: Item) -> DirectedTransfer:
    decided = item["decided_at"]
    transfer = Transfer(
        transfer_id=item["transfer_id"],
        asking_partner_id=item["asking_partner_id"],
        asking_partner_name=item["asking_partner_name"],
        asking_user_id=item["asking_user_id"],
        asking_user_name=item["asking_user_name"],
        asked_partner_id=item["asked_partner_id"],
        user_id=item["user_id"],
        email=item["email"],
        hub_id=item["hub_id"],
        company=item["company"],
        created_at=instant(item["created_at"]),
        expires_at=instant(item["expires_at"]),
        stored_status=TransferStatus(item["stored_status"]),
        decided_at=instant(decided) if decided else None,
    )
    return DirectedTransfer(Direction(item["direction"]), transfer)
