"""Many requests at once, released together, and what the table holds afterwards."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from functions.capacity import registering
from functions.capacity.service import CapacityDesk
from shared.domain.registrations import Registration
from shared.errors import ProblemError, UnavailableError
from shared.ids import new_id
from shared.program import program
from shared.table.client import dynamodb
from shared.table.session import TableSession
from shared.table.values import Item
from tests.at_once import Meet, all_at_once
from tests.engines import StoredTable
from tests.factories import operation, registration_of

THREADS = 32
MOST_REPEATS = 20


@dataclass(kw_only=True)
class Outcome:
    """`accepted` are the domains that a caller was told it has; `refused` counts codes."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, fate: Registration | ProblemError) -> None:
        with self.lock:
            if isinstance(fate, Registration):
                self.accepted.append(fate.registered_domain)
            else:
                self.refused[fate.code] = self.refused.get(fate.code, 0) + 1


def desk_of(table: StoredTable, partner_id: str, *, operation_id: str) -> CapacityDesk:
    """A new request with the product's own client; it can be repeated under the id, as under an Idempotency-Key."""
    doing = operation(operation_id=operation_id)
    return CapacityDesk(TableSession(dynamodb(), table.name), partner_id, doing, program().capacity)


def together(work: Sequence[Callable[[], None]], *, threads: int = THREADS) -> None:
    """Does all of the work in so many threads, which begin at once."""
    waiting, lock = list(work), threading.Lock()

    def labour(_number: int, _meet: Meet) -> None:
        while True:
            with lock:
                if not waiting:
                    return
                piece = waiting.pop(0)
            piece()

    all_at_once(labour, threads=threads)


def register_all(
    table: StoredTable, partner_id: str, names: Sequence[str], *, at_once: int, seed: int, patient: bool = False
) -> Outcome:
    """Registers every domain, `at_once` in a request, from 32 threads.

    A patient caller repeats what was answered 503, as the same operation; otherwise a 503 is a failure.
    """
    outcome = Outcome()
    shuffled = random.Random(seed).sample(list(names), len(names))

    def request(some: Sequence[str]) -> None:
        operation_id = new_id("o")
        for _ in range(MOST_REPEATS):
            desk = desk_of(table, partner_id, operation_id=operation_id)
            leads = [registration_of(desk, name) for name in some]
            try:
                fates = _fates(desk, leads)
            except UnavailableError:
                if not patient:
                    raise
                continue
            for fate in fates:
                outcome.note(fate)
            return
        raise AssertionError("a request was unavailable twenty times")

    chunks = [shuffled[start : start + at_once] for start in range(0, len(shuffled), at_once)]
    together([lambda some=some: request(some) for some in chunks])  # type: ignore[misc] # bound early
    return outcome


def _fates(desk: CapacityDesk, leads: Sequence[Registration]) -> Sequence[Registration | ProblemError]:
    if len(leads) > 1:
        return registering.register_batch(desk, leads)
    try:
        return [registering.register(desk, leads[0])]
    except UnavailableError:
        raise
    except ProblemError as refusal:
        return [refusal]


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What one partner really holds."""

    rows: list[str]
    sentinels: list[str]
    limit: int
    slots_left: int


def holdings(items: Sequence[Item], partner_id: str) -> Holdings:
    pk = f"PARTNER#{partner_id}"
    counter = next(item for item in items if (item["pk"], item["sk"]) == (pk, "CAPACITY"))
    return Holdings(
        rows=[one["registered_domain"] for one in items if one["pk"] == pk and one["sk"].startswith("REGISTRATION#")],
        sentinels=[
            item["pk"].removeprefix("DOMAIN#")
            for item in items
            if item["sk"] == "OWNER" and item["partner_id"] == partner_id
        ],
        limit=counter["limit"],
        slots_left=counter["slots_left"],
    )
