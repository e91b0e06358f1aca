"""Schemas as clients should read them: named by what they are, without what only Powertools and pydantic need."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

from local.openapi_meanings import MEANINGS
from local.openapi_values import SCHEMAS
from shared.http.lists import Page
from shared.http.schemas import Problem

NULL = {"type": "null"}
REFERENCE = "#/components/schemas/"

_LEFT_OUT = frozenset({"HTTPValidationError", "ValidationError", "ResponseValidationError"})
"""Powertools' own error bodies, which this API never answers."""

_BOUNDS = frozenset({"ge", "gt", "le", "lt"})
"""What pydantic leaves of bounds that JSON Schema cannot express, such as those of days."""

_LARGEST_INT32 = 2**31 - 1


def public_schemas(raw: Mapping[str, Any]) -> dict[str, Any]:
    """By public name. Raises ValueError where two that differ become one."""
    named: dict[str, Any] = {}
    for name, schema in _with_items_apart(raw).items():
        if name in _LEFT_OUT:
            continue
        public = public_name(name)
        shown = _described(public, with_public_names(_untitled(_own_text(name, schema))))
        if named.setdefault(public, shown) != shown:
            raise ValueError(f"Two schemas have the public name {public}; rename one of them in its schemas.py.")
    return named


def problem_schemas() -> dict[str, Any]:
    """What a refusal looks like: its model writes itself, so that nothing can be read off how it is written."""
    problem = Problem.model_json_schema(ref_template=REFERENCE + "{model}")
    wrong_places = next(one for one in problem["properties"]["errors"]["anyOf"] if one["type"] == "array")
    problem["properties"]["errors"] = {**wrong_places, "description": "The wrong places; only where there are any."}
    return {**problem.pop("$defs"), "Problem": problem}


def with_public_names(value: Any) -> Any:
    """The same value with references to public names, numbers as generators read them, and no generated titles."""
    if isinstance(value, list):
        return [with_public_names(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    renamed = {key: with_public_names(one) for key, one in value.items()}
    if isinstance(renamed.get("$ref"), str):
        prefix, _, name = renamed["$ref"].rpartition("/")
        renamed["$ref"] = f"{prefix}/{public_name(name)}"
    if isinstance(renamed.get("schema"), dict):
        renamed["schema"] = _untitled(renamed["schema"])
    return _sized(renamed)


def public_name(name: str) -> str:
    """`RegistrationAnswer` is `Registration` to a client, and `Page_RegistrationAnswer_` is `RegistrationPage`.

    Where two models share a name, pydantic puts their modules before it: those say nothing to a client.
    """
    page = re.fullmatch(r"Page_(\w+)_", name)
    return f"{public_name(page[1])}Page" if page else name.rpartition("__")[2].removesuffix("Answer")


def _with_items_apart(raw: Mapping[str, Any]) -> dict[str, Any]:
    """With each model that a bulk request only checks its items by: pydantic writes those within the list."""
    apart: dict[str, Any] = {}
    for name, schema in raw.items():
        properties = dict(schema.get("properties", {}))
        for field, value in properties.items():
            item = value.get("items", {})
            if "properties" in item:
                apart[item["title"]] = item
                properties[field] = {**value, "items": {"$ref": REFERENCE + item["title"]}}
        apart[name] = {**schema, "properties": properties} if properties else schema
    return apart


def _own_text(name: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A page of a kind of object has no docstring of its own; it takes that of all pages."""
    return {**schema, "description": inspect.getdoc(Page)} if name.startswith("Page_") else schema


def _described(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """With a text for every property, and with every fixed value required: it is in each answer."""
    described = {**schema}
    if name in SCHEMAS and "description" not in schema:
        described["description"] = SCHEMAS[name]
    if "properties" in schema:
        described["properties"] = {
            field: _with_meaning(value, f"{name}.{field}", field) for field, value in schema["properties"].items()
        }
        fixed = {field for field, value in schema["properties"].items() if "const" in value}
        required = {*schema.get("required", ()), *fixed}
        described["required"] = [field for field in schema["properties"] if field in required]
    return {key: value for key, value in described.items() if key != "required" or value}


def _with_meaning(schema: Mapping[str, Any], *names: str) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if key != "default" or "const" not in schema}
    own = schema.get("description") or next(
        (one["description"] for one in schema.get("anyOf", ()) if "description" in one), None
    )
    meaning = own or next((MEANINGS[name] for name in names if name in MEANINGS), None)
    return {**kept, "description": meaning} if meaning else kept


def _sized(schema: dict[str, Any]) -> dict[str, Any]:
    """Numbers with the format that typed languages need, and without bounds that no reader of schemas knows."""
    kept = {key: value for key, value in schema.items() if key not in _BOUNDS or isinstance(value, dict)}
    if kept.get("type") == "integer":
        small = max(abs(kept.get(bound, _LARGEST_INT32 + 1)) for bound in ("minimum", "maximum")) <= _LARGEST_INT32
        return {**kept, "format": "int32" if small else "int64"}
    return {**kept, "format": "double"} if kept.get("type") == "number" else kept


def _untitled(schema: Any) -> Any:
    """A schema and all within it without `title`, which only repeats the name; a property may still be called so."""
    if isinstance(schema, list):
        return [_untitled(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _untitled(one) for name, one in value.items()}
        if key in {"properties", "$defs"}
        else value
        if key in {"examples", "default", "const", "enum"}
        else _untitled(value)
        for key, value in schema.items()
        if key != "title"
    }
