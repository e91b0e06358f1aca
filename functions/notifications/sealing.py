"""Sealing audit entries into their partner's hash chain, off the path of the requests that wrote them.

The table's stream brings them within a second or two; what it missed is sealed every quarter of an hour. Sealing again,
or at once from both sides, changes nothing: records may come more than once and in any order.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from aws_lambda_powertools.metrics import MetricUnit

from shared import settings
from shared.clock import Clock, HasTime, utc_now
from shared.log import logger, metrics
from shared.runs import FAULTS, Round, moment_meant, time_left
from shared.table import keys
from shared.table.chain import BrokenChainError, Chain
from shared.table.client import dynamodb
from shared.table.keys import InvalidKeyPartError
from shared.table.session import TableSession, UnreadableItem
from shared.table.values import ForeignAttributeError, Item, from_attributes

MISSED_AFTER = timedelta(seconds=60)
"""The stream delivers within a second or two; what waits longer it has missed."""

MOST_A_SHARD = 2000
"""How many entries one run takes from each shard of the index; the next run goes on where it ended."""


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the stream, answered with the records that must come again, or the schedule's event.

    The schedule's takes `as_of` (a day, its end in UTC) to seal what was written by then.
    """
    session = TableSession(dynamodb(), settings.table_name())
    if "Records" in event:
        return seal_batch(session, event, clock=utc_now)
    until = moment_meant(event, otherwise=utc_now() - MISSED_AFTER)
    return seal_missed(session, has_time=time_left(context), until=until, clock=utc_now)


def seal_batch(session: TableSession, event: Mapping[str, Any], *, clock: Clock) -> dict[str, Any]:
    """Seal the new entries of a batch as they were written; answers `batchItemFailures` of those to send again."""
    entries: dict[str, list[Item]] = defaultdict(list)
    numbers: dict[str, list[str]] = defaultdict(list)
    for record in event["Records"]:
        if (entry := _new_entry(record)) is not None:
            partner_id = _partner_of(entry)
            entries[partner_id].append(entry)
            numbers[partner_id].append(record["dynamodb"]["SequenceNumber"])
    failed: list[str] = []
    for partner_id, written in entries.items():
        try:
            _seal(session, partner_id, written, clock=clock)
        except BrokenChainError:
            continue  # sending it again would not help: the scheduled run raises the alarm until it is mended
        except FAULTS as error:
            logger().error("audit entries not sealed", partner_id=partner_id, error=type(error).__qualname__)
            failed.extend(numbers[partner_id])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def seal_missed(session: TableSession, *, has_time: HasTime, until: datetime, clock: Clock) -> dict[str, int]:
    """Seal what waits in the index since before `until`, as it stands now. Returns how many entries were sealed.

    Raises UnfinishedRunError when all the rest is done, for a chain that cannot go on as well.
    """
    run, counts = Round(run="audit_sealing", has_time=has_time), {"sealed": 0}

    def seal(waiting: _Waiting) -> None:
        try:
            counts["sealed"] += _seal(session, waiting.partner_id, waiting.entries, clock=clock)
        except BrokenChainError as error:
            run.fail(waiting.partner_id, "chain", type(error).__qualname__)

    for shard in range(keys.UNSEALED_SHARDS):
        run.attend(_missed(session, shard, until), seal, whose=lambda one: one.partner_id, name=lambda _: "chain")
    return run.end(counts)


class _Waiting(NamedTuple):
    partner_id: str
    entries: list[Item]


def _missed(session: TableSession, shard: int, until: datetime) -> list[_Waiting | UnreadableItem]:
    """By partner, what has waited since before `until`."""
    waiting: dict[str, list[Item]] = defaultdict(list)
    unreadable: list[UnreadableItem] = []
    found = session.due(keys.unsealed_entries(shard), until=until, read=_as_it_stands)
    for entry in islice(found, MOST_A_SHARD):
        if isinstance(entry, UnreadableItem):
            unreadable.append(entry)
        else:
            waiting[_partner_of(entry)].append(entry)
    return [*unreadable, *(_Waiting(*one) for one in waiting.items())]


def _as_it_stands(entry: Item) -> Item:
    return entry


def _seal(session: TableSession, partner_id: str, entries: list[Item], *, clock: Clock) -> int:
    """The logged head is an anchor outside the table: a chain that was cut short no longer leads to it."""
    try:
        sealed = Chain(session, partner_id).seal(entries, now=clock())
    except BrokenChainError:
        logger().error("audit chain broken", partner_id=partner_id)
        raise
    position, last_hash = sealed.head
    logger().info(
        "audit entries sealed", partner_id=partner_id, count=sealed.entries, position=position, hash=last_hash
    )
    sink = metrics()
    sink.add_metric(name="audit_entries_sealed", unit=MetricUnit.Count, value=sealed.entries)
    sink.flush_metrics()
    return sealed.entries


def _new_entry(record: Mapping[str, Any]) -> Item | None:
    """The entry as it was written; None for what is none.

    The mapping's filter lets only inserted entries through. One that the product cannot have written is left to the
    verification of the trail, which reports it.
    """
    key = record["dynamodb"]["Keys"]["pk"]["S"]
    if record["eventName"] != "INSERT" or not key.startswith(keys.AUDIT_PREFIX):
        return None
    try:
        entry = from_attributes(record["dynamodb"]["NewImage"])
        keys.part(_partner_of(entry))
    except (ForeignAttributeError, InvalidKeyPartError):
        logger().error("record is no audit entry")
        return None
    return entry


def _partner_of(entry: Item) -> str:
    return str(entry["pk"]).removeprefix(keys.AUDIT_PREFIX)
