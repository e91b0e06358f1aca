"""One notice on its way: claim it, send it, confirm it.

SES has no idempotency token. A process that dies after the claim leaves the notice to the sweeper; one that dies
between sending and confirming causes a second copy, with the same Message-ID.
"""

from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from functions.notifications.composing import compose
from functions.notifications.contents import ASKS_TO_DECIDE, NOTICE_TAG, Reader, works_until
from functions.notifications.errors import TooLateError, UndeliverableError
from functions.notifications.recipients import find_recipients
from functions.notifications.silenced import mark_silenced, mark_untold
from functions.notifications.undelivered import mark_not_delivered
from functions.notifications.unreachable import mark_unreachable
from shared import settings
from shared.clock import Clock
from shared.domain.notices import Notice, NoticeKind
from shared.log import logger
from shared.mail.errors import (
    MailRefusedError,
    PermanentMailError,
    TransientMailError,
    UnusableAddressError,
    UnusableHeaderTextError,
)
from shared.mail.header_values import Mailbox
from shared.mail.mime import build_mime
from shared.mail.sender import Sender, ses
from shared.table.client import dynamodb
from shared.table.notices import Claim, NoticeNotClaimedError, Outbox, UnreadableNoticeError
from shared.table.session import TableSession

_CODES = MappingProxyType(
    {
        MailRefusedError: "refused_by_mail_service",
        UnusableAddressError: "unusable_address",
        UnusableHeaderTextError: "unusable_header_text",
    }
)


class Outcome(StrEnum):
    """What became of one attempt; `LEFT` is for a notice that is done, or in another's hands."""

    SENT = "sent"
    GIVEN_UP = "given_up"
    POSTPONED = "postponed"
    LEFT = "left"


class Courier(Struct, frozen=True, kw_only=True):
    """What delivering takes."""

    session: TableSession
    sender: Sender
    vendor_name: str
    clock: Clock


def open_courier(clock: Clock) -> Courier:
    """The courier that this function's environment describes."""
    vendor_name = settings.vendor_name()
    return Courier(
        session=TableSession(dynamodb(), settings.table_name()),
        sender=Sender(
            client=ses(),
            mailbox=Mailbox(name=vendor_name, address=settings.mail_sender()),
            configuration_set=settings.ses_configuration_set(),
        ),
        vendor_name=vendor_name,
        clock=clock,
    )


def deliver(courier: Courier, notice_id: str) -> Outcome:
    """Send the notice if nobody else has or does. Raises UnreadableNoticeError, TableUnavailableError."""
    outbox = Outbox(courier.session)
    try:
        claim = outbox.claim(notice_id, now=courier.clock())
        return _deliver_claimed(courier, outbox, claim)
    except NoticeNotClaimedError:
        return Outcome.LEFT


def _deliver_claimed(courier: Courier, outbox: Outbox, claim: Claim) -> Outcome:
    try:
        message_id = _send(courier, claim.notice)
    except UnreadableNoticeError:
        outbox.release(claim, now=courier.clock())
        raise
    except UndeliverableError as error:
        mark_silenced(courier.session, claim.notice, error.silenced, now=courier.clock())
        if claim.notice.kind is NoticeKind.RENEWAL_NOTICE and claim.notice.email:
            mark_unreachable(courier.session, claim.notice, now=courier.clock())
        return _give_up(courier, outbox, claim, reason=error.code)
    except PermanentMailError as error:
        return _give_up(courier, outbox, claim, reason=_CODES[type(error)])
    except TransientMailError as error:
        outbox.release(claim, now=courier.clock())
        logger().warning("notice postponed", notice_id=claim.notice.notice_id, attempt=claim.attempt, reason=str(error))
        return Outcome.POSTPONED
    outbox.confirm(claim, message_id=message_id, now=courier.clock())
    return Outcome.SENT


def _give_up(courier: Courier, outbox: Outbox, claim: Claim, *, reason: str) -> Outcome:
    # What it is about comes first: a process that dies in between has the notice attended to again.
    mark_not_delivered(courier.session, claim.notice, now=courier.clock())
    mark_untold(courier.session, claim.notice, now=courier.clock())
    outbox.give_up(claim, reason=reason, now=courier.clock())
    logger().warning("notice given up", notice_id=claim.notice.notice_id, kind=claim.notice.kind, reason=reason)
    return Outcome.GIVEN_UP


def _send(courier: Courier, notice: Notice) -> str:
    """The message id of SES. Raises what `deliver` knows how to answer."""
    now = courier.clock()
    if notice.kind in ASKS_TO_DECIDE and works_until(notice) <= now:
        raise TooLateError
    recipients = find_recipients(courier.session, notice)
    if recipients.unreached:
        mark_unreachable(courier.session, notice, now=now)
    mark_silenced(courier.session, notice, recipients.silenced, reached=recipients.user_id, now=now)
    mail = compose(notice, recipients.reader, vendor_name=courier.vendor_name, copied=recipients.copy is not None)
    recipient = _mailbox(recipients.reader)
    copy = _mailbox(recipients.copy) if recipients.copy else None
    message = build_mime(
        mail,
        mail_id=notice.notice_id,
        sent_at=now,
        sender=courier.sender.mailbox,
        recipient=recipient,
        copy=copy,
        reply_to=recipients.reply_to,
    )
    return courier.sender.send(message, recipient=recipient, copy=copy, tags={NOTICE_TAG: notice.notice_id})


def _mailbox(reader: Reader) -> Mailbox:
    return Mailbox(name=reader.name, address=reader.email)
