"""A partner's clients, and what its dashboard counts."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.capacity import current_capacity
from shared.domain.clients import Client, Relationship
from shared.domain.money import Money, total
from shared.domain.operations import Operation
from shared.domain.partners import Capacity, Partner, Tier
from shared.domain.points import Standing
from shared.domain.tiers import performing_tier
from shared.errors import NotFoundError
from shared.program import Program
from shared.table.client_lists import Clients
from shared.table.links import Links
from shared.table.points import PartnerPoints, years_about
from shared.table.session import TableSession


class ClientDesk(Struct, frozen=True):
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


class EndedServices(Struct, frozen=True, kw_only=True):
    client_id: str
    ended_at: datetime


class Dashboard(Struct, frozen=True, kw_only=True):
    partner: Partner
    capacity: Capacity
    open_decisions: int
    clients: int
    pending_links: int
    standing: Standing
    performing_tier: Tier


def dashboard(desk: ClientDesk) -> Dashboard:
    """Where the partner stands today, in its own time zone. Raises NotFoundError."""
    clients = desk.clients.count()
    partner, capacity = current_capacity(
        desk.session, desk.operation, partner_id=desk.partner_id, rules=desk.rules.capacity
    )
    today = desk.now.astimezone(ZoneInfo(partner.time_zone)).date()
    first, last = decidable_days(today, desk.rules)
    points = PartnerPoints(desk.session, desk.partner_id).between(*years_about(desk.now.date()))
    standing = points.standing(today, desk.rules.points)
    return Dashboard(
        partner=partner,
        capacity=capacity,
        open_decisions=desk.clients.count_open_decisions(first=first, last=last),
        clients=clients,
        pending_links=Links(desk.session, desk.partner_id).count_pending(desk.now),
        standing=standing,
        performing_tier=performing_tier(partner, standing, today, desk.rules),
    )


def decidable_days(today: date, rules: Program) -> tuple[date, date]:
    """The first and the last day on which a renewal may start for its partner to decide about it today."""
    renewals = rules.renewals
    return (
        today + timedelta(days=renewals.decision_deadline_days),
        today + timedelta(days=renewals.visible_days),
    )
