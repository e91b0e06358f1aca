"""The outbox: notices written with what they tell of, claimed before they are sent, and confirmed afterwards.

SES knows no idempotency token, so the promise is: none lost, and a second copy only where the process died between
sending and confirming.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from botocore.exceptions import ClientError

from shared.clock import instant, instant_text
from shared.domain.notices import Notice, NoticeKind
from shared.ids import new_id
from shared.table import keys
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import ABSENT, Transaction
from shared.table.values import Item, from_attributes, to_attributes

LEASE = timedelta(seconds=60)
"""How long a claim keeps others off: longer than a function that sends may run."""

SWEPT_AFTER = timedelta(seconds=60)
"""The stream delivers within a second or two; what is older than this it has missed."""

KEPT = timedelta(days=90)
"""How long a sent notice stays: bounces and complaints come within days."""

LONGEST_PAUSE = timedelta(hours=1)


class NoticeNotClaimedError(Exception):
    """Somebody else holds the claim, or the notice is done."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one notice until the lease ends. `attempt` counts from 1."""

    notice: Notice
    lease: str
    attempt: int


def new_notice_id() -> str:
    return new_id("n")


def post(transaction: Transaction, notice: Notice) -> None:
    """Put the notice into the outbox, in the transaction of what it tells."""
    key = keys.notice(notice.notice_id)
    transaction.put(
        key,
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


@dataclass(frozen=True, slots=True)
class Outbox:
    """The repository of all notices."""

    session: TableSession

    def find(self, notice_id: str) -> Notice | None:
        item = self.session.get(keys.notice(notice_id))
        return _notice(item) if item else None

    def unsent(self, *, until: datetime, limit: int) -> Iterator[str]:
        """The ids of notices that should have gone out by then, at most `limit` a shard, the oldest first."""
        for shard in range(keys.NOTICE_SHARDS):
            for item in islice(self.session.due(keys.unsent_notices(shard), until=until), limit):
                yield item["notice_id"]

    def claim(self, notice_id: str, *, now: datetime) -> Claim:
        """Raises NoticeNotClaimedError where it is sent, given up, or claimed by another."""
        lease = secrets.token_hex(8)
        until = now + LEASE
        item = self._change(
            notice_id,
            "SET lease = :lease, lease_until = :until, due_at = :until, attempts = attempts + :one",
            condition="attribute_exists(due_queue) AND (attribute_not_exists(lease_until) OR lease_until <= :now)",
            values={":lease": lease, ":until": instant_text(until), ":now": instant_text(now), ":one": 1},
        )
        return Claim(_notice(item), lease, item["attempts"])

    def confirm(self, claim: Claim, *, message_id: str, now: datetime) -> None:
        """The mail is with SES. Raises NoticeNotClaimedError when the lease has been taken over meanwhile."""
        self._finish(claim, {"sent_at": instant_text(now), "message_id": message_id}, now=now)

    def give_up(self, claim: Claim, *, reason: str, now: datetime) -> None:
        """The mail can never be sent; `reason` is a code. Raises NoticeNotClaimedError."""
        self._finish(claim, {"failed_at": instant_text(now), "failure": reason}, now=now)

    def release(self, claim: Claim, *, now: datetime) -> None:
        """Sending failed for now: try again after a pause that doubles. Raises NoticeNotClaimedError."""
        pause = min(timedelta(seconds=15 * 2 ** min(claim.attempt, 10)), LONGEST_PAUSE)
        self._change(
            claim.notice.notice_id,
            "SET due_at = :again REMOVE lease, lease_until",
            condition="lease = :lease",
            values={":lease": claim.lease, ":again": instant_text(now + pause)},
        )

    def _finish(self, claim: Claim, outcome: Item, *, now: datetime) -> None:
        sets = ", ".join(f"{name} = :{name}" for name in outcome)
        self._change(
            claim.notice.notice_id,
            f"SET {sets}, #ttl = :ttl REMOVE lease, lease_until, due_queue, due_at",
            condition="lease = :lease",
            names={"#ttl": "ttl"},
            values={
                ":lease": claim.lease,
                ":ttl": int((now + KEPT).timestamp()),
                **{f":{name}": value for name, value in outcome.items()},
            },
        )

    def _change(
        self, notice_id: str, change: str, *, condition: str, values: Item, names: dict[str, str] | None = None
    ) -> Item:
        """One conditional update, answered with the whole item. Raises NoticeNotClaimedError."""
        key = keys.notice(notice_id)
        try:
            answer = self.session.call(
                self.session.client.update_item,
                TableName=self.session.table,
                Key=to_attributes(key._asdict()),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=to_attributes(values),
                ReturnValues="ALL_NEW",
                **({"ExpressionAttributeNames": names} if names else {}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise NoticeNotClaimedError(notice_id) from None
        return from_attributes(answer["Attributes"])


def _queue(notice_id: str) -> str:
    return keys.unsent_notices(sum(notice_id.encode()) % keys.NOTICE_SHARDS)


def _notice(item: Item) -> Notice:
    return Notice(
        notice_id=item["notice_id"],
        kind=NoticeKind(item["kind"]),
        partner_id=item["partner_id"],
        created_at=instant(item["created_at"]),
        content=item["content"],
        user_id=item["user_id"],
        email=item["email"],
    )
