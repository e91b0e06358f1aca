"""A deal as the vendor reports it, and what is decided about it."""

from datetime import date
from typing import Annotated, Self

from pydantic import StrictBool

from functions.vendor.points_check import CheckedPoints
from functions.vendor.upserts import Result
from shared.domain.deals import DealReason, DecidedDeal
from shared.domain.points import DealType
from shared.http.money import MoneyAnswer
from shared.http.points import PointsNumber, RuleAnswer
from shared.http.schemas import Answer, Body, VendorId, or_default

MOST_DIFFERENCES = 100
"""Listed in one answer."""


class CreditAnswer(Answer):
    """What was credited, and why, or why not."""

    credited: bool
    reason: DealReason
    points: PointsNumber
    rule: RuleAnswer | None


class RevenueShareAnswer(Answer):
    """The share of the client's net MRR; `until` is the day on which it ends."""

    eligible: bool
    percent: int
    months: int
    until: date | None


class DealAnswer(Answer):
    """The deal as it stands now, what is decided about it, and what the request did."""

    result: Result
    deal_id: str
    partner_id: str
    hub_id: str
    domain: str
    deal_type: DealType
    mrr: MoneyAnswer
    closed_on: date
    product: str | None
    credit: CreditAnswer
    revenue_share: RevenueShareAnswer

    @classmethod
    def of(cls, decided: DecidedDeal, *, result: Result) -> Self:
        deal, credit, share = decided.deal, decided.credit, decided.revenue_share
        return cls(
            result=result,
            deal_id=deal.deal_id,
            partner_id=deal.partner_id,
            hub_id=deal.hub_id,
            domain=deal.domain,
            deal_type=deal.deal_type,
            mrr=MoneyAnswer.of(deal.mrr),
            closed_on=deal.closed_on,
            product=deal.product,
            credit=CreditAnswer(
                credited=credit.credited,
                reason=credit.reason,
                points=credit.points,
                rule=RuleAnswer.of(credit.rule) if credit.rule else None,
            ),
            revenue_share=RevenueShareAnswer(
                eligible=share.eligible, percent=share.percent, months=share.months, until=share.until
            ),
        )


class PointsCheckBody(Body):
    """Whose totals of points to reckon anew, and whether to mend what is wrong."""

    partner_id: VendorId
    repair: Annotated[StrictBool, or_default(default=False)] = False


class DifferenceAnswer(Answer):
    """One number of a total: under which name it stands in which item, what is stored there, and what should be."""

    item: str
    name: str
    stored: PointsNumber
    expected: PointsNumber


class PointsCheckAnswer(Answer):
    """What was compared, and what did not agree; of many differences the first hundred are listed."""

    partner_id: str
    ledger_entries: int
    clients: int
    difference_count: int
    differences: list[DifferenceAnswer]
    repaired: bool

    @classmethod
    def of(cls, partner_id: str, checked: CheckedPoints, *, repair: bool) -> Self:
        return cls(
            partner_id=partner_id,
            ledger_entries=checked.entries,
            clients=checked.clients,
            difference_count=len(checked.differences),
            differences=[
                DifferenceAnswer(item=one.key.sk, name=one.name, stored=one.stored, expected=one.expected)
                for one in checked.differences[:MOST_DIFFERENCES]
            ],
            repaired=repair and bool(checked.differences),
        )
