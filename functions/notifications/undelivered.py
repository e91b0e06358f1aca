"""A link whose mail did not arrive shows it, and its audit trail says since when."""

from datetime import datetime

from functions.notifications.contents import ASKS_TO_DECIDE, link_id_of
from shared.domain.links import Delivery, subject_of
from shared.domain.notices import Notice
from shared.domain.operations import SYSTEM_ACTOR, Operation
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.table.links import Links
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction

_ATTEMPTS = 5


def mark_not_delivered(session: TableSession, notice: Notice, *, now: datetime) -> bool:
    """Whether the link shows it now and did not before.

    Only a mail that carried the link to the address that the link still has says something about it. Raises
    UnreadableNoticeError, TableUnavailableError.
    """
    if notice.kind not in ASKS_TO_DECIDE:
        return False
    link_id = link_id_of(notice)
    links = Links(session, notice.partner_id)
    operation = Operation(
        id=new_id("o"), actor=SYSTEM_ACTOR, actor_role=SYSTEM_ACTOR, at=now, request_id=notice.notice_id
    )
    for _ in range(_ATTEMPTS):
        link = links.find(link_id)
        if link is None or link.draft.client.email != notice.email or link.delivery is Delivery.NOT_DELIVERED:
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
        try:
            transaction.commit()
        except ChangedMeanwhileError:
            continue
        return True
    raise TableUnavailableError
