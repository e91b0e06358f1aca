"""Places offered to people whom the program knows already: nothing changes for them until they say yes."""

from msgspec import Struct
from msgspec.structs import replace

from functions.employees import notices
from functions.employees.desk import UserDesk
from functions.employees.errors import AlreadyActiveError, AlreadyAUserError
from functions.employees.mail_limit import MailCount
from shared.domain.operations import Operation
from shared.domain.people import Membership, Person, User, UserStatus
from shared.errors import ChangedMeanwhileError, NotAMemberError, NotFoundError
from shared.http.sign_ins import SignInUsedError, find_sign_in
from shared.joining import NewSignIns
from shared.leaving import end_of_identity, require_settled
from shared.table.attempts import until_undisturbed
from shared.table.invitations import Invitations
from shared.table.notices import post
from shared.table.people import Users, membership_of, move_person
from shared.table.persons import People, SignIn
from shared.table.session import TableSession
from shared.table.transactions import Transaction


class Invitee(Struct, frozen=True):
    """A person who answers the invitation of a partner, for one operation."""

    session: TableSession
    sub: str
    partner_id: str
    operation: Operation

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.session, self.partner_id)

    def person(self) -> Person:
        """Raises NotAMemberError for somebody who has left meanwhile."""
        person = People(self.session).find(self.sub)
        if person is None:
            raise NotAMemberError("You do not belong to any partner (any more).")
        return person


def invite(desk: UserDesk, transaction: Transaction, person: Person, user: User) -> User:
    """Offer a place to a person who has signed in, or could, and tell them by mail.

    Raises AlreadyAUserError, TooManyInvitationsError, ChangedMeanwhileError.
    """
    invited = replace(user, status=UserStatus.INVITED)
    desk.invitations.make(
        transaction,
        person,
        membership_of(desk.partner_id, invited),
        invited,
        refusal=lambda _: AlreadyAUserError(),
    )
    post(transaction, notices.invited(desk.partner(), person, by=desk.caller_name, now=desk.operation.at))
    record(transaction, desk.partner_id, "user.invited", before=None, after=invited)
    transaction.commit(invited)
    return invited


def invite_newcomer(desk: UserDesk, transaction: Transaction, person: Person, user: User) -> User:
    """Offer a place to somebody new to the program, who has nothing but this invitation.

    Raises ChangedMeanwhileError.
    """
    invited = replace(user, status=UserStatus.INVITED)
    offered = {desk.partner_id: membership_of(desk.partner_id, invited)}
    People(desk.session).add(transaction, replace(person, invitations=offered), taken=lambda _: ChangedMeanwhileError())
    desk.invitations.add_row(transaction, invited, refusal=lambda _: ChangedMeanwhileError())
    post(transaction, notices.invited(desk.partner(), person, by=desk.caller_name, now=desk.operation.at))
    record(transaction, desk.partner_id, "user.invited", before=None, after=invited)
    transaction.commit(invited)
    return invited


def change_invitation(desk: UserDesk, known: User, changed: User) -> None:
    """Offer another name, role or language. Raises ChangedMeanwhileError."""
    transaction = Transaction(desk.session, desk.operation)
    person = Person(sub=known.sub, email=known.email, user_id=known.user_id)
    desk.invitations.change(transaction, person, membership_of(desk.partner_id, changed), changed, known=known)
    record(transaction, desk.partner_id, "user.changed", before=known, after=changed)
    transaction.commit(changed)


def withdraw(desk: UserDesk, invited: User) -> None:
    """Take the invitation back. Raises ChangedMeanwhileError, UnavailableError."""
    person = People(desk.session).find(invited.sub)
    if person is None:
        raise NotFoundError
    transaction = Transaction(desk.session, desk.operation)
    desk.invitations.end(transaction, person)
    record(transaction, desk.partner_id, "user.invitation_withdrawn", before=invited, after=None)
    transaction.commit()
    end_of_identity(desk.session, person.user_id, operation=desk.operation)


def resend(desk: UserDesk, user_id: str) -> User:
    """Mail the invitation again: a new first password to who has not signed in yet, and the partner's question.

    Where the pool has lost the sign-in, the person gets a new one. Raises NotFoundError, AlreadyActiveError,
    TooManyInvitationMailsError, InvitationNotMailedError, UnavailableError.
    """
    new, mails = NewSignIns(desk.session), MailCount(desk)
    return until_undisturbed(lambda: _resend(desk, new, mails, user_id))


def _resend(desk: UserDesk, new: NewSignIns, mails: MailCount, user_id: str) -> User:
    user = desk.known(user_id)
    person = People(desk.session).find(user.sub)
    if person is None:
        raise ChangedMeanwhileError
    is_invited = user.status is UserStatus.INVITED
    if not (is_invited or mails.has(user.email)):
        _require_unused(user.email)
    mails.count(user.email)
    transaction = Transaction(desk.session, desk.operation)
    try:
        if not new.renew(user.email):
            move_person(transaction, person, SignIn(new.sub_of(user.email, language=user.language), user.email))
    except SignInUsedError:
        if not is_invited:
            raise AlreadyActiveError from None
    if is_invited:
        post(transaction, notices.invited(desk.partner(), person, by=desk.caller_name, now=desk.operation.at))
    record(transaction, desk.partner_id, "user.invitation_resent", before=user, after=user)
    transaction.commit(user)
    return user


def _require_unused(email: str) -> None:
    """Raises AlreadyActiveError, before a mail is counted that will not be sent."""
    sign_in = find_sign_in(email)
    if sign_in and not sign_in.is_unused:
        raise AlreadyActiveError


def accept(invitee: Invitee) -> Membership:
    """The person's yes: from the next call on they belong to the partner. Said again, it changes nothing.

    Raises NotFoundError, TooManyMembershipsError, UnavailableError.
    """
    return until_undisturbed(lambda: _accept(invitee))


def decline(invitee: Invitee) -> Membership:
    """The person's no. Raises NotFoundError, UnavailableError."""
    return until_undisturbed(lambda: _decline(invitee))


def _accept(invitee: Invitee) -> Membership:
    person, partner_id = invitee.person(), invitee.partner_id
    if partner_id in person.memberships:
        return _agreed(invitee, person)
    offered = _offered(invitee, person)
    require_settled(invitee.session, partner_id=partner_id, user_id=person.user_id, operation=invitee.operation)
    user = replace(offered, status=UserStatus.ACTIVE, agreed=True, version=invitee.operation.first_version)
    membership = membership_of(partner_id, user)
    transaction = Transaction(invitee.session, invitee.operation)
    People(invitee.session).put_membership(
        transaction, person, membership, condition="attribute_exists(invitations.#partner)"
    )
    invitee.invitations.remove_row(transaction, person)
    Users(invitee.session, partner_id).save(transaction, user, known=None, refusal=lambda _: AlreadyAUserError())
    record(transaction, partner_id, "user.added", before=None, after=user)
    transaction.commit(membership)
    return membership


def _agreed(invitee: Invitee, person: Person) -> Membership:
    """Of somebody whom the vendor has made a user, or who was new: the row says from now on that they have agreed."""
    partner_id = invitee.partner_id
    membership, users = person.memberships[partner_id], Users(invitee.session, partner_id)
    known = users.find(person.user_id)
    if known is None:
        raise ChangedMeanwhileError
    if not known.agreed:
        user = replace(known, agreed=True, version=known.version + 1)
        transaction = Transaction(invitee.session, invitee.operation)
        users.save(transaction, user, known=known, refusal=lambda _: ChangedMeanwhileError())
        record(transaction, partner_id, "user.agreed", before=known, after=user)
        transaction.commit(membership)
    return membership


def _decline(invitee: Invitee) -> Membership:
    person = invitee.person()
    offered = _offered(invitee, person)
    transaction = Transaction(invitee.session, invitee.operation)
    invitee.invitations.end(transaction, person)
    record(transaction, invitee.partner_id, "user.invitation_declined", before=offered, after=None)
    membership = membership_of(invitee.partner_id, offered)
    transaction.commit(membership)
    end_of_identity(invitee.session, person.user_id, operation=invitee.operation)
    return membership


def _offered(invitee: Invitee, person: Person) -> User:
    offered = invitee.invitations.find(person.user_id)
    if offered is None or invitee.partner_id not in person.invitations:
        raise NotFoundError("No invitation of this partner waits for you.")
    return offered


def record(transaction: Transaction, partner_id: str, action: str, *, before: User | None, after: User | None) -> None:
    """The audit entry about a user."""
    user = after or before
    transaction.record(
        partner_id=partner_id,
        action=action,
        subject=f"user/{user.user_id if user else ''}",
        before=before.record() if before else None,
        after=after.record() if after else None,
    )
