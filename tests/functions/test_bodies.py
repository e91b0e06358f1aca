"""Bodies and headers that disagree with each other or with the route: refused with the reason, or read as they are."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.reference.document import document
from tests.events import Answer
from tests.functions.client import Api, problem
from tests.gateway import Gateway, bearer
from tests.tenants import ADMIN, OPERATOR, Tenants, example_body, operations, two_tenants

OPERATIONS = operations()
WRITES = [route for route in OPERATIONS if not route.startswith("GET ")]
WITH_BODY = [route for route in WRITES if example_body(OPERATIONS[route]) is not None]
WITHOUT_BODY = [route for route in WRITES if route not in WITH_BODY]
LEAD = {
    "website": "acme.example",
    "company": "Acme",
    "contact": {"first_name": "Ada", "last_name": "Ames", "email": "ada@acme.example"},
}


@pytest.fixture(scope="module")
def tenants() -> Iterator[Tenants]:
    """Shared, because these requests leave nothing behind."""
    with two_tenants() as tenants:
        yield tenants


@pytest.fixture
def gateway(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("USER_POOL_ID", tenants.user_pool_id)
    return tenants.gateway


def sent(gateway: Gateway, route: str, body: Any, **headers: str) -> Answer:
    method, _, pattern = route.partition(" ")
    caller = OPERATOR if pattern.startswith("/v1/vendor") else ADMIN
    path = pattern.replace("{", "").replace("}", "").replace("email", "nobody%40acme.example")
    query = "confirm=REMOVE" if route == "DELETE /v1/employees/{user_id}/clients/{client_id}" else None
    return gateway.request(method, path, body=body, headers={"If-Match": "*", **bearer(caller), **headers}, query=query)


@pytest.mark.parametrize("route", WITH_BODY)
@pytest.mark.parametrize(
    "content_type",
    [
        "Application/JSON",
        "APPLICATION/JSON; CHARSET=UTF-8",
        'application/json ; charset="utf-8"',
        "application/json;odata.metadata=none",
    ],
)
def test_a_media_type_is_read_in_any_case_and_with_parameters(gateway: Gateway, route: str, content_type: str) -> None:
    answer = sent(gateway, route, json.dumps({"no_such_field": 1}), **{"Content-Type": content_type})

    assert problem(answer) == (422, "validation_failed")
    assert "#/no_such_field" in [error["pointer"] for error in answer.json["errors"]]


@pytest.mark.parametrize("route", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "application/json-patch+json"},
        {"Content-Type": "application/merge-patch+json"},
        {"Content-Type": "application/json, application/json"},
        {"Content-Type": "application/json; charset=utf-16"},
    ],
)
def test_another_media_type_is_refused(gateway: Gateway, route: str, headers: dict[str, str]) -> None:
    answer = sent(gateway, route, b"{}", **headers)

    assert problem(answer) == (415, "unsupported_media_type")
    assert answer.json["detail"] == "Send the body as application/json, encoded in UTF-8."


@pytest.mark.parametrize("route", WRITES)
def test_a_compressed_body_is_refused(gateway: Gateway, route: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = sent(gateway, route, gzip.compress(b"{}"), **headers)

    assert problem(answer) == (415, "unsupported_media_type")
    assert answer.json["detail"] == "Send the body as it is, without Content-Encoding."


@pytest.mark.parametrize("route", WITH_BODY)
def test_what_is_no_object_is_refused_as_that(gateway: Gateway, route: str) -> None:
    right = example_body(OPERATIONS[route])
    for body in ([right], [], [right, right], "text", 1, True, [[right]]):
        answer = sent(gateway, route, json.dumps(body), **{"Content-Type": "application/json"})

        assert problem(answer) == (422, "validation_failed")
        fault = {"pointer": "#", "detail": "The body must be a JSON object, in braces."}
        assert fault in answer.json["errors"]


@pytest.mark.parametrize("route", WITH_BODY)
@pytest.mark.parametrize(
    ("body", "detail"),
    [(None, "The body is missing."), ("null", "The body must have a value; it cannot be null.")],
)
def test_a_missing_body_is_told(gateway: Gateway, route: str, body: str | None, detail: str) -> None:
    answer = sent(gateway, route, body, **{"Content-Type": "application/json"})

    assert problem(answer) == (422, "validation_failed")
    assert {"pointer": "#", "detail": detail} in answer.json["errors"]


@pytest.mark.parametrize("route", WITHOUT_BODY)
def test_a_route_without_a_body_takes_none_that_says_something(gateway: Gateway, route: str) -> None:
    headers = {"Content-Type": "application/json"}
    for body in ('{"confirm": true}', "[1]", '"text"', "1"):
        answer = sent(gateway, route, body, **headers)
        assert problem(answer) == (422, "validation_failed")
        assert answer.json["detail"] == "This route takes no body. Leave it out."
    for nothing in (None, "{}", "null"):
        assert problem(sent(gateway, route, nothing, **headers)) == (404, "not_found")


def fields_of(schema: dict[str, Any], where: str = "#") -> Iterator[tuple[str, bool]]:
    """Each field of a body with whether the document lets it be null, those of objects within it included."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, field in schema.get("properties", {}).items():
        choices = [field, *field.get("anyOf", [])]
        yield f"{where}/{name}", any(one.get("type") == "null" or "null" in one.get("type", []) for one in choices)
        yield from fields_of(field, f"{where}/{name}")


def nested(pointer: str, value: Any) -> Any:
    for step in reversed(pointer.split("/")[1:]):
        value = {step: value}
    return value


PATCHES = {
    f"{route} {pointer}": (route, pointer, may_be_null)
    for route, operation in OPERATIONS.items()
    if route.startswith("PATCH ")
    for pointer, may_be_null in fields_of(operation["requestBody"]["content"]["application/json"]["schema"])
}


CLEARABLE = {"#/country", "#/providing_onboarding", "#/estimated_onboarding_duration", "#/client/language"}


@pytest.mark.parametrize("case", PATCHES)
def test_null_clears_an_optional_field_and_no_other(gateway: Gateway, case: str) -> None:
    route, pointer, may_be_null = PATCHES[case]
    answer = sent(gateway, route, nested(pointer, None))

    if may_be_null:
        assert pointer in {
            "#/country",
            "#/providing_onboarding",
            "#/estimated_onboarding_duration",
            "#/client/language",
        }
        faults = [] if answer.status == 404 else answer.json["errors"]
        assert pointer not in [fault["pointer"] for fault in faults]
    else:
        assert problem(answer) == (422, "validation_failed")
        [fault] = [one for one in answer.json["errors"] if one["pointer"] == pointer]
        assert fault["detail"].endswith(" must have a value; it cannot be null.")


@pytest.mark.usefixtures("user_pool")
def test_an_optional_field_of_a_put_may_be_null_or_left_out(api: Api) -> None:
    nothing = ["credited_tier", "tier_earned_on", "certification_expires_on", "email_domain", "currency", "time_zone"]
    nothing += ["capacity_limit_override", "team"]
    partner = {"name": "New", "type": "solutions_partner"}
    user = {"email": "nia@new.example", "name": "Nia", "role": "partner_admin"}

    said = api.put("/v1/vendor/partners/p-new", {**partner, **dict.fromkeys(nothing)})
    silent = api.put("/v1/vendor/partners/p-new", partner)
    api.put("/v1/vendor/partners/p-new/users/u-new", {**user, "language": None})
    repeated = api.put("/v1/vendor/partners/p-new/users/u-new", user)

    assert (said.status, said.json["currency"], said.json["credited_tier"]) == (201, "EUR", "untiered")
    assert (silent.status, silent.json["result"]) == (200, "unchanged")
    assert (repeated.json["language"], repeated.json["result"]) == ("en", "unchanged")


def test_a_list_of_one_lead_registers_nothing(api: Api) -> None:
    before = api.table.items()

    assert problem(api.post("/v1/registrations", [LEAD])) == (422, "validation_failed")
    assert problem(api.put("/v1/vendor/partners/p-new", [{"name": "New", "type": "solutions_partner"}])) == (
        422,
        "validation_failed",
    )
    assert api.table.items() == before


def test_a_byte_order_mark_before_the_body_is_passed_over(api: Api) -> None:
    answer = api.post("/v1/registrations", "\ufeff" + json.dumps(LEAD))

    assert (answer.status, answer.json["registered_domain"]) == (201, "acme.example")


def test_everything_that_is_wrong_is_told_at_once(api: Api) -> None:
    body = {"company": "", "contact": {"first_name": "Ada", "email": "nobody"}, "colour": "red"}
    answer = api.post("/v1/registrations", body, query={"dry_run": "1", "limit": "5"})

    assert problem(answer) == (422, "validation_failed")
    assert answer.json["detail"] == "The request is wrong in 7 places; see errors."
    assert answer.json["errors"] == [
        {"pointer": "#/query/dry_run", "detail": 'This route has no query parameter "dry_run". Leave it out.'},
        {"pointer": "#/query/limit", "detail": 'This route has no query parameter "limit". Leave it out.'},
        {"pointer": "#/website", "detail": "The website is missing."},
        {"pointer": "#/company", "detail": "The company must not be empty."},
        {"pointer": "#/contact/last_name", "detail": "The last name is missing."},
        {"pointer": "#/contact/email", "detail": "An email address must have an @-sign."},
        {
            "pointer": "#/colour",
            "detail": 'The field "colour" is not known here. Check its spelling, or leave it out.',
        },
    ]


def test_path_query_and_body_are_told_together(api: Api) -> None:
    answer = api.put("/v1/vendor/partners/-", {"name": "New", "type": "agency"}, query={"force": "1"})

    assert [error["pointer"] for error in answer.json["errors"]] == ["#/path/partner_id", "#/query/force", "#/type"]


def test_a_parameter_given_twice_is_refused(api: Api) -> None:
    answer = api.get("/v1/registrations", query={"limit": ["1", "2"]})

    assert problem(answer) == (422, "validation_failed")
    assert answer.json["errors"] == [{"pointer": "#/query/limit", "detail": "The limit is given twice; give it once."}]


def test_the_only_fault_is_the_detail(api: Api) -> None:
    answer = api.post(
        "/v1/registrations", {**LEAD, "contact": {"first_name": "Ada", "email": "ada@acme.example", "last_name": ""}}
    )

    assert answer.json["detail"] == "The last name must not be empty."


def test_a_changed_website_without_a_domain_is_told_with_the_rest(api: Api) -> None:
    assert api.post("/v1/registrations", LEAD).status == 201
    change = {"website": "localhost", "company": None}
    answer = api.patch("/v1/registrations/acme.example", change, match="*")

    assert [error["pointer"] for error in answer.json["errors"]] == ["#/website", "#/company"]
    alone = api.patch("/v1/registrations/acme.example", {"website": "localhost"}, match="*")
    assert problem(alone) == (422, "invalid_domain")


def test_a_website_without_a_domain_is_told_with_the_rest(api: Api) -> None:
    alone = api.post("/v1/registrations", {**LEAD, "website": "localhost"})
    among_others = api.post("/v1/registrations", {**LEAD, "website": "localhost", "company": ""})

    assert problem(alone) == (422, "invalid_domain")
    assert problem(among_others) == (422, "validation_failed")
    assert among_others.json["errors"] == [
        {"pointer": "#/website", "detail": "This is a single name. Give the full domain name, such as acme.example."},
        {"pointer": "#/company", "detail": "The company must not be empty."},
    ]
