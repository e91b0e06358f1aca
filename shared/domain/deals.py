"""Deals that the vendor reports, and what a partner is credited for one.

A deal is decided once, when it is reported, by who held its domain on the day of the sale. A correction takes back what
was credited and decides anew; entries of the ledger are never edited.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from shared.domain.money import Money
from shared.domain.months import months_after
from shared.domain.partners import PartnerType
from shared.domain.points import NONE, DealType, Rule, expires_on, market_of, points_by, sold_rule
from shared.domain.registrations import FormerRegistration, Registration
from shared.program import Program


class DealReason(StrEnum):
    """Why a deal is credited, or is not."""

    DOMAIN_REGISTERED = "domain_registered"
    DOMAIN_NOT_REGISTERED = "domain_not_registered"
    DOMAIN_REGISTERED_LATER = "domain_registered_later"
    DOMAIN_DEREGISTERED = "domain_deregistered"
    LINK_NOT_SIGNED = "confirmation_link_not_signed"


class EntryKind(StrEnum):
    """`correction` takes back what a sold entry gave."""

    SOLD = "sold"
    CORRECTION = "correction"


class Deal(Struct, frozen=True, kw_only=True):
    """A sale as the vendor's systems know it; `domain` is a registrable domain."""

    deal_id: str
    partner_id: str
    hub_id: str
    domain: str
    deal_type: DealType
    mrr: Money
    closed_on: date
    product: str | None

    def record(self) -> dict[str, Any]:
        """As the table and the audit trail keep it."""
        return {**asdict(self), "mrr": self.mrr.record(), "closed_on": self.closed_on.isoformat()}


class Credit(Struct, frozen=True, kw_only=True):
    """`rule` says how the points were reckoned; without credit there is none."""

    reason: DealReason
    points: Decimal = NONE
    rule: Rule | None = None

    @property
    def credited(self) -> bool:
        return self.rule is not None


class RevenueShare(Struct, frozen=True, kw_only=True):
    """A share of the client's net MRR for some months from the sale.

    `until` is the day on which it ends; None where there is none.
    """

    eligible: bool
    percent: int
    months: int
    until: date | None


class DecidedDeal(Struct, frozen=True, kw_only=True):
    """A deal with what was decided about it; `version` counts its changes."""

    deal: Deal
    credit: Credit
    revenue_share: RevenueShare
    decided_at: datetime
    version: int = 1


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """Points gained, or with a minus taken back; they count from `earned_on` and no longer on `expires_on`."""

    entry_id: str
    kind: EntryKind
    deal: Deal
    points: Decimal
    rule: Rule
    expires_on: date
    recorded_at: datetime

    @property
    def earned_on(self) -> date:
        return self.deal.closed_on


def holding_reason(day: date, current: Registration | None, former: FormerRegistration | None) -> DealReason:
    """Whether the partner held the domain as the day ended, in UTC."""
    if current and current.held_since.date() <= day and not _has_expired(current, day):
        return DealReason.DOMAIN_REGISTERED
    holdings = former.holdings if former else ()
    if any(one.held_from.date() <= day < one.held_until.date() for one in holdings):
        return DealReason.DOMAIN_REGISTERED
    if any(one.held_until.date() <= day for one in holdings) or (current and _has_expired(current, day)):
        return DealReason.DOMAIN_DEREGISTERED
    return DealReason.DOMAIN_REGISTERED_LATER if current or holdings else DealReason.DOMAIN_NOT_REGISTERED


def decided_credit(
    deal: Deal, *, holding: DealReason, country: str | None, has_signed_link: bool, program: Program
) -> Credit:
    """What the deal earns; an assisted one needs a signed link besides the domain."""
    if holding is not DealReason.DOMAIN_REGISTERED:
        return Credit(reason=holding)
    if deal.deal_type is DealType.PARTNER_ASSISTED and not has_signed_link:
        return Credit(reason=DealReason.LINK_NOT_SIGNED)
    rules = program.points
    rule = sold_rule(deal.deal_type, market_of(country, rules), deal.mrr.currency, rules)
    return Credit(reason=holding, points=points_by(rule, deal.mrr, rules), rule=rule)


def decided_share(
    deal: Deal, credit: Credit, *, partner_type: PartnerType, withheld: bool, program: Program
) -> RevenueShare:
    """`withheld` where the partner has been over its limit for too long."""
    rules = program.revenue_share
    months = rules.months[partner_type]
    eligible = credit.credited and not withheld
    return RevenueShare(
        eligible=eligible,
        percent=rules.percent_of_net_mrr,
        months=months,
        until=months_after(deal.closed_on, months) if eligible else None,
    )


def entries_of(after: DecidedDeal, before: DecidedDeal | None, *, at: datetime, program: Program) -> list[LedgerEntry]:
    """What goes into the ledger when a deal is reported or corrected: what was credited back, what is credited now."""
    decided = ((before, EntryKind.CORRECTION, -1), (after, EntryKind.SOLD, 1))
    return [
        LedgerEntry(
            entry_id=f"{one.deal.deal_id}.{after.version}.{kind}",
            kind=kind,
            deal=one.deal,
            points=sign * one.credit.points,
            rule=one.credit.rule,
            expires_on=expires_on(one.deal.closed_on, program.points),
            recorded_at=at,
        )
        for one, kind, sign in decided
        if one and one.credit.rule
    ]


def _has_expired(registration: Registration, day: date) -> bool:
    return registration.expires_at is not None and registration.expires_at.date() <= day
