"""The scheduled run over links that wait: reminders to customers, and the end of what nobody answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from functions.confirmations import notices
from functions.confirmations.service import next_due
from shared import settings
from shared.clock import Clock, HasTime, utc_now
from shared.domain.links import CUSTOMER, Link, LinkStatus, subject_of
from shared.domain.notices import Notice, NoticeKind
from shared.domain.operations import Operation
from shared.domain.partners import Partner
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.program import ConfirmationLinks as LinkRules
from shared.program import program
from shared.runs import DailyRun, moment_meant, operation_of, time_left
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.links import DueLink, Links, due_links
from shared.table.notices import post
from shared.table.partners import Partners
from shared.table.session import TableSession
from shared.table.transactions import Refusal, Transaction


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Remind and expire what is due. `as_of` (a day, its end in UTC) replays or tries a day; now otherwise.

    `unfinished` goes on with a run that had not time enough. Raises UnfinishedRunError when all the rest is done.
    """
    session = TableSession(dynamodb(), settings.table_name())
    return attend_due(event, session=session, has_time=time_left(context), clock=utc_now)


def attend_due(event: Mapping[str, Any], *, session: TableSession, has_time: HasTime, clock: Clock) -> dict[str, int]:
    """Returns how many links were reminded of and expired.

    Reads what is due and nothing else. A link that several runs missed gets one reminder, not several; running twice
    sends nothing twice. Raises UnfinishedRunError.
    """
    now, counts = clock(), {"reminded": 0, "expired": 0}
    run = DailyRun(run="link_reminders", has_time=has_time, session=session, now=now)
    given = run.begin(event)
    if given is None:
        return counts
    moment, operation = moment_meant(given, otherwise=now), operation_of(given, at=now)

    def attend(due: DueLink) -> None:
        outcome = _attend(session, due.partner_id, due.link_id, operation, moment=moment)
        if outcome:
            counts[outcome] += 1

    for shard in range(keys.LINK_DUE_SHARDS):
        due = list(due_links(session, shard=shard, until=moment))
        run.attend(due, attend, whose=lambda one: one.partner_id, name=lambda one: one.link_id)
    return run.end(counts)


def stop_reminders(session: TableSession, link: Link, partner: Partner, *, now: datetime, request_id: str) -> None:
    """The customer wants no more reminders of this link; its page stays open until it expires."""
    rules = program().confirmation_links
    if link.decision or link.reminders >= rules.reminders_at_most:
        return
    operation = Operation(id=new_id("o"), actor=CUSTOMER, actor_role=CUSTOMER, at=now, request_id=request_id)
    quiet = replace(link, reminders=rules.reminders_at_most, version=link.version + 1)
    _replace(session, partner, operation, known=link, link=quiet, now=now, action="link.reminders_stopped")


def _attend(
    session: TableSession, partner_id: str, link_id: str, operation: Operation, *, moment: datetime
) -> str | None:
    """What is due about one link at the moment that is meant. Returns what was done; None where another was faster."""
    session.read_ahead([keys.link(partner_id, link_id), keys.partner(partner_id)])
    link = Links(session, partner_id).find(link_id)
    partner = Partners(session, partner_id).find()
    rules = program().confirmation_links
    if link is None or partner is None or link.stored_status is not LinkStatus.PENDING:
        return None
    if not link.is_pending_at(moment):
        outcome, write = "expired", _expire
    elif next_due(link, rules) <= moment:
        outcome, write = "reminded", _remind
    else:
        return None
    try:
        write(session, link, partner, operation, moment)
    except ChangedMeanwhileError:
        return None
    return outcome


def _expire(session: TableSession, link: Link, partner: Partner, operation: Operation, moment: datetime) -> None:
    """Raises ChangedMeanwhileError."""
    transaction = Transaction(session, operation)
    Links(session, partner.partner_id).expire(transaction, link, now=moment, refusal=_changed)
    expired = replace(link, stored_status=LinkStatus.EXPIRED, version=link.version + 1)
    post(transaction, notices.to_creator(NoticeKind.LINK_EXPIRED, expired, partner, now=operation.at))
    _record(transaction, partner, "link.expired", known=link, link=expired)
    transaction.commit()


def _remind(session: TableSession, link: Link, partner: Partner, operation: Operation, moment: datetime) -> None:
    """Raises ChangedMeanwhileError."""
    reminders = _reminders_until(link, program().confirmation_links, moment)
    reminded = replace(link, reminders=reminders, version=link.version + 1)
    notice = notices.to_customer(NoticeKind.LINK_REMINDER, reminded, partner, now=operation.at)
    _replace(session, partner, operation, known=link, link=reminded, now=moment, action="link.reminded", notice=notice)


def _reminders_until(link: Link, rules: LinkRules, instant: datetime) -> int:
    """How many reminders have fallen due by then: several missed ones count, but go out as one."""
    due = link.reminders
    while due < rules.reminders_at_most and next_due(replace(link, reminders=due), rules) <= instant:
        due += 1
    return due


def _replace(
    session: TableSession,
    partner: Partner,
    operation: Operation,
    *,
    known: Link,
    link: Link,
    now: datetime,
    action: str,
    notice: Notice | None = None,
) -> None:
    """Raises ChangedMeanwhileError."""
    due_at = next_due(link, program().confirmation_links)
    transaction = Transaction(session, operation)
    Links(session, partner.partner_id).replace(transaction, link, known=known, now=now, due_at=due_at, refusal=_changed)
    if notice:
        post(transaction, notice)
    _record(transaction, partner, action, known=known, link=link)
    transaction.commit()


def _record(transaction: Transaction, partner: Partner, action: str, *, known: Link, link: Link) -> None:
    transaction.record(
        partner_id=partner.partner_id,
        action=action,
        subject=subject_of(link.link_id),
        before={"reminders": known.reminders, "status": known.stored_status},
        after={"reminders": link.reminders, "status": link.stored_status},
    )


_changed: Refusal = lambda _: ChangedMeanwhileError()  # noqa: E731 - one meaning for every write
