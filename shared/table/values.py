"""Between Python values and DynamoDB's typed JSON. Written by hand: several times faster than boto3's serializer.

The session of `shared.aws` sends and brings items as this JSON, and botocore looks into none: bytes are base64 here.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Item = dict[str, Any]
"""An item with plain Python values: str, bytes, int, Decimal, bool, None, list, dict."""


class ForeignAttributeError(TypeError):
    """An attribute of a type that the product never writes."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"attribute type {kind} is not used in the table")


def to_attribute(value: Any) -> dict[str, Any]:  # noqa: PLR0911 - one for each type of the table
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case bytes():
            return {"B": b64encode(value).decode()}
        case int() | Decimal():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [to_attribute(element) for element in value]}
        case Mapping():
            return {"M": to_attributes(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no place in the table")


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_attribute(value) for name, value in item.items()}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "B":
            return b64decode(value)
        case "N":
            return _number(value)
        case "NULL":
            return None
        case "L":
            return [from_attribute(element) for element in value]
        case "M":
            return from_attributes(value)
        case _:
            raise ForeignAttributeError(kind)


def _number(text: str) -> int | Decimal:
    """DynamoDB writes whole numbers without a point, but the longest with an exponent."""
    try:
        return int(text)
    except ValueError:
        number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    return {name: from_attribute(attribute) for name, attribute in attributes.items()}
