"""Whom a notice is mailed to, who gets a copy, and who is answered."""

from msgspec import Struct

from functions.notifications.contents import (
    Reader,
    customer_of,
    decision_maker_of,
    invited_of,
    link_id_of,
    renewal_manager_of,
)
from functions.notifications.errors import AddressSuppressedError, RecipientGoneError
from shared.domain.notices import Notice, NoticeKind
from shared.domain.people import User
from shared.mail.errors import PermanentMailError
from shared.mail.header_values import Mailbox
from shared.table.links import Links
from shared.table.people import Users
from shared.table.session import TableSession
from shared.table.suppressions import Suppressions


class Recipients(Struct, frozen=True, kw_only=True):
    """The mail is written to `reader`, in that language; `copy` reads the same mail.

    `unreached` is an address that the notice was meant for and no mail reaches.
    """

    reader: Reader
    copy: Reader | None = None
    reply_to: Mailbox | None = None
    unreached: str | None = None


def find_recipients(session: TableSession, notice: Notice) -> Recipients:
    """Raises RecipientGoneError, AddressSuppressedError, UnreadableNoticeError."""
    match notice.kind:
        case NoticeKind.RENEWAL_NOTICE:
            return _of_renewal(session, notice)
        case NoticeKind.RENEWAL_DIGEST | NoticeKind.EMPLOYEE_ASSIGNED:
            return _of_user(session, notice)
        case NoticeKind.INVITED:
            return Recipients(reader=_unsuppressed(session, invited_of(notice, email=notice.email or "")))
        case NoticeKind.ACCESS_REQUESTED:
            return _of_access(session, notice)
        case _:
            return _of_link(session, notice)


def _of_link(session: TableSession, notice: Notice) -> Recipients:
    if notice.email is None:
        user = Users(session, notice.partner_id).told(notice.user_id)
        return Recipients(reader=_unsuppressed(session, _reader(user)))
    reader = _unsuppressed(session, customer_of(notice, email=notice.email))
    return Recipients(reader=reader, reply_to=_creator(session, notice))


def _of_user(session: TableSession, notice: Notice) -> Recipients:
    """The user whom it concerns, and nobody instead."""
    user = Users(session, notice.partner_id).find(notice.user_id) if notice.user_id else None
    return Recipients(reader=_unsuppressed(session, _reader(user)))


def _of_access(session: TableSession, notice: Notice) -> Recipients:
    """The client's decision maker, who answers the user who asks, while that one is there."""
    reader = _unsuppressed(session, decision_maker_of(notice, email=notice.email or ""))
    user = Users(session, notice.partner_id).find(notice.user_id) if notice.user_id else None
    return Recipients(reader=reader, reply_to=Mailbox(name=user.name, address=user.email) if user else None)


def _of_renewal(session: TableSession, notice: Notice) -> Recipients:
    """The client's decision maker with a copy to the partner's user; that user alone where no mail reaches the client.

    One mail in any case, and no address twice in it.
    """
    user = Users(session, notice.partner_id).told(notice.user_id)
    manager = renewal_manager_of(notice)
    if notice.email is None or not _is_reachable(session, notice.email):
        reader = _unsuppressed(session, _reader(user))
        return Recipients(reader=reader, reply_to=manager, unreached=notice.email)
    maker = decision_maker_of(notice, email=notice.email)
    if user is None or user.email == maker.email or not _is_reachable(session, user.email):
        return Recipients(reader=maker, reply_to=manager)
    copy = _reader(user)
    return Recipients(reader=maker, copy=copy, reply_to=manager or Mailbox(name=copy.name, address=copy.email))


def _reader(user: User | None) -> Reader:
    """Raises RecipientGoneError."""
    if user is None:
        raise RecipientGoneError
    return Reader(name=user.name, email=user.email, language=user.language)


def _unsuppressed(session: TableSession, reader: Reader) -> Reader:
    """The reader itself. Raises AddressSuppressedError."""
    if Suppressions(session).holds(reader.email):
        raise AddressSuppressedError
    return reader


def _is_reachable(session: TableSession, email: str) -> bool:
    try:
        Mailbox(name="", address=email)
    except PermanentMailError:
        return False
    return not Suppressions(session).holds(email)


def _creator(session: TableSession, notice: Notice) -> Mailbox | None:
    """What a customer answers goes to the link's creator, while there are both."""
    link = Links(session, notice.partner_id).find(link_id_of(notice))
    creator = Users(session, notice.partner_id).find(link.created_by) if link else None
    return Mailbox(name=creator.name, address=creator.email) if creator else None
