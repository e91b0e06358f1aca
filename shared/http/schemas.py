"""Shapes that the answers of several rooms share."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer, SerializerFunctionWrapHandler, WithJsonSchema, model_serializer


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[
    datetime,
    PlainSerializer(_rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T09:30:00Z"]}),
]
"""RFC 3339 in UTC, to the second."""


class FieldProblem(BaseModel):
    """One wrong place: a JSON pointer into the body, or the parameter's name."""

    pointer: str
    detail: str


class Problem(BaseModel):
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
