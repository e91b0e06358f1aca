"""What the vendor's back office sends and is answered."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StrictInt

from functions.vendor.upserts import Result
from shared.addresses import Email, SignInEmail
from shared.domain.languages import Language
from shared.domain.operations import AuditEntry
from shared.domain.partners import Partner, PartnerType, TeamMember, TeamRole, Tier
from shared.domain.people import Role, User
from shared.http.schemas import Answer, Body, Day, Instant, Matching, or_default
from shared.table.keys import is_vendor_trail
from shared.text import Line, OneLine


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a time zone of the IANA database, such as Europe/Berlin") from None
    return name


Phone = Annotated[
    str,
    Field(min_length=3, max_length=40),
    Matching(r"^\+?[0-9 ()/.-]+$", "must be a telephone number, such as +49 30 1234567"),
    OneLine,
]
EmailDomain = Annotated[
    str,
    Field(max_length=253),
    Matching(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", "must be a domain in small letters, such as hill.example"),
]
CurrencyCode = Annotated[
    str, Field(description="ISO 4217."), Matching(r"^[A-Z]{3}$", "must be a currency in three capitals, such as EUR")
]


class TeamMemberBody(Body):
    """Someone of the vendor who supports the partner."""

    role: TeamRole
    name: Line
    email: Email
    phone: Phone | None = None
    description: Line | None = None


class PartnerBody(Body):
    """A partner as the vendor's systems know it; the whole of it, each time."""

    name: Line
    type: PartnerType
    credited_tier: Annotated[Tier, or_default(Tier.UNTIERED)] = Tier.UNTIERED
    tier_earned_on: Annotated[Day | None, Field(description="When the credited tier was reached.")] = None
    certification_expires_on: Annotated[Day | None, Field(description="The last day of the certification.")] = None
    email_domain: EmailDomain | None = None
    currency: Annotated[CurrencyCode, or_default("EUR")] = "EUR"
    time_zone: Annotated[
        str,
        Field(max_length=64, description="Of the IANA database, such as Europe/Berlin."),
        AfterValidator(_known_zone),
        or_default("UTC"),
    ] = "UTC"
    capacity_limit_override: Annotated[
        Annotated[StrictInt, Field(ge=0, le=1_000_000)] | None,
        Field(description="Instead of the tier's limit; null for the tier's own."),
    ] = None
    team: Annotated[list[TeamMemberBody], Field(max_length=10)] | None = None

    def to_partner(self, partner_id: str) -> Partner:
        fields: dict[str, Any] = self.model_dump(exclude={"team"})
        team = tuple(TeamMember(**member.model_dump()) for member in self.team or ())
        return Partner(partner_id=partner_id, team=team, **fields)


class TeamMemberAnswer(Answer):
    """Someone of the vendor who supports the partner."""

    role: TeamRole
    name: str
    email: str
    phone: str | None
    description: str | None


class PartnerAnswer(Answer):
    """The partner as it stands now, and what the request did."""

    result: Result
    partner_id: str
    name: str
    type: PartnerType
    credited_tier: Tier
    tier_earned_on: date | None
    certification_expires_on: date | None
    email_domain: str | None
    currency: str
    time_zone: str
    capacity_limit_override: int | None
    team: list[TeamMemberAnswer]

    @classmethod
    def of(cls, partner: Partner, *, result: Result) -> Self:
        return cls(
            result=result,
            partner_id=partner.partner_id,
            name=partner.name,
            type=partner.type,
            credited_tier=partner.credited_tier,
            tier_earned_on=partner.tier_earned_on,
            certification_expires_on=partner.certification_expires_on,
            email_domain=partner.email_domain,
            currency=partner.currency,
            time_zone=partner.time_zone,
            capacity_limit_override=partner.capacity_limit_override,
            team=[
                TeamMemberAnswer(
                    role=one.role, name=one.name, email=one.email, phone=one.phone, description=one.description
                )
                for one in partner.team
            ],
        )


class PartnerUserBody(Body):
    """A user of the partner. The same user id in another partner is the same person."""

    email: SignInEmail
    name: Line
    role: Literal[Role.PARTNER_ADMIN, Role.PARTNER_MEMBER]
    language: Annotated[Language, or_default(Language.ENGLISH)] = Language.ENGLISH


class PartnerUserAnswer(Answer):
    """The user as it stands now, and what the request did."""

    result: Result
    partner_id: str
    user_id: str
    email: str
    name: str
    role: Role
    language: Language

    @classmethod
    def of(cls, partner_id: str, user: User, *, result: Result) -> Self:
        return cls(
            result=result,
            partner_id=partner_id,
            user_id=user.user_id,
            email=user.email,
            name=user.name,
            role=user.role,
            language=user.language,
        )


class ActorAnswer(Answer):
    """Who made the change, in which role."""

    user_id: str
    role: str


def _plain(value: Any) -> Any:
    """As JSON has it: the table's decimals, such as points, are numbers there too."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


class AuditEntryAnswer(Answer):
    """Who changed what, when: `before` and `after` hold the fields that the change touched."""

    id: str
    at: Annotated[Instant, Field(description="When it was written.")]
    as_of: Annotated[
        date | None,
        Field(description="The day that a scheduled function was given instead of today; null for everything else."),
    ]
    partner_id: Annotated[str | None, Field(description="Null for what belongs to no partner.")]
    actor: ActorAnswer
    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        return cls(
            id=entry.id,
            at=entry.at,
            as_of=entry.as_of,
            partner_id=None if is_vendor_trail(entry.partner_id) else entry.partner_id,
            actor=ActorAnswer(user_id=entry.actor, role=entry.actor_role),
            action=entry.action,
            object=entry.object,
            before=_plain(entry.before) if entry.before is not None else None,
            after=_plain(entry.after) if entry.after is not None else None,
            request_id=entry.request_id,
        )
