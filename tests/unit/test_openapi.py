import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from functions.reference.document import DOCUMENT_FILE
from local import openapi
from local.openapi_document import SWITCHES, build_document
from local.openapi_examples import EXAMPLES
from local.openapi_meanings import MEANINGS, PARAMETERS
from local.openapi_texts import TAGS
from local.openapi_values import SCHEMAS, VALUES
from shared.http.access import ROLES_BY_ROUTE

PUBLIC = {"GET /openapi.json", "GET /reference", "GET /reference/{area}"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return build_document()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation by its route, such as `GET /v1/users`."""
    for path, found in document["paths"].items():
        for verb, operation in found.items():
            yield f"{verb.upper()} {path}", operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_the_checked_in_document_is_what_the_code_says() -> None:
    assert DOCUMENT_FILE.read_text(encoding="utf-8") == openapi.document_text(), f"renew it with {openapi.COMMAND}"


def test_the_check_is_silent_while_the_file_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi.main(["--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_check_names_the_command_that_renews_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    stale = tmp_path / "openapi.json"
    monkeypatch.setattr(openapi, "DOCUMENT_FILE", stale)
    assert openapi.main(["--check"]) == 1
    stale.write_text("{}", encoding="utf-8")
    assert openapi.main(["--check"]) == 1
    assert capsys.readouterr().err.count("python -m local.openapi") == 2
    assert openapi.main([]) == 0
    assert openapi.main(["--check"]) == 0


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    OPENAPI_31_VALIDATOR.validate(document)
    assert document["openapi"] == "3.1.0"


def test_every_schema_is_valid_json_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_reference_leads_somewhere_and_every_shared_part_is_used(document: dict[str, Any]) -> None:
    used = set(references(document))
    kept = {
        f"#/components/{kind}/{name}"
        for kind, named in document["components"].items()
        for name in named
        if kind != "securitySchemes"
    }
    assert used == kept


def test_the_document_and_the_table_of_roles_name_the_same_routes(document: dict[str, Any]) -> None:
    found = dict(operations(document))
    assert found.keys() == ROLES_BY_ROUTE.keys() | PUBLIC
    for route, roles in ROLES_BY_ROUTE.items():
        assert found[route]["x-roles"] == sorted(roles)
        assert found[route]["security"] == [{"accessToken": []}]
    for route in PUBLIC:
        assert "x-roles" not in found[route]
        assert found[route]["security"] == []


def test_operations_have_readable_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []


def test_everything_is_described(document: dict[str, Any]) -> None:
    tags = {name for name, _ in TAGS}
    missing = []
    for route, operation in operations(document):
        assert operation["summary"], route
        assert operation["description"].endswith("."), route
        assert set(operation["tags"]) <= tags, route
        parameters = [one for one in operation.get("parameters", []) if "$ref" not in one]
        missing += [f"{one['name']} of {route}" for one in parameters if not one.get("description")]
    for name, schema in document["components"]["schemas"].items():
        missing += [] if schema.get("description") else [name]
        fields = schema.get("properties", {}).items()
        missing += [f"{name}.{field}" for field, value in fields if not value.get("description")]
    assert missing == [], "describe them where they stand, with Field(description=...), or in local/openapi_meanings.py"


def test_meanings_are_kept_for_names_that_there_are(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    fields = {
        key
        for name, schema in schemas.items()
        for field in schema.get("properties", {})
        for key in (f"{name}.{field}", field)
    }
    parameters = {
        one["name"] for _, operation in operations(document) for one in operation.get("parameters", []) if "name" in one
    }
    assert MEANINGS.keys() - fields == set()
    assert PARAMETERS.keys() - parameters == set()
    assert SCHEMAS.keys() | {name for name, _ in VALUES.values()} <= schemas.keys()


def test_how_to_get_a_token_is_said_before_all_else(document: dict[str, Any]) -> None:
    paragraphs = document["info"]["description"].split("\n\n")
    assert paragraphs[1].startswith("**Getting a token.** ")
    assert "AWSCognitoIdentityProviderService.InitiateAuth" in paragraphs[2]


def test_nothing_is_left_of_the_generator(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for leftover in (
        "HTTPValidationError",
        "ResponseValidationError",
        "Successful Response",
        '"deprecated"',
        "Answer_",
        "__",
    ):
        assert leftover not in text
    assert re.search(r"\b[AD]\d+\b", text) is None
    titled = [name for name, schema in document["components"]["schemas"].items() if "title" in schema]
    assert titled == []


def test_every_post_takes_an_idempotency_key_and_every_edit_needs_if_match(document: dict[str, Any]) -> None:
    for route, operation in operations(document):
        method, _, path = route.partition(" ")
        taken = {one.get("$ref", "").rpartition("/")[2] for one in operation.get("parameters", [])}
        edits = method in {"PATCH", "PUT"} and not path.startswith("/v1/vendor") and not path.endswith(SWITCHES)
        assert ("IdempotencyKey" in taken) == (method == "POST"), route
        assert ("IfMatch" in taken) == edits, route
        assert ({"412", "428"} <= operation["responses"].keys()) or not edits, route


def test_what_is_made_says_where_and_what_is_known_is_not_sent_again(document: dict[str, Any]) -> None:
    for route, operation in operations(document):
        answers = operation["responses"]
        taken = {one.get("$ref", "").rpartition("/")[2] for one in operation.get("parameters", [])}
        assert ("Location" in answers.get("201", {}).get("headers", {})) == ("201" in answers), route
        is_tagged = route.startswith("GET ") and "ETag" in answers["200"]["headers"]
        assert ("304" in answers) == ("IfNoneMatch" in taken) == is_tagged, route
        assert ("IfStillMatches" in taken) == (
            route in {"DELETE /v1/users/{user_id}", "DELETE /v1/confirmation-links/{link_id}"}
        ), route


def test_a_list_takes_limit_and_cursor_and_links_to_its_next_page(document: dict[str, Any]) -> None:
    pages = {name for name in document["components"]["schemas"] if name.endswith("Page")}
    for route, operation in operations(document):
        answer = operation["responses"].get("200", {})
        schema = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
        taken = {one.get("name") for one in operation.get("parameters", [])}
        is_list = schema.rpartition("/")[2] in pages
        assert ({"limit", "cursor"} <= taken) == ("Link" in answer.get("headers", {})), route
        assert not is_list or {"limit", "cursor"} <= taken, route


def test_every_refusal_says_which_codes_it_can_have(document: dict[str, Any]) -> None:
    for route, operation in operations(document):
        listed = {str(one["status"]) for one in operation["x-problems"]}
        refused = {status for status in operation["responses"] if status >= "400"}
        assert refused - listed <= {"401", "429"}, route
        assert listed <= refused, route
        for one in operation["x-problems"]:
            assert f"`{one['code']}`" in operation["responses"][str(one["status"])]["description"], route


def test_examples_belong_to_operations_and_keep_to_their_schemas(document: dict[str, Any]) -> None:
    shown = 0
    for _, operation in operations(document):
        contents = [operation.get("requestBody", {}).get("content", {})]
        contents += [answer.get("content", {}) for answer in operation["responses"].values()]
        for media in [media for content in contents for media in content.values() if "example" in media]:
            shown += 1
            if "schema" in media:
                schema = {**media["schema"], "components": document["components"]}
                jsonschema_rs.validate(schema, media["example"], validate_formats=True)
    assert shown >= len(EXAMPLES)


def test_every_body_that_is_sent_has_an_example(document: dict[str, Any]) -> None:
    for route, operation in operations(document):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            assert "example" in media, route


def test_answers_that_hold_an_object_link_to_what_can_be_done_with_it(document: dict[str, Any]) -> None:
    answer = document["paths"]["/v1/users"]["post"]["responses"]["201"]
    assert answer["links"]["change_user"] == {
        "operationId": "change_user",
        "parameters": {"user_id": "$response.body#/id", "header.If-Match": "$response.header.ETag"},
    }
    names = {operation["operationId"] for _, operation in operations(document)}
    for _, operation in operations(document):
        for found in operation["responses"].values():
            assert {link["operationId"] for link in found.get("links", {}).values()} <= names
