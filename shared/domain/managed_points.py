"""Managed points as they follow from the facts of service, for any day past or to come.

A day counts as it ends, in UTC. What is known to end, such as the window after the last activity, ends here without
anybody having to do anything on that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from shared.domain.money import Money
from shared.domain.points import NONE, MarketType, Rule, managed_rule, points_by
from shared.domain.service import Service, Span, Worker
from shared.program import Program

Days = tuple[date, date]
"""From a day up to, but without, another."""

_NEVER = date.max


class Stretch(NamedTuple):
    """Days on which a subscription brought a partner the same points; `until` is None while no end is known."""

    partner_id: str
    subscription_id: str
    since: date
    until: date | None
    points: Decimal
    mrr: Money
    rule: Rule


class Change(NamedTuple):
    """Where managed points change: whose, on which day, and in which market they are earned."""

    partner_id: str
    day: date
    market: MarketType


def stretches(service: Service, program: Program) -> list[Stretch]:
    """By partner, subscription and day; stretches without points are left out."""
    qualifying = {partner_id: _either(days) for partner_id, days in _qualifying(service, program).items() if any(days)}
    found: list[Stretch] = []
    if not any(qualifying.values()):
        return found
    edges = {edge for days in qualifying.values() for span in days for edge in span}
    edges |= {day for steps in service.mrr.values() for day, _ in steps} | {day for day, _ in service.growth}
    for since, until in pairwise(sorted(edges | {_NEVER})):
        partners = [partner_id for partner_id, days in qualifying.items() if _covers(days, since)]
        if not partners:
            continue
        market = MarketType.GROWTH if _growth_at(service.growth, since) else MarketType.STANDARD
        for subscription_id, steps in service.mrr.items():
            mrr = _price_at(steps, since)
            if mrr is None:
                continue
            rule = managed_rule(market, mrr.currency, program.points, partners=len(partners))
            points = points_by(rule, mrr, program.points)
            end = None if until == _NEVER else until
            found.extend(
                Stretch(partner_id, subscription_id, since, end, points, mrr, rule) for partner_id in partners if points
            )
    return _joined(sorted(found, key=lambda one: one[:3]))


def changes(service: Service, program: Program) -> dict[Change, Decimal]:
    """By how much each partner's managed points change on a day, over all subscriptions."""
    found: dict[Change, Decimal] = defaultdict(Decimal)
    for one in stretches(service, program):
        found[Change(one.partner_id, one.since, one.rule.market_type)] += one.points
        if one.until:
            found[Change(one.partner_id, one.until, one.rule.market_type)] -= one.points
    return {change: points for change, points in found.items() if points}


def timeline(service: Service, program: Program) -> dict[str, dict[date, Decimal]]:
    """The changes by partner and day, whatever the market."""
    found: dict[str, dict[date, Decimal]] = {}
    for (partner_id, day, _), points in changes(service, program).items():
        by_day = found.setdefault(partner_id, {})
        by_day[day] = by_day.get(day, NONE) + points
    return {
        partner_id: {day: points for day, points in sorted(by_day.items()) if points}
        for partner_id, by_day in found.items()
    }


def differences(before: Service, after: Service, program: Program) -> dict[Change, Decimal]:
    """What one set of facts has over another; nothing where no fact has changed."""
    if before == after:
        return {}
    old, new = changes(before, program), changes(after, program)
    both = {change: new.get(change, NONE) - old.get(change, NONE) for change in old.keys() | new.keys()}
    return {change: points for change, points in both.items() if points}


def risen(before: Service, after: Service, program: Program, *, at: datetime) -> set[str]:
    """The partners to whom a change of the facts brings more points today than they had, wherever today is."""
    found: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for change, points in differences(before, after, program).items():
        found[change.partner_id][change.day] += points
    days = [at.astimezone(UTC).date() + timedelta(days=away) for away in (-1, 0, 1)]
    return {
        partner_id
        for partner_id, by_day in found.items()
        if any(sum(points for since, points in by_day.items() if since <= day) > 0 for day in days)
    }


def _qualifying(service: Service, program: Program) -> dict[str, list[Days]]:
    """By partner the days on which some address of its own earns credit; they may overlap."""
    found: dict[str, list[Days]] = defaultdict(list)
    managed = {partner_id: _days_of(spans) for partner_id, spans in service.managed.items()}
    window = timedelta(days=program.managed_credit.activity_window_days + 1)
    latest = _NEVER - window
    for worker in service.workers.values():
        active = [(first, min(last, latest) + window) for first, last in worker.active_days]
        present = _both(_either(active), _either(_days_of(worker.in_portal)))
        if not present:
            continue
        for partner_id, held in _held(worker):
            found[partner_id] += _both(_both(held, present), _either(managed.get(partner_id, [])))
    return found


def _held(worker: Worker) -> Iterable[tuple[str, list[Days]]]:
    """For each claim the days on which it is the first that has not let go and its user is tagged."""
    taken: list[Days] = []
    for claim in sorted(worker.claims, key=lambda one: one.span.since):  # of equals the first noted
        own = _days_of([claim.span])
        yield claim.partner_id, _both(_without(own, taken), _either(_days_of(claim.tagged)))
        taken = _either([*taken, *own])


def _days_of(spans: Iterable[Span]) -> list[Days]:
    """The days at whose end the spans hold."""
    days = [(span.since.date(), _first_day_without(span.until)) for span in spans]
    return [(since, until) for since, until in days if since < until]


def _first_day_without(until: datetime | None) -> date:
    return until.date() if until else _NEVER


def _either(days: Sequence[Days]) -> list[Days]:
    """Days in any of the spans, in order and apart from each other."""
    joined: list[Days] = []
    for since, until in sorted(days):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def _both(some: Sequence[Days], others: Sequence[Days]) -> list[Days]:
    common = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return sorted((since, until) for since, until in common if since < until)


def _without(some: Sequence[Days], others: Sequence[Days]) -> list[Days]:
    left = list(some)
    for c, d in others:
        pieces = [piece for a, b in left for piece in ((a, min(b, c)), (max(a, d), b))]
        left = [(since, until) for since, until in pieces if since < until]
    return left


def _covers(days: Sequence[Days], day: date) -> bool:
    return any(since <= day < until for since, until in days)


def _price_at(steps: Sequence[tuple[date, Money]], day: date) -> Money | None:
    return next((money for since, money in reversed(steps) if since <= day), None)


def _growth_at(steps: Sequence[tuple[date, bool]], day: date) -> bool:
    """Of the market before the first that is known, what is known first."""
    return next((is_growth for since, is_growth in reversed(steps) if since <= day), steps[0][1] if steps else False)


def _joined(ordered: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours that say the same, as one."""
    joined: list[Stretch] = []
    for one in ordered:
        last = joined[-1] if joined else None
        if last and last._replace(since=one.since, until=one.until) == one and last.until == one.since:
            joined[-1] = last._replace(until=one.until)
        else:
            joined.append(one)
    return joined
