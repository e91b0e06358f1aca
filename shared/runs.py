"""What scheduled runs share: the day that is meant, the one loop through what is due, and what is left undone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any, TypeVar

from aws_lambda_powertools.metrics import MetricUnit
from msgspec import Struct, field

from shared.clock import HasTime, read_day
from shared.domain.operations import Operation
from shared.errors import ProblemError
from shared.ids import new_id
from shared.log import logger, metrics
from shared.table.session import REQUEST_FAULT, UNREADABLE, TableSession, TableUnavailableError, UnreadableItem
from shared.table.unfinished_runs import UnfinishedRun, UnfinishedRuns

T = TypeVar("T")

LONGEST_STEP = 20_000
"""Milliseconds that must be left to begin another: the time limits of table and mail service, and some rest."""

LONGEST_RUN = timedelta(minutes=15)
"""No function runs longer."""

FAULTS = (ProblemError, REQUEST_FAULT, *UNREADABLE)
"""What the table may raise, and what items that are not as the product writes them give rise to."""


def moment_meant(event: Mapping[str, Any], *, otherwise: datetime) -> datetime:
    """The end, in UTC, of the day that the event's `as_of` names (`2026-03-18`), which replays or tries that day."""
    as_of = day_meant(event)
    return datetime.combine(as_of, time.max, tzinfo=UTC) if as_of else otherwise


def day_meant(event: Mapping[str, Any]) -> date | None:
    """The day that the event's `as_of` names; None where it names none, and each partner has a day of its own."""
    as_of = event.get("as_of")
    return read_day(as_of) if as_of else None


def request_id_of(event: Mapping[str, Any]) -> str:
    """The schedule's own id of the event."""
    return str(event.get("id", "scheduled"))


def operation_of(event: Mapping[str, Any], *, at: datetime) -> Operation:
    """What one run changes, in nobody's name."""
    return Operation.of_system(new_id("o"), at=at, request_id=request_id_of(event), as_of=day_meant(event))


def time_left(context: Any) -> HasTime:
    """`context` is Lambda's."""
    return lambda: context.get_remaining_time_in_millis() >= LONGEST_STEP


class UnfinishedRunError(Exception):
    """Some of what is due could not be done. Raised when all the rest is done: the run is repeated, and alarms."""

    def __init__(self, partner_ids: Iterable[str]) -> None:
        super().__init__(f"what is due remains to be done for these partners: {', '.join(sorted(partner_ids))}")


class Round(Struct, kw_only=True):
    """One run's way through what is due: what fails stops nothing else, and nothing is begun without time for it.

    `failed` counts items, `unfinished` names the partners that they belong to. A partner for whom the table does not
    answer is left alone for the rest of the run.
    """

    run: str
    has_time: HasTime
    failed: int = 0
    unfinished: set[str] = field(default_factory=set)
    is_cut_off: bool = False
    _unavailable: set[str] = field(default_factory=set)

    def attend(
        self,
        due: Iterable[T | UnreadableItem],
        work: Callable[[T], object],
        *,
        whose: Callable[[T], str],
        name: Callable[[T], str],
    ) -> Iterator[T | UnreadableItem]:
        """Do the work for each, as far as there is time. Returns what is left. `whose` and `name` are for the log."""
        waiting = iter(due)
        for one in waiting:
            if not self.has_time():
                self.is_cut_off = True
                return chain([one], waiting)
            if isinstance(one, UnreadableItem):
                self.fail_unreadable(one)
            elif whose(one) not in self._unavailable:
                self._try(one, work, whose(one), name(one))
        return iter(())

    def fail_unreadable(self, item: UnreadableItem) -> None:
        self.fail(item.partner_id, item.name, type(item).__name__)

    def fail(self, partner_id: str, name: str, error: str) -> None:
        """Count an item that could not be attended to. The kind of error alone is logged: a text might quote it."""
        logger().error("item failed", run=self.run, partner_id=partner_id, item=name, error=error)
        self.failed += 1
        self.unfinished.add(str(partner_id))  # what is stored may be none

    def end(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Returns the counts, with `cut_off` where there was no time for the rest. Raises UnfinishedRunError."""
        told = {**counts, **({"cut_off": max(counts.get("cut_off", 0), 1)} if self.is_cut_off else {})}
        logger().info("run ended", extra={"run": self.run, **told, "failed": self.failed})
        sink = metrics()
        sink.add_metric(name="run_items_failed", unit=MetricUnit.Count, value=self.failed)
        sink.flush_metrics()
        if self.unfinished:
            raise UnfinishedRunError(self.unfinished)
        return told

    def _try(self, one: T, work: Callable[[T], object], partner_id: str, name: str) -> None:
        try:
            work(one)
        except TableUnavailableError as error:
            self._unavailable.add(partner_id)
            self.fail(partner_id, name, type(error).__qualname__)
        except FAULTS as error:
            self.fail(partner_id, name, type(error).__qualname__)


class DailyRun(Round, kw_only=True):
    """The run of a day, which may have more to do than there is time: the next tick goes on where this one stopped.

    `place` is how far it has come, as the run itself writes it; None where what is done is no longer due, so that
    there is nothing to remember. Without `notes` nothing is.
    """

    session: TableSession
    now: datetime
    place: Mapping[str, Any] | None = None
    notes: bool = True
    _day: date | None = None
    _event: Mapping[str, Any] = field(default_factory=dict)
    _is_kept: bool = False

    @property
    def day(self) -> date:
        """The day that the event names, or on which the run began."""
        return self._day or self.now.date()

    def begin(self, event: Mapping[str, Any], *, has_place: bool = False) -> Mapping[str, Any] | None:
        """Returns the event to work by: this one or, for `unfinished`, that of a run that was cut off, if there is one.

        With `has_place` a run that died and is repeated goes on after its place, too.
        """
        kept = UnfinishedRuns(self.session, self.run)
        self._day = day_meant(event)
        found = None
        if event.get("unfinished"):
            found = kept.oldest(now=self.now)
        elif has_place:
            found = kept.find(self.day)
        if found:
            self._day, self._event, self.place, self._is_kept = found.day, found.event, found.place, True
            return found.event
        self._event = event
        return None if event.get("unfinished") else event

    def keep(self) -> None:
        """Note how far the run has come, which a tick takes up where nothing more is heard of it."""
        if self.notes:
            longest = timedelta() if self.is_cut_off else LONGEST_RUN
            unfinished = UnfinishedRun(day=self.day, event=self._event, place=self.place)
            UnfinishedRuns(self.session, self.run).keep(unfinished, not_before=self.now + longest)
            self._is_kept = True

    def end(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Returns the counts. What there was no time for is noted for the next tick. Raises UnfinishedRunError."""
        if self.is_cut_off:
            self.keep()
        elif self._is_kept and self.notes:
            UnfinishedRuns(self.session, self.run).end(self.day)
        return Round.end(self, counts)
