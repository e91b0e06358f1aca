"""The scheduled run over renewals: notices when their time has come, and automatic renewal where nobody decided.

Its identity is its logical day, not the time it fires: late, twice or after days of outage, each threshold of each
renewal date is told once at most.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import chain, islice
from typing import Any

from functions.renewals.attending import OUTCOMES, Run, attend_all
from shared import settings
from shared.clock import Clock, HasTime, instant_text, utc_now
from shared.program import program
from shared.queues import Queue, sqs
from shared.runs import Round, day_meant, request_id_of, time_left
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.clients import DueRenewal, due_renewals
from shared.table.session import TableSession, UnreadableItem

MOST_ATTENDED_HERE = 200
"""A day on which more is due is worked through side by side by the function behind the queue."""

DUE_A_MESSAGE = 20
"""A few seconds of work, so that little is done again where a message comes twice."""

_FURTHEST_AHEAD = timedelta(hours=14)
"""Of all time zones: there it is that much later than in UTC."""


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Attend to what is due. `as_of` (a day) replays or tries a day for every partner; otherwise each has its own now.

    Reads what is due and nothing else. Raises UnfinishedRunError when all the rest is done, and UnavailableError.
    """
    queue = Queue(client=sqs(), url=settings.renewals_queue_url())
    session = TableSession(dynamodb(), settings.table_name())
    return attend_day(event, session=session, queue=queue, clock=utc_now, has_time=time_left(context))


def attend_day(
    event: dict[str, Any], *, session: TableSession, queue: Queue, clock: Clock, has_time: HasTime = lambda: True
) -> dict[str, int]:
    """Returns how many were told of, renewed by themselves, and left to the queue.

    What there is no time for here goes to the queue as well.
    """
    run = Run(
        session=session,
        program=program(),
        at=clock(),
        request_id=request_id_of(event),
        as_of=day_meant(event),
    )
    due, this_round = _due(run), Round(run="renewal_notices", has_time=has_time)
    counts, left = attend_all(run, islice(due, MOST_ATTENDED_HERE), this_round)
    queued = queue.send(_messages(run, _readable(chain(left, due), this_round)))
    this_round.is_cut_off = False
    told = {**{outcome: counts[outcome] for outcome in OUTCOMES}, "queued": queued, "failed": this_round.failed}
    return this_round.end(told)


def _due(run: Run) -> Iterator[DueRenewal | UnreadableItem]:
    """All that may be due today somewhere; whether it is, the partner's own day says."""
    latest = run.as_of or (run.at.astimezone(UTC) + _FURTHEST_AHEAD).date()
    until = datetime.combine(latest, time.min, tzinfo=UTC)
    for shard in range(keys.DUE_RENEWALS_SHARDS):
        # Those of one client next to each other: two that change it at once have to begin again.
        yield from sorted(due_renewals(run.session, shard=shard, until=until), key=_by_client)


def _by_client(due: DueRenewal | UnreadableItem) -> tuple[str, str]:
    return (due.hub_id, due.subscription_id) if isinstance(due, DueRenewal) else ("", due.name)


def _readable(due: Iterator[DueRenewal | UnreadableItem], this_round: Round) -> Iterator[DueRenewal]:
    """Those that can go into a message; the others have failed."""
    for one in due:
        if isinstance(one, UnreadableItem):
            this_round.fail_unreadable(one)
        else:
            yield one


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
