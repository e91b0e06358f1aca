"""A table in memory that answers lists as DynamoDB does: by pages, and after so many items whatever was found."""

from dataclasses import dataclass
from typing import Any

from shared.table.values import Item, from_attributes, to_attributes
from tests.memory_table import MemoryTable


@dataclass(slots=True)
class ListingTable(MemoryTable):
    """`looks_at` stands for the megabyte that a call reads at most; `calls` counts queries."""

    looks_at: int = 1_000
    calls: int = 0

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803 - the client's own name
        [(table, wanted)] = RequestItems.items()
        places = [(key["pk"]["S"], key["sk"]["S"]) for key in wanted["Keys"]]
        found = [to_attributes(self.items[place]) for place in places if place in self.items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: N803
        deletes = [action["Delete"]["Key"] for action in TransactItems if "Delete" in action]
        assert all((key["pk"]["S"], key["sk"]["S"]) in self.items for key in deletes)
        others = [action for action in TransactItems if "Delete" not in action]
        MemoryTable.transact_write_items(self, TransactItems=others, **more)
        for key in deletes:
            del self.items[key["pk"]["S"], key["sk"]["S"]]
        return {}

    def query(self, *, KeyConditionExpression: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        self.calls += 1
        order = more["IndexName"]
        values = from_attributes(more["ExpressionAttributeValues"])
        listed = [item for (pk, _), item in self.items.items() if pk == values[":pk"] and order in item]
        if "BETWEEN" in KeyConditionExpression:
            listed = [item for item in listed if values[":first"] <= item[order] <= values[":last"]]
        else:
            prefix = values.get(":prefix") or values[":pending"]
            listed = [item for item in listed if item[order].startswith(prefix)]
        listed.sort(key=lambda item: (item[order], item["sk"]), reverse=not more.get("ScanIndexForward", True))
        return self._page(listed, order, more)

    def _page(self, listed: list[Item], order: str, more: dict[str, Any]) -> dict[str, Any]:
        if start := more.get("ExclusiveStartKey"):
            last = from_attributes(start)
            place = (last[order], last["sk"])
            descends = not more.get("ScanIndexForward", True)
            listed = [
                item
                for item in listed
                if (place > (item[order], item["sk"]) if descends else place < (item[order], item["sk"]))
            ]
        seen = listed[: more.get("Limit", self.looks_at)]
        found = [item for item in seen if self._finds(item, more)]
        answer: dict[str, Any] = {"Count": len(found)}
        if more.get("Select") != "COUNT":
            answer["Items"] = [to_attributes(item) for item in found]
        if len(seen) < len(listed):
            answer["LastEvaluatedKey"] = to_attributes({name: seen[-1][name] for name in ("pk", "sk", order)})
        return answer

    def _finds(self, item: Item, more: dict[str, Any]) -> bool:
        expression = more.get("FilterExpression")
        return expression is None or self._reading((item["pk"], item["sk"]), expression, more).either()
