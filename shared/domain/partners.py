"""The partner and its capacity for registered domains."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class PartnerType(StrEnum):
    SOLUTIONS_PARTNER = "solutions_partner"
    SOLUTIONS_PROVIDER = "solutions_provider"


class Tier(StrEnum):
    """The ladder, lowest first."""

    UNTIERED = "untiered"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"
    DIAMOND = "diamond"
    ELITE = "elite"


class TeamRole(StrEnum):
    ACCOUNT_MANAGER = "account_manager"
    CHANNEL_CONSULTANT = "channel_consultant"
    GROWTH_SPECIALIST = "growth_specialist"


class TeamMember(Struct, frozen=True, kw_only=True):
    """Someone of the vendor who supports the partner."""

    role: TeamRole
    name: str
    email: str
    phone: str | None = None
    description: str | None = None


class Partner(Struct, frozen=True, kw_only=True):
    """A partner as it stands.

    `stated_tier` and `stated_tier_earned_on` are what the vendor said last: promotions and reviews leave them alone.
    """

    partner_id: str
    name: str
    type: PartnerType
    credited_tier: Tier
    tier_earned_on: date | None = None
    certification_expires_on: date | None = None
    email_domain: str | None = None
    currency: str = "EUR"
    time_zone: str = "UTC"
    capacity_limit_override: int | None = None
    team: tuple[TeamMember, ...] = ()
    stated_tier: Tier | None = None
    stated_tier_earned_on: date | None = None
    version: int = 0

    def as_stated_over(self, known: "Partner | None") -> "Partner":
        """What the vendor says, over what stands: the tier counts only where the vendor says another than last time.

        So an import that is repeated undoes no promotion and no review.
        """
        said = replace(self, stated_tier=self.credited_tier, stated_tier_earned_on=self.tier_earned_on)
        if known is None or said.stated_tier != known.stated_tier:
            return said
        says_another_day = said.stated_tier_earned_on != known.stated_tier_earned_on
        earned_on = (
            said.tier_earned_on
            if says_another_day and said.stated_tier is known.credited_tier
            else known.tier_earned_on
        )
        return replace(said, credited_tier=known.credited_tier, tier_earned_on=earned_on)


class CapacityState(StrEnum):
    WITHIN = "within"
    AT_LIMIT = "at_limit"
    OVER_LIMIT = "over_limit"


class Capacity(Struct, frozen=True, kw_only=True):
    """How many domains a partner may register, and how many slots are left: below zero while over the limit.

    `over_limit_since` is the instant of the last step over the limit; it means something only while over it.
    """

    limit: int
    slots_left: int
    over_limit_since: datetime | None = None

    @property
    def used(self) -> int:
        return self.limit - self.slots_left

    @property
    def available(self) -> int:
        return max(self.slots_left, 0)

    @property
    def state(self) -> CapacityState:
        if self.slots_left < 0:
            return CapacityState.OVER_LIMIT
        return CapacityState.WITHIN if self.slots_left else CapacityState.AT_LIMIT

    def commission_withheld_from(self, *, grace_days: int) -> datetime | None:
        if self.slots_left >= 0 or self.over_limit_since is None:
            return None
        return self.over_limit_since + timedelta(days=grace_days)

    def withholds_commission(self, *, at: datetime, grace_days: int) -> bool:
        withheld_from = self.commission_withheld_from(grace_days=grace_days)
        return withheld_from is not None and at >= withheld_from

    def under_limit(self, limit: int, *, at: datetime) -> "Capacity":
        """The same registrations under another limit; going over it starts the clock, staying over keeps it."""
        slots_left = self.slots_left + limit - self.limit
        since = self.over_limit_since if self.slots_left < 0 else at
        return replace(self, limit=limit, slots_left=slots_left, over_limit_since=since if slots_left < 0 else None)
