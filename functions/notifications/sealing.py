"""Sealing audit entries into their partner's hash chain, off the path of the requests that wrote them.

The table's stream brings them within a second or two; what it missed is sealed every quarter of an hour. Sealing again,
or at once from both sides, changes nothing: records may come more than once and in any order.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.notifications.time_left import has_time
from shared import settings
from shared.clock import Clock, utc_now
from shared.log import logger, metrics
from shared.runs import moment_meant
from shared.table import keys
from shared.table.chain import BrokenChainError, Chain
from shared.table.client import dynamodb
from shared.table.keys import InvalidKeyPartError
from shared.table.session import TableSession, TableUnavailableError
from shared.table.values import ForeignAttributeError, Item, from_attributes

MISSED_AFTER = timedelta(seconds=60)
"""The stream delivers within a second or two; what waits longer it has missed."""

MOST_A_SHARD = 2000
"""How many entries one run takes from each shard of the index; the next run goes on where it ended."""


class BrokenChainsError(Exception):
    """Some chains cannot go on; the run has sealed everybody else's entries."""

    def __init__(self, partner_ids: list[str]) -> None:
        super().__init__(f"the audit chains of these partners cannot go on: {', '.join(partner_ids)}")


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the stream, answered with the records that must come again, or the schedule's event.

    The schedule's takes `as_of` (a day, its end in UTC) to seal what was written by then.
    """
    session = TableSession(dynamodb(), settings.table_name())
    if "Records" in event:
        return seal_batch(session, event, clock=utc_now)
    until = moment_meant(event, otherwise=utc_now() - MISSED_AFTER)
    return {"sealed": seal_missed(session, context, until=until, clock=utc_now)}


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
        except TableUnavailableError:
            failed.extend(numbers[partner_id])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def seal_missed(session: TableSession, context: Any, *, until: datetime, clock: Clock) -> int:
    """Seal what waits in the index since before `until`, as it stands now. Answers how many entries were sealed.

    Raises BrokenChainsError when all others are done, and TableUnavailableError at once.
    """
    sealed = 0
    broken: list[str] = []
    for partner_id, entries in _missed(session, until):
        if not has_time(context):
            break
        try:
            sealed += _seal(session, partner_id, entries, clock=clock)
        except BrokenChainError:
            broken.append(partner_id)
    if broken:
        raise BrokenChainsError(broken)
    return sealed


def _missed(session: TableSession, until: datetime) -> Iterator[tuple[str, list[Item]]]:
    """By partner, what has waited since before `until`."""
    for shard in range(keys.UNSEALED_SHARDS):
        waiting: dict[str, list[Item]] = defaultdict(list)
        for entry in islice(session.due(keys.unsealed_entries(shard), until=until), MOST_A_SHARD):
            waiting[_partner_of(entry)].append(entry)
        yield from waiting.items()


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
