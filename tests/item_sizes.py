"""How large an item is as DynamoDB counts it."""

from collections.abc import Mapping
from typing import Any

MOST = 400 * 1024
"""Bytes of an item, names of attributes included."""


def item_size(item: Mapping[str, Any]) -> int:
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, Mapping):
        return 3 + item_size(value) + len(value)
    if isinstance(value, list | tuple):
        return 3 + sum(_value_size(one) + 1 for one in value)
    return 21  # a number takes that at most
