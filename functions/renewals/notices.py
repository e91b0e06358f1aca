"""The scheduled run over renewals: notices when their time has come, and automatic renewal where nobody decided.

Its identity is its logical day, not the time it fires: late, twice or after days of outage, each threshold of each
renewal date is told once at most.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

from functions.renewals.attending import OUTCOMES, RenewalsFailedError, Run, attend_all
from shared import settings
from shared.clock import Clock, instant_text, utc_now
from shared.log import logger
from shared.program import program
from shared.queues import Queue, sqs
from shared.runs import day_meant, request_id_of
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.clients import DueRenewal, due_renewals
from shared.table.session import TableSession

MOST_ATTENDED_HERE = 200
"""A day on which more is due is worked through side by side by the function behind the queue."""

DUE_A_MESSAGE = 20
"""A few seconds of work, so that little is done again where a message comes twice."""

_FURTHEST_AHEAD = timedelta(hours=14)
"""Of all time zones: there it is that much later than in UTC."""


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, int]:
    """Attend to what is due. `as_of` (a day) replays or tries a day for every partner; otherwise each has its own now.

    Reads what is due and nothing else. Raises RenewalsFailedError when all others are done, and UnavailableError.
    """
    queue = Queue(client=sqs(), url=settings.renewals_queue_url())
    return attend_day(event, session=TableSession(dynamodb(), settings.table_name()), queue=queue, clock=utc_now)


def attend_day(event: dict[str, Any], *, session: TableSession, queue: Queue, clock: Clock) -> dict[str, int]:
    """Answers how many were told of, renewed by themselves, and left to the queue."""
    run = Run(
        session=session,
        program=program(),
        at=clock(),
        request_id=request_id_of(event),
        as_of=day_meant(event),
    )
    due = _due(run)
    counts, failed = attend_all(run, islice(due, MOST_ATTENDED_HERE))
    queued = queue.send(_messages(run, due))
    told = {**{outcome: counts[outcome] for outcome in OUTCOMES}, "queued": queued, "failed": len(failed)}
    logger().info("renewals attended", extra=told)
    if failed:
        raise RenewalsFailedError(failed)
    return told


def _due(run: Run) -> Iterator[DueRenewal]:
    """All that may be due today somewhere; whether it is, the partner's own day says."""
    latest = run.as_of or (run.at.astimezone(UTC) + _FURTHEST_AHEAD).date()
    until = datetime.combine(latest, time.min, tzinfo=UTC)
    for shard in range(keys.DUE_RENEWALS_SHARDS):
        # Those of one client next to each other: two that change it at once have to begin again.
        yield from sorted(due_renewals(run.session, shard=shard, until=until), key=_by_client)


def _by_client(due: DueRenewal) -> tuple[str, str]:
    return due.hub_id, due.subscription_id


def _messages(run: Run, due: Iterator[DueRenewal]) -> Iterator[str]:
    """What `worker` reads."""
    while some := list(islice(due, DUE_A_MESSAGE)):
        yield json.dumps(
            {
                "at": instant_text(run.at),
                "as_of": run.as_of.isoformat() if run.as_of else None,
                "request_id": run.request_id,
                "due": some,
            }
        )
