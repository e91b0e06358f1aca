"""A DynamoDB client over a dictionary, for simulations of many thousand calls.

It carries out the expressions that the product writes, and refuses whatever it does not know. That it answers as an
engine does is shown in tests/table/test_outbox.py.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from shared.table.values import Item, from_attributes, to_attributes

_TOKEN = re.compile(r"\s*(<=|>=|<>|[<>=(),+-]|[:#]?\w+(?:\.#?\w+)*)")
_MISSING = object()
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}

Place = tuple[str, str]


@cache
def _tokens(expression: str) -> tuple[str, ...]:
    tokens: list[str] = []
    position = 0
    while position < len(expression.rstrip()):
        match = _TOKEN.match(expression, position)
        if match is None:
            raise NotImplementedError(expression[position:])
        tokens.append(match[1])
        position = match.end()
    return tuple(tokens)


@dataclass(slots=True)
class _Reading:
    """One expression, read from left to right against one item."""

    tokens: list[str]
    item: Item
    names: Mapping[str, str]
    values: Item

    def take(self, expected: str | None = None) -> str:
        token = self.tokens.pop(0)
        if expected not in {None, token}:
            raise NotImplementedError(f"{token} instead of {expected}")
        return token

    def next_is(self, *choices: str) -> bool:
        return bool(self.tokens) and self.tokens[0] in choices

    def path(self) -> list[str]:
        """The names from the item down to the attribute."""
        return [self.names[one] if one.startswith("#") else one for one in self.take().split(".")]

    def value(self) -> Any:
        if self.next_is("if_not_exists", "list_append"):
            return self.of_two()
        if self.next_is("size"):
            return self.size()
        if self.tokens[0].startswith(":"):
            return self.values[self.take()]
        found: Any = self.item
        for name in self.path():
            found = found.get(name, _MISSING) if isinstance(found, dict) else _MISSING
        return found

    def size(self) -> Any:
        self.take()
        self.take("(")
        found = self.value()
        self.take(")")
        return found if found is _MISSING else len(found)

    def of_two(self) -> Any:
        function = self.take()
        self.take("(")
        standing = self.value()
        self.take(",")
        other = self.value()
        self.take(")")
        if function == "list_append":
            return standing + other
        return other if standing is _MISSING else standing

    def either(self) -> bool:
        holds = self.both()
        while self.next_is("OR"):
            self.take()
            holds = self.both() or holds
        return holds

    def both(self) -> bool:
        holds = self.single()
        while self.next_is("AND"):
            self.take()
            holds = self.single() and holds
        return holds

    def single(self) -> bool:
        if self.next_is("("):
            self.take()
            holds = self.either()
            self.take(")")
            return holds
        if self.next_is("attribute_exists", "attribute_not_exists", "begins_with"):
            return self.function()
        left, comparison, right = self.value(), self.take(), self.value()
        if comparison not in _COMPARISONS:
            raise NotImplementedError(comparison)
        if left is _MISSING or right is _MISSING or _kind(left) is not _kind(right):
            return False
        return _COMPARISONS[comparison](left, right)

    def function(self) -> bool:
        function = self.take()
        self.take("(")
        value = self.value()
        if function == "begins_with":
            self.take(",")
            holds = isinstance(value, str) and value.startswith(self.value())
        else:
            holds = (value is not _MISSING) == (function == "attribute_exists")
        self.take(")")
        return holds

    def changed(self) -> Item:
        after = dict(self.item)
        while self.tokens:
            clause = self.take()
            while True:
                *parents, name = self.path()
                place = after
                for parent in parents:
                    inner = dict(place[parent])
                    place[parent] = inner
                    place = inner
                if clause == "SET":
                    self.take("=")
                    place[name] = self.sum()
                elif clause == "ADD":
                    place[name] = place.get(name, 0) + self.value()
                elif clause == "REMOVE":
                    place.pop(name, None)
                else:
                    raise NotImplementedError(clause)
                if not self.next_is(","):
                    break
                self.take()
        return after

    def sum(self) -> Any:
        value = self.value()
        if self.next_is("+", "-"):
            sign = 1 if self.take() == "+" else -1
            value += sign * self.value()
        return value


@dataclass(slots=True)
class MemoryTable:
    """Passes for a client of one table. Pages are never cut off, and indexes are consistent at once."""

    items: dict[Place, Item] = field(default_factory=dict)

    def get_item(self, *, Key: Any, **_: Any) -> dict[str, Any]:  # noqa: N803 - the client's own names
        item = self.items.get(_place(Key))
        return {} if item is None else {"Item": to_attributes(item)}

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803
        [(name, wanted)] = RequestItems.items()
        found = [self.get_item(Key=key).get("Item") for key in wanted["Keys"]]
        return {"Responses": {name: [item for item in found if item is not None]}}

    def put_item(self, *, Item: Any, **more: Any) -> dict[str, Any]:  # noqa: N803
        whole = from_attributes(Item)
        place = (whole["pk"], whole["sk"])
        self._check(place, more, "PutItem")
        self.items[place] = whole
        return {}

    def update_item(self, *, Key: Any, UpdateExpression: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        place = _place(Key)
        self._check(place, more, "UpdateItem")
        self.items[place] = self._reading(place, UpdateExpression, more).changed()
        return {"Attributes": to_attributes(self.items[place])}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]], **_: Any) -> dict[str, Any]:  # noqa: N803
        actions = [(kind, dict(arguments)) for action in TransactItems for kind, arguments in action.items()]
        reasons = [self._reason(arguments) for _, arguments in actions]
        if any(reason["Code"] != "None" for reason in reasons):
            answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(answer, "TransactWriteItems")
        for kind, arguments in actions:
            if kind == "Put":
                self.put_item(**arguments)
            elif kind == "Update":
                self.update_item(**arguments)
            elif kind == "Delete":
                del self.items[_place(arguments["Key"])]
            elif kind == "ConditionCheck":
                continue  # it held, or there would be a reason
            else:
                raise NotImplementedError(kind)
        return {}

    def query(self, *, KeyConditionExpression: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        order = {"due": "due_at", "by_name": "by_name"}[more["IndexName"]]
        indexed = [(place, item) for place, item in self.items.items() if order in item]
        found = [item for place, item in indexed if self._reading(place, KeyConditionExpression, more).either()]
        return {"Items": [to_attributes(item) for item in sorted(found, key=lambda item: item[order])]}

    def _check(self, place: Place, arguments: Mapping[str, Any], operation: str) -> None:
        if self._allows(place, arguments):
            return
        standing = self.items.get(place)
        answer: Any = {"Error": {"Code": "ConditionalCheckFailedException"}}
        if standing is not None and arguments.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
            answer["Item"] = to_attributes(standing)
        raise ClientError(answer, operation)

    def _reason(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        place = _place(arguments.get("Key") or arguments["Item"])
        if self._allows(place, arguments):
            return {"Code": "None"}
        standing = self.items.get(place)
        return {"Code": "ConditionalCheckFailed", **({"Item": to_attributes(standing)} if standing else {})}

    def _allows(self, place: Place, arguments: Mapping[str, Any]) -> bool:
        condition = arguments.get("ConditionExpression")
        return condition is None or self._reading(place, condition, arguments).either()

    def _reading(self, place: Place, expression: str, arguments: Mapping[str, Any]) -> _Reading:
        pk, sk = place
        item = self.items.get(place) or ({"pk": pk, "sk": sk} if expression.startswith(("SET", "ADD")) else {})
        values = from_attributes(arguments.get("ExpressionAttributeValues", {}))
        return _Reading(list(_tokens(expression)), item, arguments.get("ExpressionAttributeNames", {}), values)


def _kind(value: Any) -> type:
    """A word of an enumeration is a text like any other, as it would be behind a wire."""
    return str if isinstance(value, str) else type(value)


def _place(key: Mapping[str, Any]) -> Place:
    return key["pk"]["S"], key["sk"]["S"]
