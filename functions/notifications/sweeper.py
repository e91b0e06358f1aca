"""Every minute: what the stream missed, and what had to wait, is mailed.

It reads the sparse index of unsent notices and nothing else, so an outage of the stream of any length loses nothing.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from functions.notifications.delivery import Courier, deliver, open_courier
from functions.notifications.reporting import FAILED, report
from shared.clock import utc_now
from shared.runs import Round, moment_meant, time_left
from shared.table.notices import Outbox, UnsentNotice

MOST_A_RUN = 500
"""About what a minute is enough for; the next run goes on where this one ended."""


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Deliver what is due. `as_of` (a day, its end in UTC) takes what is due by then; the present instant otherwise."""
    until = moment_meant(event, otherwise=utc_now())
    return sweep(context, courier=open_courier(utc_now), until=until)


def sweep(context: Any, *, courier: Courier, until: datetime) -> dict[str, int]:
    """Returns the count of every outcome. What fails stays in the outbox, is counted, and alarms.

    A claim counts from the courier's own instant: no day that is tried takes a notice from a run that has it.
    """
    now = courier.clock()
    outcomes: Counter[str] = Counter()
    run = Round(run="outbox_sweeper", has_time=time_left(context))
    waiting = Outbox(courier.session).unsent(until=until, limit=MOST_A_RUN)

    def send(unsent: UnsentNotice) -> None:
        outcomes[deliver(courier, unsent.notice_id)] += 1

    # One table, one mail service: they answer for all notices or for none.
    run.attend(waiting, send, whose=lambda _: "outbox", name=lambda unsent: unsent.notice_id)
    outcomes[FAILED] = run.failed
    oldest = min((one.created_at for one in waiting if isinstance(one, UnsentNotice)), default=now)
    return report("outbox swept", outcomes, oldest_seconds=(now - oldest).total_seconds())
