"""One change as one caller asks for it, and what the audit trail keeps of it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SYSTEM_ACTOR = "system"
"""Actor and role of what nobody asked for: scheduled runs, and what follows from the program's own numbers."""


class Operation(Struct, frozen=True, kw_only=True):
    """Who changes something, when, and under which id.

    `id` is the same when a request is repeated under its Idempotency-Key, for `repeats_for` as long as the key holds.
    What is written carries `write_id`, which is how a repeat after a lost answer recognises its own work. `at` is the
    instant of the change whatever day a scheduled run was given; `as_of` is that day.
    """

    id: str
    actor: str
    actor_role: str
    at: datetime
    request_id: str
    repeats_for: timedelta = timedelta(days=1)
    as_of: date | None = None

    @classmethod
    def of_system(cls, operation_id: str, *, at: datetime, request_id: str, as_of: date | None = None) -> "Operation":
        """What a run or a message brings about, which nobody asked for."""
        return cls(
            id=operation_id,
            actor=SYSTEM_ACTOR,
            actor_role=SYSTEM_ACTOR,
            at=at,
            request_id=request_id,
            as_of=as_of,
        )

    @property
    def write_id(self) -> str:
        return f"{self.id}@{int(self.at.timestamp())}"

    @property
    def first_version(self) -> int:
        """The version that an object begins with: none that an object of the same id had before, which is gone.

        It is the instant in microseconds; each change adds one, and there is less than one change a microsecond.
        """
        return (self.at - _EPOCH) // timedelta(microseconds=1)

    def wrote(self, write_id: str) -> bool:
        """Whether it is this operation's, of this attempt or of one before; a key that is free again begins anew."""
        operation_id, _, written_at = write_id.partition("@")
        return operation_id == self.id and self.at.timestamp() - int(written_at) < self.repeats_for.total_seconds()


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One entry of the append-only trail. `before` and `after` hold what the change touched.

    `at` is when it was written; `as_of` the day that the scheduled run behind it was given, if it was given one.
    """

    id: str
    at: datetime
    partner_id: str
    actor: str
    actor_role: str
    action: str
    object: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    request_id: str
    as_of: date | None = None
