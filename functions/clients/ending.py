"""The end of a partner's services to a client."""

from contextlib import suppress

from msgspec.structs import replace

from functions.clients.service import ClientDesk, EndedServices
from shared.cascading import in_a_request, leave_client, settle
from shared.domain.assignments import Cascade
from shared.domain.clients import Client
from shared.domain.managed_points import risen
from shared.errors import ChangedMeanwhileError, UnavailableError
from shared.table.attempts import until_undisturbed
from shared.table.client_records import relation_record
from shared.table.clients import AllClients
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.tiers import promote_risen


def end_services(desk: ClientDesk, client_id: str) -> EndedServices:
    """Take the client off the partner's list; the assignments of the partner's employees there end with it.

    Raises NotFoundError, TableUnavailableError.
    """
    ended, cascade = until_undisturbed(lambda: _end_services(desk, desk.found(client_id)))
    if cascade:
        _settle(desk, cascade)
    return ended


def _settle(desk: ClientDesk, cascade: Cascade) -> None:
    """Take the employees' assignments away, as far as there is time; a scheduled run does what is left.

    Services have ended by now whatever happens here, and the answer that tells so is kept already.
    """
    session = TableSession(desk.session.client, desk.session.table)
    with suppress(UnavailableError):
        settle(session, cascade, operation=desk.operation, has_time=in_a_request())


def _end_services(desk: ClientDesk, known: Client) -> tuple[EndedServices, Cascade | None]:
    relations = dict(known.relations)
    relation = relations.pop(desk.partner_id)
    transaction = Transaction(desk.session, desk.operation)
    left, cascade = leave_client(transaction, known, partner_id=desk.partner_id)
    saved = AllClients(desk.session).save(
        transaction,
        replace(left, relations=relations, version=known.version + 1),
        known=known,
        program=desk.rules,
        refusal=lambda _: ChangedMeanwhileError(),
    )
    transaction.record(
        partner_id=desk.partner_id,
        action="client_relation.ended",
        subject=f"client/{known.hub_id}",
        before=relation_record(relation),
        after=None,
    )
    ended = EndedServices(client_id=known.client_id, ended_at=desk.now)
    transaction.commit(ended)
    lifted = risen(known.service, saved.service, desk.rules, at=desk.now)
    promote_risen(desk.session, desk.operation, lifted, program=desk.rules)
    return ended, cascade
