"""A decision maker whom no mail reaches: the client's renewals show it, and later notices go to the partner alone."""

from datetime import datetime

from msgspec.structs import replace

from functions.notifications.contents import hub_id_of_renewal
from shared.domain.notices import Notice
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.ids import new_id
from shared.program import program
from shared.table.attempts import until_undisturbed
from shared.table.clients import AllClients
from shared.table.session import TableSession
from shared.table.suppressions import Suppressions
from shared.table.transactions import Transaction


def mark_unreachable(session: TableSession, notice: Notice, *, now: datetime) -> bool:
    """Whether the client's renewals show it now and did not before.

    A client that has named somebody else meanwhile shows nothing, and an address that is mailed again meanwhile is
    shown by nobody. Raises UnreadableNoticeError, TableUnavailableError.
    """
    operation = Operation.of_system(new_id("o"), at=now, request_id=notice.notice_id)
    try:
        return until_undisturbed(lambda: _mark(session, operation, notice))
    except NotFoundError:
        return False  # the suppression was lifted after it was read


def _mark(session: TableSession, operation: Operation, notice: Notice) -> bool:
    """Raises ChangedMeanwhileError, and NotFoundError where the address is not suppressed."""
    clients, hub_id = AllClients(session), hub_id_of_renewal(notice)
    client = clients.find(hub_id)
    maker = client.profile.decision_maker if client else None
    if client is None or maker is None or maker.email != notice.email or client.bounced == maker.email:
        return False
    transaction = Transaction(session, operation)
    clients.save(
        transaction,
        replace(client, bounced=maker.email, version=client.version + 1),
        known=client,
        program=program(),
        refusal=lambda _: ChangedMeanwhileError(),
    )
    Suppressions(session).shown_by(transaction, maker.email, hub_id, refusal=lambda _: NotFoundError())
    transaction.record(
        partner_id=notice.partner_id,
        action="client.decision_maker_undeliverable",
        subject=f"client/{hub_id}",
        before={"bounced": client.bounced},
        after={"bounced": maker.email},
    )
    transaction.commit()
    return True
