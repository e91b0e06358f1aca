"""The scheduled run over links that wait: reminders to customers, and the end of what nobody answered."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from functions.confirmations import notices
from functions.confirmations.decisions import CUSTOMER, OpenedLink
from functions.confirmations.service import next_due
from shared import settings
from shared.clock import utc_now
from shared.domain.links import Link, LinkStatus, subject_of
from shared.domain.notices import Notice, NoticeKind
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.log import logger
from shared.program import ConfirmationLinks as LinkRules
from shared.program import program
from shared.runs import UnfinishedRunError, moment_meant, operation_of
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.links import Links, due_links
from shared.table.notices import post
from shared.table.partners import Partners
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, int]:
    """Remind and expire what is due. `as_of` (a day, its end in UTC) replays or tries a day; now otherwise.

    Reads what is due and nothing else. A link that several runs missed gets one reminder, not several; running twice
    sends nothing twice. Raises UnfinishedRunError when all partners but some are done.
    """
    now = utc_now()
    moment = moment_meant(event, otherwise=now)
    session = TableSession(dynamodb(), settings.table_name())
    operation = operation_of(event, at=now)
    counts, failed = {"reminded": 0, "expired": 0}, set[str]()
    for shard in range(keys.LINK_DUE_SHARDS):
        for due in list(due_links(session, shard=shard, until=moment)):
            if due.partner_id in failed:
                continue
            try:
                outcome = _attend(session, due.partner_id, due.link_id, operation, moment=moment)
            except TableUnavailableError:
                logger().error("links not attended", partner_id=due.partner_id)
                failed.add(due.partner_id)
                continue
            if outcome:
                counts[outcome] += 1
    logger().info("links attended", extra={**counts, "failed": len(failed)})
    if failed:
        raise UnfinishedRunError(failed)
    return counts


def stop_reminders(session: TableSession, opened: OpenedLink, *, now: datetime, request_id: str) -> None:
    """The customer wants no more reminders of this link; its page stays open until it expires."""
    link, rules = opened.link, program().confirmation_links
    if link.decision or link.reminders >= rules.reminders_at_most:
        return
    operation = Operation(id=new_id("o"), actor=CUSTOMER, actor_role=CUSTOMER, at=now, request_id=request_id)
    quiet = replace(link, reminders=rules.reminders_at_most, version=link.version + 1)
    _replace(session, opened.partner.partner_id, operation, known=link, link=quiet, action="link.reminders_stopped")


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
        ended = replace(link, stored_status=LinkStatus.EXPIRED, version=link.version + 1)
        notice = notices.to_creator(NoticeKind.LINK_EXPIRED, ended, partner, now=operation.at)
        outcome, action = "expired", "link.expired"
    elif next_due(link, rules) <= moment:
        ended = replace(link, reminders=_reminders_until(link, rules, moment), version=link.version + 1)
        notice = notices.to_customer(NoticeKind.LINK_REMINDER, ended, partner, now=operation.at)
        outcome, action = "reminded", "link.reminded"
    else:
        return None
    try:
        _replace(session, partner_id, operation, known=link, link=ended, action=action, notice=notice)
    except ChangedMeanwhileError:
        return None
    return outcome


def _reminders_until(link: Link, rules: LinkRules, instant: datetime) -> int:
    """How many reminders have fallen due by then: several missed ones count, but go out as one."""
    due = link.reminders
    while due < rules.reminders_at_most and next_due(replace(link, reminders=due), rules) <= instant:
        due += 1
    return due


def _replace(
    session: TableSession,
    partner_id: str,
    operation: Operation,
    *,
    known: Link,
    link: Link,
    action: str,
    notice: Notice | None = None,
) -> None:
    """Raises ChangedMeanwhileError."""
    rules = program().confirmation_links
    transaction = Transaction(session, operation)
    due_at = next_due(link, rules) if link.stored_status is LinkStatus.PENDING else None
    Links(session, partner_id).replace(
        transaction, link, known=known, due_at=due_at, refusal=lambda _: ChangedMeanwhileError()
    )
    if notice:
        post(transaction, notice)
    transaction.record(
        partner_id=partner_id,
        action=action,
        subject=subject_of(link.link_id),
        before={"reminders": known.reminders, "status": known.stored_status},
        after={"reminders": link.reminders, "status": link.stored_status},
    )
    transaction.commit()
