"""The warning before a review that would take a partner's tier."""

from datetime import date, datetime

from shared.domain.notices import Notice, NoticeKind
from shared.domain.partners import Partner
from shared.domain.points import Standing
from shared.domain.tiers import ReviewOutcome, missing
from shared.program import Program
from shared.program import Tiers as TierRules
from shared.table.notices import new_notice_id


def due_warning(day: date, review_on: date, *, warned: int | None, rules: TierRules) -> int | None:
    """How many days before the review the warning is for that is due now; None where none is, or it went out.

    Of several that were missed the nearest stands for all.
    """
    days_left = (review_on - day).days
    crossed = [days for days in rules.review_warning_days if days >= days_left]
    if days_left <= 0 or not crossed:
        return None
    nearest = min(crossed)
    return nearest if warned is None or nearest < warned else None


def warning(partner: Partner, outcome: ReviewOutcome, standing: Standing, *, now: datetime, rules: Program) -> Notice:
    """To the first admin of the partner; it carries all that the mail says."""
    still = missing(outcome.before, standing, rules)
    expires_on = partner.certification_expires_on
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.TIER_WARNING,
        partner_id=partner.partner_id,
        created_at=now,
        content={
            "partner_name": partner.name,
            "review_on": outcome.review_on.isoformat(),
            "credited_tier": outcome.before,
            "tier_then": outcome.after,
            "reason": outcome.reason,
            "points": {"total": standing.total, "sold": standing.sold},
            "missing": {"total": still.total, "sold": still.sold},
            "certification_expires_on": expires_on.isoformat() if expires_on else None,
        },
    )
