"""What the routes about clients and the dashboard take and answer."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import Field

from functions.clients.engagement import Band, band_of
from functions.clients.service import EndedServices
from shared.domain.clients import Client, Relationship, Subscription, client_id
from shared.domain.languages import Language
from shared.domain.money import Money
from shared.domain.partners import PartnerType, Tier
from shared.http.capacity import CapacityAnswer
from shared.http.money import MoneyAnswer
from shared.http.points import StandingAnswer
from shared.http.schemas import Answer, Body, Confirmed, Instant
from shared.program import Engagement as EngagementRules
from shared.table.client_lists import ClientRow, UsageSummary

Score = Annotated[int, Field(description="From 0 to 10.")]
Mrr = Annotated[
    MoneyAnswer | None,
    Field(description="Of all subscriptions, in the currency of the first; null without subscriptions."),
]
RenewalDate = Annotated[date | None, Field(description="Of the subscription that renews next; null where none does.")]
MeasuredOn = Annotated[date | None, Field(description="Null where nothing was measured.")]


class EngagementIndexAnswer(Answer):
    """An engagement index and what it is called."""

    score: Score
    band: Band

    @classmethod
    def of(cls, score: int, rules: EngagementRules) -> Self:
        return cls(score=score, band=band_of(score, rules))


class UsageSummaryAnswer(Answer):
    """How much the client uses."""

    tools: Annotated[int, Field(description="How many tools.")]
    apps: Annotated[int, Field(description="How many apps.")]
    engagement: Annotated[EngagementIndexAnswer | None, Field(description="Null where it was not measured.")]
    measured_on: date

    @classmethod
    def of(cls, usage: UsageSummary, rules: EngagementRules) -> Self:
        return cls(
            tools=usage.tools,
            apps=usage.apps,
            engagement=None if usage.score is None else EngagementIndexAnswer.of(usage.score, rules),
            measured_on=usage.measured_on,
        )


class ClientRowAnswer(Answer):
    """A client as the list shows it."""

    id: str
    hub_id: Annotated[str, Field(description="The client's account at the vendor.")]
    company: str
    website: str | None
    products: Annotated[list[str], Field(description="What the client subscribes to; codes of `GET /v1/products`.")]
    relationship: Relationship
    usage: Annotated[UsageSummaryAnswer | None, Field(description="Null where nothing was measured.")]
    mrr: Mrr
    renewal_date: RenewalDate

    @classmethod
    def of(cls, row: ClientRow, *, rules: EngagementRules) -> Self:
        return cls(
            id=client_id(row.hub_id),
            hub_id=row.hub_id,
            company=row.company,
            website=row.website,
            products=row.products,
            relationship=row.relationship,
            usage=UsageSummaryAnswer.of(row.usage, rules) if row.usage else None,
            mrr=MoneyAnswer.of(row.mrr) if row.mrr else None,
            renewal_date=row.renewal_date,
        )


class ClientProductAnswer(Answer):
    """A product that the client pays for."""

    id: str
    product: str
    edition: str
    mrr: MoneyAnswer
    started_on: date
    renews_on: Annotated[date | None, Field(description="Null where nothing is due.")]

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        return cls(
            id=subscription.subscription_id,
            product=subscription.product,
            edition=subscription.edition,
            mrr=MoneyAnswer.of(subscription.mrr),
            started_on=subscription.started_on,
            renews_on=subscription.renews_on,
        )


class ClientDecisionMakerAnswer(Answer):
    """Whom the client has named to decide about its subscriptions."""

    name: str
    email: str
    language: Language


class ClientDetailsAnswer(Answer):
    """Everything about one client; what the vendor has not said is null."""

    id: str
    hub_id: Annotated[str, Field(description="The client's account at the vendor.")]
    company: str
    website: str | None
    country: Annotated[str | None, Field(description="ISO 3166-1 alpha-2.")]
    relationship: Relationship
    contact_tier: str | None
    email_tier: str | None
    crm_url: Annotated[str | None, Field(description="The client's company record in the CRM.")]
    account_url: Annotated[str | None, Field(description="The client's account.")]
    decision_maker: ClientDecisionMakerAnswer | None
    mrr: Mrr
    renewal_date: RenewalDate
    subscriptions: list[ClientProductAnswer]

    @classmethod
    def of(cls, client: Client, *, relationship: Relationship, mrr: Money | None) -> Self:
        profile, maker = client.profile, client.profile.decision_maker
        return cls(
            id=client.client_id,
            hub_id=client.hub_id,
            company=profile.company,
            website=profile.website,
            country=profile.country,
            relationship=relationship,
            contact_tier=profile.contact_tier,
            email_tier=profile.email_tier,
            crm_url=profile.crm_url,
            account_url=profile.account_url,
            decision_maker=ClientDecisionMakerAnswer(name=maker.name, email=maker.email, language=maker.language)
            if maker
            else None,
            mrr=MoneyAnswer.of(mrr) if mrr else None,
            renewal_date=client.renewal_date,
            subscriptions=[ClientProductAnswer.of(one) for one in client.subscriptions.values()],
        )


class ClientUsageAnswer(Answer):
    """What the client uses. Where nothing was measured the lists are empty and the day is null."""

    products: Annotated[list[str], Field(description="What the client subscribes to; codes of `GET /v1/products`.")]
    tools: list[str]
    apps: list[str]
    measured_on: MeasuredOn

    @classmethod
    def of(cls, client: Client) -> Self:
        usage = client.usage
        return cls(
            products=client.products,
            tools=list(usage.tools) if usage else [],
            apps=list(usage.apps) if usage else [],
            measured_on=usage.measured_on if usage else None,
        )


class ClientEngagementAnswer(Answer):
    """The engagement index, from 0 to 10: low up to 3, medium from 4 to 6, high from 7."""

    score: Annotated[int | None, Field(description="From 0 to 10; null where it was not measured.")]
    band: Annotated[Band | None, Field(description="Null where it was not measured.")]
    areas: Annotated[Mapping[str, EngagementIndexAnswer], Field(description="The same for each area, by its name.")]
    measured_on: MeasuredOn

    @classmethod
    def of(cls, client: Client, *, rules: EngagementRules) -> Self:
        usage = client.usage
        if usage is None or (usage.score is None and not usage.areas):
            return cls(score=None, band=None, areas={}, measured_on=None)
        return cls(
            score=usage.score,
            band=None if usage.score is None else band_of(usage.score, rules),
            areas={name: EngagementIndexAnswer.of(score, rules) for name, score in sorted(usage.areas.items())},
            measured_on=usage.measured_on,
        )


class EndServicesBody(Body):
    """The client leaves the partner's list, and the assignments of its employees end."""

    confirm: Annotated[Confirmed, Field(description="Must be true: the user has confirmed the end of services.")]


class EndedServicesAnswer(Answer):
    """The client is no longer one of the partner's."""

    client_id: str
    ended_at: Instant

    @classmethod
    def of(cls, ended: EndedServices) -> Self:
        return cls(client_id=ended.client_id, ended_at=ended.ended_at)


class DashboardPartnerAnswer(Answer):
    """Whose dashboard this is."""

    id: str
    name: str
    type: PartnerType


class AlertsAnswer(Answer):
    """What waits for the partner."""

    upcoming_renewal_decisions: Annotated[
        int, Field(description="Renewals that the partner may still decide about and has not.")
    ]


class DashboardTierAnswer(Answer):
    """Where the partner stands in the program today: what it is credited, and what its points are worth."""

    credited_tier: Tier
    performing_tier: Tier
    points: StandingAnswer


class DashboardAnswer(Answer):
    """What the landing page shows."""

    partner: DashboardPartnerAnswer
    alerts: AlertsAnswer
    capacity: CapacityAnswer
    tier: DashboardTierAnswer
    client_count: int
    pending_links: Annotated[int, Field(description="Confirmation links that a customer may still decide.")]
