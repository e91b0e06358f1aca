"""Runs for which there was not time enough: with which event they began, and after which place they go on."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.clock import instant_text
from shared.table import keys
from shared.table.session import TableSession
from shared.table.values import Item, to_attributes

KEPT = timedelta(days=7)
"""After that nobody will go on any more: a run of a newer day has done it all."""


class UnfinishedRun(Struct, frozen=True, kw_only=True):
    """`day` is the run's logical day, `place` what the run makes of it; None for a run that needs none."""

    day: date
    event: Mapping[str, Any]
    place: Mapping[str, Any] | None = None


class UnfinishedRuns(Struct, frozen=True):
    """The repository of the unfinished runs of one kind. They are few, and each write may be repeated."""

    session: TableSession
    run: str

    def oldest(self, *, now: datetime) -> UnfinishedRun | None:
        """Of those that may be gone on with by now: nobody works on them any more."""
        page = self.session.query(
            KeyConditionExpression="pk = :pk",
            FilterExpression="not_before <= :now",
            ConsistentRead=True,
            values={":pk": keys.unfinished_runs(self.run), ":now": instant_text(now)},
        )
        return _unfinished(page.items[0]) if page.items else None

    def find(self, day: date) -> UnfinishedRun | None:
        item = self.session.get(keys.unfinished_run(self.run, day.isoformat()))
        return _unfinished(item) if item else None

    def keep(self, unfinished: UnfinishedRun, *, not_before: datetime) -> None:
        """A run beside this one may have left its place, too: whatever is done twice, the second time does nothing."""
        key = keys.unfinished_run(self.run, unfinished.day.isoformat())
        item = {
            **key._asdict(),
            "event": dict(unfinished.event),
            "place": dict(unfinished.place) if unfinished.place else None,
            "not_before": instant_text(not_before),
            "ttl": int((not_before + KEPT).timestamp()),
        }
        self.session.call(self.session.client.put_item, TableName=self.session.table, Item=to_attributes(item))

    def end(self, day: date) -> None:
        """All is done."""
        key = keys.unfinished_run(self.run, day.isoformat())
        self.session.call(
            self.session.client.delete_item, TableName=self.session.table, Key=to_attributes(key._asdict())
        )


def _unfinished(item: Item) -> UnfinishedRun:
    return UnfinishedRun(day=date.fromisoformat(item["sk"]), event=item["event"], place=item["place"])
