"""Managed points as a function of facts alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.managed_points import risen, timeline
from shared.domain.money import Money
from shared.domain.service import Claim, Service, Span, Worker
from shared.program import program

DAY = date(2026, 3, 17)
NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)
ALWAYS = (Span(NOON - timedelta(days=1000)),)
PRICE = ((date(2026, 1, 1), Money(8800, "EUR")),)


def claim(partner_id: str = "p-hill", **changes: Any) -> Claim:
    return Claim(**{"partner_id": partner_id, "user_id": "u-1", "span": Span(NOON), "tagged": ALWAYS, **changes})


def service(*claims: Claim, **changes: Any) -> Service:
    """Facts of a client whose one subscription brings a point a day while all conditions hold."""
    worker = {"in_portal": ALWAYS, "active_days": ((DAY, DAY),), **changes.pop("worker", {})}
    facts = {
        "managed": {"p-hill": ALWAYS, "p-lake": ALWAYS},
        "mrr": {"s-1": PRICE},
        "growth": ((date(2026, 1, 1), False),),
        **changes,
    }
    return Service(workers={"kim@work.example": Worker(claims=claims or (claim(),), **worker)}, **facts)


def ended(days: int) -> Span:
    return Span(NOON - timedelta(days=1000), NOON + timedelta(days=days))


@pytest.mark.feature("A37", "A92")
@pytest.mark.parametrize(
    ("facts", "last"),
    [
        (service(), 90),  # the activity's day and ninety more
        (service(claim(span=Span(NOON, NOON + timedelta(days=3)))), 2),  # let go in the course of a day
        (service(claim(tagged=(ended(3),))), 2),
        (service(worker={"in_portal": (ended(3),)}), 2),
        (service(managed={"p-hill": (ended(3),)}), 2),
        (service(worker={"active_days": ((DAY, DAY), (DAY + timedelta(days=91), DAY + timedelta(days=100)))}), 190),
    ],
)
def test_a_point_lasts_while_every_condition_holds(facts: Service, last: int) -> None:
    end = DAY + timedelta(days=last + 1)

    assert timeline(facts, program()) == {"p-hill": {DAY: Decimal("1.0"), end: Decimal("-1.0")}}


@pytest.mark.parametrize(
    ("away", "found"), [(-2, set()), (-1, {"p-hill"}), (0, {"p-hill"}), (91, {"p-hill"}), (92, set())]
)
def test_points_rise_where_it_is_one_of_their_days_anywhere_on_earth(away: int, found: set[str]) -> None:
    """They last from DAY through the ninetieth day after it."""
    idle, at = service(worker={"active_days": ()}), NOON + timedelta(days=away)

    assert risen(idle, service(), program(), at=at) == found
    assert risen(service(), idle, program(), at=at) == set()


def test_only_those_rise_to_whom_a_change_brings_more() -> None:
    given_up = claim("p-lake", span=ended(0))

    assert risen(service(claim("p-lake", span=ALWAYS[0])), service(given_up, claim()), program(), at=NOON) == {"p-hill"}
    assert risen(service(), service(claim(), given_up), program(), at=NOON) == set()


@pytest.mark.parametrize(
    "facts",
    [
        service(claim(tagged=())),
        service(worker={"in_portal": ()}),
        service(worker={"active_days": ()}),
        service(managed={}),
        service(mrr={}),
        service(claim(span=Span(NOON, NOON + timedelta(hours=1)))),
    ],
)
def test_without_one_of_the_conditions_there_are_no_points(facts: Service) -> None:
    assert timeline(facts, program()) == {}


@pytest.mark.feature("A107")
def test_of_one_address_the_first_earns_until_it_lets_go() -> None:
    first = claim("p-lake", span=Span(NOON, NOON + timedelta(days=10)))
    second = claim("p-hill", span=Span(NOON + timedelta(days=1)))

    assert timeline(service(first, second), program()) == {
        "p-lake": {DAY: 1, DAY + timedelta(days=10): -1},
        "p-hill": {DAY + timedelta(days=10): 1, DAY + timedelta(days=91): -1},
    }


def test_two_partners_share_and_each_share_is_rounded_by_itself() -> None:
    facts = service(mrr={"s-1": ((DAY, Money(8800 * 7 // 2, "EUR")),)})
    other = Worker(claims=(claim("p-lake"),), in_portal=ALWAYS, active_days=((DAY, DAY),))
    shared = Service(
        workers={**facts.workers, "lou@work.example": other},
        managed=facts.managed,
        mrr=facts.mrr,
        growth=facts.growth,
    )

    assert timeline(shared, program()) == {
        partner: {DAY: Decimal("1.8"), DAY + timedelta(days=91): Decimal("-1.8")} for partner in ("p-hill", "p-lake")
    }


def test_price_and_market_change_points_from_their_day_on() -> None:
    later, even_later = DAY + timedelta(days=10), DAY + timedelta(days=20)
    facts = service(
        mrr={"s-1": (*PRICE, (later, Money(17600, "EUR")))},
        growth=((date(2026, 1, 1), False), (even_later, True)),
    )

    assert timeline(facts, program()) == {"p-hill": {DAY: 1, later: 1, even_later: 2, DAY + timedelta(days=91): -4}}


def test_an_activity_at_the_end_of_time_is_no_fault() -> None:
    facts = service(worker={"active_days": ((DAY, date.max),)})

    assert timeline(facts, program()) == {"p-hill": {DAY: 1}}
