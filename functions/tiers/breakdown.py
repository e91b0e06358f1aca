"""Which client brought which points: the breakdown, the ledger of one client, and what would be if."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from functions.tiers.service import Outlook, TierDesk, outlook, years_of_tier
from shared.domain.clients import Client, hub_id_of
from shared.domain.deals import LedgerEntry
from shared.domain.managed_points import Stretch, stretches
from shared.domain.money import Money
from shared.domain.months import month_end
from shared.domain.points import NONE, DealType, MarketType, Standing, points_by, sold_rule
from shared.errors import FieldError, NotFoundError, ValidationError
from shared.table import keys
from shared.table.client_lookups import companies, known_clients
from shared.table.clients import AllClients
from shared.table.deals import Ledger, place_of
from shared.table.points import ClientPoints
from shared.table.values import Item


class PointsFilter(NamedTuple):
    """Sold points of one type of deal; points earned in one market. None leaves none out."""

    deal_type: DealType | None = None
    market: MarketType | None = None


class ClientStanding(Struct, frozen=True, kw_only=True):
    """What a client has brought; `company` is None where the vendor no longer knows it."""

    hub_id: str
    company: str | None
    standing: Standing


class BreakdownPage(NamedTuple):
    rows: list[ClientStanding]
    last: Item | None


class Line(Struct, frozen=True, kw_only=True):
    """A line of the ledger: an entry of a deal, or what a subscription brought in a month.

    `expires_on` is the day from which the points no longer count; None while no end is known.
    """

    line_id: str
    entry: LedgerEntry | Stretch
    earned_on: date
    expires_on: date | None

    @property
    def place(self) -> str:
        """Among the lines of the client."""
        return place_of(self.earned_on, self.line_id)

    def is_active(self, day: date) -> bool:
        return self.earned_on <= day and (self.expires_on is None or day < self.expires_on)


class ClientLedger(Struct, frozen=True, kw_only=True):
    """One client's points on a day, and a page of the lines they come from; `last` is the place of its last one."""

    client: ClientStanding
    day: date
    lines: list[Line]
    last: str | None


class WhatIf(NamedTuple):
    """What is assumed; `sales` are deals of today."""

    sales: Sequence[tuple[DealType, MarketType, Money]]
    lost_clients: Sequence[str]
    certification_lapses: bool


def breakdown(
    desk: TierDesk, as_of: date | None, wanted: PointsFilter, *, limit: int, start: Item | None
) -> BreakdownPage:
    """Clients that have brought points by that day, in the order of their ids. Raises NotFoundError."""
    day = desk.day(desk.partner(), as_of)
    page = desk.points.page(lambda row: _has_brought(row, wanted, day), limit=limit, start=start)
    names = companies(desk.session, [row.hub_id for row in page.rows])
    rows = [
        ClientStanding(hub_id=row.hub_id, company=names.get(row.hub_id), standing=_standing(desk, row, day, wanted))
        for row in page.rows
    ]
    return BreakdownPage(rows, page.last)


def client_ledger(desk: TierDesk, known_as: str, as_of: date | None, *, limit: int, before: str | None) -> ClientLedger:
    """What a client has brought until that day, the latest first. Raises NotFoundError."""
    hub_id = hub_id_of(known_as)
    if hub_id is None:
        raise NotFoundError
    row = desk.points.of_client(hub_id)
    client = AllClients(desk.session).find(hub_id)
    if row is None and (client is None or desk.partner_id not in client.relations):
        raise NotFoundError
    day = desk.day(desk.partner(), as_of)
    page = Ledger(desk.session, desk.partner_id).of_client(hub_id, until=day, before=before, limit=limit)
    sold = [_sold_line(entry) for entry in page.entries]
    managed = [line for line in _managed_lines(desk, client, day) if before is None or line.place < before]
    if page.has_more:  # what lies beyond the page comes with the next one
        managed = [line for line in managed if line.place > sold[-1].place]
    lines = sorted([*sold, *managed], key=lambda line: line.place, reverse=True)
    has_more = page.has_more or len(lines) > limit
    lines = lines[:limit]
    return ClientLedger(
        client=ClientStanding(
            hub_id=hub_id,
            company=client.profile.company if client else None,
            standing=_standing(desk, row, day, PointsFilter()) if row else Standing(),
        ),
        day=day,
        lines=lines,
        last=lines[-1].place if has_more else None,
    )


def what_if(desk: TierDesk, assumed: WhatIf) -> tuple[Outlook, Outlook]:
    """Where the partner stands today, and where it would stand; nothing is stored.

    A client that is lost takes its managed points along; what was sold to it stays sold. Raises NotFoundError,
    ValidationError for a client that is not the partner's.
    """
    partner = desk.partner()
    rules = desk.rules
    day = desk.day(partner, None)
    lost = _lost_managed(desk, assumed.lost_clients, day)
    standing = desk.points.between(*years_of_tier(day)).standing(day, rules.points)
    sold = sum(
        (
            points_by(sold_rule(deal_type, market, mrr.currency, rules.points), mrr, rules.points)
            for deal_type, market, mrr in assumed.sales
        ),
        NONE,
    )
    after = Standing(sold=standing.sold + sold, managed=standing.managed - lost)
    now = outlook(partner, standing, day, rules)
    if assumed.certification_lapses:
        partner = replace(partner, certification_expires_on=None)
    return now, outlook(partner, after, day, rules)


def _lost_managed(desk: TierDesk, lost_clients: Sequence[str], day: date) -> Decimal:
    """Two reads at most, however many clients."""
    hub_ids = [hub_id_of(one) or "" for one in lost_clients]
    possible = [hub_id for hub_id in hub_ids if hub_id and keys.SEPARATOR not in hub_id]
    rows = dict(zip(possible, desk.points.of_clients(possible), strict=True))
    without_points = known_clients(desk.session, [hub_id for hub_id, row in rows.items() if row is None])
    known = {one.hub_id for one in without_points if desk.partner_id in one.relations}
    known |= {hub_id for hub_id, row in rows.items() if row}
    unknown: list[FieldError] = [
        {"pointer": f"#/lose_clients/{position}", "detail": "is no client of this partner"}
        for position, hub_id in enumerate(hub_ids)
        if hub_id not in known
    ]
    if unknown:
        raise ValidationError("These clients are not known; see errors.", errors=unknown)
    return sum((row.by_day().standing(day, desk.rules.points).managed for row in rows.values() if row), NONE)


def _standing(desk: TierDesk, row: ClientPoints, day: date, wanted: PointsFilter) -> Standing:
    return row.by_day(deal_type=wanted.deal_type, market=wanted.market).standing(day, desk.rules.points)


def _has_brought(row: ClientPoints, wanted: PointsFilter, day: date) -> bool:
    """Whether anything of the client is of that kind by then, still active or not; deals, where their type matters."""
    points = row.by_day(deal_type=wanted.deal_type, market=wanted.market)
    days = points.sold.keys() if wanted.deal_type else {*points.sold, *points.managed}
    return any(one <= day for one in days)


def _sold_line(entry: LedgerEntry) -> Line:
    return Line(line_id=entry.entry_id, entry=entry, earned_on=entry.earned_on, expires_on=entry.expires_on)


def _managed_lines(desk: TierDesk, client: Client | None, day: date) -> list[Line]:
    """What subscriptions brought, a line a month until that day; the one that still lasts names its known end."""
    lines: list[Line] = []
    for stretch in stretches(client.service, desk.rules) if client else []:
        since = stretch.since
        while stretch.partner_id == desk.partner_id and since <= day and since != stretch.until:
            next_month = month_end(since) + timedelta(days=1)
            ends_here = next_month > day or (stretch.until is not None and stretch.until <= next_month)
            until = stretch.until if ends_here else next_month
            line_id = f"{stretch.subscription_id}.{since.isoformat()}.managed"
            lines.append(Line(line_id=line_id, entry=stretch, earned_on=since, expires_on=until))
            if until is None:
                break
            since = until
    return lines
