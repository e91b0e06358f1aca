"""The partners' users that the vendor's back office puts into the program."""

from msgspec.structs import replace

from functions.vendor.errors import EmailTakenError, UnknownPartnerError
from functions.vendor.upserts import Outcome
from shared.cascading import in_a_request, settle
from shared.domain.assignments import Step, StepKind
from shared.domain.languages import Language
from shared.domain.operations import Operation
from shared.domain.people import Person, Role, User
from shared.errors import ChangedMeanwhileError
from shared.joining import NewSignIns
from shared.leaving import end_sign_in, person_at, require_settled
from shared.table.attempts import until_undisturbed
from shared.table.cascades import Cascades
from shared.table.invitations import Invitations
from shared.table.partners import Partners
from shared.table.people import Users, membership_of, move_person
from shared.table.persons import Identity, People, SignIn
from shared.table.session import TableSession
from shared.table.transactions import Transaction


def save_user(
    session: TableSession,
    operation: Operation,
    *,
    partner_id: str,
    user_id: str,
    email: str,
    name: str,
    role: Role,
    language: Language,
) -> tuple[User, Outcome]:
    """Make the person a user of the partner at once, with a sign-in; another address moves the person to it everywhere.

    Raises UnknownPartnerError, EmailTakenError, TooManyMembershipsError, InvitationNotMailedError, UnavailableError.
    """
    wanted = User(
        user_id=user_id,
        sub="",
        email=email,
        name=name,
        role=role,
        language=language,
        partner_employee=False,
        version=operation.first_version,
    )
    new = NewSignIns(session)
    return until_undisturbed(lambda: _save_user(session, operation, partner_id, wanted, new))


def _save_user(
    session: TableSession, operation: Operation, partner_id: str, wanted: User, new: NewSignIns
) -> tuple[User, Outcome]:
    if Partners(session, partner_id).find() is None:
        raise UnknownPartnerError
    people, users = People(session), Users(session, partner_id)
    known = users.find(wanted.user_id)
    identity = people.identity(wanted.user_id)
    person = people.find(identity.sign_in.sub) if identity else None
    if person and identity and identity.left:
        _finish_move(session, operation, person, left=identity.left)
    keeps = person is not None and person.email == wanted.email
    if not keeps and person_at(session, wanted.email, operation=operation):
        raise EmailTakenError
    if identity and known is None:
        require_settled(session, partner_id=partner_id, user_id=wanted.user_id, operation=operation)
    wanted = replace(wanted, sub=person.sub if person and keeps else new.sub_of(wanted.email, language=wanted.language))
    if known:
        saved = replace(wanted, partner_employee=known.partner_employee, version=known.version, clients=known.clients)
        if saved == known:
            return known, "unchanged"
        wanted = replace(saved, version=known.version + 1)
    transaction = Transaction(session, operation)
    _place_person(transaction, person, wanted, partner_id=partner_id, former=identity)
    users.save(transaction, wanted, known=known, refusal=lambda _: ChangedMeanwhileError())
    transaction.record(
        partner_id=partner_id,
        action="user.changed" if known else "user.added",
        subject=f"user/{wanted.user_id}",
        before=known.record() if known else None,
        after=wanted.record(),
    )
    transaction.commit(wanted)
    if person and not keeps:
        _finish_move(session, operation, person, left=SignIn(person.sub, person.email))
    return wanted, "updated" if known else "created"


def _finish_move(session: TableSession, operation: Operation, person: Person, *, left: SignIn) -> None:
    """Have the person's clients follow, and delete the sign-in that the person has left, which frees its address.

    It stands with the identity until this is done, so that a repeated request finishes what was cut off.
    """
    people, has_time = People(session), in_a_request()
    for partner_id in person.memberships:
        cascade = Cascades(session, partner_id).of_user(person.user_id)
        if cascade:
            settle(session, cascade, operation=operation, has_time=has_time)
    end_sign_in(session, left, operation=operation)
    people.forget_move(person.user_id, left)


def _place_person(
    transaction: Transaction, person: Person | None, wanted: User, *, partner_id: str, former: Identity | None
) -> None:
    """All that is written about the person beside the partner's row."""
    people, membership = People(transaction.session), membership_of(partner_id, wanted)
    if person is None:
        newcomer = Person(
            sub=wanted.sub,
            email=wanted.email,
            user_id=wanted.user_id,
            memberships={partner_id: membership},
            version=transaction.operation.first_version,
        )
        people.add(transaction, newcomer, former=former, taken=lambda _: ChangedMeanwhileError())
        return
    if partner_id in person.invitations:
        Invitations(transaction.session, partner_id).remove_row(transaction, person)
    if person.email == wanted.email:
        people.put_membership(transaction, person, membership)
        return
    placed = replace(
        person,
        memberships={**person.memberships, partner_id: membership},
        invitations={key: one for key, one in person.invitations.items() if key != partner_id},
    )
    move_person(transaction, placed, SignIn(wanted.sub, wanted.email), written=partner_id)
    step = Step(kind=StepKind.MOVED, at=transaction.operation.at, actor=transaction.operation.actor)
    for other in person.memberships:
        cascades = Cascades(transaction.session, other)
        waiting = cascades.of_user(wanted.user_id)
        cascades.begin(transaction, step, known=waiting, user_id=wanted.user_id)
