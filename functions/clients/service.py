"""A partner's clients, the end of its services to one, and what its dashboard counts."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.capacity import current_capacity
from shared.cascading import for_seconds, leave_client, settle
from shared.domain.assignments import Cascade
from shared.domain.clients import Client, Relationship
from shared.domain.money import Money, total
from shared.domain.operations import Operation
from shared.domain.partners import Capacity, Partner
from shared.errors import ChangedMeanwhileError, NotFoundError, UnavailableError
from shared.program import Program
from shared.table.client_records import relation_record
from shared.table.clients import AllClients, Clients
from shared.table.links import Links
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction

MOST_RETRIES = 5
"""How often ending services starts over because the client changed between reading and writing."""


@dataclass(frozen=True, slots=True)
class ClientDesk:
    """One partner's clients: what its functions need, for one operation."""

    session: TableSession
    partner_id: str
    operation: Operation
    rules: Program

    @property
    def clients(self) -> Clients:
        return Clients(self.session, self.partner_id)

    @property
    def now(self) -> datetime:
        return self.operation.at

    def found(self, client_id: str) -> Client:
        """Raises NotFoundError, for another partner's client as well."""
        client = self.clients.find(client_id)
        if client is None:
            raise NotFoundError
        return client

    def relationship(self, client: Client) -> Relationship:
        return client.relations[self.partner_id].relationship

    def mrr(self, client: Client) -> Money | None:
        """Of all its subscriptions, in the currency of the first."""
        moneys = [one.mrr for one in client.subscriptions.values()]
        return total(moneys, one_hundred=self.rules.points.one_hundred)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedServices:
    client_id: str
    ended_at: datetime


def end_services(desk: ClientDesk, client_id: str) -> EndedServices:
    """Take the client off the partner's list; the assignments of the partner's employees there end with it.

    Raises NotFoundError, TableUnavailableError.
    """
    for _ in range(MOST_RETRIES):
        try:
            ended, cascade = _end_services(desk, desk.found(client_id))
        except ChangedMeanwhileError:
            continue
        if cascade:
            _settle(desk, cascade)
        return ended
    raise TableUnavailableError


def _settle(desk: ClientDesk, cascade: Cascade) -> None:
    """Take the employees' assignments away, as far as there is time; a scheduled run does what is left.

    Services have ended by now whatever happens here, and the answer that tells so is kept already.
    """
    session = TableSession(desk.session.client, desk.session.table)
    with suppress(UnavailableError):
        settle(session, cascade, operation=desk.operation, has_time=for_seconds())


def _end_services(desk: ClientDesk, known: Client) -> tuple[EndedServices, Cascade | None]:
    relations = dict(known.relations)
    relation = relations.pop(desk.partner_id)
    transaction = Transaction(desk.session, desk.operation)
    left, cascade = leave_client(transaction, known, partner_id=desk.partner_id)
    AllClients(desk.session).save(
        transaction,
        replace(left, relations=relations, version=known.version + 1),
        known=known,
        program=desk.rules,
        refusal=lambda _: ChangedMeanwhileError(),
    )
    transaction.record(
        partner_id=desk.partner_id,
        action="client_relation.ended",
        subject=f"client/{known.hub_id}",
        before=relation_record(relation),
        after=None,
    )
    ended = EndedServices(client_id=known.client_id, ended_at=desk.now)
    transaction.commit(ended)
    return ended, cascade


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    partner: Partner
    capacity: Capacity
    open_decisions: int
    clients: int
    pending_links: int


def dashboard(desk: ClientDesk) -> Dashboard:
    """Where the partner stands today, in its own time zone. Raises NotFoundError."""
    clients = desk.clients.count()
    partner, capacity = current_capacity(
        desk.session, desk.operation, partner_id=desk.partner_id, rules=desk.rules.capacity
    )
    today = desk.now.astimezone(ZoneInfo(partner.time_zone)).date()
    first, last = decidable_days(today, desk.rules)
    return Dashboard(
        partner=partner,
        capacity=capacity,
        open_decisions=desk.clients.count_open_decisions(first=first, last=last),
        clients=clients,
        pending_links=Links(desk.session, desk.partner_id).count_pending(desk.now),
    )


def decidable_days(today: date, rules: Program) -> tuple[date, date]:
    """The first and the last day on which a renewal may start for its partner to decide about it today."""
    renewals = rules.renewals
    return (
        today + timedelta(days=renewals.decision_deadline_days),
        today + timedelta(days=renewals.visible_days),
    )
