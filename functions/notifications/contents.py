"""What deciding about a notice takes from its content; what its mail says is read in `composing`."""

from datetime import datetime

from msgspec import Struct

from shared.clock import instant
from shared.domain.languages import Language
from shared.domain.notices import Notice, NoticeKind
from shared.domain.renewals import subscription_id_of
from shared.mail.errors import PermanentMailError
from shared.mail.header_values import Mailbox
from shared.table.notices import UnreadableNoticeError

NOTICE_TAG = "notice_id"
"""The SES tag by which a bounce finds its notice."""

ASKS_TO_DECIDE = frozenset({NoticeKind.LINK_SENT, NoticeKind.LINK_REMINDER})
"""Mails that are of no use once the link has expired, and whose failure means that the link has not arrived."""


class Reader(Struct, frozen=True, kw_only=True):
    """Who reads a mail, and in which language."""

    name: str
    email: str
    language: Language


def link_id_of(notice: Notice) -> str:
    """The link that the notice is about. Raises UnreadableNoticeError."""
    try:
        link_id: str = notice.content["link"]["link_id"]
    except (KeyError, TypeError):
        raise UnreadableNoticeError(notice.notice_id) from None
    return link_id


def customer_of(notice: Notice, *, email: str) -> Reader:
    """The customer's contact. Raises UnreadableNoticeError."""
    try:
        client = notice.content["link"]["client"]
        return Reader(name=client["contact_name"], email=email, language=Language(client["language"]))
    except (KeyError, TypeError, ValueError):
        raise UnreadableNoticeError(notice.notice_id) from None


def works_until(notice: Notice) -> datetime:
    """When the link expires. Raises UnreadableNoticeError."""
    try:
        return instant(notice.content["link"]["expires_at"])
    except (KeyError, TypeError, ValueError):
        raise UnreadableNoticeError(notice.notice_id) from None


def decision_maker_of(notice: Notice, *, email: str) -> Reader:
    """The client's decision maker, as a renewal notice names it. Raises UnreadableNoticeError."""
    try:
        maker = notice.content["decision_maker"]
        return Reader(name=maker["name"], email=email, language=Language(maker["language"]))
    except (KeyError, TypeError, ValueError):
        raise UnreadableNoticeError(notice.notice_id) from None


def invited_of(notice: Notice, *, email: str) -> Reader:
    """The person who is invited, whom the inviter's name for them does not reach. Raises UnreadableNoticeError."""
    try:
        return Reader(name="", email=email, language=Language(notice.content["language"]))
    except (KeyError, TypeError, ValueError):
        raise UnreadableNoticeError(notice.notice_id) from None


def renewal_manager_of(notice: Notice) -> Mailbox | None:
    """Who of the vendor answers questions about the renewal. Raises UnreadableNoticeError."""
    try:
        manager = notice.content["renewal_manager"]
        return Mailbox(name=manager["name"], address=manager["email"]) if manager else None
    except PermanentMailError:
        return None  # the mail itself must not fail for want of somebody to answer
    except (KeyError, TypeError):
        raise UnreadableNoticeError(notice.notice_id) from None


def hub_id_of_renewal(notice: Notice) -> str:
    """The client that a renewal notice is about. Raises UnreadableNoticeError."""
    try:
        hub_id: str = notice.content["renewal"]["hub_id"]
    except (KeyError, TypeError):
        raise UnreadableNoticeError(notice.notice_id) from None
    return hub_id


def subscription_id_of_renewal(notice: Notice) -> str:
    """The subscription that a renewal notice is about. Raises UnreadableNoticeError."""
    try:
        found = subscription_id_of(notice.content["renewal"]["renewal_id"])
    except (AttributeError, KeyError, TypeError):
        found = None
    if found is None:
        raise UnreadableNoticeError(notice.notice_id)
    return found
