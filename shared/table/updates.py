"""Changes of one item in place, each under a condition, repeated while the table is busy."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from shared.table.backoff import Backoff
from shared.table.keys import Key
from shared.table.session import TableSession, TableUnavailableError, is_passing
from shared.table.values import Item, from_attributes, to_attributes


class ConditionFailedError(Exception):
    """The item is not as the change expects it; `standing` is what stands there, None where there is nothing.

    After a lost answer the change may meet its own work: callers write something by which they recognise it.
    """

    def __init__(self, standing: Item | None) -> None:
        super().__init__("the condition of a change was not met")
        self.standing = standing


def update(
    session: TableSession,
    key: Key,
    change: str,
    *,
    condition: str,
    values: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> Item:
    """The item as it is after the change. Raises ConditionFailedError, TableUnavailableError."""
    arguments: dict[str, Any] = {
        "TableName": session.table,
        "Key": to_attributes(key._asdict()),
        "UpdateExpression": change,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": to_attributes(values),
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if names:
        arguments["ExpressionAttributeNames"] = dict(names)
    backoff = Backoff()
    while True:
        try:
            answer = session.client.update_item(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                standing: Any = error.response.get("Item")
                raise ConditionFailedError(from_attributes(standing) if standing else None) from None
            if not is_passing(error):
                raise
        except (NoConnectionError, HTTPClientError):
            pass  # it may have been written: the repeat will tell
        else:
            return from_attributes(answer["Attributes"])
        if not backoff.wait():
            raise TableUnavailableError
