"""What points and tiers should be, reckoned day by day from what happened. Shares no code with the product."""

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

LADDER = ("untiered", "silver", "gold", "platinum", "diamond")
BARS = {"silver": (45, 34), "gold": (123, 63), "platinum": (313, 113), "diamond": (800, 300)}
HUNDRED = {"EUR": 88, "USD": 100, "SGD": 129, "GBP": 74}
GROWTH = {"BR", "IN"}
LASTS = timedelta(days=90)


def year_later(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, calendar.monthrange(day.year + 1, day.month)[1]))


def half_year_later(day: date) -> date:
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def rounded(points: Fraction) -> Fraction:
    """Half up, to one decimal."""
    return Fraction((points * 10 + Fraction(1, 2)).__floor__(), 10)


def evening(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=UTC)


@dataclass
class Lasting:
    """Something that began and may have ended."""

    what: Any
    since: datetime
    until: datetime | None = None

    def at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass
class Sale:
    partner: str
    hub: str
    closed: date
    points: Fraction


@dataclass
class Standing:
    tier: str = "untiered"
    earned: date | None = None
    certified_until: date | None = None


@dataclass
class PointsModel:
    """Partners, clients and all that was done with them."""

    countries: dict[str, str] = field(default_factory=dict)
    partners: dict[str, Standing] = field(default_factory=dict)
    held: list[Lasting] = field(default_factory=list)
    sales: dict[str, tuple[Sale, Any]] = field(default_factory=dict)
    managing: list[Lasting] = field(default_factory=list)
    claims: dict[str, list[Lasting]] = field(default_factory=dict)
    active: dict[tuple[str, str], set[date]] = field(default_factory=dict)
    prices: dict[str, dict[str, list[tuple[date, Fraction, str]]]] = field(default_factory=dict)
    reviewed: set[date] = field(default_factory=set)

    def end(self, lasting: list[Lasting], what: Any, at: datetime) -> None:
        for one in lasting:
            if one.what == what and one.until is None:
                one.until = at

    def deal(self, deal_id: str, *, body: Any, at: datetime) -> Fraction:
        """What the deal is credited."""
        if deal_id in self.sales and self.sales[deal_id][1] == body:
            return self.sales[deal_id][0].points
        partner, hub, domain, assisted, amount, currency, closed = body
        holds = any(one.what == (partner, domain) and one.at(evening(closed)) for one in self.held)
        worth = amount * 5 / HUNDRED[currency] * (2 if self.countries[hub] in GROWTH else 1)
        points = rounded(worth) if holds and not assisted else Fraction(0)
        self.sales[deal_id] = (Sale(partner, hub, closed, points), body)
        self.promote(partner, at.date())
        return points

    def sold(self, partner: str, day: date) -> Fraction:
        mine = (sale for sale, _ in self.sales.values() if sale.partner == partner)
        return sum((one.points for one in mine if one.closed <= day < year_later(one.closed)), Fraction(0))

    def managed(self, partner: str, day: date) -> Fraction:
        return sum((self.managed_of(hub, partner, day) for hub in self.countries), Fraction(0))

    def managed_of(self, hub: str, partner: str, day: date) -> Fraction:
        earning = {one for one in self.partners if self.earns(one, hub, day)}
        if partner not in earning:
            return Fraction(0)
        factor = 2 if self.countries[hub] in GROWTH else 1
        total = Fraction(0)
        for prices in self.prices.get(hub, {}).values():
            known = [(amount, currency) for since, amount, currency in prices if since <= day]
            if known:
                amount, currency = known[-1]
                total += rounded(amount * factor / HUNDRED[currency] / len(earning))
        return total

    def earns(self, partner: str, hub: str, day: date) -> bool:
        moment = evening(day)
        if not any(one.what == (partner, hub) and one.at(moment) for one in self.managing):
            return False
        for (where, email), days in self.active.items():
            if where == hub and any(timedelta(0) <= day - one <= LASTS for one in days):
                standing = [one for one in self.claims.get(f"{hub} {email}", []) if one.at(moment)]
                if standing and min(standing, key=lambda one: one.since).what == partner:
                    return True
        return False

    def best(self, partner: str, day: date) -> str:
        sold = self.sold(partner, day)
        total = sold + self.managed(partner, day)
        met = [tier for tier, (bar, sold_bar) in BARS.items() if total >= bar and sold >= sold_bar]
        return met[-1] if met else "untiered"

    def performing(self, partner: str, day: date) -> str:
        until = self.partners[partner].certified_until
        return self.best(partner, day) if until and day <= until else "untiered"

    def promote(self, partner: str, day: date) -> None:
        tier, standing = self.performing(partner, day), self.partners[partner]
        if LADDER.index(tier) > LADDER.index(standing.tier):
            standing.tier, standing.earned = tier, day

    def managed_now(self, hub: str, at: datetime) -> dict[tuple[str, date], Fraction]:
        """What the client brings each partner on the day that it is somewhere on earth."""
        days = [at.date() + timedelta(days=away) for away in (-1, 0, 1)]
        return {(partner, day): self.managed_of(hub, partner, day) for partner in self.partners for day in days}

    def promote_risen(self, before: dict[tuple[str, date], Fraction], hub: str, at: datetime) -> None:
        """Those whom the client brings more than it did."""
        after = self.managed_now(hub, at)
        for partner in self.partners:
            if any(after[place] > before[place] for place in after if place[0] == partner):
                self.promote(partner, at.date())

    def after_review(self, partner: str, day: date) -> str:
        """The tier that the partner has after a review of this day."""
        standing = self.partners[partner]
        if standing.certified_until is None or day > standing.certified_until:
            return "untiered"
        first = date(day.year - 1, 8, 15) if day.month == 1 else date(day.year, 2, 15)
        days = [first + timedelta(days=number) for number in range((day - first).days + 1)]
        looked_at = [one for one in days if (one + timedelta(days=1)).day == 1] + [day]
        best = max((self.best(partner, one) for one in looked_at), key=LADDER.index)
        if LADDER.index(best) >= LADDER.index(standing.tier):
            return standing.tier
        if standing.earned and day < half_year_later(standing.earned):
            return standing.tier
        return best

    def review(self, day: date) -> None:
        """The run of a review's day, over all partners; each review is decided once."""
        is_decided = day in self.reviewed
        self.reviewed.add(day)
        for partner, standing in self.partners.items():
            after = standing.tier if is_decided else self.after_review(partner, day)
            if after != standing.tier:
                standing.tier, standing.earned = after, day
            else:
                self.promote(partner, day)
