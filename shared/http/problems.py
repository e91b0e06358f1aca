"""Errors as problem+json (RFC 9457)."""

import json
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.errors import FieldError, ProblemError, ValidationError

PROBLEM_JSON = "application/problem+json"

MOST_ERRORS = 100
"""A body of 256 KB can be wrong in 30,000 places, which nobody wants to read in an answer of megabytes."""


def problem_document(problem: ProblemError, *, request_id: str) -> dict[str, Any]:
    """The body: type, title, status, detail, code, instance and, for wrong fields, errors."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "instance": request_id,
    }
    if problem.errors:
        document["errors"] = problem.errors
    return document


def problem_answer(problem: ProblemError, *, request_id: str) -> Response[str]:
    return Response(
        status_code=problem.status,
        content_type=PROBLEM_JSON,
        headers=dict(problem.headers),
        body=json.dumps(problem_document(problem, request_id=request_id), ensure_ascii=False, separators=(",", ":")),
    )


def validation_problem(errors: Sequence[Any]) -> ValidationError:
    """From pydantic's errors, whose `loc` starts with where the value stood: body, query, path or header."""
    found: list[FieldError] = []
    for error in errors:
        place, *steps = error["loc"]
        message = error["msg"].removeprefix("Value error, ")
        pointer = "#" + "".join(f"/{_escaped(step)}" for step in steps)
        found.append({"pointer": pointer, "detail": message if place == "body" else f"{message} (in the {place})"})
    places = "1 place" if len(found) == 1 else f"{len(found)} places"
    shown = "errors" if len(found) <= MOST_ERRORS else f"errors for the first {MOST_ERRORS}"
    return ValidationError(f"The request is wrong in {places}; see {shown}.", errors=found[:MOST_ERRORS])


def _escaped(step: str | int) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")
