"""The end of a cascade about a person who has left, with the person's sessions, for which the user pool is asked.

Functions that have nothing to do with the user pool use `shared.cascading` alone.
"""

from shared.cascading import in_a_request, settle
from shared.clock import HasTime
from shared.domain.assignments import Cascade
from shared.domain.operations import Operation
from shared.errors import UnavailableError
from shared.http.sign_ins import end_sessions
from shared.table.cascades import Cascades
from shared.table.people import People
from shared.table.session import TableSession


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
        _end_sessions(session, cascade)
    return settle(session, cascade, operation=operation, has_time=has_time)


def _end_sessions(session: TableSession, cascade: Cascade) -> None:
    """Of a person who belongs to no partner any more."""
    people = People(session)
    identity = people.identity(cascade.user_id or "")
    person = people.find(identity.email) if identity else None
    if person and not person.memberships and not person.is_operator:
        end_sessions(person.email)
