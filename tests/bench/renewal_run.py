"""What one daily run over renewals costs with ever more subscriptions in the table, and as many of them due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from functions.renewals.notices import attend_day
from shared.domain.clients import Client, Profile, Relation, Relationship, Subscription
from shared.domain.money import Money
from shared.domain.renewals import RenewalState
from shared.program import program
from shared.table import keys
from shared.table.client_records import client_record
from shared.table.client_rows import rows_of
from shared.table.session import TableSession
from shared.table.values import Item
from tests.counting import counting
from tests.engines import Engine, StoredTable
from tests.factories import Seed

SIZES = (1_000, 10_000, 100_000)
DUE = 200
PARTNERS = 50
SUBSCRIPTIONS_A_CLIENT = 5
FIRST_DAY = date(2026, 3, 17)
FAR = timedelta(days=5_000)
"""From here on nothing is due on any of the days that are run."""


@dataclass(frozen=True, kw_only=True)
class RunFigures:
    """One run: how many subscriptions there were, how many were told of, and what that took."""

    subscriptions: int
    told: int
    calls: int
    read_units: float
    write_units: float


class NoQueue:
    """All that is due fits into the run."""

    def send(self, messages: Iterator[str]) -> int:
        assert not list(messages)
        return 0


def measure_runs(engine: Engine) -> list[RunFigures]:
    table = engine.create_table()
    seed = Seed(table=table)
    for number in range(PARTNERS):
        seed.partner(f"p-{number}")
    figures = []
    written = 0
    for day_number, size in enumerate(SIZES):
        day = FIRST_DAY + timedelta(days=day_number)
        _fill(table, first=written, last=size - DUE, starts_on=FIRST_DAY + FAR)
        _fill(table, first=size - DUE, last=size, starts_on=day + timedelta(days=90))
        written = size
        figures.append(_run(table, day, size))
    return figures


def _run(table: StoredTable, day: date, size: int) -> RunFigures:
    with counting(table.client) as calls:
        answer = attend_day(
            {"as_of": day.isoformat()},
            session=TableSession(table.client, table.name),
            queue=NoQueue(),  # type: ignore[arg-type] # plays the queue
            clock=lambda: datetime.combine(day, datetime.min.time(), tzinfo=UTC),
        )
    return RunFigures(
        subscriptions=size,
        told=answer["notified"],
        calls=len(calls),
        read_units=sum(call.read_units for call in calls),
        write_units=sum(call.write_units for call in calls),
    )


def _fill(table: StoredTable, *, first: int, last: int, starts_on: date) -> None:
    items = _items(first, last, starts_on)
    while some := list(islice(items, 1_000)):
        table.fill(some)


def _items(first: int, last: int, starts_on: date) -> Iterator[Item]:
    for start in range(first, last, SUBSCRIPTIONS_A_CLIENT):
        client = _client(start, range(start, min(start + SUBSCRIPTIONS_A_CLIENT, last)), starts_on)
        records: dict[keys.Key, dict[str, Any]] = {
            keys.client(client.hub_id): client_record(client),
            **rows_of(client, program()),
        }
        yield from ({**key._asdict(), **record} for key, record in records.items())


def _client(number: int, subscriptions: range, starts_on: date) -> Client:
    relation = Relation(
        relationship=Relationship.MANAGED, since=datetime.combine(FIRST_DAY, datetime.min.time(), tzinfo=UTC)
    )
    return Client(
        hub_id=f"h-{number}",
        profile=Profile(company=f"Client {number:06}"),
        relations={f"p-{number % PARTNERS}": relation},
        subscriptions={
            f"s-{one}": Subscription(
                subscription_id=f"s-{one}",
                product="marketing_hub",
                edition="professional",
                mrr=Money(89_000, "EUR"),
                started_on=FIRST_DAY - timedelta(days=275),
                renews_on=starts_on,
                # Told of 120 days before: what is far ahead waits for that, the rest for its 90.
                state=RenewalState(notified={starts_on: 120}),
            )
            for one in subscriptions
        },
        version=1,
    )
