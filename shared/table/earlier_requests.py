"""What a partner has asked others about an address at a client, for as long as it may not be asked again.

It hangs on mailbox, client and partner, and so it outlives the assignment: whoever takes a client away from an employee
and assigns it anew, or varies what stands behind a plus sign in the address, asks nobody a second time.
"""

from datetime import datetime

from msgspec import Struct

from shared.addresses import mailbox_of
from shared.clock import instant, instant_text
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.keys import Key
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, Transaction
from shared.table.values import Item


class AskedAccess(Struct, frozen=True, kw_only=True):
    """The client was asked for access at that instant; `asked_client` where its decision maker was mailed."""

    at: datetime
    until: datetime
    asked_client: bool
    written_by: str = ""


class AskedTransfer(Struct, frozen=True, kw_only=True):
    """The partner that listed the address first was asked, by this transfer request, to let go of it."""

    transfer_id: str
    until: datetime
    written_by: str = ""


class EarlierRequests(Struct, frozen=True):
    """The repository of one partner; what stands there counts only until its time is over."""

    session: TableSession
    partner_id: str

    def access(self, hub_id: str, email: str) -> AskedAccess | None:
        item = self.session.get(keys.asked_access(self.partner_id, hub_id, mailbox_of(email)))
        if item is None:
            return None
        return AskedAccess(
            at=instant(item["at"]),
            until=instant(item["until"]),
            asked_client=item["asked_client"],
            written_by=item["write_id"],
        )

    def save_access(
        self, transaction: Transaction, hub_id: str, email: str, asked: AskedAccess, *, known: AskedAccess | None
    ) -> None:
        """New or over the one that was read; refused with ChangedMeanwhileError."""
        key = keys.asked_access(self.partner_id, hub_id, mailbox_of(email))
        item = {"at": instant_text(asked.at), "asked_client": asked.asked_client}
        _put(transaction, key, item, until=asked.until, known=known.written_by if known else None)

    def transfer(self, hub_id: str, email: str) -> AskedTransfer | None:
        item = self.session.get(keys.asked_transfer(self.partner_id, hub_id, mailbox_of(email)))
        if item is None:
            return None
        return AskedTransfer(transfer_id=item["transfer_id"], until=instant(item["until"]), written_by=item["write_id"])

    def save_transfer(
        self, transaction: Transaction, hub_id: str, email: str, asked: AskedTransfer, *, known: AskedTransfer | None
    ) -> None:
        """New or over the one that was read; refused with ChangedMeanwhileError."""
        key = keys.asked_transfer(self.partner_id, hub_id, mailbox_of(email))
        item = {"transfer_id": asked.transfer_id}
        _put(transaction, key, item, until=asked.until, known=known.written_by if known else None)


def _put(transaction: Transaction, key: Key, item: Item, *, until: datetime, known: str | None) -> None:
    transaction.put(
        key,
        {**item, "until": instant_text(until), "ttl": int(until.timestamp()) + 1},
        condition="write_id = :known" if known else ABSENT,
        values={":known": known} if known else None,
        refusal=lambda _: ChangedMeanwhileError(),
    )
