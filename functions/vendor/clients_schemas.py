"""What the vendor reports of its clients."""

from collections.abc import Callable, Hashable
from datetime import date
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictInt, ValidationInfo, field_validator

from shared.addresses import Email
from shared.countries import Country
from shared.domain.clients import (
    DecisionMaker,
    Profile,
    Relationship,
    RenewalManager,
    RenewalTerms,
    Subscription,
    Usage,
)
from shared.domain.languages import Language
from shared.http.money import MoneyBody
from shared.http.schemas import Body, Day, VendorId, or_default
from shared.program import program
from shared.text import Line, OneLine

MOST_PORTAL_USERS = 500
MOST_NAMES = 200
MOST_AREAS = 50
LONGEST_ADDRESS = 2_000

Element = TypeVar("Element", bound=Hashable)


def _once(values: list[Element]) -> list[Element]:
    """Each value at its first place."""
    return list(dict.fromkeys(values))


def _read_by_browsers_alike(address: str) -> str:
    """An address that is one to every reader: no user name before its host, nothing that stands for a slash."""
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or "@" in parts.netloc or "\\" in address or any(map(str.isspace, address)):
        raise ValueError("must be an address that begins with https:// or http:// and a host")
    return address


def _website(text: str) -> str:
    """As people write it: the scheme may be missing, and then no colon may stand where another scheme would."""
    if "://" not in text:
        if ":" in text:
            raise ValueError("must be a host such as www.acme.example, or begin with https:// or http://")
        _read_by_browsers_alike(f"https://{text}")
        return text
    return _read_by_browsers_alike(text)


def _one_of(allowed: Callable[[], Any]) -> AfterValidator:
    """What the program knows; the program is read at the first request, not at import."""

    def check(value: str) -> str:
        known = allowed()
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return value

    return AfterValidator(check)


def _index(value: int) -> int:
    highest = program().engagement.highest
    if not 0 <= value <= highest:
        raise ValueError(f"must be a whole number from 0 to {highest}")
    return value


_LONG = Field(min_length=1, max_length=LONGEST_ADDRESS)
WebAddress = Annotated[str, _LONG, OneLine, AfterValidator(_read_by_browsers_alike)]
Website = Annotated[str, _LONG, OneLine, AfterValidator(_website)]
Names = Annotated[list[Line], Field(max_length=MOST_NAMES), AfterValidator(_once)]
Index = Annotated[StrictInt, Field(description="From 0 to 10."), AfterValidator(_index)]
Product = Annotated[
    str,
    Field(description="Of the program's catalogue, such as marketing_hub."),
    _one_of(lambda: program().confirmation_links.products),
]


class DecisionMakerBody(Body):
    """Whom the client has named in its own portal."""

    name: Line
    email: Email
    language: Annotated[Language, or_default(Language.ENGLISH)] = Language.ENGLISH


class ClientBody(Body):
    """A client as the vendor's systems know it; the whole of it, each time."""

    company: Line
    website: Website | None = None
    country: Country | None = None
    decision_maker: DecisionMakerBody | None = None
    contact_tier: Line | None = None
    email_tier: Line | None = None
    portal_users: Annotated[
        Annotated[list[Email], Field(max_length=MOST_PORTAL_USERS), AfterValidator(_once)] | None,
        Field(description="Who can sign in to the client's portal."),
    ] = None
    crm_url: Annotated[WebAddress | None, Field(description="The company in the CRM.")] = None
    account_url: Annotated[WebAddress | None, Field(description="The client's account.")] = None

    def to_profile(self) -> Profile:
        fields = self.model_dump(exclude={"decision_maker", "portal_users"})
        maker = DecisionMaker(**self.decision_maker.model_dump()) if self.decision_maker else None
        return Profile(decision_maker=maker, portal_users=tuple(self.portal_users or ()), **fields)


class RelationBody(Body):
    """What the partner is to the client."""

    relationship: Relationship


class RenewalTermsBody(Body):
    """What the subscription costs a month once it is renewed, and for how long."""

    mrr: MoneyBody
    term_months: Annotated[StrictInt, Field(ge=1, le=120)]

    def to_terms(self) -> RenewalTerms:
        return RenewalTerms(mrr=self.mrr.to_money(), term_months=self.term_months)


class RenewalManagerBody(Body):
    """Who of the vendor handles a renewal."""

    name: Line
    email: Email


class SubscriptionBody(Body):
    """What a client pays for, and when it is renewed; the whole of it, each time."""

    hub_id: VendorId
    product: Product
    edition: str
    mrr: MoneyBody
    started_on: Day
    renews_on: Annotated[Day | None, Field(description="After `started_on`; null where nothing is due.")] = None
    renewal: Annotated[RenewalTermsBody | None, Field(description="Null where it costs the same as now.")] = None
    renewal_manager: RenewalManagerBody | None = None

    @field_validator("edition")
    @classmethod
    def _sold(cls, value: str, info: ValidationInfo) -> str:
        editions = program().confirmation_links.products.get(info.data.get("product", ""), ())
        if editions and value not in editions:
            raise ValueError(f"must be one of {', '.join(editions)}")
        return value

    @field_validator("renews_on")
    @classmethod
    def _later(cls, value: date | None, info: ValidationInfo) -> date | None:
        started_on = info.data.get("started_on")
        if value and started_on and value <= started_on:
            raise ValueError("must be after started_on")
        return value

    def to_subscription(self, subscription_id: str) -> Subscription:
        manager = self.renewal_manager
        return Subscription(
            subscription_id=subscription_id,
            product=self.product,
            edition=self.edition,
            mrr=self.mrr.to_money(),
            started_on=self.started_on,
            renews_on=self.renews_on,
            renewal=self.renewal.to_terms() if self.renewal else None,
            renewal_manager=RenewalManager(name=manager.name, email=manager.email) if manager else None,
        )


class EngagementBody(Body):
    """The index of the client's engagement, and that of each area."""

    score: Index
    areas: Annotated[dict[Line, Index], Field(max_length=MOST_AREAS)] | None = None


class UsageBody(Body):
    """What the client uses, as measured on a day; the whole of it, each time."""

    tools: Names | None = None
    apps: Names | None = None
    engagement: EngagementBody | None = None
    measured_on: Day

    def to_usage(self) -> Usage:
        return Usage(
            tools=tuple(self.tools or ()),
            apps=tuple(self.apps or ()),
            score=self.engagement.score if self.engagement else None,
            areas=(self.engagement.areas or {}) if self.engagement else {},
            measured_on=self.measured_on,
        )
