"""What is wrong with a request is told in an office's words, whatever the schemas can find."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from functions.reference.document import document
from local.openapi_document import _application
from shared.http.refusals import validation_problem
from shared.http.schemas import Body
from shared.http.sentences import _FAULTS, _WITH_LIMITS, sentence

HOSTILE: tuple[Any, ...] = (
    None, "", " ", "x", "x" * 3_000, "\x00", "a b", "2026-02-30", "0001-01-01", "2026-01-31T25:00:00Z",
    "0001-01-01T00:00:00Z", "2026-01-31T09:30:00", "@", "nobody@", "-1", "0", "101", "1.5", "1e5", "9" * 30, "DEU",
    -1, 0, 1, 1.5, 10**18, True, False, [], {}, [None], [1], [[]], [{}], ["x" * 3_000], [{"no_such": 1}] * 600,
    {"no_such": 1}, {"": -1}, {"x" * 3_000: 1}, {str(number): 1 for number in range(600)},
)  # fmt: skip
"""Values for every field; those that a field takes say nothing about it."""

VALIDATORS_WORDS = re.compile(
    r"[Ii]nput|[Ss]tring|should|instance|[Vv]alue error|[Ii]nteger|[Bb]oolean|[Dd]ictionary|<"
)


def bodies(base: type[BaseModel] = Body) -> Iterator[type[BaseModel]]:
    for one in base.__subclasses__():
        if one.__module__.startswith(("functions.", "shared.")):
            yield one
        yield from bodies(one)


def faults_of(model: type[BaseModel]) -> Iterator[Mapping[str, Any]]:
    """Every error that the hostile values get out of the model, and that of each field left out."""
    wholes: list[Any] = [{}, {"no_such_field": 1}, None, [], "x"]
    parts: list[Any] = [{name: one} for name in model.model_fields for one in HOSTILE]
    for body in wholes + parts:
        try:
            model.model_validate(body)
        except ValidationError as error:
            yield from error.errors()


def known(error: Mapping[str, Any]) -> bool:
    kind = error["type"]
    return kind in _FAULTS or kind in _WITH_LIMITS or kind == "extra_forbidden"


def is_plain(text: str) -> bool:
    unquoted = re.sub(r'"[^"]*"', "", text)
    return bool(re.match(r"[A-Z]", text)) and text.endswith((".", ")")) and not VALIDATORS_WORDS.search(unquoted)


@pytest.mark.parametrize("model", sorted(set(bodies()), key=str))
def test_everything_that_a_body_can_get_wrong_has_a_sentence(model: type[BaseModel]) -> None:
    found = list(faults_of(model))

    assert found
    assert {error["type"] for error in found if not known(error)} == set()
    told = {_told(error, "body") for error in found}
    assert {one for one in told if not is_plain(one)} == set()


def test_everything_that_a_parameter_can_get_wrong_has_a_sentence() -> None:
    application = _application()
    for route in (*application._static_routes, *application._dynamic_routes):
        dependant = route.dependant
        for place, fields in (("query", dependant.query_params), ("path", dependant.path_params)):
            for field in fields:
                texts = [value for value in HOSTILE if isinstance(value, str)]
                found = [one for text in texts for one in field.validate(text, loc=(place, field.alias))[1] or []]
                assert {error["type"] for error in found if not known(error)} == set()
                assert {told for error in found if not is_plain(told := _told(error, ""))} == set()


def test_every_field_and_parameter_has_a_name_in_words() -> None:
    names = {name: sentence(f"#/{name}", "is missing") for name in _names()}

    assert len(names) > 80
    odd = {name: told for name, told in names.items() if not re.fullmatch(r"The [A-Za-z -]+ (is|are) missing\.", told)}
    assert odd == {}
    assert not [
        told for told in names.values() if re.search(r"\b(mrr|crm|url|q|as of|ids?)\b", told.replace(" id ", " "))
    ]


@pytest.mark.parametrize(
    ("pointer", "fault", "told"),
    [
        ("#", "is missing", "The body is missing."),
        ("#/contact/last_name", "is missing", "The last name is missing."),
        ("#/products", "is missing", "The products are missing."),
        ("#/products", "has no end", "The products have no end."),
        ("#/domains/2", "must be text", "Entry 3 of the domains must be text."),
        ("#/products/0/edition", "is missing", "The edition in entry 1 of the products is missing."),
        ("#/engagement/areas/Ads", "must be a whole number", 'The area "Ads" must be a whole number.'),
        ("#/engagement/areas/a~1b~0", "must be text", 'The area "a/b~" must be text.'),
        ("#/engagement/areas/x/[key]", "must not be empty", "A name among the areas must not be empty."),
        ("#/query/limit", "must be at least 1", "The limit must be at least 1."),
        ("#/query/q", "must not be empty", "The search text must not be empty."),
        ("#/website", "This is an IP address.", "This is an IP address."),
    ],
)
def test_a_fault_becomes_a_sentence_about_its_place(pointer: str, fault: str, told: str) -> None:
    assert sentence(pointer, fault) == told


def test_what_was_sent_is_quoted_at_no_great_length() -> None:
    problem = validation_problem([{"type": "extra_forbidden", "loc": ("body", "x" * 100_000)}])

    assert problem.detail == f'The field "{"x" * 60}…" is not known here. Check its spelling, or leave it out.'


def _told(error: Mapping[str, Any], place: str) -> str:
    return validation_problem([{**error, "loc": (*([place] if place else []), *error["loc"])}]).detail


def _names() -> set[str]:
    """Of every field that a request can have, and of every parameter in a path or a query."""
    names = {name for model in bodies() for name in model.model_fields}
    for path in document()["paths"].values():
        for operation in path.values():
            names |= {one["name"] for one in operation.get("parameters", []) if one.get("in") in {"query", "path"}}
    return names
