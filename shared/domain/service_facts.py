"""What a change of a client leaves behind as facts: who managed it, what it paid, where, and whom its portal listed."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec.structs import replace

from shared.domain.claims import portal_changed
from shared.domain.clients import Client, Subscription
from shared.domain.money import Money
from shared.domain.service import Service, Span
from shared.program import Program

Steps = tuple[tuple[date, Money], ...]


def recorded(known: Client | None, after: Client, *, at: datetime, program: Program) -> Service:
    """The facts once `known` has become `after` at the instant `at`; claims and activities are `after`'s own.

    What has not changed is the same as before, so that a change of anything else costs nothing.
    """
    before = known.service if known else Service()
    today = at.date()
    service = after.service
    if known:
        users = {"before": known.profile.portal_users, "after": after.profile.portal_users}
        service = portal_changed(service, **users, at=at)
    return replace(
        service,
        managed=_managed(before.managed, after, at),
        mrr={
            **before.mrr,
            **{key: _steps(before.mrr.get(key, ()), one, today) for key, one in after.subscriptions.items()},
        },
        growth=_growth(before.growth, today, after.profile.country in program.points.growth_market_countries),
    )


def _managed(before: Mapping[str, tuple[Span, ...]], after: Client, at: datetime) -> dict[str, tuple[Span, ...]]:
    managing = {partner_id for partner_id, one in after.relations.items() if one.relationship.is_managed}
    managed = dict(before)
    for partner_id in before.keys() | managing:
        spans = before.get(partner_id, ())
        last = spans[-1] if spans else None
        lasts = last is not None and last.until is None
        if partner_id in managing and not lasts:
            managed[partner_id] = (*spans, Span(at))
        elif last is not None and lasts and partner_id not in managing:
            managed[partner_id] = (*spans[:-1], replace(last, until=at))
    return managed


def _steps(steps: Steps, subscription: Subscription, today: date) -> Steps:
    """What the subscription costs from which day on.

    A changed price holds from the day on which it was said. A start that lies ahead may still move; one that has come
    stays, as points may have followed from it.
    """
    if not steps:
        return ((subscription.started_on, subscription.mrr),)
    first, _ = steps[0]
    if first > today and subscription.started_on != first:
        return ((max(subscription.started_on, today), subscription.mrr),)
    last, money = steps[-1]
    if money == subscription.mrr:
        return steps
    if last >= today:  # a day counts as it ends
        return (*steps[:-1], (last, subscription.mrr))
    return (*steps, (today, subscription.mrr))


def _growth(steps: tuple[tuple[date, bool], ...], today: date, is_growth: bool) -> tuple[tuple[date, bool], ...]:  # noqa: FBT001 - a fact, not a switch
    if not steps:
        return ((today, is_growth),)
    last, was_growth = steps[-1]
    if was_growth == is_growth:
        return steps
    if last >= today:
        return (*steps[:-1], (last, is_growth))
    return (*steps, (today, is_growth))
