"""Addresses that are not mailed any more: mail to them came back for good, or its reader complained."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from msgspec import Struct

from shared.clock import instant, instant_text
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.values import to_attributes


class Suppression(NamedTuple):
    """Why an address is not mailed: `reason` is a code, `notice_id` names the mail that came back.

    `hub_ids` are the clients whose renewals show that their decision maker is not mailed; one may stand there twice.
    """

    email: str
    reason: str
    notice_id: str
    suppressed_at: datetime
    hub_ids: Sequence[str] = ()

    def record(self) -> dict[str, Any]:
        """The suppression as the table and the audit trail keep it."""
        return {**self._asdict(), "suppressed_at": instant_text(self.suppressed_at)}


class Suppressions(Struct, frozen=True):
    """The repository of suppressed addresses, for all partners. An address has the spelling of `shared.addresses`."""

    session: TableSession

    def find(self, email: str) -> Suppression | None:
        item = self.session.get(keys.suppressed_address(email))
        if item is None:
            return None
        return Suppression(
            item["email"],
            item["reason"],
            item["notice_id"],
            instant(item["suppressed_at"]),
            item.get("hub_ids", ()),  # one of version 0.1.0 has none
        )

    def holds(self, email: str) -> bool:
        return self.session.get(keys.suppressed_address(email)) is not None

    def add(self, email: str, *, reason: str, notice_id: str, at: datetime) -> None:
        """Mail this address no more; `reason` is a code. The first reason stays."""
        suppression = Suppression(email, reason, notice_id, suppressed_at=at)
        item = {**keys.suppressed_address(email)._asdict(), **suppression.record()}
        try:
            self.session.call(
                self.session.client.put_item,
                TableName=self.session.table,
                Item=to_attributes(item),
                ConditionExpression=ABSENT,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def shown_by(self, transaction: Transaction, email: str, hub_id: str, *, refusal: Refusal) -> None:
        """The client's renewals show it from now on; refused where the address is not suppressed any more."""
        transaction.update(
            keys.suppressed_address(email),
            "SET hub_ids = list_append(if_not_exists(hub_ids, :none), :shown)",
            condition=PRESENT,
            values={":none": [], ":shown": [hub_id]},
            refusal=refusal,
        )

    def lift(self, transaction: Transaction, suppression: Suppression, *, refusal: Refusal) -> None:
        """Mail the address again; refused where this is not the suppression that stands, or more clients show it."""
        transaction.delete(
            keys.suppressed_address(suppression.email),
            condition="suppressed_at = :known AND (attribute_not_exists(hub_ids) OR hub_ids = :shown)",
            values={":known": instant_text(suppression.suppressed_at), ":shown": suppression.hub_ids},
            refusal=refusal,
        )
