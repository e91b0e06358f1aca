"""The users of a partner."""

from dataclasses import dataclass, replace

from functions.employees.errors import AlreadyAUserError, OwnUserError
from shared.domain.operations import Operation
from shared.domain.people import Language, Person, Role, User
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.http.sign_ins import ensure_sign_in
from shared.ids import new_id
from shared.table.people import People, Users, membership_of
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction

MOST_RETRIES = 5
"""How often adding starts over because another partner adds or moves the same person at the same time."""


@dataclass(frozen=True, slots=True)
class UserDesk:
    """One partner's users: what their functions need, for one operation."""

    session: TableSession
    partner_id: str
    operation: Operation

    @property
    def users(self) -> Users:
        return Users(self.session, self.partner_id)

    def found(self, user_id: str) -> User:
        """Raises NotFoundError."""
        user = self.users.find(user_id)
        if user is None:
            raise NotFoundError
        return user


def add_user(desk: UserDesk, *, email: str, name: str, role: Role, language: Language) -> User:
    """Make the person a user of the partner, and a sign-in where there is none yet.

    Raises AlreadyAUserError, UnavailableError.
    """
    for _ in range(MOST_RETRIES):
        try:
            return _add_user(desk, email=email, name=name, role=role, language=language)
        except ChangedMeanwhileError:
            continue
    raise TableUnavailableError


def _add_user(desk: UserDesk, *, email: str, name: str, role: Role, language: Language) -> User:
    people = People(desk.session)
    person = people.find(email)
    if person and desk.partner_id in person.memberships:
        raise AlreadyAUserError
    ensure_sign_in(email)
    user = User(
        user_id=person.user_id if person else new_id("u"),
        email=email,
        name=name,
        role=role,
        language=language,
        partner_employee=False,
        version=1,
    )
    membership = membership_of(desk.partner_id, user)
    transaction = Transaction(desk.session, desk.operation)
    if person:
        people.put_membership(transaction, person, membership)
    else:
        newcomer = Person(email=email, user_id=user.user_id, memberships={desk.partner_id: membership}, version=1)
        people.add(transaction, newcomer, taken=lambda _: ChangedMeanwhileError())
    desk.users.save(transaction, user, known=None, refusal=lambda _: AlreadyAUserError())
    transaction.record(
        partner_id=desk.partner_id, action="user.added", subject=_subject(user), before=None, after=user.record()
    )
    transaction.commit(user)
    return user


def change_user(desk: UserDesk, known: User, *, name: str | None, role: Role | None, language: Language | None) -> User:
    """Change what is given. Raises OwnUserError for the caller's own admin role, ChangedMeanwhileError."""
    changed = replace(
        known,
        name=name or known.name,
        role=role or known.role,
        language=language or known.language,
    )
    if changed == known:
        return known
    changed = replace(changed, version=known.version + 1)
    if changed.role != known.role and known.user_id == desk.operation.actor:
        raise OwnUserError
    transaction = Transaction(desk.session, desk.operation)
    desk.users.save(transaction, changed, known=known, refusal=lambda _: ChangedMeanwhileError())
    person = Person(email=known.email, user_id=known.user_id)
    People(desk.session).put_membership(transaction, person, membership_of(desk.partner_id, changed))
    transaction.record(
        partner_id=desk.partner_id,
        action="user.changed",
        subject=_subject(known),
        before=known.record(),
        after=changed.record(),
    )
    transaction.commit(changed)
    return changed


def remove_user(desk: UserDesk, user: User) -> None:
    """End the membership: the person's next call for this partner is refused.

    Raises OwnUserError, ChangedMeanwhileError.
    """
    if user.user_id == desk.operation.actor:
        raise OwnUserError
    transaction = Transaction(desk.session, desk.operation)
    desk.users.remove(transaction, user)
    transaction.record(
        partner_id=desk.partner_id, action="user.removed", subject=_subject(user), before=user.record(), after=None
    )
    transaction.commit()


def _subject(user: User) -> str:
    return f"user/{user.user_id}"
