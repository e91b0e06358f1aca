"""Tiers: which bar is met, what is missing, and what a review decides."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct, field

from shared.domain.months import month_ends, months_after
from shared.domain.partners import Partner, Tier
from shared.domain.points import NONE, PointsByDay, Standing
from shared.program import Program, Review

LADDER = tuple(Tier)


class Bar(NamedTuple):
    """Points that a tier needs: in total, and sold ones within that total."""

    total: Decimal = NONE
    sold: Decimal = NONE


def bar_of(tier: Tier, program: Program) -> Bar:
    if tier is Tier.UNTIERED:
        return Bar()
    return Bar(Decimal(program.tiers.total_bar[tier]), Decimal(program.tiers.sold_bar[tier]))


def missing(tier: Tier, standing: Standing, program: Program) -> Bar:
    """What the bar still needs; nothing where it is met."""
    bar = bar_of(tier, program)
    return Bar(max(bar.total - standing.total, NONE), max(bar.sold - standing.sold, NONE))


def best_tier(standing: Standing, program: Program, *, invited: Tier | None = None) -> Tier:
    """The highest whose bar the points meet; those by invitation only for whom `invited` already names so."""
    met = [
        tier
        for tier in LADDER
        if (tier not in program.tiers.by_invitation or tier is invited) and missing(tier, standing, program) == Bar()
    ]
    return met[-1]


def next_tier(tier: Tier, program: Program) -> Tier | None:
    """The next that points can lead to; None at the top."""
    higher = next((upper for lower, upper in pairwise(LADDER) if lower is tier), None)
    return None if higher is None or higher in program.tiers.by_invitation else higher


def is_certified(partner: Partner, day: date) -> bool:
    """Its certificate holds through its last day."""
    return partner.certification_expires_on is not None and day <= partner.certification_expires_on


def performing_tier(partner: Partner, standing: Standing, day: date, program: Program) -> Tier:
    """What the points of the day are worth; nothing without a certificate."""
    if not is_certified(partner, day):
        return Tier.UNTIERED
    return best_tier(standing, program, invited=partner.credited_tier)


def rises_above(tier: Tier, other: Tier) -> bool:
    return LADDER.index(tier) > LADDER.index(other)


class ReviewReason(StrEnum):
    """Why a review keeps a tier or takes it."""

    NOTHING_TO_LOSE = "untiered"
    BAR_MET = "bar_met_in_window"
    EARNED_RECENTLY = "earned_within_protected_months"
    BAR_MISSED = "bar_missed_in_window"
    NOT_CERTIFIED = "not_certified"


class ReviewOutcome(Struct, frozen=True, kw_only=True):
    """What a review decides for a partner; `met` holds for each day that was looked at the best tier then."""

    review_on: date
    window_starts_on: date
    before: Tier
    after: Tier
    reason: ReviewReason
    met: dict[date, Tier] = field(default_factory=dict)

    @property
    def demotes(self) -> bool:
        return self.after is not self.before


def review_days(review: Review, year: int) -> tuple[date, date]:
    """First and last day of the window that ends with the review of a year."""
    last = review.on.in_year(year)
    first = review.window_starts_on.in_year(year)
    return (first if first <= last else review.window_starts_on.in_year(year - 1)), last


def next_review(day: date, program: Program) -> tuple[date, date]:
    """The window of the next review, or of the one on this very day."""
    windows = [review_days(review, year) for review in program.tiers.reviews for year in (day.year, day.year + 1)]
    return min((window for window in windows if window[1] >= day), key=lambda window: window[1])


def last_review(day: date, program: Program) -> tuple[date, date]:
    """The window of the latest review until this day, itself included."""
    windows = [review_days(review, year) for review in program.tiers.reviews for year in (day.year - 1, day.year)]
    return max((window for window in windows if window[1] <= day), key=lambda window: window[1])


def reviewed(partner: Partner, points: PointsByDay, window: tuple[date, date], program: Program) -> ReviewOutcome:
    """What the review at the end of the window decides, by what is known now of its days.

    The bar is looked at as each calendar month of the window ends and on the review day.
    """
    first, last = window
    before = partner.credited_tier
    days = sorted({*month_ends(first, last), last})
    met = {day: best_tier(points.standing(day, program.points), program, invited=before) for day in days}
    best = max(met.values(), key=LADDER.index)
    after, reason = before, ReviewReason.BAR_MET
    if before is Tier.UNTIERED:
        reason = ReviewReason.NOTHING_TO_LOSE
    elif not is_certified(partner, last):
        after, reason = Tier.UNTIERED, ReviewReason.NOT_CERTIFIED
    elif rises_above(before, best):
        if _is_protected(partner, last, program):
            reason = ReviewReason.EARNED_RECENTLY
        else:
            after, reason = best, ReviewReason.BAR_MISSED
    return ReviewOutcome(review_on=last, window_starts_on=first, before=before, after=after, reason=reason, met=met)


def _is_protected(partner: Partner, day: date, program: Program) -> bool:
    earned = partner.tier_earned_on
    if earned is None:
        return False
    return day < earned or day < months_after(earned, program.tiers.demotion_protected_months)
