"""Every minute: what the stream missed, and what had to wait, is mailed.

It reads the sparse index of unsent notices and nothing else, so an outage of the stream of any length loses nothing.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from functions.notifications.delivery import Courier, deliver, open_courier
from functions.notifications.reporting import FAILED, report
from functions.notifications.time_left import has_time
from shared.clock import utc_now
from shared.log import logger
from shared.runs import moment_meant
from shared.table.notices import Outbox, UnreadableNoticeError
from shared.table.session import TableUnavailableError

MOST_A_RUN = 500
"""About what a minute is enough for; the next run goes on where this one ended."""


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Deliver what is due. `as_of` (a day, its end in UTC) takes what is due by then; the present instant otherwise."""
    until = moment_meant(event, otherwise=utc_now())
    return sweep(context, courier=open_courier(utc_now), until=until)


def sweep(context: Any, *, courier: Courier, until: datetime) -> dict[str, int]:
    """Answers the count of every outcome.

    A claim counts from the courier's own instant: no day that is tried takes a notice from a run that has it.
    """
    now = courier.clock()
    outcomes: Counter[str] = Counter()
    waiting = Outbox(courier.session).unsent(until=until, limit=MOST_A_RUN)
    for unsent in waiting:
        if not has_time(context):
            break
        try:
            outcomes[deliver(courier, unsent.notice_id)] += 1
        except UnreadableNoticeError:
            logger().error("notice unreadable", notice_id=unsent.notice_id)
            outcomes[FAILED] += 1
        except TableUnavailableError:
            outcomes[FAILED] += 1
            break
    oldest = min((unsent.created_at for unsent in waiting), default=now)
    return report("outbox swept", outcomes, oldest_seconds=(now - oldest).total_seconds())
