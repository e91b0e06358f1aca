"""The daily run over all partners: reviews that take a tier, warnings before them, and promotions that were missed."""

from collections import Counter
from datetime import UTC, date
from functools import partial
from typing import Any

from msgspec import Struct, field

from functions.tiers.warnings import due_warning, warning
from shared import settings
from shared.clock import utc_now
from shared.domain.operations import Operation
from shared.domain.partners import Capacity, Partner
from shared.domain.points import PointsByDay
from shared.domain.tiers import ReviewOutcome, last_review, next_review, performing_tier, reviewed, rises_above
from shared.log import logger
from shared.program import Program, program
from shared.runs import UnfinishedRunError, day_meant, operation_of
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.client import dynamodb
from shared.table.notices import post
from shared.table.partners import ListedPartner, Partners, listed_partners
from shared.table.points import PartnerPoints, keys_of_years
from shared.table.reviews import TierReviews
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction
from shared.tiers import credit_tier, promote


class _Run(Struct, kw_only=True):
    """One run for a logical day. With `dry_run` it tells what it would do and writes nothing."""

    session: TableSession
    operation: Operation
    day: date
    dry_run: bool
    rules: Program
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[dict[str, str]] = field(default_factory=list)

    def note(self, what: str, partner_id: str, *, before: str, after: str, reason: str) -> None:
        self.counts[what] += 1
        self.changes.append(
            {"partner_id": partner_id, "what": what, "before": before, "after": after, "reason": reason}
        )


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Review, warn and promote. `as_of` is the logical day, today in UTC without it; `dry_run` only tells.

    Answers the day, how many tiers were reviewed, demoted, promoted and warned of, and each change. Raises
    UnfinishedRunError when all partners but some are done.
    """
    now = utc_now()
    operation = operation_of(event, at=now)
    return attend_day(
        TableSession(dynamodb(), settings.table_name()),
        operation,
        day_meant(event) or now.date(),
        dry_run=bool(event.get("dry_run", False)),
        rules=program(),
    )


def attend_day(
    session: TableSession, operation: Operation, day: date, *, dry_run: bool = False, rules: Program
) -> dict[str, Any]:
    """All partners on a logical day.

    A review that no run came to on its day is caught up with by the next; running twice changes nothing more. Raises
    UnfinishedRunError.
    """
    run = _Run(session=session, operation=operation, day=day, dry_run=dry_run, rules=rules)
    failed = set[str]()
    for shard in range(keys.LISTED_PARTNERS_SHARDS):
        for listed in listed_partners(session, shard=shard):
            try:
                until_undisturbed(partial(_attend, run, listed))
            except TableUnavailableError:
                logger().error("tier not reviewed", partner_id=listed.partner_id)
                failed.add(listed.partner_id)
    counts = {what: run.counts[what] for what in ("reviewed", "demoted", "promoted", "warned")}
    logger().info("tiers reviewed", extra={**counts, "failed": len(failed)})
    if failed:
        raise UnfinishedRunError(failed)
    return {"as_of": day.isoformat(), "dry_run": dry_run, **counts, "changes": run.changes}


def _attend(run: _Run, listed: ListedPartner) -> None:
    """One partner: the review that is due, or else a promotion and a warning. Raises ChangedMeanwhileError."""
    partner_id = listed.partner_id
    past, ahead = last_review(run.day, run.rules), next_review(run.day, run.rules)
    years = (past[0].year - 2, ahead[1].year)
    run.session.read_ahead(
        [
            keys.partner(partner_id),
            keys.capacity(partner_id),
            keys.tier_review(partner_id, past[1].isoformat()),
            keys.review_warning(partner_id, ahead[1].isoformat()),
            *keys_of_years(partner_id, *years),
        ]
    )
    partner, capacity = Partners(run.session, partner_id).with_capacity()
    points = PartnerPoints(run.session, partner_id).between(*years)
    is_decided = TierReviews(run.session, partner_id).is_decided(past[1])
    warned = TierReviews(run.session, partner_id).warned(ahead[1])
    # A partner that the vendor made later has nothing to show for the days before.
    if not is_decided and listed.since.astimezone(UTC).date() <= past[1]:
        outcome = reviewed(partner, points, past, run.rules)
        _review(run, partner, capacity, outcome)
        if outcome.demotes:
            return
    _promote(run, partner, points)
    _warn(run, partner, points, ahead, warned)


def _review(run: _Run, partner: Partner, capacity: Capacity, outcome: ReviewOutcome) -> None:
    """Write down what the review decides, and carry it out. Raises ChangedMeanwhileError."""
    if not run.dry_run:
        _decide(run, partner, capacity, outcome)
    run.counts["reviewed"] += 1
    if outcome.demotes:
        run.note("demoted", partner.partner_id, before=outcome.before, after=outcome.after, reason=outcome.reason)


def _decide(run: _Run, partner: Partner, capacity: Capacity, outcome: ReviewOutcome) -> None:
    partner_id = partner.partner_id
    transaction = Transaction(run.session, run.operation)
    TierReviews(run.session, partner_id).add(transaction, outcome)
    decided = {
        "review_on": outcome.review_on.isoformat(),
        "reason": outcome.reason,
        "met": {day.isoformat(): tier for day, tier in outcome.met.items()},
    }
    if outcome.demotes:
        credit_tier(
            transaction,
            partner,
            capacity,
            tier=outcome.after,
            earned_on=outcome.review_on,
            action="tier.demoted",
            reason=decided,
            program=run.rules,
        )
    else:
        transaction.record(
            partner_id=partner_id,
            action="tier.kept",
            subject=f"partner/{partner_id}",
            before=None,
            after={"credited_tier": partner.credited_tier, **decided},
        )
    transaction.commit()


def _promote(run: _Run, partner: Partner, points: PointsByDay) -> None:
    """A rise that no request brought: such as by managed points, or by a certificate that was renewed."""
    performing = performing_tier(partner, points.standing(run.day, run.rules.points), run.day, run.rules)
    if not rises_above(performing, partner.credited_tier):
        return
    partner_id = partner.partner_id
    if run.dry_run:
        run.note("promoted", partner_id, before=partner.credited_tier, after=performing, reason="bar_met")
        return
    change = promote(run.session, run.operation, partner_id, program=run.rules, day=run.day)
    if change:
        run.note("promoted", partner_id, before=change.before, after=change.after, reason="bar_met")


def _warn(run: _Run, partner: Partner, points: PointsByDay, window: tuple[date, date], warned: int | None) -> None:
    """Before a review that would take the tier, by what is known now. Raises ChangedMeanwhileError."""
    days_before = due_warning(run.day, window[1], warned=warned, rules=run.rules.tiers)
    if days_before is None:
        return
    outcome = reviewed(partner, points, window, run.rules)
    if not outcome.demotes:
        return
    if not run.dry_run:
        transaction = Transaction(run.session, run.operation)
        TierReviews(run.session, partner.partner_id).add_warning(transaction, window[1], days_before=days_before)
        standing = points.standing(run.day, run.rules.points)
        post(transaction, warning(partner, outcome, standing, now=run.operation.at, rules=run.rules))
        transaction.record(
            partner_id=partner.partner_id,
            action="tier.warned",
            subject=f"partner/{partner.partner_id}",
            before=None,
            after={"review_on": window[1].isoformat(), "days_before": days_before, "would_be": outcome.after},
        )
        transaction.commit()
    run.note("warned", partner.partner_id, before=outcome.before, after=outcome.after, reason=outcome.reason)
