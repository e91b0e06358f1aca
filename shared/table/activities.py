"""What addresses were seen to do at clients; each activity counts once, under the vendor's own id."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.activities import Activity, ActivityRecord
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, Transaction
from shared.table.values import Item


class Activities(Struct, frozen=True):
    """The repository of all activities, by client and address."""

    session: TableSession

    def find(self, hub_id: str, email: str) -> ActivityRecord:
        """An empty record where nothing was seen."""
        return self.find_many([(hub_id, email)])[0]

    def find_many(self, places: Sequence[tuple[str, str]]) -> list[ActivityRecord]:
        """The record of each client and address, in order."""
        items = self.session.get_many([keys.activity_record(hub_id, email) for hub_id, email in places])
        return [
            _record(hub_id, email, item) if item else ActivityRecord(hub_id=hub_id, email=email)
            for (hub_id, email), item in zip(places, items, strict=True)
        ]

    def known(self, activity_ids: Sequence[str]) -> dict[str, str]:
        """Of these ids those that are recorded, each with the identifier of the write that did it."""
        items = self.session.get_many([keys.activity(activity_id) for activity_id in activity_ids])
        return {
            activity_id: item["write_id"]
            for activity_id, item in zip(activity_ids, items, strict=True)
            if item is not None
        }

    def add(self, transaction: Transaction, activity: Activity) -> None:
        """The activity's sentinel; refused with ChangedMeanwhileError where it stands already."""
        transaction.put(
            keys.activity(activity.activity_id),
            {"hub_id": activity.hub_id},
            condition=ABSENT,
            refusal=lambda _: ChangedMeanwhileError(),
        )

    def save(self, transaction: Transaction, record: ActivityRecord, *, known: ActivityRecord) -> None:
        """The record over the version that was read; refused with ChangedMeanwhileError."""
        transaction.put(
            keys.activity_record(record.hub_id, record.email),
            _item(record),
            condition="version = :known" if known.version else ABSENT,
            values={":known": known.version} if known.version else None,
            refusal=lambda _: ChangedMeanwhileError(),
        )


def _item(record: ActivityRecord) -> dict[str, Any]:
    return {
        "counts": dict(record.counts),
        "recent": [
            {"id": one.activity_id, "kind": one.kind, "at": instant_text(one.occurred_at)} for one in record.recent
        ],
        "last_activity_at": instant_text(record.last_activity_at) if record.last_activity_at else None,
        "last_qualifying_at": instant_text(record.last_qualifying_at) if record.last_qualifying_at else None,
        "active_days": [[first.isoformat(), last.isoformat()] for first, last in record.active_days],
        "version": record.version,
    }


def _record(hub_id: str, email: str, item: Item) -> ActivityRecord:
    last, qualifying = item["last_activity_at"], item["last_qualifying_at"]
    return ActivityRecord(
        hub_id=hub_id,
        email=email,
        counts=dict(sorted(item["counts"].items())),
        recent=tuple(
            Activity(
                activity_id=one["id"],
                hub_id=hub_id,
                email=email,
                kind=one["kind"],
                occurred_at=instant(one["at"]),
            )
            for one in item["recent"]
        ),
        last_activity_at=instant(last) if last else None,
        last_qualifying_at=instant(qualifying) if qualifying else None,
        active_days=tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in item["active_days"]),
        version=item["version"],
    )
