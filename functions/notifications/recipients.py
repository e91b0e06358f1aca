"""Whom a notice is mailed to, who gets a copy, and who is answered."""

from collections.abc import Collection
from typing import NamedTuple

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

PERSONAL = frozenset({NoticeKind.RENEWAL_DIGEST, NoticeKind.EMPLOYEE_ASSIGNED})
"""Mails for the user whom they concern, and for nobody instead."""


class Recipients(Struct, frozen=True, kw_only=True):
    """The mail is written to `reader`, in that language; `copy` reads the same mail.

    `unreached` is an address that the notice was meant for and no mail reaches, `silenced` are the partner's users who
    would have been told and cannot be mailed; `user_id` is the one who is.
    """

    reader: Reader
    copy: Reader | None = None
    reply_to: Mailbox | None = None
    unreached: str | None = None
    user_id: str | None = None
    silenced: tuple[str, ...] = ()


def find_recipients(session: TableSession, notice: Notice) -> Recipients:
    """Raises RecipientGoneError, AddressSuppressedError, UnreadableNoticeError."""
    match notice.kind:
        case NoticeKind.RENEWAL_NOTICE:
            return _of_renewal(session, notice)
        case NoticeKind.INVITED:
            return Recipients(reader=_unsuppressed(session, invited_of(notice, email=notice.email or "")))
        case NoticeKind.ACCESS_REQUESTED:
            return _of_access(session, notice)
        case kind if kind in PERSONAL:
            return _of_user(session, notice)
        case _:
            return _of_link(session, notice)


def _of_link(session: TableSession, notice: Notice) -> Recipients:
    if notice.email is None:
        line = _line(session, notice)
        return Recipients(reader=_reader(line.user, line.silenced), silenced=line.silenced)
    reader = _unsuppressed(session, customer_of(notice, email=notice.email))
    return Recipients(reader=reader, reply_to=_creator(session, notice))


def _of_user(session: TableSession, notice: Notice) -> Recipients:
    """The user whom it concerns, and nobody instead."""
    user = Users(session, notice.partner_id).find(notice.user_id) if notice.user_id else None
    is_reachable = user is not None and _is_reachable(session, user.email)
    silenced = (user.user_id,) if user and not is_reachable else ()
    return Recipients(reader=_reader(user if is_reachable else None, silenced))


def _of_access(session: TableSession, notice: Notice) -> Recipients:
    """The client's decision maker, who answers the user who asks, while that one is there."""
    reader = _unsuppressed(session, decision_maker_of(notice, email=notice.email or ""))
    user = Users(session, notice.partner_id).find(notice.user_id) if notice.user_id else None
    return Recipients(reader=reader, reply_to=Mailbox(name=user.name, address=user.email) if user else None)


def _of_renewal(session: TableSession, notice: Notice) -> Recipients:
    """The client's decision maker with a copy to the partner's user; that user alone where no mail reaches the client.

    One mail in any case, and no address twice in it.
    """
    line, manager = _line(session, notice), renewal_manager_of(notice)
    user, silenced = line.user, line.silenced
    user_id = user.user_id if user else None
    if notice.email is None or not _is_reachable(session, notice.email):
        reader = _reader(user, silenced)
        return Recipients(reader=reader, reply_to=manager, unreached=notice.email, user_id=user_id, silenced=silenced)
    maker = decision_maker_of(notice, email=notice.email)
    if user is None or user.email == maker.email:
        return Recipients(reader=maker, reply_to=manager, user_id=user_id, silenced=silenced)
    copy = _reader(user, silenced)
    return Recipients(
        reader=maker,
        copy=copy,
        reply_to=manager or Mailbox(name=copy.name, address=copy.email),
        user_id=user_id,
        silenced=silenced,
    )


def silenced_users(session: TableSession, notice: Notice, emails: Collection[str]) -> list[str]:
    """Of those in line for the notice the users with these addresses."""
    if not emails:
        return []
    line = Users(session, notice.partner_id).in_line(notice.user_id)
    return [user.user_id for user in line if user.email in emails]


def goes_to_next_in_line(session: TableSession, notice: Notice, came_back: Collection[str]) -> bool:
    """Whether somebody else at the partner is told now that the mail has come back from these addresses."""
    if notice.kind in PERSONAL or not came_back or notice.email in came_back:
        return False
    if notice.kind is NoticeKind.RENEWAL_NOTICE:
        return notice.email is None or not _is_reachable(session, notice.email)
    return notice.email is None


class _Line(NamedTuple):
    """Of the partner's users who may be told the first whom mail reaches, and those before."""

    user: User | None
    silenced: tuple[str, ...]


def _line(session: TableSession, notice: Notice) -> _Line:
    silenced: list[str] = []
    for user in Users(session, notice.partner_id).in_line(notice.user_id):
        if _is_reachable(session, user.email):
            return _Line(user, tuple(silenced))
        silenced.append(user.user_id)
    return _Line(None, tuple(silenced))


def _reader(user: User | None, silenced: tuple[str, ...] = ()) -> Reader:
    """Raises RecipientGoneError, and AddressSuppressedError where there are users and none can be mailed."""
    if user is None:
        raise AddressSuppressedError(silenced) if silenced else RecipientGoneError
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
