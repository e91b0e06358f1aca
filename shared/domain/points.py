"""Points: what a deal or a month of service is worth, when it counts, and what a partner has on a day.

A day is one of UTC and counts as it ends. Points are exact decimals of the program's precision.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from msgspec import Struct, field

from shared.domain.money import Money
from shared.domain.months import months_after
from shared.program import Points as PointsRules

ByDay = Mapping[date, Decimal]
NONE = Decimal(0)


class DealType(StrEnum):
    PARTNER_SOURCED = "partner_sourced"
    PARTNER_ASSISTED = "partner_assisted"


class MarketType(StrEnum):
    STANDARD = "standard"
    GROWTH = "growth"


def market_of(country: str | None, rules: PointsRules) -> MarketType:
    """By the client's own country; one without a country is in the standard market."""
    return MarketType.GROWTH if country in rules.growth_market_countries else MarketType.STANDARD


class Rule(Struct, frozen=True, kw_only=True):
    """How points were reckoned.

    `per_hundred` for each `one_hundred` of the currency, times `factor`, shared by so many `partners`.
    """

    per_hundred: int
    one_hundred: int
    currency: str
    market_type: MarketType
    factor: int
    partners: int = 1


def sold_rule(deal_type: DealType, market: MarketType, currency: str, rules: PointsRules) -> Rule:
    """Raises KeyError for a currency without a rate."""
    of_type = {
        DealType.PARTNER_SOURCED: rules.per_hundred.sourced,
        DealType.PARTNER_ASSISTED: rules.per_hundred.assisted,
    }
    return _rule(of_type[deal_type], market, currency, rules)


def managed_rule(market: MarketType, currency: str, rules: PointsRules, *, partners: int) -> Rule:
    """Raises KeyError for a currency without a rate."""
    return _rule(rules.per_hundred.managed, market, currency, rules, partners=partners)


def _rule(per_hundred: int, market: MarketType, currency: str, rules: PointsRules, *, partners: int = 1) -> Rule:
    return Rule(
        per_hundred=per_hundred,
        one_hundred=rules.one_hundred[currency],
        currency=currency,
        market_type=market,
        factor=rules.growth_market_factor if market is MarketType.GROWTH else 1,
        partners=partners,
    )


def points_by(rule: Rule, mrr: Money, rules: PointsRules) -> Decimal:
    """Of one entry: reckoned exactly and rounded half up once."""
    # Divided once: a quotient that is cut off and multiplied again can fall short of the half that rounds up.
    exact = mrr.major * (rule.per_hundred * rule.factor) / (rule.one_hundred * rule.partners)
    return exact.quantize(Decimal(1).scaleb(-rules.decimals), ROUND_HALF_UP)


def expires_on(earned_on: date, rules: PointsRules) -> date:
    """The day from which sold points no longer count."""
    return months_after(earned_on, rules.sold_points_months)


class Standing(Struct, frozen=True):
    """What a partner, or one client of it, has on a day."""

    sold: Decimal = NONE
    managed: Decimal = NONE

    @property
    def total(self) -> Decimal:
        return self.sold + self.managed


class PointsByDay(Struct, frozen=True, kw_only=True):
    """Sold points by the day of the sale, and by how much the managed ones change on a day.

    `managed_before` is what the changes before those that are listed come to.
    """

    sold: ByDay = field(default_factory=dict)
    managed: ByDay = field(default_factory=dict)
    managed_before: Decimal = NONE

    def standing(self, day: date, rules: PointsRules) -> Standing:
        sold = sum((points for earned, points in self.sold.items() if earned <= day < expires_on(earned, rules)), NONE)
        managed = sum((change for changed, change in self.managed.items() if changed <= day), self.managed_before)
        return Standing(sold, managed)

    def moved(self, after: date, until: date, rules: PointsRules) -> tuple[Decimal, Decimal]:
        """What was gained and what was lost since the end of the day `after` until the end of `until`."""
        changes = [points for earned, points in self.sold.items() if after < earned <= until]
        changes += [-points for earned, points in self.sold.items() if after < expires_on(earned, rules) <= until]
        changes += [change for changed, change in self.managed.items() if after < changed <= until]
        gained = sum((change for change in changes if change > 0), NONE)
        lost = sum((-change for change in changes if change < 0), NONE)
        return gained, lost
