"""What a change of a client leaves behind as facts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.domain.clients import Client, Profile, Relation, Relationship, Subscription
from shared.domain.money import Money
from shared.domain.service import Span
from shared.domain.service_facts import recorded
from shared.program import program

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)
TODAY = NOON.date()


def client(
    *, euros: int | None = 100, started_on: date = date(2026, 1, 1), country: str | None = "DE", managed: bool = True
) -> Client:
    """A client of p-hill with at most one subscription."""
    relationship = Relationship.MANAGED if managed else Relationship.SOLD
    subscription = Subscription(
        subscription_id="s-1",
        product="sales_hub",
        edition="starter",
        mrr=Money((euros or 0) * 100, "EUR"),
        started_on=started_on,
    )
    return Client(
        hub_id="4711",
        profile=Profile(company="Acme", country=country),
        relations={"p-hill": Relation(relationship=relationship, since=NOON)},
        subscriptions={"s-1": subscription} if euros is not None else {},
    )


def lived(*states: Client, days: int = 1) -> Client:
    """The client after it was so and so, so many days apart, the last time today."""
    known: Client | None = None
    for number, state in enumerate(states, start=1):
        at = NOON - timedelta(days=days * (len(states) - number))
        after = replace(state, service=known.service if known else state.service)
        known = replace(after, service=recorded(known, after, at=at, program=program()))
    assert known is not None
    return known


def price(euros: int) -> Money:
    return Money(euros * 100, "EUR")


@pytest.mark.parametrize(
    ("states", "days", "steps"),
    [
        ([client()], 1, [(date(2026, 1, 1), 100)]),
        ([client(), client()], 1, [(date(2026, 1, 1), 100)]),
        ([client(), client(euros=200)], 1, [(date(2026, 1, 1), 100), (TODAY, 200)]),
        ([client(started_on=TODAY), client(euros=200)], 0, [(TODAY, 200)]),
        ([client(), client(euros=200), client(euros=300)], 0, [(date(2026, 1, 1), 100), (TODAY, 300)]),
        ([client(), client(started_on=date(2025, 1, 1))], 1, [(date(2026, 1, 1), 100)]),
        ([client(started_on=date(2027, 1, 1)), client(started_on=date(2028, 1, 1))], 1, [(date(2028, 1, 1), 100)]),
        ([client(started_on=date(2027, 1, 1)), client(started_on=date(2020, 1, 1))], 1, [(TODAY, 100)]),
        ([client(), client(euros=None)], 1, [(date(2026, 1, 1), 100)]),
    ],
)
def test_prices_are_kept_by_the_day_from_which_they_hold(
    states: list[Client], days: int, steps: list[tuple[date, int]]
) -> None:
    expected = tuple((day, price(euros)) for day, euros in steps)

    assert lived(*states, days=days).service.mrr == {"s-1": expected}


def test_managing_begins_ends_and_begins_again() -> None:
    there, sold = client(), client(managed=False)
    gone = replace(there, relations={})

    assert lived(there, sold, there, gone).service.managed == {
        "p-hill": (
            Span(NOON - timedelta(days=3), NOON - timedelta(days=2)),
            Span(NOON - timedelta(days=1), NOON),
        )
    }


def test_the_market_follows_the_clients_country() -> None:
    assert lived(client(), client(country="BR"), client(country="BR"), client(country=None)).service.growth == (
        (TODAY - timedelta(days=3), False),
        (TODAY - timedelta(days=2), True),
        (TODAY, False),
    )


def test_a_change_of_anything_else_leaves_no_fact() -> None:
    known = lived(client())
    renamed = replace(known, profile=replace(known.profile, company="Acme & Sons"))

    assert recorded(known, renamed, at=NOON, program=program()) == known.service
