"""Promotion: a partner that meets the bar of a higher tier has it at once, with its capacity."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from shared.capacity import capacity_limit
from shared.domain.operations import SYSTEM_ACTOR, Operation
from shared.domain.partners import Capacity, Partner, Tier
from shared.domain.points import Standing
from shared.domain.tiers import Bar, bar_of, best_tier, is_certified, rises_above
from shared.errors import UnavailableError
from shared.ids import new_id
from shared.log import logger
from shared.program import Program
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.partners import Partners
from shared.table.points import PartnerPoints, keys_of_years, years_about
from shared.table.session import TableSession
from shared.table.transactions import Transaction


class TierChange(NamedTuple):
    """A partner's step from one tier to another."""

    before: Tier
    after: Tier


def local_day(partner: Partner, at: datetime) -> date:
    """The day it is where the partner is."""
    return at.astimezone(ZoneInfo(partner.time_zone)).date()


def promote(
    session: TableSession, operation: Operation, partner_id: str, *, program: Program, day: date | None = None
) -> TierChange | None:
    """Credit the tier that the partner's points have earned, if it is a higher one.

    By the points of `day`, or of today where the partner is. Running it again changes nothing more. Raises
    NotFoundError, UnavailableError.
    """
    # What the request itself wrote to the partner must not pass for a promotion whose answer was lost.
    operation = replace(operation, id=new_id("o"))
    years = years_about(day or operation.at.date())

    def attempt() -> TierChange | None:
        session.read_ahead([keys.partner(partner_id), keys.capacity(partner_id), *keys_of_years(partner_id, *years)])
        partner, capacity = Partners(session, partner_id).with_capacity()
        on = day or local_day(partner, operation.at)
        standing = PartnerPoints(session, partner_id).between(*years).standing(on, program.points)
        earned = best_tier(standing, program)
        if not is_certified(partner, on) or not rises_above(earned, partner.credited_tier):
            return None
        transaction = Transaction(session, operation)
        reason = {"reason": "bar_met", "points": _shown(standing), "bar": bar_record(bar_of(earned, program))}
        credit_tier(
            transaction,
            partner,
            capacity,
            tier=earned,
            earned_on=on,
            action="tier.promoted",
            reason=reason,
            program=program,
        )
        transaction.commit()
        return TierChange(partner.credited_tier, earned)

    return until_undisturbed(attempt)


def promote_risen(session: TableSession, operation: Operation, partner_ids: Iterable[str], *, program: Program) -> None:
    """After a change has brought these partners managed points: credit whoever has earned a higher tier by it.

    The change stands whatever happens here; a promotion that fails comes with the daily run.
    """
    system = replace(operation, actor=SYSTEM_ACTOR, actor_role=SYSTEM_ACTOR)
    apart = TableSession(session.client, session.table)  # its transactions keep no answer to the request
    for partner_id in sorted(partner_ids):
        try:
            promote(apart, system, partner_id, program=program)
        except UnavailableError:
            logger().error("promotion left to the daily run", partner_id=partner_id)


def credit_tier(
    transaction: Transaction,
    partner: Partner,
    capacity: Capacity,
    *,
    tier: Tier,
    earned_on: date,
    action: str,
    reason: dict[str, Any],
    program: Program,
) -> None:
    """Another tier, the capacity that comes with it, and why; refused with ChangedMeanwhileError."""
    partners = Partners(transaction.session, partner.partner_id)
    changed = replace(partner, credited_tier=tier, tier_earned_on=earned_on, version=partner.version + 1)
    partners.save(transaction, changed, known=partner)
    limit = capacity_limit(changed, program.capacity)
    if limit != capacity.limit:
        partners.change_limit(transaction, capacity, to=limit, at=transaction.operation.at)
    transaction.record(
        partner_id=partner.partner_id,
        action=action,
        subject=f"partner/{partner.partner_id}",
        before=_tier_record(partner),
        after={**_tier_record(changed), **reason},
    )


def _tier_record(partner: Partner) -> dict[str, Any]:
    earned = partner.tier_earned_on
    return {"credited_tier": partner.credited_tier, "tier_earned_on": earned.isoformat() if earned else None}


def _shown(standing: Standing) -> dict[str, Any]:
    return {"sold": standing.sold, "managed": standing.managed, "total": standing.total}


def bar_record(bar: Bar) -> dict[str, Any]:
    """As the table and the audit trail keep it."""
    return {"total": bar.total, "sold": bar.sold}
