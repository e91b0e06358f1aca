"""Every Monday: the digest of what waits for a decision, to each user who wants it."""

from datetime import UTC, date, datetime, time
from typing import Any

from functions.renewals.digests import digest_content, next_monday
from functions.renewals.rules import today_in
from shared import settings
from shared.clock import utc_now
from shared.domain.notices import Notice, NoticeKind
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.log import logger
from shared.program import program
from shared.runs import day_meant, operation_of
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.client_lists import Clients
from shared.table.digests import Digests, DueDigest, due_digests
from shared.table.notices import new_notice_id, post
from shared.table.partners import Partners
from shared.table.people import Users
from shared.table.session import TableSession
from shared.table.transactions import Transaction

_ENOUGH = 20_000
"""Milliseconds left with which another digest may be begun; what is left over, the next run of the morning takes."""


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Post the digests that are due. `as_of` (a day) replays or tries a day; otherwise today, in UTC.

    Running twice sends nothing twice: each digest moves on to the next Monday in the transaction that posts it.
    """
    now, as_of = utc_now(), day_meant(event)
    day = as_of or now.date()
    session = TableSession(dynamodb(), settings.table_name())
    counts = {"posted": 0, "without_renewals": 0, "ended": 0}
    for shard in range(keys.DIGEST_SHARDS):
        for due in list(due_digests(session, shard=shard, until=datetime.combine(day, time.min, tzinfo=UTC))):
            if context.get_remaining_time_in_millis() < _ENOUGH:
                break
            outcome = _attend(session, due, operation_of(event, at=now), day=as_of)
            if outcome:
                counts[outcome] += 1
    logger().info("digests attended", extra=counts)
    return counts


def _attend(session: TableSession, due: DueDigest, operation: Operation, *, day: date | None) -> str | None:
    """Answers what was done; None where another run was faster."""
    session.read_ahead([keys.partner(due.partner_id), keys.user(due.partner_id, due.user_id)])
    partner = Partners(session, due.partner_id).find()
    user = Users(session, due.partner_id).find(due.user_id)
    digests, transaction = Digests(session, due.partner_id), Transaction(session, operation)
    if partner is None or user is None:
        digests.stop(transaction, due.user_id)
        outcome = "ended"
    else:
        today = day or today_in(partner.time_zone, operation.at)
        digests.move(transaction, due.user_id, known=due.day, to=next_monday(max(today, due.day)))
        content = digest_content(Clients(session, due.partner_id), today=today, rules=program().renewals)
        outcome = "posted" if content else "without_renewals"
        if content:
            notice = Notice(
                notice_id=new_notice_id(),
                kind=NoticeKind.RENEWAL_DIGEST,
                partner_id=due.partner_id,
                created_at=operation.at,
                content={**content, "partner_name": partner.name},
                user_id=due.user_id,
            )
            post(transaction, notice)
    transaction.record(
        partner_id=due.partner_id,
        action=f"digest.{outcome}",
        subject=f"user/{due.user_id}",
        before={"day": due.day.isoformat()},
        after=None,
    )
    try:
        transaction.commit()
    except ChangedMeanwhileError:
        return None
    return outcome
