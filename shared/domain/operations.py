"""One change as one caller asks for it, and what the audit trail keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Who changes something, when, and under which id.

    `id` is the same when a request is repeated under its Idempotency-Key: an item that carries it was written by
    this very operation, which is how a repeat after a lost answer recognises its own work.
    """

    id: str
    actor: str
    actor_role: str
    at: datetime
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry of the append-only trail. `before` and `after` hold what the change touched."""

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
