"""Renewals: one per subscription, its states, and who talks to the client about it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

_RENEWAL_ID_PREFIX = "r-"


class Owner(StrEnum):
    """Who talks to the client about renewals."""

    VENDOR = "vendor"
    PARTNER = "partner"


class OwnerChoice(Struct, frozen=True, kw_only=True):
    """The owner, and the partner user who is mailed or copied."""

    owner: Owner
    notify_user_id: str | None


class RenewalSettings(Struct, frozen=True, kw_only=True):
    """A partner's default for all of its clients; until somebody chooses, the vendor talks to them.

    `unreachable` are the partner's users at whose addresses no mail arrives, as far as one was tried.
    """

    choice: OwnerChoice = OwnerChoice(owner=Owner.VENDOR, notify_user_id=None)
    unreachable: frozenset[str] = frozenset()
    version: int = 0

    def flags_of(self, own: OwnerChoice | None) -> list[str]:
        """What stands in the way of telling the partner's user, for a client's own choice or for the default."""
        notified = (own or self.choice).notify_user_id
        return ["notified_user_undeliverable"] if notified in self.unreachable else []


class RenewalStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLATION_REQUESTED = "cancellation_requested"
    RENEWED = "renewed"

    @property
    def is_decided(self) -> bool:
        """By the partner, so that no notice is due any more."""
        return self in {RenewalStatus.CONFIRMED, RenewalStatus.CANCELLATION_REQUESTED}


class RenewalDecision(Struct, frozen=True, kw_only=True):
    """Who decided, when and why; `partner_id` is the partner that did, for whose eyes alone the reason is meant."""

    partner_id: str
    decided_by: str
    decided_at: datetime
    reason: str | None


class RenewalState(Struct, frozen=True, kw_only=True):
    """Where a renewal stands.

    `notified` holds by renewal date the nearest threshold that a notice went out for, in days left, so that a date
    moved away and back sends nothing twice; 0 where nothing more is due for that date. `untold` where the last of them
    reached nobody.
    """

    status: RenewalStatus = RenewalStatus.PENDING
    decision: RenewalDecision | None = None
    notified: Mapping[date, int] = field(default_factory=dict)
    untold: bool = False


_REMEMBERED = timedelta(days=400)
"""How long after a renewal date it is known which notices went out for it."""


def moved_state(
    state: RenewalState, *, old_day: date | None, new_day: date | None, today: date, decision_deadline_days: int
) -> RenewalState:
    """Returns what becomes of the state when the vendor moves the renewal's day.

    A decision stands while the old day is still ahead, and where there is no new one; otherwise another renewal is
    meant, and it begins anew. A renewal that nobody decided on is pending again where the new day leaves time to
    decide. Which notices went out is kept either way.
    """
    if new_day == old_day:
        return state
    notified = {day: days_left for day, days_left in state.notified.items() if day > today - _REMEMBERED}
    is_another = new_day is not None and (old_day is None or old_day <= today)
    is_open_again = (
        state.status is RenewalStatus.RENEWED
        and new_day is not None
        and (new_day - today).days >= decision_deadline_days
    )
    if is_another or is_open_again:
        return RenewalState(notified=notified)
    return replace(state, notified=notified)


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


def renewal_id(subscription_id: str) -> str:
    """The id of the renewal of a subscription."""
    return _RENEWAL_ID_PREFIX + subscription_id


def subscription_id_of(text: str) -> str | None:
    """The subscription id in a renewal id; None where it is no renewal id."""
    return text.removeprefix(_RENEWAL_ID_PREFIX) if text.startswith(_RENEWAL_ID_PREFIX) else None
