"""Asking a client to add an employee to its portal: assigning alone grants nothing (A99, A100)."""

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from functions.employees import notices
from functions.employees.desk import EmployeeDesk, hub_id_in, subject_of
from functions.employees.errors import AccessGrantedError
from shared.addresses import mailbox_of
from shared.clock import instant_text
from shared.domain.assignments import Assignment, PortalAccess
from shared.domain.clients import Client
from shared.domain.people import User
from shared.errors import NotFoundError
from shared.table.attempts import until_undisturbed
from shared.table.earlier_requests import AskedAccess
from shared.table.notices import post
from shared.table.sendings import Sendings, TooManySendingsError, limit_of_mailbox, possible_from
from shared.table.transactions import Transaction

ASKED_AGAIN_AFTER = timedelta(days=1)


class RequestedAccess(Struct, frozen=True):
    """`assignment` says when, and whether the client was mailed."""

    assignment: Assignment
    client: Client


def request_access(desk: EmployeeDesk, user_id: str, client_id: str) -> RequestedAccess:
    """Record the request and mail the client's decision maker; within a day it is answered again without a mail.

    The day hangs on the address, whatever became of the assignment meanwhile.

    Raises NotFoundError, AccessGrantedError, TooManySendingsError, UnavailableError.
    """
    hub_id = hub_id_in(client_id)
    return until_undisturbed(lambda: _request(desk, desk.found(user_id), hub_id))


def access_of(client: Client, assignment: Assignment) -> PortalAccess:
    """What stands in the client's portal decides, whatever was requested."""
    if assignment.email in client.profile.portal_users:
        return PortalAccess.GRANTED
    return PortalAccess.REQUESTED if assignment.access_requested_at else PortalAccess.NOT_REQUESTED


def _request(desk: EmployeeDesk, user: User, hub_id: str) -> RequestedAccess:
    client, assignment = desk.client(hub_id), desk.assignments.find(user.user_id, hub_id)
    if assignment is None:
        raise NotFoundError
    if access_of(client, assignment) is PortalAccess.GRANTED:
        raise AccessGrantedError
    last = assignment.access_requested_at
    earlier = desk.earlier.access(hub_id, assignment.email)
    is_new = earlier is None or earlier.until <= desk.now
    standing = _asked_now(desk, client) if earlier is None or is_new else earlier
    asked = replace(assignment, access_requested_at=standing.at, asked_client=standing.asked_client)
    if asked == assignment:
        return RequestedAccess(assignment, client)
    transaction = Transaction(desk.session, desk.operation)
    desk.assignments.save(transaction, asked, known=assignment)
    maker = client.profile.decision_maker
    if is_new:
        desk.earlier.save_access(transaction, hub_id, assignment.email, standing, known=earlier)
    if maker and is_new and asked.asked_client:
        notice = notices.access_requested(
            desk.partner(),
            client,
            maker,
            user,
            by=desk.caller_name,
            requester_id=desk.operation.actor,
            now=desk.now,
        )
        _count_mail(desk, transaction, maker.email)
        post(transaction, notice)
    transaction.record(
        partner_id=desk.partner_id,
        action="assignment.access_requested",
        subject=subject_of(user.user_id),
        before={"access_requested_at": instant_text(last) if last else None},
        after={"client_id": client.client_id, "asked_client": asked.asked_client},
    )
    result = RequestedAccess(asked, client)
    transaction.commit(result)
    return result


def _count_mail(desk: EmployeeDesk, transaction: Transaction, email: str) -> None:
    """Within what the mailbox is sent in a day, links included. Raises TooManySendingsError."""
    most = desk.program.confirmation_links.sends_a_day_to_an_address
    limit, sendings = limit_of_mailbox(mailbox_of(email), most), Sendings(desk.session)
    [noted] = sendings.of([limit])
    again = possible_from(noted, limit, now=desk.now)
    if again > desk.now:
        raise TooManySendingsError(most=most, of_link=False, possible_from=again, now=desk.now)
    sendings.note(transaction, limit, now=desk.now, known=noted)


def _asked_now(desk: EmployeeDesk, client: Client) -> AskedAccess:
    maker = client.profile.decision_maker
    return AskedAccess(
        at=desk.now,
        until=desk.now + ASKED_AGAIN_AFTER,
        asked_client=maker is not None and maker.email != client.bounced,
    )
