"""A link whose mail did not arrive shows it, and its audit trail says since when."""

from datetime import datetime

from functions.notifications.contents import ASKS_TO_DECIDE, link_id_of
from shared.domain.links import Delivery, Link, LinkStatus, subject_of
from shared.domain.notices import Notice
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.table.attempts import until_undisturbed
from shared.table.links import Links
from shared.table.session import TableSession
from shared.table.transactions import Transaction


def mark_not_delivered(session: TableSession, notice: Notice, *, now: datetime) -> bool:
    """Whether the link shows it now and did not before.

    Only a mail that carried the link to the address that the link still has says something about it, and only while the
    link is pending: nothing changes one that is decided. Raises UnreadableNoticeError, TableUnavailableError.
    """
    if notice.kind not in ASKS_TO_DECIDE:
        return False
    operation = Operation.of_system(new_id("o"), at=now, request_id=notice.notice_id)
    return until_undisturbed(lambda: _mark(session, operation, notice))


def _mark(session: TableSession, operation: Operation, notice: Notice) -> bool:
    """Raises ChangedMeanwhileError."""
    links, link_id = Links(session, notice.partner_id), link_id_of(notice)
    link = links.find(link_id)
    if link is None or not _is_concerned(link, notice):
        return False
    transaction = Transaction(session, operation)
    links.mark_not_delivered(transaction, link, refusal=lambda _: ChangedMeanwhileError())
    transaction.record(
        partner_id=notice.partner_id,
        action="link.not_delivered",
        subject=subject_of(link_id),
        before={"delivery": link.delivery},
        after={"delivery": Delivery.NOT_DELIVERED},
    )
    transaction.commit()
    return True


def _is_concerned(link: Link, notice: Notice) -> bool:
    return (
        link.stored_status is LinkStatus.PENDING
        and link.draft.client.email == notice.email
        and link.delivery is not Delivery.NOT_DELIVERED
    )
