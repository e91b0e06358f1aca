"""Asking the partner that listed an address first to let go of it, and answering such a request."""

from datetime import timedelta

from msgspec.structs import replace

from functions.employees import notices
from functions.employees.assigning import let_go
from functions.employees.desk import EmployeeDesk, hub_id_in, subject_of
from functions.employees.errors import NoConflictError, TransferDeclinedError, TransferOverError
from shared.domain import claims
from shared.domain.assignments import Assignment, Transfer, TransferStatus
from shared.domain.clients import Client
from shared.errors import NotFoundError
from shared.ids import new_id
from shared.table.attempts import until_undisturbed
from shared.table.earlier_requests import AskedTransfer
from shared.table.notices import post
from shared.table.transactions import Transaction
from shared.table.transfers import Direction, save_transfer

ANSWER_WITHIN = timedelta(days=14)


def request_transfer(desk: EmployeeDesk, user_id: str, client_id: str) -> Transfer:
    """Ask whoever listed the employee's address first. One that waits already is answered again, not asked twice.

    Nor is one asked twice that was withdrawn because the assignment ended: it waits again, until its day. One that was
    declined is not made again before its day.

    Raises NotFoundError, NoConflictError, TransferDeclinedError, UnavailableError.
    """
    hub_id = hub_id_in(client_id)
    return until_undisturbed(lambda: _request(desk, user_id, hub_id))


def answer_transfer(desk: EmployeeDesk, transfer_id: str, *, decision: TransferStatus) -> Transfer:
    """Accept or decline. By accepting, the partner's own claim ends: the next partner in time earns from now on.

    The same decision again changes nothing. Raises NotFoundError, TransferOverError, UnavailableError.
    """
    return until_undisturbed(lambda: _answer(desk, transfer_id, decision))


def _request(desk: EmployeeDesk, user_id: str, hub_id: str) -> Transfer:
    user, client = desk.found(user_id), desk.client(hub_id)
    assignment = desk.assignments.find(user_id, hub_id)
    if assignment is None:
        raise NotFoundError
    waiting = _waiting(desk, assignment)
    if waiting:
        return waiting
    first = claims.holder_now(client.service.workers.get(assignment.email))
    if first is None or first.partner_id == desk.partner_id:
        raise NoConflictError
    earlier = desk.earlier.transfer(hub_id, assignment.email)
    before = _asked_before(desk, earlier, asked_partner_id=first.partner_id)
    if before and before.stored_status is TransferStatus.DECLINED:
        raise TransferDeclinedError(possible_from=before.expires_at, now=desk.now)
    if before and before.stored_status is TransferStatus.WITHDRAWN:
        again = replace(_resumed(before), user_id=user_id, email=assignment.email)
        return _ask(desk, client, assignment, again, withdrawn=before)
    transfer = Transfer(
        transfer_id=new_id("t"),
        asking_partner_id=desk.partner_id,
        asking_partner_name=desk.partner().name,
        asking_user_id=desk.operation.actor,
        asking_user_name=desk.caller_name,
        asked_partner_id=first.partner_id,
        user_id=user.user_id,
        email=assignment.email,
        hub_id=hub_id,
        company=client.profile.company,
        created_at=desk.now,
        expires_at=desk.now + ANSWER_WITHIN,
    )
    return _ask(desk, client, assignment, transfer, earlier=earlier)


def _ask(
    desk: EmployeeDesk,
    client: Client,
    assignment: Assignment,
    transfer: Transfer,
    *,
    earlier: AskedTransfer | None = None,
    withdrawn: Transfer | None = None,
) -> Transfer:
    """The request waits from now on: a new one, of which the other is mailed, or one that was withdrawn."""
    transaction = Transaction(desk.session, desk.operation)
    # Unchanged but for its version: the one who is asked must not let go at the same time.
    again = replace(client, version=client.version + 1)
    desk.save_client(transaction, again, known=client)
    asked = replace(assignment, transfer_id=transfer.transfer_id, asked_partner_id=transfer.asked_partner_id)
    desk.assignments.save(transaction, asked, known=assignment)
    save_transfer(transaction, transfer, known=withdrawn)
    if withdrawn is None:
        made = AskedTransfer(transfer_id=transfer.transfer_id, until=transfer.expires_at)
        desk.earlier.save_transfer(transaction, client.hub_id, assignment.email, made, known=earlier)
        post(transaction, notices.transfer_requested(transfer, now=desk.now))
    transaction.record(
        partner_id=desk.partner_id,
        action="transfer.requested",
        subject=subject_of(assignment.user_id),
        before=None,
        after={"transfer_id": transfer.transfer_id, "client_id": client.client_id, "email": transfer.email},
    )
    transaction.commit(transfer)
    return transfer


def _asked_before(desk: EmployeeDesk, earlier: AskedTransfer | None, *, asked_partner_id: str) -> Transfer | None:
    """The request by which the same partner was asked before, where its time is not over."""
    if earlier is None or earlier.until <= desk.now:
        return None
    found = desk.transfers.find(earlier.transfer_id)
    transfer = found.transfer if found else None
    return transfer if transfer and transfer.asked_partner_id == asked_partner_id else None


def _resumed(withdrawn: Transfer) -> Transfer:
    return replace(withdrawn, stored_status=TransferStatus.PENDING, decided_at=None)


def _waiting(desk: EmployeeDesk, assignment: Assignment) -> Transfer | None:
    """The request that the assignment waits for."""
    found = desk.transfers.find(assignment.transfer_id) if assignment.transfer_id else None
    return found.transfer if found and found.transfer.status_at(desk.now) is TransferStatus.PENDING else None


def _answer(desk: EmployeeDesk, transfer_id: str, decision: TransferStatus) -> Transfer:
    found = desk.transfers.find(transfer_id)
    if found is None or found.direction is not Direction.INCOMING:
        raise NotFoundError
    transfer = found.transfer
    status = transfer.status_at(desk.now)
    if status is decision:
        return transfer
    if status is not TransferStatus.PENDING:
        raise TransferOverError(status)
    answered = replace(transfer, stored_status=decision, decided_at=desk.now)
    transaction = Transaction(desk.session, desk.operation)
    if decision is TransferStatus.ACCEPTED:
        client = desk.clients.find(transfer.hub_id)
        assignment = desk.assignments.find(transfer.user_id, transfer.hub_id)
        if client is None or assignment is None:
            raise TransferOverError(TransferStatus.WITHDRAWN)
        let_go(desk, transaction, client, assignment, answered=transfer)
    save_transfer(transaction, answered, known=transfer)
    post(transaction, notices.transfer_ended(answered, now=desk.now))
    transaction.record(
        partner_id=desk.partner_id,
        action=f"transfer.{decision}",
        subject=subject_of(transfer.user_id),
        before={"transfer_id": transfer_id, "status": status},
        after={"transfer_id": transfer_id, "status": decision},
    )
    transaction.commit(answered)
    desk.promote_risen()
    return answered
