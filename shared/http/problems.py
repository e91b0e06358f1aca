"""Errors as problem+json (RFC 9457)."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.errors import ProblemError
from shared.http.sentences import sentence

PROBLEM_JSON = "application/problem+json"


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
