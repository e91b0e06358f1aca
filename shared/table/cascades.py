"""What an act leaves to be done: written with the act, taken away when all of it is done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.clock import instant, instant_text
from shared.domain.assignments import Cascade, Step, StepKind
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import ABSENT, Transaction
from shared.table.values import Item

SWEPT_AFTER = timedelta(seconds=60)
"""The request that begins a cascade mostly ends it too; what is older than this was cut off."""


class Cascades(Struct, frozen=True):
    """The repository of one partner's cascades."""

    session: TableSession
    partner_id: str

    def of_user(self, user_id: str) -> Cascade | None:
        item = self.session.get(keys.user_cascade(self.partner_id, user_id))
        return _cascade(item) if item else None

    def of_client(self, hub_id: str) -> Cascade | None:
        item = self.session.get(keys.client_cascade(self.partner_id, hub_id))
        return _cascade(item) if item else None

    def begin(
        self,
        transaction: Transaction,
        step: Step,
        *,
        known: Cascade | None,
        user_id: str | None = None,
        hub_id: str | None = None,
    ) -> Cascade:
        """One step more for the user or the client, after those that wait; refused with ChangedMeanwhileError."""
        if known:
            cascade = replace(known, steps=(*known.steps, step), version=known.version + 1)
        else:
            cascade = Cascade(
                partner_id=self.partner_id,
                user_id=user_id,
                hub_id=hub_id,
                steps=(step,),
                version=transaction.operation.first_version,
            )
        transaction.put(
            _key(cascade),
            _item(cascade),
            condition="version = :known" if known else ABSENT,
            values={":known": known.version} if known else None,
            refusal=lambda _: ChangedMeanwhileError(),
        )
        return cascade

    def end(self, transaction: Transaction, cascade: Cascade) -> None:
        """All is done; refused with ChangedMeanwhileError where there is a step more meanwhile."""
        transaction.delete(
            _key(cascade),
            condition="version = :known",
            values={":known": cascade.version},
            refusal=lambda _: ChangedMeanwhileError(),
        )


def due_cascades(session: TableSession, *, shard: int, until: datetime) -> Iterator[Cascade | UnreadableItem]:
    """The cascades of a shard that were cut off before, from the sparse index: nothing else is read."""
    return session.due(keys.due_cascades(shard), until=until, read=_cascade)


def _key(cascade: Cascade) -> keys.Key:
    if cascade.user_id is not None:
        return keys.user_cascade(cascade.partner_id, cascade.user_id)
    return keys.client_cascade(cascade.partner_id, cascade.hub_id or "")


def _item(cascade: Cascade) -> dict[str, Any]:
    return {
        "partner_id": cascade.partner_id,
        "user_id": cascade.user_id,
        "hub_id": cascade.hub_id,
        "steps": [{"kind": step.kind, "at": instant_text(step.at), "actor": step.actor} for step in cascade.steps],
        "version": cascade.version,
        "due_queue": keys.due_cascades(sum(cascade.partner_id.encode()) % keys.CASCADE_SHARDS),
        "due_at": instant_text(cascade.steps[-1].at + SWEPT_AFTER),
    }


def _cascade(item: Item) -> Cascade:
    return Cascade(
        partner_id=item["partner_id"],
        user_id=item["user_id"],
        hub_id=item["hub_id"],
        steps=tuple(
            Step(kind=StepKind(step["kind"]), at=instant(step["at"]), actor=step["actor"]) for step in item["steps"]
        ),
        version=item["version"],
    )
