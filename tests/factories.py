"""A partner program to test with, put into the table by the product's own code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.capacity import registering, service
from functions.capacity.service import CapacityDesk
from functions.vendor.service import save_partner
from shared.domain.languages import Language
from shared.domain.operations import Operation
from shared.domain.partners import Partner, PartnerType, Tier
from shared.domain.people import Membership, Person, Role, User
from shared.domain.registrations import Registration
from shared.errors import ProblemError
from shared.http.leads import LeadBody
from shared.ids import new_id
from shared.program import Program, program
from shared.table.people import Users, membership_of
from shared.table.persons import People
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.events import subject_of


def operation(*, at: datetime = StoppedClock.now, actor: str = "u-seed", operation_id: str | None = None) -> Operation:
    return Operation(
        id=operation_id or new_id("o"), actor=actor, actor_role="partner_admin", at=at, request_id="r-seed"
    )


def lead(domain: str, **changes: Any) -> dict[str, Any]:
    """The body that registers a lead: a company of that domain, its contact Ann Hill."""
    return {
        "website": f"https://www.{domain}/about",
        "company": f"Company of {domain}",
        "contact": {"first_name": "Ann", "last_name": "Hill", "email": "ann.hill@contact.example"},
        "country": "DE",
        **changes,
    }


def domains(count: int, *, word: str = "lead") -> list[str]:
    """So many different registrable domains, in their alphabetical order."""
    return [f"{word}-{number:04}.example" for number in range(count)]


@dataclass(frozen=True, kw_only=True)
class Seed:
    """Writes to a table what tests start from; each write is an operation of its own."""

    table: StoredTable
    at: datetime = StoppedClock.now

    @property
    def session(self) -> TableSession:
        return TableSession(self.table.client, self.table.name)

    def partner(
        self,
        partner_id: str = "p-hill",
        *,
        tier: Tier = Tier.UNTIERED,
        limit: int | None = None,
        name: str | None = None,
        at: datetime | None = None,
    ) -> Partner:
        """A partner with its capacity; saying it again with other values changes it."""
        partner = Partner(
            partner_id=partner_id,
            name=name or f"Partner {partner_id}",
            type=PartnerType.SOLUTIONS_PARTNER,
            credited_tier=tier,
            capacity_limit_override=limit,
        )
        saved, _ = save_partner(self.session, operation(at=at or self.at), partner, program=program())
        return saved

    def user(
        self,
        email: str,
        *,
        partner_id: str = "p-hill",
        role: Role = Role.PARTNER_ADMIN,
        user_id: str | None = None,
        name: str | None = None,
        language: Language = Language.ENGLISH,
    ) -> User:
        """A user of the partner; an e-mail that is known already gets one membership more."""
        people, session = People(self.session), self.session
        holder = people.holder(email)
        person = people.find(holder.sub) if holder else None
        user = User(
            sub=holder.sub if holder else subject_of(email),
            user_id=person.user_id if person else user_id or f"u-{email.partition('@')[0]}",
            email=email,
            name=name or email.partition("@")[0].title(),
            role=role,
            language=language,
            partner_employee=False,
            version=1,
        )
        membership = membership_of(partner_id, user)
        transaction = Transaction(session, operation(at=self.at))
        if person:
            people.put_membership(transaction, person, membership)
        else:
            self._add(people, transaction, email, user.user_id, memberships={partner_id: membership})
        Users(session, partner_id).save(transaction, user, known=None, refusal=_unexpected)
        transaction.commit()
        return user

    def operator(self, email: str = "olivia@vendor.example") -> None:
        people, transaction = People(self.session), Transaction(self.session, operation(at=self.at))
        self._add(people, transaction, email, f"u-{email.partition('@')[0]}", operator_name="Olivia Operator")
        transaction.commit()

    def desk(
        self,
        partner_id: str = "p-hill",
        *,
        at: datetime | None = None,
        operation_id: str | None = None,
        rules: Program | None = None,
    ) -> CapacityDesk:
        """The partner's capacity manager, for one operation."""
        doing = operation(at=at or self.at, operation_id=operation_id)
        return CapacityDesk(self.session, partner_id, doing, (rules or program()).capacity)

    def registrations(
        self, names: Sequence[str], *, partner_id: str = "p-hill", at: datetime | None = None, **changes: Any
    ) -> list[Registration]:
        """Registered leads; raises the refusal of the first that is not accepted."""
        desk = self.desk(partner_id, at=at)
        made = [registration_of(desk, name, **changes) for name in names]
        refused = [fate for fate in registering.register_batch(desk, made) if isinstance(fate, ProblemError)]
        if refused:
            raise refused[0]
        return made

    def _add(self, people: People, transaction: Transaction, email: str, user_id: str, **more: Any) -> None:
        memberships: dict[str, Membership] = more.pop("memberships", {})
        person = Person(sub=subject_of(email), email=email, user_id=user_id, memberships=memberships, version=1, **more)
        people.add(transaction, person, taken=_unexpected)


def registration_of(desk: CapacityDesk, domain: str, **changes: Any) -> Registration:
    """The registration that the example lead of the domain would become."""
    return service.new_registration(desk, LeadBody.model_validate(lead(domain, **changes)).to_lead())


class UnexpectedRefusalError(ProblemError):
    status = 500
    code = "unexpected"
    title = "The test data does not fit"


def _unexpected(standing: Any) -> ProblemError:
    return UnexpectedRefusalError(f"this item is there already: {standing}")
