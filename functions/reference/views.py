"""The OpenAPI document as its page shows it: what stands where, in plain values, without a word of HTML."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from functions.reference.curl import caller_of, curl

Document = Mapping[str, Any]
Schema = Mapping[str, Any]


class Kind(Struct, frozen=True, kw_only=True):
    """What a value may be, in words; `schema` names the object that it is or holds, to link to."""

    text: str
    schema: str | None = None
    pattern: str = ""


class Field(Struct, frozen=True, kw_only=True):
    """One line of a table. `name` is dotted where objects nest; `place` says where a parameter is sent."""

    name: str
    kind: Kind
    required: bool
    description: str
    place: str = ""

    @property
    def parts(self) -> list[str]:
        """The name in pieces between which a line may break: after a dot or an underscore."""
        return re.findall(r"[^._]+[._]*|[._]+", self.name)


class Response(Struct, frozen=True, kw_only=True):
    """`content` is the media type; `example` is ready to print."""

    status: str
    description: str
    headers: Sequence[str]
    content: str = ""
    kind: Kind | None = None
    example: str = ""


class Operation(Struct, frozen=True, kw_only=True):
    name: str
    method: str
    path: str
    summary: str
    description: str
    roles: Sequence[str]
    parameters: Sequence[Field]
    body: Sequence[Field]
    caller: str
    curl: str
    responses: Sequence[Response]
    problems: Sequence[Mapping[str, Any]]

    @property
    def parts(self) -> list[str]:
        """The path in pieces between which a line may break: before each slash."""
        return re.findall(r"/[^/]+", self.path)


class NamedSchema(Struct, frozen=True, kw_only=True):
    """An object with fields, a list of values, or one of several alternatives."""

    name: str
    description: str
    fields: Sequence[Field]
    values: Sequence[str]
    alternatives: Sequence[Kind]


class Area(Struct, frozen=True, kw_only=True):
    """The operations of one tag, and the objects that they take and answer. `slug` is its name in a path."""

    name: str
    description: str
    operations: Sequence[Operation]
    objects: Sequence[NamedSchema]

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")


def areas(document: Document) -> list[Area]:
    found: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            found[operation["tags"][0]].append((verb.upper(), path, operation))
    return [
        Area(
            name=tag["name"],
            description=tag["description"],
            operations=[_operation(document, *one) for one in found[tag["name"]]],
            objects=objects(document, _used_by(document, [one for _, _, one in found[tag["name"]]])),
        )
        for tag in document["tags"]
    ]


def objects(document: Document, names: Iterable[str]) -> list[NamedSchema]:
    """In alphabetical order."""
    schemas = document["components"]["schemas"]
    return [
        NamedSchema(
            name=name,
            description=schemas[name].get("description", ""),
            fields=list(_fields(schemas[name])),
            values=schemas[name].get("enum", []),
            alternatives=[_kind(one) for one in schemas[name].get("oneOf", [])],
        )
        for name in sorted(names)
    ]


def _used_by(document: Document, value: Any) -> set[str]:
    """The names of all schemas that stand in the value, or in those; refusals are the same for every operation."""
    prefix, schemas = "#/components/schemas/", document["components"]["schemas"]
    found: set[str] = set()
    waiting = [value]
    while waiting:
        text = json.dumps(waiting.pop())
        names = {name.removeprefix(prefix) for name in re.findall(rf"{prefix}\w+", text)} - found
        found |= names
        waiting += [schemas[name] for name in names]
    return found


def paragraphs(text: str) -> list[list[tuple[str, str]]]:
    """Each paragraph as pieces of `strong`, `code`, `block` or plain `text`: all of Markdown that the document uses."""
    found = []
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("```"):
            found.append([("block", paragraph.strip("`\n"))])
            continue
        pieces = re.split(r"(\*\*.+?\*\*|`[^`]+`)", " ".join(paragraph.split()))
        found.append([_piece(piece) for piece in pieces if piece])
    return found


def _piece(text: str) -> tuple[str, str]:
    if text.startswith("**"):
        return "strong", text.strip("*")
    return ("code", text.strip("`")) if text.startswith("`") else ("text", text)


def _operation(document: Document, method: str, path: str, operation: Mapping[str, Any]) -> Operation:
    parameters = [_resolved(document, one) for one in operation.get("parameters", [])]
    media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = _resolved(document, media.get("schema", {}))
    return Operation(
        name=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        roles=operation.get("x-roles", []),
        parameters=[_parameter(one) for one in parameters],
        body=list(_nested(document, body)),
        caller=caller_of(operation),
        curl=curl(method, path, operation, parameters, media.get("example")),
        responses=[
            _response(document, status, answer) for status, answer in operation["responses"].items() if status < "400"
        ],
        problems=operation["x-problems"],
    )


def _resolved(document: Document, value: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in value:
        return value
    found: Any = document
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    resolved: Mapping[str, Any] = found
    return resolved


def _parameter(one: Mapping[str, Any]) -> Field:
    return Field(
        name=one["name"],
        kind=_kind(one["schema"]),
        required=one["required"],
        description=one.get("description", ""),
        place=one["in"],
    )


def _fields(schema: Schema) -> Iterator[Field]:
    for name, value in schema.get("properties", {}).items():
        required = name in schema.get("required", [])
        yield Field(name=name, kind=_kind(value), required=required, description=value.get("description", ""))


def _nested(document: Document, schema: Schema, prefix: str = "") -> Iterator[Field]:
    """The fields, and below each object its own under dotted names; `[]` stands for each item of a list."""
    properties = schema.get("properties", {})
    for field in _fields(schema):
        name = f"{prefix}{field.name}"
        yield Field(name=name, kind=field.kind, required=field.required, description=field.description)
        if field.kind.schema:
            inner = document["components"]["schemas"][field.kind.schema]
            mark = "[]" if "array" in json.dumps(properties[field.name]) else ""
            yield from _nested(document, inner, f"{name}{mark}.")


def _response(document: Document, status: str, answer: Mapping[str, Any]) -> Response:
    resolved = _resolved(document, answer)
    headers = list(resolved.get("headers", {}))
    for content, media in resolved.get("content", {}).items():
        schema = media.get("schema", {})
        return Response(
            status=status,
            description=answer["description"],
            headers=headers,
            content=content,
            kind=_kind(schema) if schema else None,
            example=_printed(media.get("example")),
        )
    return Response(status=status, description=answer["description"], headers=headers)


def _printed(example: Any) -> str:
    if example is None or isinstance(example, str):
        return example or ""
    return json.dumps(example, ensure_ascii=False, indent=2)


def _kind(schema: Schema) -> Kind:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        otherwise = f", otherwise {schema['default']}" if "default" in schema else ""
        return Kind(text=name + otherwise, schema=name)
    for key, joint in (("anyOf", " or "), ("oneOf", " or ")):
        if key in schema:
            kinds = [_kind(one) for one in schema[key]]
            named = next((kind.schema for kind in kinds if kind.schema), None)
            return Kind(text=joint.join(kind.text for kind in kinds), schema=named)
    named = schema.get("type", "anything")
    if isinstance(named, list):
        kind = _kind({**schema, "type": named[0]})
        return Kind(text=f"{kind.text}, or null", schema=kind.schema, pattern=kind.pattern)
    if named == "array":
        item = _kind(schema.get("items", {}))
        return Kind(text=f"list of {_counted(schema, 'Items', '')}{item.text}", schema=item.schema)
    return Kind(text=_plain(schema), pattern=schema.get("pattern", ""))


def _plain(schema: Schema) -> str:
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    named = schema.get("type", "anything")
    words = [schema.get("format", named) if named == "string" else named]
    if named == "integer" and {"minimum", "maximum"} <= schema.keys():
        words.append(f"{schema['minimum']} to {schema['maximum']}")
    if length := _counted(schema, "Length", "characters"):
        words.append(length)
    if "default" in schema:
        words.append(f"otherwise {schema['default']}")
    return ", ".join(words)


def _counted(schema: Schema, what: str, unit: str) -> str:
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    if most is None:
        return ""
    return f"{least} to {most} {unit}".strip() + ("" if unit else " ") if least else f"at most {most} {unit}".strip()
