"""The users of a partner."""

from collections.abc import Callable

from msgspec.structs import replace

from functions.employees import invitations
from functions.employees.desk import UserDesk
from functions.employees.errors import AlreadyAUserError, AlreadyInvitedError, LastAdminError, OwnUserError
from functions.employees.invitations import record
from functions.employees.listing import tell_owners
from functions.employees.mail_limit import MailCount
from shared.cascading import in_a_request
from shared.domain.assignments import Cascade, StepKind
from shared.domain.languages import Language
from shared.domain.people import Person, Role, User, UserStatus
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.ids import new_id
from shared.joining import NewSignIns
from shared.leaving import carry_out, end_of_identity, person_at
from shared.table.attempts import until_undisturbed
from shared.table.invitations import MOST_INVITATIONS, TooManyInvitationsError
from shared.table.people import membership_of
from shared.table.persons import People
from shared.table.transactions import Transaction

Unchanged = Callable[[int], None]
"""Takes a version that was read, and raises OutdatedTagError where it is not the one that the caller means."""


def add_user(desk: UserDesk, *, email: str, name: str, role: Role, language: Language) -> User:
    """Make somebody new a user of the partner, with a sign-in; invite somebody whom the program knows.

    Raises AlreadyAUserError, AlreadyInvitedError, TooManyInvitationsError, TooManyInvitationMailsError,
    InvitationNotMailedError, UnavailableError.
    """
    new, mails, user_id = NewSignIns(desk.session), MailCount(desk), new_id("u")

    def add() -> User:
        person = person_at(desk.session, email, operation=desk.operation)
        if person and desk.partner_id in person.memberships:
            raise AlreadyAUserError
        if person and desk.partner_id in person.invitations:
            raise AlreadyInvitedError
        if person and len(person.invitations) >= MOST_INVITATIONS:
            raise TooManyInvitationsError  # before a mail is counted; the write refuses it too
        mails.count(email)
        wanted = User(
            user_id=person.user_id if person else user_id,
            sub=person.sub if person else new.sub_of(email, language=language),
            email=email,
            name=name,
            role=role,
            language=language,
            partner_employee=False,
            version=desk.operation.first_version,
        )
        transaction = Transaction(desk.session, desk.operation)
        if person:
            return invitations.invite(desk, transaction, person, wanted)
        return _add_newcomer(desk, transaction, wanted, is_elsewhere=bool(desk.owners_elsewhere(email)))

    return until_undisturbed(add)


def _add_newcomer(desk: UserDesk, transaction: Transaction, user: User, *, is_elsewhere: bool) -> User:
    """A user at once; somebody with an address on another partner's domain has to say yes first."""
    newcomer = Person(sub=user.sub, email=user.email, user_id=user.user_id, version=desk.operation.first_version)
    if is_elsewhere:
        return invitations.invite_newcomer(desk, transaction, newcomer, user)
    newcomer = replace(newcomer, memberships={desk.partner_id: membership_of(desk.partner_id, user)})
    People(desk.session).add(transaction, newcomer, taken=lambda _: ChangedMeanwhileError())
    desk.users.save(transaction, user, known=None, refusal=lambda _: AlreadyAUserError())
    record(transaction, desk.partner_id, "user.added", before=None, after=user)
    transaction.commit(user)
    return user


def change_user(
    desk: UserDesk,
    user_id: str,
    *,
    name: str | None,
    role: Role | None,
    language: Language | None,
    unchanged: Unchanged,
) -> User:
    """Change what is given.

    Raises NotFoundError, OwnUserError for the caller's own admin role, LastAdminError, what `unchanged` raises, and
    UnavailableError.
    """

    def change() -> User:
        known = desk.known(user_id)
        unchanged(known.version)
        return _change(desk, known, name=name, role=role, language=language)

    return until_undisturbed(change)


def _change(desk: UserDesk, known: User, *, name: str | None, role: Role | None, language: Language | None) -> User:
    changed = replace(
        known,
        name=name or known.name,
        role=role or known.role,
        language=language or known.language,
    )
    if changed == known:
        return known
    changed = replace(changed, version=known.version + 1)
    if known.status is UserStatus.INVITED:
        invitations.change_invitation(desk, known, changed)
        return changed
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
    _change_membership(desk, transaction, changed, known=known)
    transaction.commit(changed)
    return changed


def remove_user(desk: UserDesk, user_id: str, *, unchanged: Unchanged) -> None:
    """End the membership: the person's next call for this partner is refused. Then end it in every client.

    With the last membership the sign-in ends too. What a request has no time for, the sweeper does; a repeated request
    goes on with it. An invitation is withdrawn.

    Raises NotFoundError, OwnUserError, LastAdminError, what `unchanged` raises, and UnavailableError.
    """
    cascade = until_undisturbed(lambda: _end_membership(desk, user_id, unchanged))
    if cascade:
        carry_out(desk.session, cascade, operation=desk.operation, has_time=in_a_request())


def _end_membership(desk: UserDesk, user_id: str, unchanged: Unchanged) -> Cascade | None:
    """Returns what is left to be done; None after an invitation."""
    user, waiting = desk.users.find(user_id), desk.cascades.of_user(user_id)
    if user is None:
        if invited := desk.invitations.find(user_id):
            unchanged(invited.version)
            invitations.withdraw(desk, invited)
            return None
        if waiting and waiting.has_left:
            return waiting
        end_of_identity(desk.session, user_id, operation=desk.operation)
        raise NotFoundError
    unchanged(user.version)
    if user.user_id == desk.operation.actor:
        raise OwnUserError
    person = People(desk.session).find(user.sub)
    if person is None:
        raise ChangedMeanwhileError
    transaction = Transaction(desk.session, desk.operation)
    desk.users.remove(transaction, user, person, last_admin=lambda _: LastAdminError())
    cascade = desk.cascades.begin(transaction, desk.step(StepKind.LEFT), known=waiting, user_id=user.user_id)
    record(transaction, desk.partner_id, "user.removed", before=user, after=None)
    transaction.commit()
    return cascade


def mark_as_employee(desk: UserDesk, user_id: str, *, enabled: bool, unchanged: Unchanged) -> User:
    """Track the user as a partner employee, or no longer: from now on, in every client (A89, A91).

    Raises NotFoundError, AgreementMissingError, what `unchanged` raises, and UnavailableError.
    """

    def mark() -> tuple[User, Cascade | None]:
        known = desk.found(user_id)
        unchanged(known.version)
        waiting = desk.cascades.of_user(user_id)
        if known.partner_employee == enabled:
            return known, waiting
        changed = replace(known, partner_employee=enabled, version=known.version + 1)
        return changed, _note_mark(desk, changed, known, waiting)

    changed, cascade = until_undisturbed(mark)
    if cascade:
        carry_out(desk.session, cascade, operation=desk.operation, has_time=in_a_request())
    return changed


def _note_mark(desk: UserDesk, changed: User, known: User, waiting: Cascade | None) -> Cascade:
    transaction = Transaction(desk.session, desk.operation)
    if changed.partner_employee:
        tell_owners(transaction, changed, desk.owners_elsewhere(changed.email))
    desk.users.save(transaction, changed, known=known, refusal=lambda _: ChangedMeanwhileError())
    kind = StepKind.TAGGED if changed.partner_employee else StepKind.UNTAGGED
    cascade = desk.cascades.begin(transaction, desk.step(kind), known=waiting, user_id=known.user_id)
    _change_membership(desk, transaction, changed, known=known)
    transaction.commit(changed)
    return cascade


def _change_membership(desk: UserDesk, transaction: Transaction, changed: User, *, known: User) -> None:
    """The person's copy of the row, and the audit entry."""
    person = Person(sub=known.sub, email=known.email, user_id=known.user_id)
    People(desk.session).put_membership(transaction, person, membership_of(desk.partner_id, changed))
    record(transaction, desk.partner_id, "user.changed", before=known, after=changed)
