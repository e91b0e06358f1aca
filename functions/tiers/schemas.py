"""What partners ask about tier and points, and what they are answered."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import Field, PlainSerializer, StrictBool, WithJsonSchema

from functions.tiers.breakdown import ClientLedger, ClientStanding, Line, WhatIf
from functions.tiers.service import Month, Outlook, TierView
from shared.domain.clients import client_id
from shared.domain.deals import LedgerEntry
from shared.domain.managed_points import Stretch
from shared.domain.partners import TeamMember, TeamRole, Tier
from shared.domain.points import DealType, MarketType
from shared.domain.tiers import Bar, bar_of
from shared.http.money import MoneyAnswer, MoneyBody
from shared.http.points import PointsNumber, RuleAnswer, StandingAnswer
from shared.http.schemas import Answer, Body, or_default
from shared.program import Program

MOST_ASSUMED = 50

Median = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float),
    WithJsonSchema({"type": "number", "examples": [2.5]}),
    Field(description="Of the clients whose use has been measured; null where none has."),
]


class BarAnswer(Answer):
    """Points in total, and sold ones within that total."""

    total: PointsNumber
    sold: PointsNumber

    @classmethod
    def of(cls, bar: Bar) -> Self:
        return cls(total=bar.total, sold=bar.sold)


class CertificationAnswer(Answer):
    """Without a valid certificate no tier is earned; it is valid through `expires_on`."""

    valid: bool
    expires_on: date | None


class TierStandingAnswer(Answer):
    """Where the partner stands on the day `as_of`."""

    as_of: date
    credited_tier: Annotated[Tier, Field(description="What the vendor credits, whatever the day asked for.")]
    performing_tier: Annotated[Tier, Field(description="What the points of the day are worth.")]
    points: StandingAnswer
    to_keep: Annotated[BarAnswer, Field(description="Points still missing to the bar of the credited tier.")]
    next_tier: Annotated[Tier | None, Field(description="Null where points lead no higher.")]
    to_next: Annotated[BarAnswer | None, Field(description="Points still missing to the bar of the next tier.")]
    bars: Annotated[dict[Tier, BarAnswer], Field(description="What each tier needs.")]
    median_tool_usage: Median | None
    certification: CertificationAnswer
    next_review_on: date
    at_risk: Annotated[bool, Field(description="By what is known now, the next review takes the credited tier away.")]

    @classmethod
    def of(cls, view: TierView, *, rules: Program) -> Self:
        outlook = view.outlook
        return cls(
            as_of=outlook.day,
            credited_tier=view.partner.credited_tier,
            performing_tier=outlook.performing,
            points=StandingAnswer.of(outlook.standing),
            to_keep=BarAnswer.of(outlook.to_keep),
            next_tier=outlook.next_tier,
            to_next=BarAnswer.of(outlook.to_next) if outlook.to_next else None,
            bars={tier: BarAnswer.of(bar_of(tier, rules)) for tier in Tier if tier is not Tier.UNTIERED},
            median_tool_usage=view.median_tool_usage,
            certification=CertificationAnswer(
                valid=view.is_certified, expires_on=view.partner.certification_expires_on
            ),
            next_review_on=view.next_review_on,
            at_risk=view.at_risk,
        )


class ClientPointsAnswer(Answer):
    """What one client has brought."""

    client_id: str
    hub_id: str
    company: str | None
    sold: PointsNumber
    managed: PointsNumber
    total: PointsNumber

    @classmethod
    def of(cls, client: ClientStanding) -> Self:
        standing = client.standing
        return cls(
            client_id=client_id(client.hub_id),
            hub_id=client.hub_id,
            company=client.company,
            sold=standing.sold,
            managed=standing.managed,
            total=standing.total,
        )


class LedgerLineAnswer(Answer):
    """Points of a deal, of its correction, or of a month of service; what does not belong to its kind is null.

    They count from `earned_on` and no longer on `expires_on`, which is null while no end is known.
    """

    id: str
    kind: Literal["sold", "correction", "managed"]
    deal: Annotated[str | None, Field(description="The id of the deal.")]
    deal_type: DealType | None
    product: str | None
    subscription: Annotated[str | None, Field(description="The id of the subscription.")]
    mrr: MoneyAnswer
    points: PointsNumber
    rule: RuleAnswer
    earned_on: date
    expires_on: date | None
    status: Literal["active", "expired"]

    @classmethod
    def of(cls, line: Line, *, day: date) -> Self:
        entry = line.entry
        deal = entry.deal if isinstance(entry, LedgerEntry) else None
        return cls(
            id=line.line_id,
            kind="managed" if isinstance(entry, Stretch) else entry.kind.value,
            deal=deal.deal_id if deal else None,
            deal_type=deal.deal_type if deal else None,
            product=deal.product if deal else None,
            subscription=entry.subscription_id if isinstance(entry, Stretch) else None,
            mrr=MoneyAnswer.of(entry.mrr if isinstance(entry, Stretch) else entry.deal.mrr),
            points=entry.points,
            rule=RuleAnswer.of(entry.rule),
            earned_on=line.earned_on,
            expires_on=line.expires_on,
            status="active" if line.is_active(day) else "expired",
        )


class ClientLedgerAnswer(ClientPointsAnswer):
    """What one client has brought on the day `as_of`, and a page of the entries behind it, the latest first."""

    as_of: date
    data: list[LedgerLineAnswer]
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page.")]

    @classmethod
    def of_ledger(cls, found: ClientLedger, *, next_cursor: str | None) -> Self:
        return cls(
            **ClientPointsAnswer.of(found.client).model_dump(),
            as_of=found.day,
            data=[LedgerLineAnswer.of(line, day=found.day) for line in found.lines],
            next_cursor=next_cursor,
        )


class MonthAnswer(Answer):
    """Points at the end of `as_of`, the month's last day or today, and what came and went since the month before."""

    month: Annotated[str, Field(examples=["2026-03"])]
    as_of: date
    sold: PointsNumber
    managed: PointsNumber
    total: PointsNumber
    gained: PointsNumber
    lost: PointsNumber

    @classmethod
    def of(cls, month: Month) -> Self:
        return cls(
            month=month.day.isoformat()[:7],
            as_of=month.day,
            sold=month.standing.sold,
            managed=month.standing.managed,
            total=month.standing.total,
            gained=month.gained,
            lost=month.lost,
        )


class HistoryAnswer(Answer):
    """Months until now, and those to come by what is known to end."""

    months: list[MonthAnswer]
    projection: list[MonthAnswer]


class AssumedDealBody(Body):
    """A deal that might be closed today, of a registered domain."""

    mrr: MoneyBody
    deal_type: Annotated[DealType, or_default(DealType.PARTNER_SOURCED)] = DealType.PARTNER_SOURCED
    market_type: Annotated[MarketType, or_default(MarketType.STANDARD)] = MarketType.STANDARD


class WhatIfBody(Body):
    """What might happen; nothing of it is stored."""

    add_deals: Annotated[list[AssumedDealBody], Field(max_length=MOST_ASSUMED)] | None = None
    lose_clients: Annotated[
        Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=MOST_ASSUMED)] | None,
        Field(description="Ids of clients, as `GET /v1/clients` lists them."),
    ] = None
    certification_lapses: Annotated[StrictBool, or_default(default=False)] = False

    def to_assumption(self) -> WhatIf:
        return WhatIf(
            sales=[(one.deal_type, one.market_type, one.mrr.to_money()) for one in self.add_deals or ()],
            lost_clients=list(dict.fromkeys(self.lose_clients or ())),
            certification_lapses=self.certification_lapses,
        )


class OutlookAnswer(Answer):
    """Points, what they are worth, and what is missing."""

    performing_tier: Tier
    points: StandingAnswer
    to_keep: BarAnswer
    next_tier: Tier | None
    to_next: BarAnswer | None

    @classmethod
    def of(cls, outlook: Outlook) -> Self:
        return cls(
            performing_tier=outlook.performing,
            points=StandingAnswer.of(outlook.standing),
            to_keep=BarAnswer.of(outlook.to_keep),
            next_tier=outlook.next_tier,
            to_next=BarAnswer.of(outlook.to_next) if outlook.to_next else None,
        )


class WhatIfAnswer(OutlookAnswer):
    """Where the partner would stand today; `tier` is what would follow, and `now` what is."""

    tier: Tier
    now: OutlookAnswer

    @classmethod
    def of_both(cls, now: Outlook, then: Outlook) -> Self:
        answer = OutlookAnswer.of(then)
        return cls(**answer.model_dump(), tier=then.performing, now=OutlookAnswer.of(now))


_DESCRIPTIONS = {
    TeamRole.ACCOUNT_MANAGER: "Plans your growth with you and speaks for you at the vendor.",
    TeamRole.CHANNEL_CONSULTANT: "Helps you win deals, set up the product for clients and keep them.",
    TeamRole.GROWTH_SPECIALIST: "Helps you find and register new prospects.",
}
"""Of a role, where the vendor says nothing of its own about the person."""


class TeamContactAnswer(Answer):
    """Someone of the vendor who supports the partner; `mailto` opens the user's own e-mail program."""

    role: TeamRole
    name: str
    email: str
    phone: str | None
    description: str
    mailto: str

    @classmethod
    def of(cls, one: TeamMember) -> Self:
        return cls(
            role=one.role,
            name=one.name,
            email=one.email,
            phone=one.phone,
            description=one.description or _DESCRIPTIONS[one.role],
            mailto=f"mailto:{quote(one.email, safe='@')}",
        )
