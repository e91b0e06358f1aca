"""Schemas as clients should read them: named by what they are, without what only Powertools and pydantic need."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

from shared.http.lists import Page
from shared.http.schemas import Problem

_LEFT_OUT = frozenset({"HTTPValidationError", "ValidationError", "ResponseValidationError"})
"""Powertools' own error bodies, which this API never answers."""

_REFERENCE = "#/components/schemas/"


def public_schemas(raw: Mapping[str, Any]) -> dict[str, Any]:
    """By public name, in alphabetical order. Raises ValueError where two become one."""
    kept = [name for name in raw if name not in _LEFT_OUT]
    named = {_public_name(name): with_public_names(_untitled(_described(name, raw[name]))) for name in kept}
    if len(named) < len(kept):
        raise ValueError("Two schemas have the same public name; rename one of them in its schemas.py.")
    return dict(sorted(named.items()))


def problem_schemas() -> dict[str, Any]:
    """What a refusal looks like: its model writes itself, so that nothing can be read off how it is written."""
    problem = Problem.model_json_schema(ref_template=_REFERENCE + "{model}")
    wrong_places = next(one for one in problem["properties"]["errors"]["anyOf"] if one["type"] == "array")
    problem["properties"]["errors"] = {**wrong_places, "description": "The wrong places; only where there are any."}
    return {**problem.pop("$defs"), "Problem": problem}


def with_public_names(value: Any) -> Any:
    """The same value with references to public names, whole numbers as such, and no generated titles."""
    if isinstance(value, list):
        return [with_public_names(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    renamed = {key: with_public_names(one) for key, one in value.items()}
    if isinstance(renamed.get("$ref"), str):
        prefix, _, name = renamed["$ref"].rpartition("/")
        renamed["$ref"] = f"{prefix}/{_public_name(name)}"
    if isinstance(renamed.get("schema"), dict):
        renamed["schema"] = _untitled(renamed["schema"])
    return renamed


def _public_name(name: str) -> str:
    """`RegistrationAnswer` is `Registration` to a client, and `Page_RegistrationAnswer_` is `RegistrationPage`."""
    page = re.fullmatch(r"Page_(\w+)_", name)
    return f"{_public_name(page[1])}Page" if page else name.removesuffix("Answer")


def _described(name: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A page of a kind of object has no docstring of its own; it takes that of all pages."""
    return {**schema, "description": inspect.getdoc(Page)} if name.startswith("Page_") else schema


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
