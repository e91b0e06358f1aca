"""Names for what stands unnamed within other schemas: generators make them up otherwise, or give up.

A list of values and a union become schemas of their own, a union with a discriminator where its members have one. What
may be null says so by its type.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from local.openapi_schemas import NULL, REFERENCE
from local.openapi_values import VALUES

_DISCRIMINATOR = "status"


class Naming:
    """`schemas` are all that have a name by now, and grow by those that are given one."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.schemas = dict(schemas)
        for name, schema in schemas.items():
            if "properties" in schema:
                properties = {
                    field: self.named(value, f"{name}{capitalised(field)}")
                    for field, value in schema["properties"].items()
                }
                self.schemas[name] = {**schema, "properties": properties}

    def named(self, schema: Mapping[str, Any], place: str) -> dict[str, Any]:
        """The schema that stands at `place`, with references for all that has deserved a name."""
        shown = dict(schema)
        for inner in ("items", "additionalProperties"):
            if isinstance(shown.get(inner), dict):
                shown[inner] = self.named(shown[inner], _one_of(place))
        if "enum" in shown:
            return self._values(shown, place)
        if "anyOf" in shown:
            return self._alternatives(shown, place)
        return shown

    def _alternatives(self, schema: dict[str, Any], place: str) -> dict[str, Any]:
        members = [self.named(one, place) for one in schema.pop("anyOf") if one != NULL]
        if len(members) > 1:
            return {**self._union(members, place), **schema}
        (member,) = members
        if "$ref" in member:
            return {"anyOf": [{"$ref": member["$ref"]}, NULL], **_texts(member), **schema}
        return {**member, "type": [member["type"], "null"], **schema}

    def _values(self, schema: dict[str, Any], place: str) -> dict[str, Any]:
        values = schema.pop("enum")
        upwards = tuple(value for value in values if not value.startswith("-"))
        name, meaning = VALUES.get(upwards, (place, schema.get("description", "")))
        named = {"type": schema.pop("type"), "enum": values, "description": meaning}
        if len(upwards) < len(values):
            named["x-enum-varnames"] = [_constant(value) for value in values]
        self._keep(name, named)
        return {"$ref": REFERENCE + name, **schema}

    def _union(self, members: Iterable[Mapping[str, Any]], place: str) -> dict[str, Any]:
        references = [one["$ref"] for one in members]
        names = [one.removeprefix(REFERENCE) for one in references]
        union: dict[str, Any] = {"oneOf": [{"$ref": one} for one in references]}
        mapping = {value: REFERENCE + name for name in names for value in self._fixed(name)}
        if all(self._fixed(name) for name in names):
            union["discriminator"] = {"propertyName": _DISCRIMINATOR, "mapping": mapping}
        union["description"] = "What became of one item; `status` says which of these it is."
        self._keep(place, union)
        return {"$ref": REFERENCE + place}

    def _fixed(self, name: str) -> list[str]:
        """The values by which this member can be told from others."""
        status = self.schemas[name].get("properties", {}).get(_DISCRIMINATOR, {})
        if "$ref" in status:
            status = self.schemas[status["$ref"].removeprefix(REFERENCE)]
        return [status["const"]] if "const" in status else list(status.get("enum", ()))

    def _keep(self, name: str, schema: dict[str, Any]) -> None:
        if self.schemas.setdefault(name, schema) != schema:
            raise ValueError(f"There are two schemas {name}; give the values of one a name in openapi_values.py.")


def _texts(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "$ref"}


def capitalised(name: str) -> str:
    """`portal_access` as a part of a schema's name: `PortalAccess`."""
    return "".join(part.capitalize() for part in name.replace("-", "_").split("_"))


def _constant(value: str) -> str:
    """What generators call a value that begins with a minus, and those beside it: `NAME` and `NAME_DESCENDING`."""
    return f"{value[1:]}_descending".upper() if value.startswith("-") else value.upper()


def _one_of(place: str) -> str:
    """What one item of the list at `place` is called: `RegisterResult` in `RegisterResultsResults`."""
    for plural in ("ResultsResults", "Results"):
        if place.endswith(plural):
            return place.removesuffix(plural) + "Result"
    return place
