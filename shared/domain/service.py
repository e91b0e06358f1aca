"""Who works for a client, as facts with their times: what managed credit and managed points follow from.

Facts are never rewritten, only ended, so that any day can be looked at again.
"""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from shared.domain.money import Money


class Span(Struct, frozen=True):
    """From an instant up to, but without, another; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Claim(Struct, frozen=True, kw_only=True):
    """One partner lists an e-mail address as its employee for the client.

    Of several partners that claim one address, the first that has not let go holds it. `tagged` says when the user
    was marked as a partner employee.
    """

    partner_id: str
    user_id: str
    span: Span
    tagged: tuple[Span, ...] = ()


class Worker(Struct, frozen=True, kw_only=True):
    """One e-mail address at the client, whoever claims it.

    `in_portal` says when the client's portal listed it as a user, as far as somebody claimed it then. `active_days`
    are spans of days, first and last, on which qualifying activities lie no further apart than the window.
    """

    claims: tuple[Claim, ...] = ()
    in_portal: tuple[Span, ...] = ()
    active_days: tuple[tuple[date, date], ...] = ()
    last_qualifying_at: datetime | None = None
    last_activity_at: datetime | None = None


class Service(Struct, frozen=True, kw_only=True):
    """The facts of one client.

    `managed` says by partner when it had the client to manage, `mrr` by subscription what it cost from a day on,
    `growth` from which day on the client's country was a growth market or not.
    """

    workers: Mapping[str, Worker] = field(default_factory=dict)
    managed: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    mrr: Mapping[str, tuple[tuple[date, Money], ...]] = field(default_factory=dict)
    growth: tuple[tuple[date, bool], ...] = ()
