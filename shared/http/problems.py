"""Errors as problem+json (RFC 9457)."""

import json
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.errors import FieldError, ProblemError, ValidationError
from shared.http.sentences import REFUSAL, fault_of, sentence

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
        document["errors"] = [{**one, "detail": sentence(one["pointer"], one["detail"])} for one in problem.errors]
    return document


def problem_answer(problem: ProblemError, *, request_id: str) -> Response[str]:
    return Response(
        status_code=problem.status,
        content_type=PROBLEM_JSON,
        headers=dict(problem.headers),
        body=json.dumps(problem_document(problem, request_id=request_id), ensure_ascii=False, separators=(",", ":")),
    )


def validation_problem(errors: Sequence[Any]) -> ProblemError:
    """What all these errors of pydantic's come to; their `loc` starts with where the value stood: body, query or path.

    Where one kind of fault has a refusal of its own, and it is all that is wrong, that refusal is the answer.
    """
    own = [error.get("ctx", {}).get(REFUSAL) for error in errors]
    if len(own) == 1 and isinstance(own[0], ProblemError):
        return own[0]
    found: list[FieldError] = [{"pointer": _pointer(error["loc"]), "detail": fault_of(error)} for error in errors]
    if len(found) == 1:
        (only,) = found
        return ValidationError(sentence(only["pointer"], only["detail"]), errors=found)
    shown = "errors" if len(found) <= MOST_ERRORS else f"errors for the first {MOST_ERRORS}"
    return ValidationError(f"The request is wrong in {len(found)} places; see {shown}.", errors=found[:MOST_ERRORS])


def _pointer(loc: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901) into the body, or one that starts with where the parameter stood."""
    place, *steps = loc
    escaped = [str(step).replace("~", "~0").replace("/", "~1") for step in steps]
    return "/".join(["#", *escaped] if place == "body" else ["#", str(place), *escaped])
