"""What the functions about partner employees need, for one operation."""

from datetime import datetime, timedelta

from msgspec import Struct, field

from functions.employees.errors import InvitationPendingError
from shared.domain.assignments import Step, StepKind
from shared.domain.clients import Client, hub_id_of
from shared.domain.credit import Candidate, Credit, credit_of
from shared.domain.managed_points import risen
from shared.domain.operations import Operation
from shared.domain.partners import Partner
from shared.domain.people import User, UserStatus
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.program import Program
from shared.table.activities import Activities
from shared.table.assignments import Assignments
from shared.table.cascades import Cascades
from shared.table.clients import AllClients
from shared.table.earlier_requests import EarlierRequests
from shared.table.email_domains import EmailDomains
from shared.table.invitations import Invitations
from shared.table.partners import Partners
from shared.table.people import Users
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.transfers import Transfers
from shared.tiers import promote_risen


class UserDesk(Struct, frozen=True):
    """One partner's users, for one operation. `caller_name` is who asks, as mails name them."""

    session: TableSession
    partner_id: str
    operation: Operation
    caller_name: str

    @property
    def users(self) -> Users:
        return Users(self.session, self.partner_id)

    @property
    def cascades(self) -> Cascades:
        return Cascades(self.session, self.partner_id)

    def step(self, kind: StepKind) -> Step:
        """What this operation does, for the user's clients to follow."""
        return Step(kind=kind, at=self.operation.at, actor=self.operation.actor)

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.session, self.partner_id)

    def partner(self) -> Partner:
        """Raises NotFoundError."""
        partner = Partners(self.session, self.partner_id).find()
        if partner is None:
            raise NotFoundError
        return partner

    def owners_elsewhere(self, email: str) -> list[str]:
        """Other partners on whose e-mail domain the address is."""
        return EmailDomains(self.session).owners_elsewhere(email, partner_id=self.partner_id)

    def known(self, user_id: str) -> User:
        """A user, or somebody who is invited. Raises NotFoundError."""
        user = self.users.find(user_id) or self.invitations.find(user_id)
        if user is None:
            raise NotFoundError
        return user

    def found(self, user_id: str) -> User:
        """A user. Raises NotFoundError, and InvitationPendingError for somebody who is invited."""
        user = self.known(user_id)
        if user.status is UserStatus.INVITED:
            raise InvitationPendingError
        return user


class EmployeeDesk(Struct, frozen=True):
    """One partner's employees and their clients. `caller_name` is who asks, as mails name them."""

    session: TableSession
    partner_id: str
    operation: Operation
    program: Program
    caller_name: str
    risen: set[str] = field(default_factory=set)
    """Partners to whom changes of clients have brought points, for `promote_risen` once all is written."""

    @property
    def now(self) -> datetime:
        return self.operation.at

    @property
    def users(self) -> Users:
        return Users(self.session, self.partner_id)

    @property
    def clients(self) -> AllClients:
        return AllClients(self.session)

    @property
    def assignments(self) -> Assignments:
        return Assignments(self.session, self.partner_id)

    @property
    def transfers(self) -> Transfers:
        return Transfers(self.session, self.partner_id)

    @property
    def earlier(self) -> EarlierRequests:
        return EarlierRequests(self.session, self.partner_id)

    @property
    def activities(self) -> Activities:
        return Activities(self.session)

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.program.managed_credit.activity_window_days)

    def partner(self) -> Partner:
        """Raises NotFoundError."""
        partner = Partners(self.session, self.partner_id).find()
        if partner is None:
            raise NotFoundError
        return partner

    def owners_elsewhere(self, email: str) -> list[str]:
        """Other partners on whose e-mail domain the address is."""
        return EmailDomains(self.session).owners_elsewhere(email, partner_id=self.partner_id)

    def found(self, user_id: str) -> User:
        """Raises NotFoundError."""
        user = self.users.find(user_id)
        if user is None:
            raise NotFoundError
        return user

    def client(self, hub_id: str) -> Client:
        """A client of this partner. Raises NotFoundError, for every other one too."""
        client = self.clients.find(hub_id)
        if client is None or self.partner_id not in client.relations:
            raise NotFoundError
        return client

    def save_client(self, transaction: Transaction, client: Client, *, known: Client) -> None:
        """Refused with ChangedMeanwhileError."""
        saved = self.clients.save(
            transaction, client, known=known, program=self.program, refusal=lambda _: ChangedMeanwhileError()
        )
        self.risen.update(risen(known.service, saved.service, self.program, at=self.now))

    def promote_risen(self) -> None:
        """Whoever has earned a higher tier by what was written; another's claim may have taken over."""
        promote_risen(self.session, self.operation, self.risen, program=self.program)

    def candidate(self, user: User) -> Candidate:
        return Candidate(
            partner_id=self.partner_id,
            user_id=user.user_id,
            email=user.email,
            is_user=True,
            is_tagged=user.partner_employee,
        )

    def credit(self, client: Client, user: User) -> Credit:
        """What the user earns the partner for the client now."""
        return credit_of(client, self.candidate(user), at=self.now, window=self.window)


def hub_id_in(client_id: str) -> str:
    """The hub id in a path's client id. Raises NotFoundError."""
    hub_id = hub_id_of(client_id)
    if hub_id is None:
        raise NotFoundError
    return hub_id


def subject_of(user_id: str) -> str:
    """The employee as the audit trail names it."""
    return f"employee/{user_id}"
