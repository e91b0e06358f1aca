"""The outbox: notices written with what they tell of, claimed before they are sent, and confirmed afterwards.

SES knows no idempotency token, so the promise is: none lost, and a second copy only where the process died between
sending and confirming.
"""

import heapq
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.notices import Notice, NoticeKind
from shared.domain.operations import Operation
from shared.ids import new_id
from shared.table import keys
from shared.table.session import TableSession, TableUnavailableError, UnreadableItem
from shared.table.transactions import ABSENT, PRESENT, Transaction
from shared.table.updates import ConditionFailedError, update
from shared.table.values import Item

LEASE = timedelta(seconds=60)
"""How long a claim keeps others off: longer than a function that sends may run."""

SWEPT_AFTER = timedelta(seconds=60)
"""The stream delivers within a second or two; what is older than this it has missed."""

KEPT = timedelta(days=90)
"""How long a sent notice stays: bounces and complaints come within days."""

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)


class NoticeNotClaimedError(Exception):
    """Somebody else holds the claim, or the notice is done."""


class UnreadableNoticeError(ValueError):
    """The notice lacks what its mail has to say. It stays in the outbox until the code that reads it is mended."""

    def __init__(self, notice_id: str) -> None:
        super().__init__(f"notice {notice_id} cannot be read")


class UnsentNotice(NamedTuple):
    """A notice that waits, and since when."""

    notice_id: str
    created_at: datetime


class Claim(Struct, frozen=True):
    """The right to send one notice until the lease ends. `attempt` counts from 1."""

    notice: Notice
    lease: str
    attempt: int


def new_notice_id() -> str:
    return new_id("n")


def post(transaction: Transaction, notice: Notice) -> None:
    """Put the notice into the outbox, in the transaction of what it tells."""
    transaction.put(
        keys.notice(notice.notice_id),
        {
            "notice_id": notice.notice_id,
            "kind": notice.kind,
            "partner_id": notice.partner_id,
            "created_at": instant_text(notice.created_at),
            "content": dict(notice.content),
            "user_id": notice.user_id,
            "email": notice.email,
            "attempts": 0,
            "due_queue": _queue(notice.notice_id),
            "due_at": instant_text(notice.created_at + SWEPT_AFTER),
        },
        condition=ABSENT,
        refusal=lambda _: TableUnavailableError(),  # ids are random: only a repeat of this write meets its own item
    )


class Outbox(Struct, frozen=True):
    """The repository of all notices."""

    session: TableSession

    def find(self, notice_id: str) -> Notice | None:
        """Raises UnreadableNoticeError."""
        item = self.session.get(keys.notice(notice_id))
        return _notice(notice_id, item) if item else None

    def unsent(self, *, until: datetime, limit: int) -> list[UnsentNotice | UnreadableItem]:
        """What should have gone out by then, what has waited longest first, at most `limit`."""
        queues = [islice(self._due(shard, until), limit) for shard in range(keys.NOTICE_SHARDS)]
        waiting = islice(heapq.merge(*queues, key=_since), limit)
        return [one if isinstance(one, UnreadableItem) else one.notice for one in waiting]

    def claim(self, notice_id: str, *, now: datetime) -> Claim:
        """Raises NoticeNotClaimedError where it is sent, given up, or claimed by another, and UnreadableNoticeError."""
        lease = secrets.token_hex(8)
        until = instant_text(now + LEASE)
        item = self._change(
            notice_id,
            "SET lease = :lease, lease_until = :until, due_at = :until, attempts = if_not_exists(attempts, :no) + :one",
            condition="attribute_exists(due_queue) AND (attribute_not_exists(lease_until) OR lease_until <= :now)",
            values={":lease": lease, ":until": until, ":now": instant_text(now), ":no": 0, ":one": 1},
            written={"lease": lease},
        )
        attempt = item["attempts"]
        try:
            return Claim(_notice(notice_id, item), lease, attempt)
        except UnreadableNoticeError:
            self._release(notice_id, lease, attempt=attempt, now=now)
            raise

    def confirm(self, claim: Claim, *, message_id: str, now: datetime) -> None:
        """The mail is with SES. Raises NoticeNotClaimedError when the lease has been taken over meanwhile."""
        outcome = {"sent_at": instant_text(now), "message_id": message_id}
        self._change(
            claim.notice.notice_id,
            _finish(outcome),
            condition="lease = :lease",
            names={"#ttl": "ttl"},
            values=_finished(claim, outcome, now),
            written=outcome,
        )

    def give_up(self, claim: Claim, *, reason: str, now: datetime) -> None:
        """The mail can never be sent; `reason` is a code, which the audit trail keeps. Raises NoticeNotClaimedError."""
        notice, outcome = claim.notice, {"failed_at": instant_text(now), "failure": reason}
        transaction = Transaction(self.session, _by_system(notice, now))
        transaction.update(
            keys.notice(notice.notice_id),
            _finish(outcome),
            condition="lease = :lease",
            names={"#ttl": "ttl"},
            values=_finished(claim, outcome, now),
            refusal=lambda _: TableUnavailableError(),
        )
        _record_failure(transaction, notice, reason)
        for standing in transaction.attempt().values():
            if not (standing and outcome.items() <= standing.items()):
                raise NoticeNotClaimedError(notice.notice_id)

    def came_back(self, notice: Notice, *, reason: str, instead: Notice | None, now: datetime) -> bool:
        """A mail that was sent did not arrive; `instead` goes to somebody else. Whether this is news."""
        transaction = Transaction(self.session, _by_system(notice, now))
        transaction.update(
            keys.notice(notice.notice_id),
            "SET came_back = :reason",
            condition=f"{PRESENT} AND attribute_not_exists(came_back)",
            values={":reason": reason},
            refusal=lambda _: TableUnavailableError(),
        )
        _record_failure(transaction, notice, reason)
        if instead:
            post(transaction, instead)
        return not transaction.attempt()

    def release(self, claim: Claim, *, now: datetime) -> None:
        """Not sent for now: it is due again after a pause that doubles. Raises NoticeNotClaimedError."""
        self._release(claim.notice.notice_id, claim.lease, attempt=claim.attempt, now=now)

    def _due(self, shard: int, until: datetime) -> Iterator["_Due | UnreadableItem"]:
        return self.session.due(
            keys.unsent_notices(shard),
            until=until,
            read=lambda item: _Due(item["due_at"], UnsentNotice(item["notice_id"], instant(item["created_at"]))),
        )

    def _release(self, notice_id: str, lease: str, *, attempt: int, now: datetime) -> None:
        again = instant_text(now + min(FIRST_PAUSE * 2 ** min(attempt, 10), LONGEST_PAUSE))
        self._change(
            notice_id,
            "SET due_at = :again REMOVE lease, lease_until",
            condition="lease = :lease",
            values={":lease": lease, ":again": again},
            written={"due_at": again},
        )

    def _change(
        self,
        notice_id: str,
        change: str,
        *,
        condition: str,
        values: Item,
        written: Item,
        names: dict[str, str] | None = None,
    ) -> Item:
        """The whole item after the change. `written` tells our own work from another's after a lost answer.

        Raises NoticeNotClaimedError, TableUnavailableError.
        """
        key = keys.notice(notice_id)
        try:
            return update(self.session, key, change, condition=condition, values=values, names=names)
        except ConditionFailedError as failed:
            standing = failed.standing
            if standing is not None and written.items() <= standing.items():
                return standing
            raise NoticeNotClaimedError(notice_id) from None


def _finish(outcome: Item) -> str:
    """The change that ends a notice's time in the outbox."""
    sets = ", ".join(f"{name} = :{name}" for name in outcome)
    return f"SET {sets}, #ttl = :ttl REMOVE lease, lease_until, due_queue, due_at"


def _finished(claim: Claim, outcome: Item, now: datetime) -> Item:
    ttl = int((now + KEPT).timestamp())
    return {":lease": claim.lease, ":ttl": ttl, **{f":{name}": value for name, value in outcome.items()}}


def _by_system(notice: Notice, now: datetime) -> Operation:
    return Operation.of_system(new_id("o"), at=now, request_id=notice.notice_id)


def _record_failure(transaction: Transaction, notice: Notice, reason: str) -> None:
    """What nobody was told stands in the partner's audit trail, where the vendor's operators find it."""
    transaction.record(
        partner_id=notice.partner_id,
        action="notice.not_delivered",
        subject=notice.subject,
        before=None,
        after={"notice_id": notice.notice_id, "kind": notice.kind, "reason": reason},
    )


class _Due(NamedTuple):
    """A notice, and since when it has been due."""

    due_at: str
    notice: UnsentNotice


def _since(due: _Due | UnreadableItem) -> str:
    return due.due_at if isinstance(due, _Due) else ""


def _queue(notice_id: str) -> str:
    return keys.unsent_notices(sum(notice_id.encode()) % keys.NOTICE_SHARDS)


def _notice(notice_id: str, item: Item) -> Notice:
    """Raises UnreadableNoticeError, such as for a kind that only a newer version of this code knows."""
    try:
        return Notice(
            notice_id=notice_id,
            kind=NoticeKind(item["kind"]),
            partner_id=item["partner_id"],
            created_at=instant(item["created_at"]),
            content=item["content"],
            user_id=item["user_id"],
            email=item["email"],
        )
    except (KeyError, TypeError, ValueError):
        raise UnreadableNoticeError(notice_id) from None
