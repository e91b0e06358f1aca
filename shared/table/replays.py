"""Answers kept under an Idempotency-Key for 24 hours, so that a repeated request gets the same one again."""

import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from msgspec import Struct

from shared.errors import IdempotencyKeyReusedError, ProblemError
from shared.table.keys import Key
from shared.table.transactions import ABSENT
from shared.table.values import Item, from_attributes, to_attributes

if TYPE_CHECKING:
    from shared.table.session import TableSession

REPLACEABLE = f"{ABSENT} OR expires_at <= :now"
"""TTL deletes late, so an answer past its time counts as gone."""


class KeptAnswer(Struct, frozen=True, kw_only=True):
    status: int
    headers: Mapping[str, str]
    body: str


class AlreadyAnsweredError(ProblemError):
    """Another run of the same request has been answered meanwhile; its answer is `kept`."""

    status = 409
    code = "already_answered"
    title = "Already answered"

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__("This request has been answered before.")
        self.kept = kept


class Replay(Struct, kw_only=True):
    """The place of one request's answer.

    `tenant` is the partner, or the person where there is none; `fingerprint` identifies the request's content; `tells`
    turns the operation's result into the answer, so that it can be kept in the very transaction that has the effect;
    `answer` is the one that is kept.
    """

    tenant: str
    key: Key
    fingerprint: str
    now: datetime
    hours: int
    tells: Callable[[Any], KeptAnswer] | None = None
    answer: KeptAnswer | None = None

    def action(self, answer: KeptAnswer) -> tuple[Key, Item, str, Item]:
        """Key, item, condition and condition values of the action that keeps the answer."""
        return self.key, self._item(answer), REPLACEABLE, {":now": int(self.now.timestamp())}

    def keep(self, session: "TableSession", answer: KeptAnswer) -> KeptAnswer:
        """Keep an answer that changed nothing, or whose change took several transactions.

        Raises AlreadyAnsweredError when another run of the same request was faster.
        """
        item = {"pk": self.key.pk, "sk": self.key.sk, **self._item(answer)}
        try:
            session.call(
                session.client.put_item,
                TableName=session.table,
                Item=to_attributes(item),
                ConditionExpression=REPLACEABLE,
                ExpressionAttributeValues=to_attributes({":now": int(self.now.timestamp())}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            standing: Any = error.response.get("Item")
            if standing is None:
                raise
            raise self.refusal(from_attributes(standing)) from None
        self.answer = answer
        return answer

    def answered(self, item: Item | None) -> KeptAnswer | None:
        """The answer in the item, or None where there is none yet. Raises IdempotencyKeyReusedError."""
        if item is None or item["expires_at"] <= self.now.timestamp():
            return None
        if item["fingerprint"] != self.fingerprint:
            raise IdempotencyKeyReusedError
        return _kept(item)

    def refusal(self, item: Item | None) -> ProblemError:
        """What it means that an answer stands already."""
        if item is None or item["fingerprint"] != self.fingerprint:
            return IdempotencyKeyReusedError()
        return AlreadyAnsweredError(_kept(item))

    def _item(self, answer: KeptAnswer) -> Item:
        expires_at = int(self.now.timestamp()) + self.hours * 3600
        return {
            "fingerprint": self.fingerprint,
            "status": answer.status,
            "headers": dict(answer.headers),
            # The answer to a full batch can be larger than an item may be; it repeats itself enough to fit.
            "body": zlib.compress(answer.body.encode()),
            "expires_at": expires_at,
            "ttl": expires_at,
        }


def _kept(item: Item) -> KeptAnswer:
    return KeptAnswer(status=item["status"], headers=item["headers"], body=zlib.decompress(item["body"]).decode())
