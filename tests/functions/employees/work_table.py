"""A table in memory for many assignments: it can die at any call, and threads take turns at it."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from shared.table import client
from shared.table.values import Item, from_attributes, to_attributes
from tests.clocks import StoppedClock
from tests.conftest import ENVIRONMENT
from tests.engines import StoredTable
from tests.faults import Crash, Moment
from tests.functions.client import Api
from tests.memory_table import MemoryTable


@dataclass(slots=True)
class WorkTable(MemoryTable):
    """`calls` counts them; the one with the number `dies_at` meets `moment`, as `tests.faults` has it."""

    calls: int = 0
    dies_at: int | None = None
    moment: Moment = Moment.BEFORE
    trouble: float = 0
    """How likely a transaction is throttled, and how likely again that its answer is lost."""
    meanwhile: Callable[[], object] | None = None
    """Called once, before the next transaction: somebody else was faster."""
    chance: random.Random = field(default_factory=lambda: random.Random(4711))
    lock: Any = field(default_factory=threading.RLock)

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        return self._call(lambda: MemoryTable.get_item(self, **arguments))

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803 - the client's own name
        [(table, wanted)] = RequestItems.items()

        def read() -> dict[str, Any]:
            places = [(key["pk"]["S"], key["sk"]["S"]) for key in wanted["Keys"]]
            found = [to_attributes(self.items[place]) for place in places if place in self.items]
            return {"Responses": {table: found}, "UnprocessedKeys": {}}

        return self._call(read)

    def query(self, *, KeyConditionExpression: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        values = from_attributes(more["ExpressionAttributeValues"])
        order = more.get("ExpressionAttributeNames", {}).get("#order", "due_at")

        def fits(item: Item) -> bool:
            if KeyConditionExpression.startswith("due_queue"):
                return item.get("due_queue") == values[":queue"] and bool(item["due_at"] <= values[":until"])
            return item["pk"] == values[":pk"] and str(item.get(order, "")).startswith(values[":prefix"])

        def read() -> dict[str, Any]:
            found = sorted((one for one in self.items.values() if fits(one)), key=lambda one: str(one[order]))
            if start := more.get("ExclusiveStartKey"):
                found = [one for one in found if one[order] > from_attributes(start)[order]]
            limit = more.get("Limit", len(found))
            answer: dict[str, Any] = {"Items": [to_attributes(one) for one in found[:limit]]}
            if limit < len(found):
                last = found[limit - 1]
                answer["LastEvaluatedKey"] = to_attributes({name: last[name] for name in {"pk", "sk", order}})
            return answer

        return self._call(read)

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: N803
        def write() -> dict[str, Any]:
            meanwhile, self.meanwhile = self.meanwhile, None
            if meanwhile:
                meanwhile()
            reasons = [self._reason(arguments) for action in TransactItems for arguments in action.values()]
            if any(reason["Code"] != "None" for reason in reasons):
                answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
                raise ClientError(answer, "TransactWriteItems")
            for action in TransactItems:
                if "Delete" in action:
                    key = action["Delete"]["Key"]
                    del self.items[key["pk"]["S"], key["sk"]["S"]]
            others = [action for action in TransactItems if "Delete" not in action]
            return MemoryTable.transact_write_items(self, TransactItems=others, **more)

        return self._call(lambda: self._troubled(write))

    def _troubled(self, write: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        fate = self.chance.random() / self.trouble if self.trouble else 2
        if fate < 1:
            answer: Any = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(answer, "TransactWriteItems")
        done = write()
        if fate < 2:
            raise ReadTimeoutError(endpoint_url="https://table.example")
        return done

    def _call(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with self.lock:
            self.calls += 1
            if self.dies_at is None or self.calls < self.dies_at:
                return work()
            is_first = self.calls == self.dies_at
            if not is_first and self.moment is Moment.ANSWER_LOST:
                return work()
            if is_first and self.moment is not Moment.BEFORE:
                work()
            if self.moment in {Moment.BEFORE, Moment.AFTER}:
                raise Crash
            if is_first:
                raise ReadTimeoutError(endpoint_url="https://table.example")
            raise ConnectTimeoutError(endpoint_url="https://table.example")


@contextmanager
def api_in_memory(items: list[Item] | None = None) -> Iterator[tuple[Api, WorkTable]]:
    """The API on such a table, which is this process's only one meanwhile."""
    memory = WorkTable({(item["pk"], item["sk"]): item for item in items or []})
    before = dict(client._clients)
    client._clients["dynamodb"] = cast("Any", memory)
    try:
        table = StoredTable(client=cast("Any", memory), name=ENVIRONMENT["TABLE_NAME"])
        yield Api(table=table, clock=StoppedClock()), memory
    finally:
        client._clients.clear()
        client._clients.update(before)
