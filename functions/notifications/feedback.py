"""What SES says about mails that were sent: bounces, complaints and rejections, through SNS.

Every step can be repeated. What cannot be read raises: Lambda tries again twice and then puts it into the queue of
failed events, so nothing goes round for ever.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from functions.notifications.contents import NOTICE_TAG
from functions.notifications.recipients import goes_to_next_in_line, silenced_users
from functions.notifications.silenced import mark_silenced
from functions.notifications.undelivered import mark_not_delivered
from functions.notifications.unreachable import mark_unreachable
from shared import settings
from shared.addresses import email_address
from shared.clock import utc_now
from shared.domain.notices import Notice, NoticeKind
from shared.log import logger
from shared.table.client import dynamodb
from shared.table.notices import Outbox
from shared.table.session import TableSession
from shared.table.suppressions import Suppressions

_GREETING = "Successfully validated SNS topic for Amazon SES event publishing."
"""What SES publishes once, as plain text, when the topic is connected."""


BOUNCE = "Bounce"


class UnreadableFeedbackError(Exception):
    """Not an event of SES as we asked for them. The message quotes nothing of it."""

    def __init__(self, sns_message_id: str) -> None:
        super().__init__(f"the SNS message {sns_message_id} holds no event of SES that can be read")


class Feedback(Struct, frozen=True, kw_only=True):
    """One event. `suppressed` are the addresses that must not be mailed again; `failed` where the mail is lost."""

    kind: str
    notice_id: str
    failed: bool
    suppressed: tuple[str, ...]


def lambda_handler(event: dict[str, Any], _: Any) -> None:
    """Heed each SNS message. Raises UnreadableFeedbackError, TableUnavailableError."""
    session = TableSession(dynamodb(), settings.table_name())
    for record in event["Records"]:
        message_id, text = record["Sns"]["MessageId"], record["Sns"]["Message"]
        if text.strip() == _GREETING:
            continue
        try:
            feedback = read_feedback(json.loads(text))
        except (AttributeError, KeyError, TypeError, ValueError):
            # Without its cause: that could quote an address.
            raise UnreadableFeedbackError(message_id) from None
        _heed(session, feedback)


def read_feedback(event: Mapping[str, Any]) -> Feedback:
    """An event as SES publishes it. Raises KeyError, TypeError or ValueError for any other."""
    kind = event["eventType"]
    suppressed: list[str] = []
    failed = True
    match kind:
        case "Bounce":
            failed = event["bounce"]["bounceType"] == "Permanent"
            if failed:
                suppressed = [_address(one) for one in event["bounce"]["bouncedRecipients"]]
        case "Complaint":
            suppressed = [_address(one) for one in event["complaint"]["complainedRecipients"]]
        case "Reject":
            pass
        case _:
            raise ValueError(kind)
    [notice_id] = event["mail"]["tags"][NOTICE_TAG]
    return Feedback(kind=kind, notice_id=str(notice_id), failed=failed, suppressed=tuple(suppressed))


def _address(recipient: Mapping[str, Any]) -> str:
    """As mails are addressed: SES may give it with a name and angle brackets."""
    text = str(recipient["emailAddress"])
    return email_address(text.rpartition("<")[2].removesuffix(">"))


def _heed(session: TableSession, feedback: Feedback) -> None:
    now = utc_now()
    for email in feedback.suppressed:
        Suppressions(session).add(email, reason=feedback.kind.lower(), notice_id=feedback.notice_id, at=now)
    marked = False
    if feedback.failed:
        notice = Outbox(session).find(feedback.notice_id)
        marked = notice is not None and _mark(session, notice, feedback, now=now)
    logger().info(
        "mail feedback",
        kind=feedback.kind,
        notice_id=feedback.notice_id,
        failed=feedback.failed,
        suppressed=len(feedback.suppressed),
        link_marked=marked,
    )


def _mark(session: TableSession, notice: Notice, feedback: Feedback, *, now: datetime) -> bool:
    """Whether what the notice is about shows now that it did not arrive."""
    marked = False
    if notice.kind is NoticeKind.RENEWAL_NOTICE and notice.email in feedback.suppressed:
        marked = mark_unreachable(session, notice, now=now)
    mark_silenced(session, notice, silenced_users(session, notice, feedback.suppressed), now=now)
    marked = mark_not_delivered(session, notice, now=now) or marked
    # A complaint has arrived before. What came back of a copy leaves the one told to whom the mail is written.
    instead = None
    if feedback.kind == BOUNCE and goes_to_next_in_line(session, notice, feedback.suppressed):
        instead = replace(notice.to_somebody_else(), created_at=now)
    Outbox(session).came_back(notice, reason=feedback.kind.lower(), instead=instead, now=now)
    return marked
