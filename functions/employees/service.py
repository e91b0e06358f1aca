"""The users of a partner."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from functions.employees.errors import AlreadyAUserError, LastAdminError, OwnUserError
from shared.cascading import in_a_request
from shared.domain.assignments import Cascade, Step, StepKind
from shared.domain.languages import Language
from shared.domain.operations import Operation
from shared.domain.people import Person, Role, User
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.http.sign_ins import ensure_sign_in
from shared.ids import new_id
from shared.leaving import carry_out, require_settled
from shared.table.attempts import until_undisturbed
from shared.table.cascades import Cascades
from shared.table.people import People, Users, membership_of
from shared.table.session import TableSession
from shared.table.transactions import Transaction


class UserDesk(Struct, frozen=True):
    """One partner's users: what their functions need, for one operation."""

    session: TableSession
    partner_id: str
    operation: Operation

    @property
    def users(self) -> Users:
        return Users(self.session, self.partner_id)

    @property
    def cascades(self) -> Cascades:
        return Cascades(self.session, self.partner_id)

    def step(self, kind: StepKind) -> Step:
        """What this operation does, for the user's clients to follow."""
        return Step(kind=kind, at=self.operation.at, actor=self.operation.actor)

    def found(self, user_id: str) -> User:
        """Raises NotFoundError."""
        user = self.users.find(user_id)
        if user is None:
            raise NotFoundError
        return user


def add_user(desk: UserDesk, *, email: str, name: str, role: Role, language: Language) -> User:
    """Make the person a user of the partner, and a sign-in where there is none yet.

    Raises AlreadyAUserError, TooManyMembershipsError, UnavailableError.
    """
    return until_undisturbed(lambda: _add_user(desk, email=email, name=name, role=role, language=language))


def _add_user(desk: UserDesk, *, email: str, name: str, role: Role, language: Language) -> User:
    people = People(desk.session)
    person = people.find(email)
    if person and desk.partner_id in person.memberships:
        raise AlreadyAUserError
    if person:
        require_settled(desk.session, partner_id=desk.partner_id, user_id=person.user_id, operation=desk.operation)
    ensure_sign_in(email)
    user = User(
        user_id=person.user_id if person else new_id("u"),
        email=email,
        name=name,
        role=role,
        language=language,
        partner_employee=False,
        version=desk.operation.first_version,
    )
    membership = membership_of(desk.partner_id, user)
    transaction = Transaction(desk.session, desk.operation)
    if person:
        people.put_membership(transaction, person, membership)
    else:
        newcomer = Person(
            email=email,
            user_id=user.user_id,
            memberships={desk.partner_id: membership},
            version=desk.operation.first_version,
        )
        people.add(transaction, newcomer, taken=lambda _: ChangedMeanwhileError())
    desk.users.save(transaction, user, known=None, refusal=lambda _: AlreadyAUserError())
    transaction.record(
        partner_id=desk.partner_id, action="user.added", subject=_subject(user), before=None, after=user.record()
    )
    transaction.commit(user)
    return user


def change_user(desk: UserDesk, known: User, *, name: str | None, role: Role | None, language: Language | None) -> User:
    """Change what is given.

    Raises OwnUserError for the caller's own admin role, LastAdminError, ChangedMeanwhileError.
    """
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
    desk.users.save(
        transaction,
        changed,
        known=known,
        refusal=lambda _: ChangedMeanwhileError(),
        last_admin=lambda _: LastAdminError(),
    )
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


def remove_user(desk: UserDesk, user_id: str, *, unchanged: Callable[[int], None]) -> None:
    """End the membership: the person's next call for this partner is refused. Then end it in every client.

    What a request has no time for, the sweeper does; a repeated request goes on with it. `unchanged` raises where the
    user's version is not the one that the caller means.

    Raises NotFoundError, OwnUserError, LastAdminError, ChangedMeanwhileError, UnavailableError.
    """
    user, cascade = desk.users.find(user_id), desk.cascades.of_user(user_id)
    if user:
        unchanged(user.version)
        cascade = _end_membership(desk, user, cascade)
    elif cascade is None or not cascade.has_left:
        raise NotFoundError
    carry_out(desk.session, cascade, operation=desk.operation, has_time=in_a_request())


def _end_membership(desk: UserDesk, user: User, waiting: Cascade | None) -> Cascade:
    if user.user_id == desk.operation.actor:
        raise OwnUserError
    transaction = Transaction(desk.session, desk.operation)
    desk.users.remove(transaction, user, last_admin=lambda _: LastAdminError())
    cascade = desk.cascades.begin(transaction, desk.step(StepKind.LEFT), known=waiting, user_id=user.user_id)
    transaction.record(
        partner_id=desk.partner_id, action="user.removed", subject=_subject(user), before=user.record(), after=None
    )
    transaction.commit()
    return cascade


def mark_as_employee(desk: UserDesk, known: User, *, enabled: bool) -> User:
    """Track the user as a partner employee, or no longer: from now on, in every client (A89, A91).

    Raises ChangedMeanwhileError, UnavailableError.
    """
    cascade = desk.cascades.of_user(known.user_id)
    changed = known
    if known.partner_employee != enabled:
        changed = replace(known, partner_employee=enabled, version=known.version + 1)
        cascade = _note_mark(desk, changed, known, cascade)
    if cascade:
        carry_out(desk.session, cascade, operation=desk.operation, has_time=in_a_request())
    return changed


def _note_mark(desk: UserDesk, changed: User, known: User, waiting: Cascade | None) -> Cascade:
    transaction = Transaction(desk.session, desk.operation)
    desk.users.save(transaction, changed, known=known, refusal=lambda _: ChangedMeanwhileError())
    person = Person(email=known.email, user_id=known.user_id)
    People(desk.session).put_membership(transaction, person, membership_of(desk.partner_id, changed))
    kind = StepKind.TAGGED if changed.partner_employee else StepKind.UNTAGGED
    cascade = desk.cascades.begin(transaction, desk.step(kind), known=waiting, user_id=known.user_id)
    transaction.record(
        partner_id=desk.partner_id,
        action="user.changed",
        subject=_subject(known),
        before=known.record(),
        after=changed.record(),
    )
    transaction.commit(changed)
    return cascade


def _subject(user: User) -> str:
    return f"user/{user.user_id}"
