"""The table as one request sees it: consistent reads, some of them done ahead in the call that reads the caller."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from msgspec import Struct, field

from shared.clock import instant_text
from shared.errors import UnavailableError
from shared.table.backoff import Backoff
from shared.table.keys import Key
from shared.table.values import Item, from_attributes, to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.table.replays import Replay

T = TypeVar("T")

BATCH_GET_KEYS = 100
"""DynamoDB's limit for one BatchGetItem."""

REQUEST_FAULT = ClientError
"""What is raised where the table refuses a request for good, such as an item that has grown too large."""

PASSING_FAULTS = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


class TableUnavailableError(UnavailableError):
    """The table did not answer, or was too busy, for longer than a caller should wait."""


def is_passing(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in PASSING_FAULTS


class UnreadableItem(NamedTuple):
    """In place of a stored item that is not as the product writes it: where it is, for the log."""

    pk: str
    sk: str

    @property
    def partner_id(self) -> str:
        return self.pk.removeprefix("PARTNER#")

    @property
    def name(self) -> str:
        return f"{self.pk} / {self.sk}"


UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading an item raises that lacks something or holds something else than was written."""


def read_each(found: Iterable[Any], read: Callable[[Item], T]) -> Iterator[T | UnreadableItem]:
    """What `read` makes of each item as DynamoDB answers it; one that cannot be read hides no other."""
    for attributes in found:
        try:
            one: T | UnreadableItem = read(from_attributes(attributes))
        except UNREADABLE:
            one = UnreadableItem(attributes["pk"]["S"], attributes["sk"]["S"])
        yield one


class QueryPage(NamedTuple):
    items: list[Item]
    last: Item | None
    """The key after which the next page starts; None after the last one."""


class TableSession(Struct):
    """One request's way to the table. `replay` is where a repeatable request keeps its answer."""

    client: "DynamoDBClient"
    table: str
    replay: "Replay | None" = None
    _ahead: dict[Key, Item | None] = field(default_factory=dict)

    def read_ahead(self, keys: Iterable[Key]) -> None:
        """Read these with one call; the first `get` of each is then free."""
        keys = list(dict.fromkeys(keys))
        self._ahead.update(zip(keys, self._read(keys), strict=True))

    def forget_ahead(self) -> None:
        """Drop what was read ahead and not asked for."""
        self._ahead.clear()

    def get(self, key: Key) -> Item | None:
        return self.get_many([key])[0]

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        """The items in the order of their keys, None where there is none."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._ahead]
        self._ahead.update(zip(missing, self._read(missing), strict=True))
        found = [self._ahead[key] for key in keys]
        for key in set(keys):
            del self._ahead[key]
        return found

    def query(self, **arguments: Any) -> QueryPage:
        """One Query call. `start` is the `last` of the page before; `values` are plain Python values."""
        start: Item | None = arguments.pop("start", None)
        if start is not None:
            arguments["ExclusiveStartKey"] = to_attributes(start)
        values = to_attributes(arguments.pop("values"))
        answer = self.call(self.client.query, TableName=self.table, ExpressionAttributeValues=values, **arguments)
        last = answer.get("LastEvaluatedKey")
        return QueryPage([from_attributes(item) for item in answer["Items"]], from_attributes(last) if last else None)

    def list_page(
        self,
        *,
        pk: str,
        prefix: str,
        index: str | None,
        descending: bool,
        limit: int,
        start: Item | None,
        condition: str | None = None,
        values: Item | None = None,
        between: tuple[str, str] | None = None,
    ) -> QueryPage:
        """One page of a partner's objects of one kind, in the order of an index (None: by their own key).

        `between` narrows it to the order values from one to the other, both included.

        Without a condition it reads the page and one item more, which tells whether there is another page. What a
        condition finds can stand anywhere, so with one it reads on, up to 1 MB a call, until the page is full.
        """
        if between:
            order, bounds = "#order BETWEEN :first AND :last", {":first": between[0], ":last": between[1]}
        else:
            order, bounds = "begins_with(#order, :prefix)", {":prefix": prefix}
        arguments: dict[str, Any] = {
            "KeyConditionExpression": f"pk = :pk AND {order}",
            "ExpressionAttributeNames": {"#order": index or "sk"},
            "ScanIndexForward": not descending,
            "ConsistentRead": True,
            "values": {":pk": pk, **bounds, **(values or {})},
        }
        if index:
            arguments["IndexName"] = index
        if condition:
            arguments["FilterExpression"] = condition
        else:
            arguments["Limit"] = limit + 1
        found: list[Item] = []
        while True:
            page = self.query(**arguments, start=start)
            found.extend(page.items)
            start = page.last
            if start is None or len(found) > limit:
                break
        if len(found) > limit:
            found = found[:limit]
            start = {name: found[-1][name] for name in ("pk", "sk", *([index] if index else []))}
        return QueryPage(found, start)

    def count(self, **arguments: Any) -> int:
        """How many items a query and its filter find, in as many calls as that takes; consistent, and none is sent."""
        found, start = 0, None
        values = to_attributes(arguments.pop("values"))
        while True:
            answer = self.call(
                self.client.query,
                TableName=self.table,
                Select="COUNT",
                ConsistentRead=True,
                ExpressionAttributeValues=values,
                **arguments,
                **({"ExclusiveStartKey": start} if start else {}),
            )
            found += int(answer["Count"])
            start = answer.get("LastEvaluatedKey")
            if not start:
                return found

    def due(self, queue: str, *, until: datetime, read: Callable[[Item], T]) -> Iterator[T | UnreadableItem]:
        """What waits in a queue of the sparse index `due` and is due by then, oldest first, as `read` reads it."""
        return self.each(
            read,
            IndexName="due",
            KeyConditionExpression="due_queue = :queue AND due_at <= :until",
            values={":queue": queue, ":until": instant_text(until)},
        )

    def each(
        self, read: Callable[[Item], T], *, values: Item, start: Item | None = None, **arguments: Any
    ) -> Iterator[T | UnreadableItem]:
        """All that a query finds, page by page, as `read` reads it."""
        place: Any = to_attributes(start) if start else None
        while True:
            answer = self.call(
                self.client.query,
                TableName=self.table,
                ExpressionAttributeValues=to_attributes(values),
                **arguments,
                **({"ExclusiveStartKey": place} if place else {}),
            )
            yield from read_each(answer["Items"], read)
            place = answer.get("LastEvaluatedKey")
            if not place:
                return

    def call(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """One call of the client; raises TableUnavailableError where waiting longer would not help."""
        try:
            return operation(**arguments)
        except ClientError as error:
            if is_passing(error):
                raise TableUnavailableError from error
            raise
        except (NoConnectionError, HTTPClientError) as error:
            raise TableUnavailableError from error

    def _read(self, keys: Sequence[Key]) -> list[Item | None]:
        if len(keys) == 1:
            (key,) = keys
            answer = self.call(
                self.client.get_item, TableName=self.table, Key=_key_attributes(key), ConsistentRead=True
            )
            return [from_attributes(answer["Item"]) if "Item" in answer else None]
        found: dict[Key, Item] = {}
        for start in range(0, len(keys), BATCH_GET_KEYS):
            self._read_batch(keys[start : start + BATCH_GET_KEYS], found)
        return [found.get(key) for key in keys]

    def _read_batch(self, keys: Sequence[Key], found: dict[Key, Item]) -> None:
        wanted: Any = {self.table: {"Keys": [_key_attributes(key) for key in keys], "ConsistentRead": True}}
        backoff = Backoff()
        while True:
            answer = self.call(self.client.batch_get_item, RequestItems=wanted)
            for attributes in answer["Responses"].get(self.table, []):
                item = from_attributes(attributes)
                found[Key(item["pk"], item["sk"])] = item
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return
            if not backoff.wait():
                raise TableUnavailableError


def _key_attributes(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
