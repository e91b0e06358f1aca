"""Assigning clients to employees, and taking them away."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from functions.employees import notices
from functions.employees.desk import EmployeeDesk, hub_id_in, subject_of
from functions.employees.errors import TooManyEmployeesError
from functions.employees.listing import require_agreement
from shared.cascading import withdrawn_with
from shared.domain import claims
from shared.domain.activities import ActivityRecord
from shared.domain.assignments import Assignment, Transfer, TransferStatus
from shared.domain.clients import Client
from shared.domain.notices import Notice
from shared.domain.people import User
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.backoff import Backoff
from shared.table.notices import post
from shared.table.room import has_room_for_workers
from shared.table.session import TableUnavailableError
from shared.table.transactions import Transaction
from shared.table.transfers import save_transfer


class Outcome(StrEnum):
    """What became of one client of a request."""

    ASSIGNED = "assigned"
    ALREADY_ASSIGNED = "already_assigned"
    WITHOUT_CREDIT = "assigned_without_credit"
    NOT_FOUND = "not_found"


Fate = Outcome | TooManyEmployeesError


def assign_clients(desk: EmployeeDesk, user_id: str, hub_ids: Sequence[str]) -> dict[str, Fate]:
    """Assign each client by itself, in this order; what becomes of each. A repeat goes on where it was cut off.

    The first that is assigned tells the employee of all. Raises NotFoundError for the user, AgreementMissingError,
    UnavailableError.
    """
    user = desk.found(user_id)
    standing = _read_all(desk, user, hub_ids)
    news = _news(desk, user, list(standing.values()))
    fates: dict[str, Fate] = dict.fromkeys(hub_ids, Outcome.NOT_FOUND)
    for hub_id, known in standing.items():
        fates[hub_id] = _assign(desk, user, known, news)
        if fates[hub_id] in {Outcome.ASSIGNED, Outcome.WITHOUT_CREDIT}:
            news = []
    desk.promote_risen()
    return fates


def remove_assignment(desk: EmployeeDesk, user_id: str, client_id: str) -> None:
    """The employee works for the client no more; the next partner that lists the address earns from now on.

    Raises NotFoundError, UnavailableError.
    """
    hub_id = hub_id_in(client_id)
    until_undisturbed(lambda: _remove(desk, desk.found(user_id), hub_id))


def let_go(
    desk: EmployeeDesk,
    transaction: Transaction,
    client: Client,
    assignment: Assignment,
    *,
    answered: Transfer | None = None,
) -> None:
    """The partner's claim ends, and with it the row and all requests about it but the one that is being answered."""
    service = claims.let_go(
        client.service,
        assignment.email,
        partner_id=desk.partner_id,
        user_id=assignment.user_id,
        at=desk.now,
    )
    after = replace(client, service=service, version=client.version + 1)
    desk.save_client(transaction, after, known=client)
    desk.assignments.remove(transaction, assignment)
    user = desk.users.find(assignment.user_id)
    if user:
        desk.users.count_clients(transaction, user, change=-1)
    for transfer in withdrawn_with(desk.transfers, assignment):
        if answered is None or transfer.transfer_id != answered.transfer_id:
            void = replace(transfer, stored_status=TransferStatus.WITHDRAWN, decided_at=desk.now)
            save_transfer(transaction, void, known=transfer)
    transaction.record(
        partner_id=desk.partner_id,
        action="assignment.ended",
        subject=subject_of(assignment.user_id),
        before={"client_id": client.client_id, "email": assignment.email},
        after=None,
    )


class _Standing(Struct, frozen=True):
    """What one assignment starts from."""

    client: Client
    row: Assignment | None
    seen: ActivityRecord
    owners: Sequence[str]
    """Other partners on whose e-mail domain the user's address is."""


def _read_all(desk: EmployeeDesk, user: User, hub_ids: Sequence[str]) -> dict[str, _Standing]:
    """By hub id, once each, those that are the partner's clients."""
    places: dict[str, list[keys.Key]] = {}
    for hub_id in hub_ids:
        try:
            places[hub_id] = [
                keys.client(hub_id),
                keys.assignment(desk.partner_id, user.user_id, hub_id),
                keys.activity_record(hub_id, user.email),
            ]
        except NotFoundError:
            continue
    owners = desk.owners_elsewhere(user.email) if places else []
    desk.session.read_ahead([key for some in places.values() for key in some])
    found: dict[str, _Standing] = {}
    for hub_id in places:
        client = desk.clients.find(hub_id)
        row, seen = desk.assignments.find(user.user_id, hub_id), desk.activities.find(hub_id, user.email)
        if client and desk.partner_id in client.relations:
            found[hub_id] = _Standing(client, row, seen, owners)
    return found


def _news(desk: EmployeeDesk, user: User, standing: Sequence[_Standing]) -> list[Notice]:
    """One mail about everything that this request is going to assign; nobody is told of what they do themselves.

    Where nobody has listed the user before, the partners on whose domain the address is are told too.
    """
    fresh = [one for one in standing if one.row is None]
    news: list[Notice] = []
    if fresh and user.user_id != desk.operation.actor:
        companies = [one.client.profile.company for one in fresh]
        news.append(notices.assigned(desk.partner(), user, companies, by=desk.caller_name, now=desk.now))
    if fresh and not user.partner_employee and not user.clients:
        news += [notices.address_listed(owner_id, user, now=desk.now) for owner_id in fresh[0].owners]
    return news


def _assign(desk: EmployeeDesk, user: User, known: _Standing, news: Sequence[Notice]) -> Fate:
    hub_id, standing, backoff = known.client.hub_id, known, Backoff()
    while True:
        try:
            return _assign_once(desk, user, standing, news)
        except TooManyEmployeesError as full:
            return full
        except ChangedMeanwhileError:
            if not backoff.wait():
                raise TableUnavailableError from None
            user = desk.found(user.user_id)
            again = _read_all(desk, user, [hub_id])
            if hub_id not in again:
                return Outcome.NOT_FOUND
            standing = again[hub_id]


def _assign_once(desk: EmployeeDesk, user: User, standing: _Standing, news: Sequence[Notice]) -> Fate:
    """Raises AgreementMissingError, TooManyEmployeesError, ChangedMeanwhileError."""
    client, row = standing.client, standing.row
    worker = client.service.workers.get(user.email)
    if row and claims.standing_claim(worker, partner_id=desk.partner_id, user_id=user.user_id):
        return (
            _fate(client, user, desk.partner_id) if desk.operation.wrote(row.written_by) else Outcome.ALREADY_ASSIGNED
        )
    require_agreement(user, standing.owners)  # which counting the client checks again
    if claims.standing_claims(client.service) >= claims.MOST_CLAIMS:
        raise TooManyEmployeesError(claims.MOST_CLAIMS)
    service = claims.claim(
        client.service,
        user.email,
        partner_id=desk.partner_id,
        user_id=user.user_id,
        at=desk.now,
        tagged=user.partner_employee,
        in_portal=user.email in client.profile.portal_users,
        seen=standing.seen.as_worker(),
    )
    if not has_room_for_workers(service):
        raise TooManyEmployeesError(claims.standing_claims(client.service))
    after = replace(client, service=service, version=client.version + 1)
    transaction = Transaction(desk.session, desk.operation)
    desk.save_client(transaction, after, known=client)
    made = Assignment(
        user_id=user.user_id,
        hub_id=client.hub_id,
        email=user.email,
        company=client.profile.company,
        assigned_at=desk.now,
    )
    desk.assignments.save(transaction, made, known=row)
    if row is None:
        desk.users.count_clients(transaction, user, change=1)
    transaction.record(
        partner_id=desk.partner_id,
        action="assignment.made",
        subject=subject_of(user.user_id),
        before=None,
        after={"client_id": client.client_id, "email": user.email},
    )
    for one in news:
        post(transaction, one)
    transaction.commit()
    return _fate(after, user, desk.partner_id)


def _fate(client: Client, user: User, partner_id: str) -> Outcome:
    """What the assignment comes to as the client now stands."""
    first = claims.holder_now(client.service.workers.get(user.email))
    return Outcome.WITHOUT_CREDIT if first and first.partner_id != partner_id else Outcome.ASSIGNED


def _remove(desk: EmployeeDesk, user: User, hub_id: str) -> None:
    client, assignment = desk.clients.find(hub_id), desk.assignments.find(user.user_id, hub_id)
    if client is None or assignment is None:
        raise NotFoundError
    transaction = Transaction(desk.session, desk.operation)
    let_go(desk, transaction, client, assignment)
    transaction.commit()
    desk.promote_risen()
