"""The document as clients are generated from it: every schema has a name, and says what its values can be."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.openapi_document import VERBS, build_document


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return build_document()


def schemas_within(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema with the place where it stands, examples left out."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from schemas_within(one, f"{place}/{number}")
    elif isinstance(value, dict):
        yield place, value
        for key, one in value.items():
            if key not in {"example", "examples", "enum", "const", "default", "x-problems"}:
                yield from schemas_within(one, f"{place}/{key}")


def test_nothing_stands_in_it_that_generated_clients_stumble_over(document: dict[str, Any]) -> None:
    """What a typed language has no word for, or would have to find a name for by itself."""
    stumbling = []
    for place, schema in schemas_within({"paths": document["paths"], "components": document["components"]}):
        alternatives = schema.get("anyOf", [])
        is_named = re.fullmatch(r"/components/schemas/\w+", place) is not None
        numbers = {"integer", "number"} & {schema.get("type")} if isinstance(schema.get("type"), str) else set()
        if (
            ("const" in schema and not isinstance(schema["const"], str))
            or ("enum" in schema and not is_named)
            or ("oneOf" in schema and not (is_named and "discriminator" in schema))
            or (alternatives and not (len(alternatives) == 2 and "$ref" in alternatives[0]))
            or "prefixItems" in schema
            or schema.get("items") == {}
            or (numbers and "format" not in schema)
            or ({"ge", "gt", "le", "lt"} & schema.keys() and "type" in schema)
            or ("pattern" in schema and schema.get("format") in {"date", "date-time"})
        ):
            stumbling.append(f"{place}: {schema}")
    assert stumbling == []
    names = document["components"]["schemas"]
    assert [name for name in names if not re.fullmatch(r"([A-Z][a-z]+)+", name)] == []
    assert len({name.lower() for name in names}) == len(names)


def test_every_body_has_a_schema_and_files_have_a_name(document: dict[str, Any]) -> None:
    every = [
        (f"{verb} {path}", found[verb]) for path, found in document["paths"].items() for verb in VERBS if verb in found
    ]
    for route, operation in every:
        answers = [one for status, one in operation["responses"].items() if status < "400"]
        for holder in [operation.get("requestBody", {}), *answers]:
            for media, what in holder.get("content", {}).items():
                assert what["schema"], f"{route} {media}"
                is_file = media in {"text/csv", "text/calendar"}
                assert is_file == ("Content-Disposition" in holder.get("headers", {})), route
    export = document["paths"]["/v1/registrations.csv"]["get"]["responses"]["200"]
    assert export["content"]["text/csv"]["schema"] == {"type": "string"}


@pytest.mark.parametrize(
    ("body", "field", "item"),
    [
        ("BatchBody", "items", "LeadBody"),
        ("AssignBody", "clients", "ClientChoice"),
        ("ActivitiesBody", "activities", "ActivityBody"),
    ],
)
def test_the_items_of_bulk_requests_have_schemas(document: dict[str, Any], body: str, field: str, item: str) -> None:
    schemas = document["components"]["schemas"]
    assert schemas[body]["properties"][field]["items"] == {"$ref": f"#/components/schemas/{item}"}
    assert schemas[item]["additionalProperties"] is False


def test_results_are_told_apart_by_their_status(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["DeregisterResult"] == {
        "oneOf": [
            {"$ref": "#/components/schemas/DeregisteredItem"},
            {"$ref": "#/components/schemas/UnknownItem"},
        ],
        "discriminator": {
            "propertyName": "status",
            "mapping": {
                "deregistered": "#/components/schemas/DeregisteredItem",
                "not_found": "#/components/schemas/UnknownItem",
            },
        },
        "description": "What became of one item; `status` says which of these it is.",
    }
    unknown = document["components"]["schemas"]["UnknownItem"]
    assert unknown["properties"]["status"] == {
        "type": "string",
        "const": "not_found",
        "description": "What became of this item.",
    }
    assert unknown["required"] == ["domain", "status"]


def test_consent_is_a_plain_boolean(document: dict[str, Any]) -> None:
    for name in ("DeregisterBody", "EndServicesBody"):
        confirm = document["components"]["schemas"][name]["properties"]["confirm"]
        assert confirm.keys() == {"type", "description"}
        assert confirm["type"] == "boolean"
        assert confirm["description"].startswith("Must be true: ")


def test_the_gateways_own_refusals_share_a_schema(document: dict[str, Any]) -> None:
    responses = document["components"]["responses"]
    for name in ("Unauthorized", "TooManyRequests"):
        schema = responses[name]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/GatewayRefusal"}
