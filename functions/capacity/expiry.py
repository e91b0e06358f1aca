"""The daily run that ends registrations whose time is over, where the program limits it."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from functions.capacity.service import CapacityDesk, deregister
from shared import settings
from shared.clock import Clock, HasTime, utc_now
from shared.program import program
from shared.runs import DailyRun, moment_meant, operation_of, time_left
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.registrations import DueRegistration, due_registrations
from shared.table.session import UNREADABLE, TableSession, UnreadableItem


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """End what has expired. `as_of` (a day, its end in UTC) replays or tries a day; the present instant otherwise.

    `unfinished` goes on with a run that had not time enough. Raises UnfinishedRunError when all the rest is done.
    """
    session = TableSession(dynamodb(), settings.table_name())
    return attend_due(event, session=session, has_time=time_left(context), clock=utc_now)


def attend_due(event: Mapping[str, Any], *, session: TableSession, has_time: HasTime, clock: Clock) -> dict[str, int]:
    """Returns how many registrations ended.

    Reads what is due and nothing else; the index may lag, so each row is asked again. Running twice, or after days of
    outage, ends each registration once. Raises UnfinishedRunError.
    """
    now, counts = clock(), {"expired": 0}
    run = DailyRun(run="capacity_expiry", has_time=has_time, session=session, now=now)
    given = run.begin(event)
    if given is None:
        return counts
    moment, operation = moment_meant(given, otherwise=now), operation_of(given, at=now)

    def end(due: Sequence[DueRegistration]) -> None:
        desk = CapacityDesk(session, due[0].partner_id, operation, program().capacity)
        domains = [one.domain for one in due]
        counts["expired"] += len(deregister(desk, domains, action="registration.expired", expired_at=moment))

    def end_together(due: Sequence[DueRegistration]) -> None:
        """All of one partner that are due; each by itself where one of them cannot be read."""
        try:
            end(due)
        except UNREADABLE:
            each = ([one] for one in due)
            run.attend(each, end, whose=_partner_of, name=_named)

    for shard in range(keys.EXPIRING_REGISTRATIONS_SHARDS):
        due = list(due_registrations(session, shard=shard, until=moment))
        unreadable = [one for one in due if isinstance(one, UnreadableItem)]
        readable = sorted(one for one in due if isinstance(one, DueRegistration))
        run.attend(unreadable, end_together, whose=_partner_of, name=_named)
        by_partner = [list(some) for _, some in groupby(readable, key=lambda one: one.partner_id)]
        run.attend(by_partner, end_together, whose=_partner_of, name=_named)
    return run.end(counts)


def _partner_of(due: Sequence[DueRegistration]) -> str:
    return due[0].partner_id


def _named(due: Sequence[DueRegistration]) -> str:
    return ", ".join(one.domain for one in due)
