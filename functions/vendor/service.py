"""What the vendor's back office puts into the program: partners and their users."""

from msgspec.structs import replace

from functions.vendor.errors import EmailTakenError, UnknownPartnerError
from functions.vendor.upserts import Outcome
from shared.capacity import capacity_limit
from shared.cascading import in_a_request, settle
from shared.domain.assignments import Step, StepKind
from shared.domain.languages import Language
from shared.domain.operations import Operation
from shared.domain.partners import Capacity, Partner
from shared.domain.people import Membership, Person, Role, User
from shared.domain.tiers import is_certified
from shared.errors import ChangedMeanwhileError
from shared.http.sign_ins import ensure_sign_in, remove_sign_in
from shared.leaving import require_settled
from shared.program import Capacity as CapacityRules
from shared.program import Program
from shared.table.attempts import until_undisturbed
from shared.table.cascades import Cascades
from shared.table.partners import Partners, partner_record
from shared.table.people import People, Users, membership_of
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.tiers import local_day, promote


def save_partner(
    session: TableSession, operation: Operation, partner: Partner, *, program: Program
) -> tuple[Partner, Outcome]:
    """Make the partner what the vendor says it is, its capacity with it, and promote it where its points earn more.

    Raises UnavailableError.
    """
    saved, outcome = until_undisturbed(lambda: _save_partner(session, operation, partner, program.capacity))
    # Cut off here, a repeat of the request finds the partner unchanged and gets here again.
    today = local_day(saved, operation.at)
    if is_certified(saved, today):
        change = promote(session, operation, saved.partner_id, program=program)
        if change:
            saved = replace(saved, credited_tier=change.after, tier_earned_on=today)
    return saved, outcome


def _save_partner(
    session: TableSession, operation: Operation, partner: Partner, rules: CapacityRules
) -> tuple[Partner, Outcome]:
    partners = Partners(session, partner.partner_id)
    transaction = Transaction(session, operation)
    found = partners.find_with_capacity()
    known = found[0] if found else None
    partner = partner.as_stated_over(known)
    limit = capacity_limit(partner, rules)
    if found is None:
        saved = replace(partner, version=1)
        partners.open_capacity(transaction, Capacity(limit=limit, slots_left=limit))
    else:
        known, capacity = found
        saved = replace(partner, version=known.version + 1)
        if capacity.limit != limit:
            partners.change_limit(transaction, capacity, to=limit, at=operation.at)
        elif replace(partner, version=known.version) == known:
            return known, "unchanged"
    partners.save(transaction, saved, known=known)
    transaction.record(
        partner_id=partner.partner_id,
        action="partner.changed" if known else "partner.created",
        subject=f"partner/{partner.partner_id}",
        before=partner_record(known) if known else None,
        after=partner_record(saved),
    )
    transaction.commit(saved)
    return saved, "updated" if known else "created"


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
    """Make the person a user of the partner, with a sign-in; another address moves the person to it everywhere.

    Raises UnknownPartnerError, EmailTakenError, TooManyMembershipsError, UnavailableError.
    """
    wanted = User(
        user_id=user_id,
        email=email,
        name=name,
        role=role,
        language=language,
        partner_employee=False,
        version=operation.first_version,
    )
    return until_undisturbed(lambda: _save_user(session, operation, partner_id, wanted))


def _save_user(session: TableSession, operation: Operation, partner_id: str, wanted: User) -> tuple[User, Outcome]:
    if Partners(session, partner_id).find() is None:
        raise UnknownPartnerError
    people, users = People(session), Users(session, partner_id)
    known = users.find(wanted.user_id)
    identity = people.identity(wanted.user_id)
    person = people.find(identity.email if identity else wanted.email)
    if person is not None and person.user_id != wanted.user_id:
        raise EmailTakenError
    if person and identity and identity.left_email:
        _finish_move(session, operation, person, left_email=identity.left_email)
    if person and known is None:
        require_settled(session, partner_id=partner_id, user_id=wanted.user_id, operation=operation)
    ensure_sign_in(wanted.email)
    if known:
        saved = replace(wanted, partner_employee=known.partner_employee, version=known.version)
        if saved == known:
            return known, "unchanged"
        wanted = replace(saved, version=known.version + 1)
    transaction = Transaction(session, operation)
    _add_person_actions(transaction, people, partner_id, person, wanted)
    users.save(transaction, wanted, known=known, refusal=lambda _: ChangedMeanwhileError())
    transaction.record(
        partner_id=partner_id,
        action="user.changed" if known else "user.added",
        subject=f"user/{wanted.user_id}",
        before=known.record() if known else None,
        after=wanted.record(),
    )
    transaction.commit(wanted)
    if person and person.email != wanted.email:
        _finish_move(session, operation, person, left_email=person.email)
    return wanted, "updated" if known else "created"


def _finish_move(session: TableSession, operation: Operation, person: Person, *, left_email: str) -> None:
    """Have the person's clients follow, and remove the old sign-in unless somebody else has that address by now.

    The address stands with the identity until this is done, so that a repeated request finishes what was cut off.
    """
    people, has_time = People(session), in_a_request()
    for partner_id in person.memberships:
        cascade = Cascades(session, partner_id).of_user(person.user_id)
        if cascade:
            settle(session, cascade, operation=operation, has_time=has_time)
    if people.find(left_email) is None:
        remove_sign_in(left_email)
    people.forget_left_email(person.user_id, left_email)


def _add_person_actions(
    transaction: Transaction, people: People, partner_id: str, person: Person | None, wanted: User
) -> None:
    membership = membership_of(partner_id, wanted)
    memberships: dict[str, Membership] = {**(person.memberships if person else {}), partner_id: membership}
    if person is None:
        newcomer = Person(
            email=wanted.email,
            user_id=wanted.user_id,
            memberships=memberships,
            version=transaction.operation.first_version,
        )
        people.add(transaction, newcomer, taken=lambda _: ChangedMeanwhileError())
    elif person.email == wanted.email:
        people.put_membership(transaction, person, membership)
    else:
        people.change_address(
            transaction,
            replace(person, memberships=memberships),
            wanted.email,
            taken=lambda _: EmailTakenError(),
        )
        step = Step(kind=StepKind.MOVED, at=transaction.operation.at, actor=transaction.operation.actor)
        for other in person.memberships:
            if other != partner_id:
                Users(transaction.session, other).readdress(transaction, wanted.user_id, wanted.email)
            cascades = Cascades(transaction.session, other)
            waiting = cascades.of_user(wanted.user_id)
            cascades.begin(transaction, step, known=waiting, user_id=wanted.user_id)
