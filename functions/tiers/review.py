"""The daily run over all partners: reviews that take a tier, warnings before them, and promotions that were missed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date
from functools import partial
from itertools import islice
from typing import Any

from msgspec import Struct, field

from functions.tiers.warnings import due_warning, warning
from shared import settings
from shared.clock import Clock, HasTime, utc_now
from shared.domain.operations import Operation
from shared.domain.partners import Capacity, Partner
from shared.domain.points import PointsByDay
from shared.domain.tiers import ReviewOutcome, last_review, next_review, performing_tier, reviewed, rises_above
from shared.program import Program, program
from shared.runs import DailyRun, operation_of, time_left
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.client import dynamodb
from shared.table.notices import post
from shared.table.partners import ListedPartner, Partners, listed_partners
from shared.table.points import PartnerPoints, keys_of_years
from shared.table.reviews import TierReviews
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import Transaction
from shared.tiers import credit_tier, promote

_NOTED_AFTER = 100
"""Partners after which it is noted how far the run has come."""


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


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Review, warn and promote. `as_of` is the logical day, today in UTC without it; `dry_run` only tells.

    `unfinished` goes on with a run that had not time enough. Raises UnfinishedRunError when all the rest is done.
    """
    session = TableSession(dynamodb(), settings.table_name())
    return attend_due(event, session=session, has_time=time_left(context), clock=utc_now)


def attend_due(event: Mapping[str, Any], *, session: TableSession, has_time: HasTime, clock: Clock) -> dict[str, Any]:
    """The run that the event asks for, from where it was cut off. Raises UnfinishedRunError."""
    now, dry_run = clock(), bool(event.get("dry_run", False))
    days_run = DailyRun(run="tier_review", has_time=has_time, session=session, now=now, notes=not dry_run)
    given = days_run.begin(event, has_place=True)
    if given is None:
        return {}
    operation = operation_of(given, at=now)
    return attend_day(session, operation, days_run.day, dry_run=dry_run, rules=program(), days_run=days_run)


def attend_day(
    session: TableSession,
    operation: Operation,
    day: date,
    *,
    dry_run: bool = False,
    rules: Program,
    days_run: DailyRun | None = None,
) -> dict[str, Any]:
    """All partners on a logical day, from where `days_run` was cut off.

    Returns the day, how many tiers were reviewed, demoted, promoted and warned of, and each change. A review that no
    run came to on its day is caught up with by the next; running twice changes nothing more. Raises UnfinishedRunError.
    """
    days_run = days_run or DailyRun(
        run="tier_review", has_time=lambda: True, session=session, now=operation.at, notes=False
    )
    run = _Run(session=session, operation=operation, day=day, dry_run=dry_run, rules=rules)
    place = days_run.place or {"shard": 0, "after": None}
    for shard in range(place["shard"], keys.LISTED_PARTNERS_SHARDS):
        after = place["after"] if shard == place["shard"] else None
        if not _attend_shard(run, days_run, shard, listed_partners(session, shard=shard, after=after)):
            break
    counts = days_run.end({what: run.counts[what] for what in ("reviewed", "demoted", "promoted", "warned")})
    return {"as_of": day.isoformat(), "dry_run": dry_run, **counts, "changes": run.changes}


def _attend_shard(run: _Run, days_run: DailyRun, shard: int, listed: Iterator[ListedPartner | UnreadableItem]) -> bool:
    """Whether there was time for all of them. Where it goes on is noted after every so many, in case it dies."""

    def attend(one: ListedPartner) -> None:
        until_undisturbed(partial(_attend, run, one))
        days_run.place = {"shard": shard, "after": one.partner_id}

    while some := list(islice(listed, _NOTED_AFTER)):
        days_run.attend(some, attend, whose=_id_of, name=_id_of)
        if days_run.is_cut_off:
            return False
        if len(some) == _NOTED_AFTER:
            days_run.keep()
    return True


def _id_of(listed: ListedPartner) -> str:
    return listed.partner_id


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
