"""A table in memory with all that points need of one: batches, lists in key order or by an index, and deletes."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from shared.table.values import Item, from_attributes, to_attributes
from tests.engines import StoredTable
from tests.memory_table import MemoryTable, _place


@dataclass(slots=True)
class PointsTable(MemoryTable):
    """Pages are cut by `Limit` alone; `calls` counts by operation."""

    calls: Counter[str] = field(default_factory=Counter)

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        self.calls["get_item"] += 1
        return MemoryTable.get_item(self, **arguments)

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803 - the client's own name
        self.calls["batch_get_item"] += 1
        [(table, wanted)] = RequestItems.items()
        places = [_place(key) for key in wanted["Keys"]]
        found = [to_attributes(self.items[place]) for place in places if place in self.items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: N803
        self.calls["transact_write_items"] += 1
        updates = [action["Update"]["Key"] for action in TransactItems if "Update" in action]
        deletes = [action["Delete"] for action in TransactItems if "Delete" in action]
        assert all(self._allows(_place(delete["Key"]), delete) for delete in deletes), "nothing here deletes in a race"
        others = [action for action in TransactItems if "Delete" not in action]
        MemoryTable.transact_write_items(self, TransactItems=others, **more)
        for delete in deletes:
            del self.items[_place(delete["Key"])]
        for pk, sk in map(_place, updates):
            self.items[pk, sk] |= {"pk": pk, "sk": sk}
        return {}

    def query(self, *, KeyConditionExpression: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        self.calls["query"] += 1
        order = more.get("IndexName", "sk")
        names = {**more.get("ExpressionAttributeNames", {}), "#order": order}
        more = {**more, "ExpressionAttributeNames": names}
        expression = KeyConditionExpression.replace(
            "#order BETWEEN :first AND :last", "#order >= :first AND #order <= :last"
        )
        partition = from_attributes(more["ExpressionAttributeValues"])[":pk"]
        listed = [
            item
            for place, item in self.items.items()
            if place[0] == partition and order in item and self._reading(place, expression, more).either()
        ]
        descends = not more.get("ScanIndexForward", True)
        listed.sort(key=lambda item: (item[order], item["sk"]), reverse=descends)
        start = from_attributes(more["ExclusiveStartKey"]) if "ExclusiveStartKey" in more else None
        if start:
            after = (start[order], start["sk"])
            listed = [item for item in listed if _is_past((item[order], item["sk"]), after, descends=descends)]
        page = listed[: more.get("Limit", len(listed))]
        answer: dict[str, Any] = {"Items": [to_attributes(item) for item in page], "Count": len(page)}
        if len(page) < len(listed):
            answer["LastEvaluatedKey"] = to_attributes({name: page[-1][name] for name in ("pk", "sk", order)})
        return answer

    def close(self) -> None:
        """As clients can be."""


def _is_past(place: tuple[Any, Any], after: tuple[Any, Any], *, descends: bool) -> bool:
    return place < after if descends else place > after


@dataclass(frozen=True, kw_only=True)
class StoredInMemory(StoredTable):
    """The table past the product's repositories."""

    client: Any

    def fill(self, items: Any) -> None:
        self.client.items.update({(item["pk"], item["sk"]): dict(item) for item in items})

    def item(self, pk: str, sk: str) -> Item | None:
        item: Item | None = self.client.items.get((pk, sk))
        return dict(item) if item else None

    def items(self) -> list[Item]:
        return [dict(item) for _, item in sorted(self.client.items.items())]
