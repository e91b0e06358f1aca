"""Addresses that are not mailed any more: mail to them came back for good, or its reader complained."""

from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from shared.clock import instant_text
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT
from shared.table.values import to_attributes


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The repository of suppressed addresses, for all partners. An address has the spelling of `shared.addresses`."""

    session: TableSession

    def holds(self, email: str) -> bool:
        return self.session.get(keys.suppressed_address(email)) is not None

    def add(self, email: str, *, reason: str, notice_id: str, at: datetime) -> None:
        """Mail this address no more; `reason` is a code. The first reason stays."""
        item = {
            **keys.suppressed_address(email)._asdict(),
            "email": email,
            "reason": reason,
            "notice_id": notice_id,
            "suppressed_at": instant_text(at),
        }
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
