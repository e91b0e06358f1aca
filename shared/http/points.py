"""Points as the API tells them."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import PlainSerializer, WithJsonSchema

from shared.domain.points import MarketType, Rule, Standing
from shared.http.schemas import Answer

PointsNumber = Annotated[
    Decimal, PlainSerializer(float, return_type=float), WithJsonSchema({"type": "number", "examples": [12.5]})
]
"""Exact to the program's precision, one decimal."""


class RuleAnswer(Answer):
    """How points were reckoned.

    `per_hundred` points for each `one_hundred` of the currency, times `factor`, shared by so many `partners`.
    """

    per_hundred: int
    one_hundred: int
    currency: str
    market_type: MarketType
    factor: int
    partners: int

    @classmethod
    def of(cls, rule: Rule) -> Self:
        return cls(
            per_hundred=rule.per_hundred,
            one_hundred=rule.one_hundred,
            currency=rule.currency,
            market_type=rule.market_type,
            factor=rule.factor,
            partners=rule.partners,
        )


class StandingAnswer(Answer):
    """Sold and managed points, and their sum."""

    sold: PointsNumber
    managed: PointsNumber
    total: PointsNumber

    @classmethod
    def of(cls, standing: Standing) -> Self:
        return cls(sold=standing.sold, managed=standing.managed, total=standing.total)
