"""All-or-nothing writes: one TransactWriteItems, every action with its condition and what its failure means."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from msgspec import Struct, field

from shared.clock import instant_text
from shared.domain.operations import Operation
from shared.errors import IdempotencyInProgressError, ObjectTooLargeError, ProblemError
from shared.ids import new_id
from shared.table import keys
from shared.table.backoff import Backoff
from shared.table.keys import Key
from shared.table.session import TableSession, TableUnavailableError, is_passing
from shared.table.values import Item, from_attributes, to_attributes

MOST_ACTIONS = 100
"""DynamoDB's limit for one transaction."""

ABSENT = "attribute_not_exists(pk)"
PRESENT = "attribute_exists(pk)"

Refusal = Callable[[Item | None], ProblemError]
"""What a failed condition means, given the item that stood there, or None."""

_TOO_LARGE = "maximum allowed size"
_CONDITION_FAILED = "ConditionalCheckFailed"
_PASSING_REASONS = frozenset(
    {"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "InternalServerError"}
)


class Transaction(Struct):
    """Collects the actions of one operation, then commits them together.

    Every item put carries the operation's `write_id`. A condition that fails against an item with our own one
    means that the write had gone through and its answer was lost: that is success.
    """

    session: TableSession
    operation: Operation
    _actions: list[dict[str, Any]] = field(default_factory=list)
    _refusals: list[Refusal] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._actions)

    def put(
        self,
        key: Key,
        item: Mapping[str, Any],
        *,
        condition: str,
        refusal: Refusal,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> int:
        """Write the whole item. Answers the action's position."""
        whole = {"pk": key.pk, "sk": key.sk, "write_id": self.operation.write_id, **item}
        arguments = {"Item": to_attributes(whole), **_conditional(condition, names, values)}
        return self._add("Put", arguments, refusal)

    def update(
        self,
        key: Key,
        change: str,
        *,
        condition: str,
        refusal: Refusal,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> int:
        """Change attributes in place. Answers the action's position."""
        arguments = {
            "Key": to_attributes(key._asdict()),
            "UpdateExpression": change,
            **_conditional(condition, names, values),
        }
        return self._add("Update", arguments, refusal)

    def delete(
        self,
        key: Key,
        *,
        condition: str,
        refusal: Refusal,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> int:
        """Remove the item. Answers the action's position."""
        arguments = {"Key": to_attributes(key._asdict()), **_conditional(condition, names, values)}
        return self._add("Delete", arguments, refusal)

    def check(
        self,
        key: Key,
        *,
        condition: str,
        refusal: Refusal,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> int:
        """Require something of an item that stays as it is. Returns the action's position."""
        arguments = {"Key": to_attributes(key._asdict()), **_conditional(condition, names, values)}
        return self._add("ConditionCheck", arguments, refusal)

    def record(
        self,
        *,
        partner_id: str,
        action: str,
        subject: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        """Add the audit entry of this change: a new item under a key of its own, so it contends with nothing.

        It waits in the index `due` until it is sealed into its partner's hash chain.
        """
        entry_id = new_id("a")
        moment = keys.audit_moment(self.operation.at, entry_id)
        item = {
            "audit_actor": self.operation.actor,
            "audit_object": subject,
            "audit_day": keys.audit_day_of(instant_text(self.operation.at)[:10], partner_id),
            "audit_at": moment,
            "id": entry_id,
            "at": instant_text(self.operation.at),
            "partner_id": partner_id,
            "actor_role": self.operation.actor_role,
            "action": action,
            "before": before,
            "after": after,
            "request_id": self.operation.request_id,
            "due_queue": keys.unsealed_queue(partner_id),
            "due_at": instant_text(self.operation.at),
            **({"as_of": self.operation.as_of.isoformat()} if self.operation.as_of else {}),
        }
        key = keys.audit_entry(partner_id, self.operation.at, entry_id)
        self.put(key, item, condition=ABSENT, refusal=lambda _: TableUnavailableError())

    def commit(self, result: Any = None) -> None:
        """Commit, keeping the answer that tells `result` where the request may be repeated under its key.

        Raises the refusal of the first action whose condition failed, and TableUnavailableError when the table
        stays busy.
        """
        replay = self.session.replay
        if replay is not None and replay.tells is not None:
            answer = replay.tells(result)
            key, item, condition, values = replay.action(answer)
            position = self.put(key, item, condition=condition, values=values, refusal=replay.refusal)
            refused = self.attempt(position)
            if position in refused:
                raise replay.refusal(refused[position])
            if not refused:
                replay.answer = answer
        else:
            refused = self.attempt()
        if any(item is not None and self.operation.wrote(item.get("write_id", "")) for item in refused.values()):
            return
        for position, standing in refused.items():
            raise self._refusals[position](standing)

    def attempt(self, replay_position: int | None = None) -> dict[int, Item | None]:
        """Try to commit until it is done or refused.

        Answers the refused actions by position, with the item that stood there; empty when all was written. Raises
        ObjectTooLargeError.
        """
        token = secrets.token_hex(16)
        backoff = Backoff()
        while True:
            reasons: list[Any] = []
            try:
                self.session.client.transact_write_items(
                    TransactItems=self._actions,  # type: ignore[arg-type] # built from plain dicts
                    ClientRequestToken=token,
                )
            except ClientError as error:
                reasons = list(error.response.get("CancellationReasons", ()))
                refused = _refused(reasons)
                if refused:
                    return refused
                _raise_lasting(error, reasons)
                if reasons:
                    token = secrets.token_hex(16)  # a cancelled attempt is over; only an unanswered one keeps its token
            except (NoConnectionError, HTTPClientError):
                pass  # it may have been written: the same token, or our own write_id, will tell
            else:
                return {}
            if not backoff.wait():
                if replay_position is not None and reasons and reasons[replay_position]["Code"] != "None":
                    raise IdempotencyInProgressError
                raise TableUnavailableError

    def _add(self, kind: str, arguments: dict[str, Any], refusal: Refusal) -> int:
        arguments["TableName"] = self.session.table
        arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._actions.append({kind: arguments})
        self._refusals.append(refusal)
        return len(self._actions) - 1


def _conditional(condition: str, names: Mapping[str, str] | None, values: Mapping[str, Any] | None) -> dict[str, Any]:
    arguments: dict[str, Any] = {"ConditionExpression": condition}
    if names:
        arguments["ExpressionAttributeNames"] = dict(names)
    if values:
        arguments["ExpressionAttributeValues"] = to_attributes(values)
    return arguments


def _refused(reasons: Sequence[Any]) -> dict[int, Item | None]:
    return {
        position: from_attributes(reason["Item"]) if reason.get("Item") else None
        for position, reason in enumerate(reasons)
        if reason["Code"] == _CONDITION_FAILED
    }


def _raise_lasting(error: ClientError, reasons: Sequence[Any]) -> None:
    """Raise what another attempt would not mend: ObjectTooLargeError, or the error as it is."""
    # There is no code for an item that is too large.
    messages = (error.response["Error"].get("Message"), *(one.get("Message") for one in reasons))
    if any(_TOO_LARGE in (message or "") for message in messages):
        raise ObjectTooLargeError from None
    if not (_is_conflict(reasons) or is_passing(error)):
        raise error


def _is_conflict(reasons: Sequence[Any]) -> bool:
    return bool(reasons) and all(reason["Code"] in _PASSING_REASONS for reason in reasons)
