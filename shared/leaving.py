"""The end of a person's work for a partner, and of a sign-in that nobody has any more.

A sign-in ends in three steps: the table forgets the person, which shuts every route to their tokens at once; the pool
deletes the sign-in; the address is free. Whoever wants the address meanwhile does what is left first.

Functions that have nothing to do with the user pool use `shared.cascading` alone.
"""

import contextlib

from shared.cascading import in_a_request, settle
from shared.clock import HasTime
from shared.domain.assignments import Cascade
from shared.domain.operations import Operation
from shared.domain.people import Person
from shared.errors import ChangedMeanwhileError, UnavailableError
from shared.http.sign_ins import delete_sign_in
from shared.table.cascades import Cascades
from shared.table.persons import People, SignIn
from shared.table.session import TableSession
from shared.table.transactions import Transaction


def person_at(session: TableSession, email: str, *, operation: Operation) -> Person | None:
    """Returns whose address it is; None where it is free, now or once the sign-in of its last owner is deleted.

    Raises UnavailableError.
    """
    people = People(session)
    holder = people.holder(email)
    person = people.find(holder.sub) if holder else None
    if holder and person is None:
        end_sign_in(session, holder, operation=operation)
    return person


def end_sign_in(session: TableSession, left: SignIn, *, operation: Operation) -> None:
    """Delete a sign-in that no person has, then free its address. Raises UnavailableError."""
    delete_sign_in(left.sub)
    transaction = Transaction(TableSession(session.client, session.table), operation)
    People(session).forget_sign_in(transaction, left)
    with contextlib.suppress(ChangedMeanwhileError):  # it is free already, or another's by now
        transaction.commit()


def require_settled(session: TableSession, *, partner_id: str, user_id: str, operation: Operation) -> None:
    """Before a person becomes the partner's user again: what leaving left to be done must be done.

    Raises UnavailableError where there is more than a request can do; it is less each time.
    """
    cascade = Cascades(session, partner_id).of_user(user_id)
    if cascade and cascade.has_left and not carry_out(session, cascade, operation=operation, has_time=in_a_request()):
        raise UnavailableError


def carry_out(session: TableSession, cascade: Cascade, *, operation: Operation, has_time: HasTime) -> bool:
    """Settle what there is time for; whether all is done. Raises UnavailableError."""
    if cascade.has_left:
        end_of_identity(session, cascade.user_id or "", operation=operation)
    return settle(session, cascade, operation=operation, has_time=has_time)


def end_of_identity(session: TableSession, user_id: str, *, operation: Operation) -> None:
    """End the sign-in of a user id that stands for nobody any more. Raises UnavailableError."""
    people = People(session)
    identity = people.identity(user_id)
    if identity and people.find(identity.sign_in.sub) is None:
        holder = people.holder(identity.sign_in.email)
        if holder == identity.sign_in:
            end_sign_in(session, holder, operation=operation)
