"""Every Monday: the digest of what waits for a decision, to each user who wants it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from functions.renewals.digests import digest_content, next_monday
from functions.renewals.rules import today_in
from shared import settings
from shared.clock import Clock, HasTime, utc_now
from shared.domain.notices import Notice, NoticeKind
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.program import program
from shared.runs import DailyRun, day_meant, operation_of, time_left
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.client_lists import Clients
from shared.table.digests import Digests, DueDigest, due_digests
from shared.table.notices import new_notice_id, post
from shared.table.partners import Partners
from shared.table.people import Users
from shared.table.session import TableSession
from shared.table.transactions import Transaction


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Post the digests that are due. `as_of` (a day) replays or tries a day; otherwise today, in UTC.

    `unfinished` goes on with a run that had not time enough. Raises UnfinishedRunError when all the rest is done.
    """
    session = TableSession(dynamodb(), settings.table_name())
    return attend_due(event, session=session, has_time=time_left(context), clock=utc_now)


def attend_due(event: Mapping[str, Any], *, session: TableSession, has_time: HasTime, clock: Clock) -> dict[str, int]:
    """Returns what became of the digests that were due.

    Running twice sends nothing twice: each digest moves on to the next Monday in the transaction that posts it. Raises
    UnfinishedRunError.
    """
    now, counts = clock(), {"posted": 0, "without_renewals": 0, "ended": 0}
    run = DailyRun(run="renewal_digest", has_time=has_time, session=session, now=now)
    given = run.begin(event)
    if given is None:
        return counts
    as_of = day_meant(given)
    until = datetime.combine(as_of or now.date(), time.min, tzinfo=UTC)

    def attend(due: DueDigest) -> None:
        outcome = _attend(session, due, operation_of(given, at=now), day=as_of)
        if outcome:
            counts[outcome] += 1

    for shard in range(keys.DIGEST_SHARDS):
        due = list(due_digests(session, shard=shard, until=until))
        run.attend(due, attend, whose=lambda one: one.partner_id, name=lambda one: one.user_id)
    return run.end(counts)


def _attend(session: TableSession, due: DueDigest, operation: Operation, *, day: date | None) -> str | None:
    """Returns what was done; None where another run was faster."""
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
