"""What the vendor is answered about its clients: the whole of what stands there now, and what the request did."""

from datetime import date
from typing import Self

from functions.vendor.upserts import Result
from shared.domain.clients import Profile, Relation, Relationship, Subscription, Usage
from shared.domain.languages import Language
from shared.http.money import MoneyAnswer
from shared.http.schemas import Answer, Instant
from shared.table.client_records import profile_record, subscription_record, usage_record


class DecisionMakerAnswer(Answer):
    """Whom the client has named in its own portal."""

    name: str
    email: str
    language: Language


class ClientAnswer(Answer):
    """The client as it stands now, and what the request did."""

    result: Result
    hub_id: str
    company: str
    website: str | None
    country: str | None
    decision_maker: DecisionMakerAnswer | None
    contact_tier: str | None
    email_tier: str | None
    portal_users: list[str]
    crm_url: str | None
    account_url: str | None

    @classmethod
    def of(cls, hub_id: str, profile: Profile, *, result: Result) -> Self:
        return cls(result=result, hub_id=hub_id, **profile_record(profile))


class RelationAnswer(Answer):
    """What the partner is to the client now, since when it is related to it, and what the request did."""

    result: Result
    hub_id: str
    partner_id: str
    relationship: Relationship
    since: Instant

    @classmethod
    def of(cls, hub_id: str, partner_id: str, relation: Relation, *, result: Result) -> Self:
        return cls(
            result=result,
            hub_id=hub_id,
            partner_id=partner_id,
            relationship=relation.relationship,
            since=relation.since,
        )


class RenewalTermsAnswer(Answer):
    """What the subscription costs a month once it is renewed, and for how long."""

    mrr: MoneyAnswer
    term_months: int


class RenewalManagerAnswer(Answer):
    """Who of the vendor handles a renewal."""

    name: str
    email: str


class SubscriptionAnswer(Answer):
    """The subscription as it stands now, and what the request did."""

    result: Result
    subscription_id: str
    hub_id: str
    product: str
    edition: str
    mrr: MoneyAnswer
    started_on: date
    renews_on: date | None
    renewal: RenewalTermsAnswer | None
    renewal_manager: RenewalManagerAnswer | None

    @classmethod
    def of(cls, hub_id: str, one: Subscription, *, result: Result) -> Self:
        return cls(result=result, subscription_id=one.subscription_id, hub_id=hub_id, **subscription_record(one))


class EngagementAnswer(Answer):
    """The index of the client's engagement, and that of each area."""

    score: int
    areas: dict[str, int]


class UsageAnswer(Answer):
    """The client's usage as it stands now, and what the request did."""

    result: Result
    hub_id: str
    tools: list[str]
    apps: list[str]
    engagement: EngagementAnswer | None
    measured_on: date

    @classmethod
    def of(cls, hub_id: str, usage: Usage, *, result: Result) -> Self:
        fields = usage_record(usage)
        score, areas = fields.pop("score"), fields.pop("areas")
        engagement = EngagementAnswer(score=score, areas=areas) if score is not None else None
        return cls(result=result, hub_id=hub_id, engagement=engagement, **fields)
