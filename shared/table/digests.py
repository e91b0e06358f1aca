"""Who wants the weekly digest of renewals: an item for each user who does, due on the day of the next one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import ABSENT, PRESENT, Transaction


class Digests(Struct, frozen=True):
    """The repository of one partner's digests. A change that somebody else made first is ChangedMeanwhileError."""

    session: TableSession
    partner_id: str

    def is_wanted(self, user_id: str) -> bool:
        return self.session.get(keys.digest(self.partner_id, user_id)) is not None

    def start(self, transaction: Transaction, user_id: str, *, first: date) -> None:
        self._put(transaction, user_id, first, condition=ABSENT)

    def move(self, transaction: Transaction, user_id: str, *, known: date, to: date) -> None:
        """The digest of the day `known` is done."""
        self._put(transaction, user_id, to, condition="due_at = :known", values={":known": _due_at(known)})

    def stop(self, transaction: Transaction, user_id: str) -> None:
        transaction.delete(
            keys.digest(self.partner_id, user_id), condition=PRESENT, refusal=lambda _: ChangedMeanwhileError()
        )

    def _put(
        self, transaction: Transaction, user_id: str, day: date, *, condition: str, values: dict[str, str] | None = None
    ) -> None:
        transaction.put(
            keys.digest(self.partner_id, user_id),
            {
                "partner_id": self.partner_id,
                "user_id": user_id,
                "due_queue": keys.due_digests(sum(user_id.encode()) % keys.DIGEST_SHARDS),
                "due_at": _due_at(day),
            },
            condition=condition,
            values=values,
            refusal=lambda _: ChangedMeanwhileError(),
        )


class DueDigest(NamedTuple):
    """Whose digest is due, and of which day."""

    partner_id: str
    user_id: str
    day: date


def due_digests(session: TableSession, *, shard: int, until: datetime) -> Iterator[DueDigest | UnreadableItem]:
    """All of a shard that are due by then, from the sparse index."""
    return session.due(
        keys.due_digests(shard),
        until=until,
        read=lambda item: DueDigest(item["partner_id"], item["user_id"], instant(item["due_at"]).date()),
    )


def _due_at(day: date) -> str:
    return instant_text(datetime.combine(day, time.min, tzinfo=UTC))
