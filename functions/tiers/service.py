"""Where a partner stands: its points, the tier they are worth, and what is missing."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise

from msgspec import Struct

from shared.domain.months import month_end, months_after
from shared.domain.operations import Operation
from shared.domain.partners import Partner, Tier
from shared.domain.points import PointsByDay, Standing
from shared.domain.tiers import Bar, is_certified, missing, next_review, next_tier, performing_tier, reviewed
from shared.errors import NotFoundError
from shared.program import Program
from shared.table.partners import Partners
from shared.table.points import PartnerPoints
from shared.table.session import TableSession
from shared.tiers import local_day


class TierDesk(Struct, frozen=True):
    """One partner's points and tier: what its functions need, for one operation."""

    session: TableSession
    partner_id: str
    operation: Operation
    rules: Program

    @property
    def points(self) -> PartnerPoints:
        return PartnerPoints(self.session, self.partner_id)

    def partner(self) -> Partner:
        """Raises NotFoundError."""
        partner = Partners(self.session, self.partner_id).find()
        if partner is None:
            raise NotFoundError
        return partner

    def day(self, partner: Partner, as_of: date | None) -> date:
        """The day asked for, or today where the partner is."""
        return as_of or local_day(partner, self.operation.at)


class Outlook(Struct, frozen=True, kw_only=True):
    """What points are worth on a day."""

    day: date
    standing: Standing
    performing: Tier
    to_keep: Bar
    next_tier: Tier | None
    to_next: Bar | None


class TierView(Struct, frozen=True, kw_only=True):
    """What the tier page shows."""

    partner: Partner
    outlook: Outlook
    median_tool_usage: Decimal | None
    is_certified: bool
    next_review_on: date
    at_risk: bool


class Month(Struct, frozen=True, kw_only=True):
    """Points as they stand on the last day of a month that is looked at, and how they moved since the one before."""

    day: date
    standing: Standing
    gained: Decimal
    lost: Decimal


def years_of_tier(day: date) -> tuple[int, int]:
    """First and last year that `tier_on` looks at: from the sales that count in the last window to the next review."""
    return day.year - 2, day.year + 1


def years_of_history(day: date, rules: Program) -> tuple[int, int]:
    """First and last year that `history` looks at, at the most: from the sales that count in the first month."""
    chart = rules.tiers.chart
    first = months_after(day, -chart.longest_history_months).year - 2
    return first, months_after(day, chart.longest_projection_months).year + 1


def tier_on(desk: TierDesk, as_of: date | None) -> TierView:
    """As of a day, by what is known now. Raises NotFoundError."""
    partner = desk.partner()
    day = desk.day(partner, as_of)
    points = desk.points.between(*years_of_tier(day))
    window = next_review(day, desk.rules)
    return TierView(
        partner=partner,
        outlook=outlook(partner, points.standing(day, desk.rules.points), day, desk.rules),
        median_tool_usage=median(desk.points.tools_used()),
        is_certified=is_certified(partner, day),
        next_review_on=window[1],
        at_risk=reviewed(partner, points, window, desk.rules).demotes,
    )


def outlook(partner: Partner, standing: Standing, day: date, rules: Program) -> Outlook:
    following = next_tier(partner.credited_tier, rules)
    return Outlook(
        day=day,
        standing=standing,
        performing=performing_tier(partner, standing, day, rules),
        to_keep=missing(partner.credited_tier, standing, rules),
        next_tier=following,
        to_next=missing(following, standing, rules) if following else None,
    )


def history(desk: TierDesk, *, months: int, projection_months: int) -> tuple[list[Month], list[Month]]:
    """The months until today, and those to come as far as it is known now what ends in them. Raises NotFoundError."""
    today = desk.day(desk.partner(), None)
    points = desk.points.between(*years_of_history(desk.operation.at.date(), desk.rules))
    past = [month_end(months_after(today, -back)) for back in range(months, 0, -1)]
    ahead = [month_end(months_after(today, forward)) for forward in range(1, projection_months + 1)]
    return _months([*past, today], points, desk.rules), _months([today, *ahead], points, desk.rules)


def _months(days: list[date], points: PointsByDay, rules: Program) -> list[Month]:
    """One for each day but the first, which only says since when points move."""
    found: list[Month] = []
    for since, day in pairwise(days):
        gained, lost = points.moved(since, day, rules.points)
        found.append(Month(day=day, standing=points.standing(day, rules.points), gained=gained, lost=lost))
    return found


def median(clients_by_tools: Mapping[int, int]) -> Decimal | None:
    """Of so many clients with so many tools each; None where no client has been measured."""
    ordered = sorted(clients_by_tools.items())
    clients = sum(count for _, count in ordered)
    if not clients:
        return None
    reached = list(accumulate(count for _, count in ordered))
    middle = ((clients - 1) // 2, clients // 2)
    tools = [next(number for (number, _), end in zip(ordered, reached, strict=True) if place < end) for place in middle]
    return Decimal(sum(tools)) / 2
