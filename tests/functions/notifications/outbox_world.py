"""A world in which everything about the outbox goes wrong by chance, the same way for the same seed."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from functions.notifications.delivery import Courier
from functions.notifications.relay import relay
from functions.notifications.sweeper import sweep
from shared.table.session import TableSession, TableUnavailableError
from tests.clocks import StoppedClock
from tests.faults import Crash
from tests.functions.notifications.outbox import (
    POISON,
    RunContext,
    courier_of,
    notice,
    notice_record,
    put_notice,
    stream_event,
)
from tests.memory_table import MemoryTable

DELIVERIES_OF_A_BATCH = 6
"""The first one and five retries."""

MOST_MINUTES = 240


@dataclass(kw_only=True)
class Chances:
    """How likely each call meets each fault; `crash` is for both sides of each call."""

    crash: float = 0
    answer_lost: float = 0
    throttled: float = 0
    interrupted: float = 0


@dataclass(kw_only=True)
class OutboxWorld:
    """Stands between the product and its two services: each call may crash, lose its answer, or be interrupted.

    A notice is `open` from the moment SES has its mail until the table knows it: the window in which a fault causes a
    second copy. `faults` counts those that fell into it.
    """

    random: random.Random
    chances: Chances
    table: MemoryTable = field(default_factory=MemoryTable)
    clock: StoppedClock = field(default_factory=StoppedClock)
    mails: Counter[str] = field(default_factory=Counter)
    open: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    interruption: Callable[[], None] | None = None
    calm: bool = False

    @property
    def session(self) -> TableSession:
        return TableSession(self, "outbox")  # type: ignore[arg-type] # plays the client

    @cached_property
    def courier(self) -> Courier:
        return courier_of(self.session, ses=self, clock=self.clock)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """An operation of the table's client."""
        called = getattr(self.table, operation)
        return lambda **arguments: self._call(called, arguments)

    def send_email(self, **arguments: Any) -> Any:
        return self._call(self._accept, arguments)

    def _accept(self, **arguments: Any) -> dict[str, str]:
        [tag] = arguments["EmailTags"]
        assert f"Message-ID: <{tag['Value']}@contoso.example>".encode() in arguments["Content"]["Raw"]["Data"]
        self.mails[tag["Value"]] += 1
        self.open.add(tag["Value"])
        return {"MessageId": f"m-{self.mails.total()}"}

    def _call(self, called: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        self._perhaps_crash()
        self._perhaps_interrupt()
        if self._happens(self.chances.throttled):
            answer: Any = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(answer, "Any")
        done = called(**arguments)
        if "sent_at" in done.get("Attributes", {}):
            self.open.discard(done["Attributes"]["notice_id"]["S"])
        self._perhaps_crash()
        if self._happens(self.chances.answer_lost):
            self._note_fault()
            raise ReadTimeoutError(endpoint_url="https://example")
        return done

    def _happens(self, chance: float) -> bool:
        return not self.calm and self.random.random() < chance

    def _perhaps_crash(self) -> None:
        if self._happens(self.chances.crash):
            self._note_fault()
            raise Crash

    def _perhaps_interrupt(self) -> None:
        """Another run works meanwhile, while this one stands still."""
        interruption, self.interruption = self.interruption, None
        if interruption is not None and self._happens(self.chances.interrupted):
            interruption()
        elif interruption is not None:
            self.interruption = interruption

    def _note_fault(self) -> None:
        self.faults.update(self.open)
        self.open.clear()


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What became of a run of the world: mails and faults in the window by notice, and what still waits."""

    good: list[str]
    poisoned: list[str]
    mails: Counter[str]
    faults: Counter[str]
    waiting: set[str]
    failed_records: set[str]


def run_world(seed: int, chances: Chances) -> Ended:
    """Post notices, deliver each one's record one to five times in any order, and let the sweeper do the rest."""
    chance = random.Random(seed)
    world = OutboxWorld(random=chance, chances=chances, calm=True)
    names = [f"n-{seed:05}{number}" for number in range(chance.choice([1, 1, 2]))]
    poisoned = [chance.choice(names)] if chance.random() < 0.2 else []
    for name in names:
        put_notice(world.session, notice(notice_id=name, told=POISON if name in poisoned else None))
    records = [notice_record(name, number=names.index(name)) for name in names for _ in range(chance.randint(1, 5))]
    chance.shuffle(records)
    world.calm = False
    failed: set[str] = set()
    while records:
        batch, records = records[:3], records[3:]
        later = records[:2]
        world.interruption = partial(_relay, world, later, failed) if later else None
        _relay(world, batch, failed)
        world.clock.advance(timedelta(seconds=chance.choice([0, 1, 30])))
    world.interruption = None
    for minute in range(MOST_MINUTES):
        world.calm = minute > MOST_MINUTES // 2
        world.clock.advance(timedelta(minutes=1))
        _survive(lambda: sweep(RunContext(), courier=world.courier, until=world.clock()))
        if {item["notice_id"] for item in world.table.items.values() if "due_queue" in item} <= set(poisoned):
            break
    waiting = {item["notice_id"] for item in world.table.items.values() if "due_queue" in item}
    good = [name for name in names if name not in poisoned]
    return Ended(
        good=good,
        poisoned=poisoned,
        mails=world.mails,
        faults=world.faults,
        waiting=waiting,
        failed_records={names[int(number)] for number in failed},
    )


def _relay(world: OutboxWorld, batch: list[Any], failed: set[str]) -> None:
    """As the mapping does: again from the first failed record on, and given up after the last retry."""
    for _ in range(DELIVERIES_OF_A_BATCH):
        answers: list[Any] = []
        if not _survive(partial(_answer, world, batch, answers)):
            continue
        numbers = {entry["itemIdentifier"] for entry in answers[0]["batchItemFailures"]}
        failed |= numbers
        if not numbers:
            return
        first = next(at for at, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in numbers)
        batch = batch[first:]


def _answer(world: OutboxWorld, batch: list[Any], answers: list[Any]) -> None:
    answers.append(relay(stream_event(batch), RunContext(), courier=world.courier))


def _survive(run: Callable[[], Any]) -> bool:
    """Whether the run came to its end."""
    try:
        run()
    except (Crash, TableUnavailableError):
        return False
    return True
