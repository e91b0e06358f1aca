"""Renewals: one per subscription, its states, and who talks to the client about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Owner(StrEnum):
    """Who talks to the client about renewals."""

    VENDOR = "vendor"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChoice:
    """The owner, and the partner user who is mailed or copied."""

    owner: Owner
    notify_user_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalSettings:
    """A partner's default for all of its clients; until somebody chooses, the vendor talks to them."""

    choice: OwnerChoice = OwnerChoice(owner=Owner.VENDOR, notify_user_id=None)
    version: int = 0


class RenewalStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLATION_REQUESTED = "cancellation_requested"
    RENEWED = "renewed"

    @property
    def is_decided(self) -> bool:
        """By the partner, so that no notice is due any more."""
        return self in {RenewalStatus.CONFIRMED, RenewalStatus.CANCELLATION_REQUESTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalDecision:
    decided_by: str
    decided_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalState:
    """Where a renewal stands.

    `notified` holds by renewal date the nearest threshold that a notice went out for, in days left, so that a date
    moved away and back sends nothing twice; 0 where nothing more is due for that date.
    """

    status: RenewalStatus = RenewalStatus.PENDING
    decision: RenewalDecision | None = None
    notified: Mapping[date, int] = field(default_factory=dict)


def next_action_day(
    starts_on: date, state: RenewalState, *, notice_days: Sequence[int], automatic_renewal_days: int
) -> date | None:
    """From which day on the daily run has something to do about the renewal; None where nothing is left.

    That day may have passed: then what was missed is caught up with.
    """
    if state.status.is_decided:
        return None
    nearest = state.notified.get(starts_on, notice_days[0] + 1)
    ahead = [days_left for days_left in notice_days if days_left < nearest]
    if state.status is RenewalStatus.PENDING:
        ahead.append(automatic_renewal_days)
    if not ahead:
        # Once it has begun it leaves the queue: the state then says 0.
        return starts_on + timedelta(days=1) if nearest else None
    return starts_on - timedelta(days=max(ahead))
