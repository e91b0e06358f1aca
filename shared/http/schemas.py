"""Shapes that the answers of several rooms share."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_after_validator_function

from shared.clock import read_day
from shared.errors import ProblemError
from shared.http.sentences import REFUSAL

Default = TypeVar("Default")

_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _written_day(value: object) -> date:
    """Pydantic would take numbers for days since 1970 too. Raises ValueError for all but a `YYYY-MM-DD` in bounds."""
    return read_day(value if isinstance(value, str) else "")


def _written_moment(value: object) -> object:
    """Raises ValueError for all but RFC 3339, which knows no numbers and no local times."""
    if not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        raise ValueError("must be an instant with its offset, such as 2026-01-31T09:30:00Z (a + is %2B in a URL)")
    return value


def _only_true(value: object) -> object:
    """Pydantic would take 1 for true. Raises ValueError for it, and for everything else that is not true."""
    if value is not True:
        raise ValueError("must be true")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        moment = datetime.min.replace(tzinfo=UTC)
    if moment < _FIRST_MOMENT:
        raise ValueError("must lie between the years 1970 and 9999")
    return moment


class Matching:
    """For text of a certain form: `Annotated[str, Matching(r"^[A-Z]{3}$", "must be three capitals")]`.

    The schema of the document shows the pattern; who sends another text is told the sentence.
    """

    def __init__(self, pattern: str, fault: str) -> None:
        self._pattern = pattern
        self._fault = fault

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self._pattern}

    def _check(self, value: str) -> str:
        if not re.search(self._pattern.removesuffix("$") + r"\Z", value):
            raise ValueError(self._fault)
        return value


def refused_as(problem: ProblemError) -> PydanticCustomError:
    """What a validator raises for a fault that has a refusal of its own, where nothing else is wrong."""
    return PydanticCustomError(REFUSAL, "{refusal}", {REFUSAL: problem})


def or_default(default: Default) -> BeforeValidator:
    """For an optional field that always has a value: null says what leaving it out says."""
    return BeforeValidator(
        lambda value: default if value is None else value, json_schema_input_type=type(default) | None
    )


Confirmed = Annotated[bool, BeforeValidator(_only_true)]
"""The user's yes, in a request. A plain boolean in the document: clients are not generated for a type that is true."""

Day = Annotated[date, BeforeValidator(_written_day)]
"""A day in a request, near enough to today that whatever is reckoned from it exists."""

Moment = Annotated[AwareDatetime, BeforeValidator(_written_moment), AfterValidator(_in_utc)]
"""An instant in a request, since 1970, in UTC whatever offset it was sent with."""

VendorId = Annotated[
    str,
    Field(description="The vendor's own id."),
    Matching(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        "must have 1 to 64 letters, digits, dots, underscores and hyphens, and start with a letter or a digit",
    ),
]


def rfc3339(instant: datetime) -> str:
    """The instant as every answer writes it: `2026-01-31T09:30:00Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T09:30:00Z"]}),
]
"""RFC 3339 in UTC, to the second."""


class Answer(BaseModel):
    """What routes answer. Built at its first use: a process answers with few of its room's models."""

    model_config = ConfigDict(defer_build=True)


class Body(BaseModel):
    """What routes take: an unknown field is refused, not overlooked. Built at its first use."""

    model_config = ConfigDict(defer_build=True, extra="forbid")


@dataclass(frozen=True)
class CheckedAs:
    """Marks the items of a bulk request: anything is taken, checked by itself against `model`, and documented as it."""

    model: type[BaseModel]

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        self.model.model_rebuild()
        return handler(self.model.__pydantic_core_schema__)


UNCHANGED: Any = None
"""The default of a field of Changes that null cannot clear."""


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class Changes(Body):
    """What a PATCH takes: a field that is left out stays as it is.

    Null clears what is declared `Text | None = None`; what is declared `Text = UNCHANGED` has to have a value.
    """

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    def sent(self) -> dict[str, Any]:
        """The fields that the request names, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class FieldProblem(Answer):
    """One wrong place: a JSON pointer into the body, or such as `#/query/limit`, and what is wrong there."""

    pointer: str
    detail: str


class Problem(Answer):
    """RFC 9457: `code` is stable, `detail` says what to do, `instance` is the request id."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    code: str
    instance: str
    errors: list[FieldProblem] | None = None

    @model_serializer(mode="wrap")
    def _without_empty_errors(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        document: dict[str, Any] = serialize(self)
        if document["errors"] is None:
            del document["errors"]
        return document
