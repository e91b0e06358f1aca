"""What the runs of a schedule share: which moment is meant, in whose name they write, and what they leave undone."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from shared.clock import read_day
from shared.domain.operations import Operation
from shared.ids import new_id


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


class UnfinishedRunError(Exception):
    """The table did not answer for some partners. Raised when all others are done: the run is repeated, and alarms."""

    def __init__(self, partner_ids: Iterable[str]) -> None:
        super().__init__(f"what is due remains to be done for these partners: {', '.join(sorted(partner_ids))}")
