"""What follows when a user leaves, is tagged or moves, when services to a client end, and when it has a new name.

The act itself is one transaction, and with it a cascade is noted. Whoever carries the cascade out may die at any
point: each assignment is settled in a transaction of its own, settling it again changes nothing, and the facts bear
the instant of the act, not that of the work.
"""

import time
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from shared.clock import HasTime
from shared.domain import claims
from shared.domain.assignments import Assignment, Cascade, Step, StepKind, Transfer, TransferStatus
from shared.domain.clients import Client
from shared.domain.managed_points import risen
from shared.domain.operations import Operation
from shared.domain.people import User
from shared.domain.service import Service
from shared.errors import ChangedMeanwhileError, UnavailableError
from shared.ids import new_id
from shared.log import logger
from shared.program import program
from shared.runs import FAULTS
from shared.table import keys
from shared.table.activities import Activities
from shared.table.assignments import Assignments
from shared.table.backoff import Backoff
from shared.table.cascades import Cascades
from shared.table.clients import AllClients
from shared.table.people import Users
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction
from shared.table.transfers import Transfers, save_transfer
from shared.tiers import promote_risen

SECONDS_IN_A_REQUEST = 6.0
_READ_TOGETHER = 25


def in_a_request() -> HasTime:
    """What a caller may be kept waiting for, from now on."""
    until = time.monotonic() + SECONDS_IN_A_REQUEST
    return lambda: time.monotonic() < until


def leave_client(transaction: Transaction, client: Client, *, partner_id: str) -> tuple[Client, Cascade | None]:
    """The client without the partner's claims, for the transaction that ends its services.

    The rows of the partner's employees are left to the cascade, which is noted in the same transaction; None where
    there are none. Commit, then `settle`. Refused with ChangedMeanwhileError.
    """
    at, actor = transaction.operation.at, transaction.operation.actor
    if not claims.claimed_by(client.service, partner_id):
        return client, None
    service = claims.partner_left(client.service, partner_id=partner_id, at=at)
    cascades = Cascades(transaction.session, partner_id)
    step = Step(kind=StepKind.SERVICES_ENDED, at=at, actor=actor)
    cascade = cascades.begin(transaction, step, known=cascades.of_client(client.hub_id), hub_id=client.hub_id)
    return replace(client, service=service), cascade


def settle(session: TableSession, cascade: Cascade, *, operation: Operation, has_time: HasTime) -> bool:
    """Settle what there is time for, and promote whom it lifts; whether all is done. Raises UnavailableError."""
    session = TableSession(session.client, session.table)  # its transactions keep no answer to the request
    user = Users(session, cascade.partner_id).find(cascade.user_id) if cascade.user_id else None
    work = _Work(session, cascade, operation, user)
    is_done = _settle_all(session, work, has_time)
    promote_risen(session, operation, work.risen, program=program())
    return is_done


def _settle_all(session: TableSession, work: "_Work", has_time: HasTime) -> bool:
    """Whether all is done. Raises UnavailableError where one could not be settled, and the others are."""
    failed = False
    for assignments in work.pages():
        for start in range(0, len(assignments), _READ_TOGETHER):
            together = assignments[start : start + _READ_TOGETHER]
            session.read_ahead([keys.client(one.hub_id) for one in together])
            for one in together:
                if not has_time():
                    return False
                try:
                    work.settle(one)
                except TableUnavailableError:
                    raise
                except FAULTS as error:
                    where = {"partner_id": work.cascade.partner_id, "user_id": one.user_id, "hub_id": one.hub_id}
                    logger().error("assignment not settled", extra={**where, "error": type(error).__qualname__})
                    failed = True
    if failed:
        raise UnavailableError
    transaction = Transaction(session, work.operation)
    Cascades(session, work.cascade.partner_id).end(transaction, work.cascade)
    try:
        transaction.commit()
    except ChangedMeanwhileError:
        return False  # ended by another run, or there is a step more, which the next run finds
    return True


def withdrawn_with(transfers: Transfers, assignment: Assignment) -> list[Transfer]:
    """The pending requests that are void once the assignment ends: its own, and those of others about its address."""
    found = transfers.waiting(hub_id=assignment.hub_id, email=assignment.email)
    own = transfers.find(assignment.transfer_id) if assignment.transfer_id else None
    return [*found, *([own.transfer] if own and own.transfer.stored_status is TransferStatus.PENDING else [])]


class _Work(Struct, frozen=True):
    session: TableSession
    cascade: Cascade
    base: Operation
    user: User | None
    """Whose cascade it is, while there is one."""
    risen: set[str] = field(default_factory=set)
    """Partners to whom it has brought points."""

    @property
    def operation(self) -> Operation:
        """Each transaction is one of its own: a write of the one before must not pass for a repeat of this one."""
        return replace(self.base, id=new_id("o"), actor=self.cascade.steps[-1].actor)

    @property
    def assignments(self) -> Assignments:
        return Assignments(self.session, self.cascade.partner_id)

    def pages(self) -> Iterator[list[Assignment]]:
        if self.cascade.user_id is not None:
            return self.assignments.of_user(self.cascade.user_id)
        return self.assignments.of_client(self.cascade.hub_id or "")

    def settle(self, assignment: Assignment) -> None:
        """Raises UnavailableError where others change the client all the time."""
        backoff = Backoff()
        standing: Assignment | None = assignment
        while standing is not None:
            try:
                self._settle(standing)
            except ChangedMeanwhileError:
                if not backoff.wait():
                    raise TableUnavailableError from None
                standing = self.assignments.find(assignment.user_id, assignment.hub_id)
            else:
                return

    def _settle(self, known: Assignment) -> None:
        partner_id = self.cascade.partner_id
        clients = AllClients(self.session)
        client = clients.find(known.hub_id)
        user = self.user if self.cascade.user_id else Users(self.session, partner_id).find(known.user_id)
        has_moved = any(step.kind is StepKind.MOVED for step in self.cascade.steps)
        moved = replace(
            known,
            email=user.email if user and has_moved else known.email,
            company=client.profile.company if client else known.company,
        )
        service = self._followed(client, known, user) if client else Service()
        worker = service.workers.get(moved.email)
        stands = claims.standing_claim(worker, partner_id=partner_id, user_id=known.user_id) is not None
        transaction = Transaction(self.session, self.operation)
        if client and service != client.service:
            after = replace(client, service=service, version=client.version + 1)
            saved = clients.save(
                transaction, after, known=client, program=program(), refusal=lambda _: ChangedMeanwhileError()
            )
            self.risen.update(risen(client.service, saved.service, program(), at=transaction.operation.at))
        if not stands:
            self._remove(transaction, known, user)
        elif moved != known:
            self.assignments.save(transaction, moved, known=known)
        if len(transaction):
            transaction.commit()

    def _followed(self, client: Client, known: Assignment, user: User | None) -> Service:
        """The client's facts after all steps of the cascade."""
        service = client.service
        whose = {"partner_id": self.cascade.partner_id, "user_id": known.user_id}
        for step in self.cascade.steps:
            if step.kind in {StepKind.LEFT, StepKind.SERVICES_ENDED}:
                if step.kind is StepKind.LEFT or self.cascade.partner_id not in client.relations:
                    service = claims.let_go(service, known.email, **whose, at=step.at)
            elif step.kind is StepKind.MOVED:
                service = self._moved(client, service, known, user, step)
            elif step.kind in {StepKind.TAGGED, StepKind.UNTAGGED}:
                enabled = step.kind is StepKind.TAGGED
                service = claims.tag_changed(service, known.email, **whose, enabled=enabled, at=step.at)
        return service

    def _moved(self, client: Client, service: Service, known: Assignment, user: User | None, step: Step) -> Service:
        worker = service.workers.get(known.email)
        whose = {"partner_id": self.cascade.partner_id, "user_id": known.user_id}
        if user is None or user.email == known.email or claims.standing_claim(worker, **whose) is None:
            return service
        service = claims.let_go(service, known.email, **whose, at=step.at)
        return claims.claim(
            service,
            user.email,
            **whose,
            at=step.at,
            tagged=user.partner_employee,
            in_portal=user.email in client.profile.portal_users,
            seen=Activities(self.session).find(known.hub_id, user.email).as_worker(),
        )

    def _remove(self, transaction: Transaction, known: Assignment, user: User | None) -> None:
        partner_id = self.cascade.partner_id
        self.assignments.remove(transaction, known)
        if user:
            Users(self.session, partner_id).count_clients(transaction, user, change=-1)
        for transfer in withdrawn_with(Transfers(self.session, partner_id), known):
            void = replace(transfer, stored_status=TransferStatus.WITHDRAWN, decided_at=transaction.operation.at)
            save_transfer(transaction, void, known=transfer)
        transaction.record(
            partner_id=partner_id,
            action="assignment.ended",
            subject=f"employee/{known.user_id}",
            before={"client_id": known.client_id, "email": known.email},
            after=None,
        )
