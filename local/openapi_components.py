"""Headers, parameters and refusals that many operations of the OpenAPI document share."""

from http import HTTPStatus
from typing import Any

SECURITY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token of the user pool. It proves who is calling; the rest stands in the table.",
}

PARAMETERS: dict[str, Any] = {
    "PartnerId": {
        "name": "X-Partner-Id",
        "in": "header",
        "required": False,
        "description": "Which partner is meant; needed by people who belong to several.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["p-lumen"]},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A text of your own, new for every request; repetitions get the first one's answer.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": 255,
            "examples": ["5f0c7a5e-8a43-4c6b-9d0e-2f5b3c1d7a90"],
        },
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the object as you read it, or `*` to change whatever is there.",
        "schema": {"type": "string", "minLength": 1, "examples": ['"v1"']},
    },
    "IfStillMatches": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of the object as you read it: it is removed only while it has not changed since.",
        "schema": {"type": "string", "minLength": 1, "examples": ['"v1"']},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of what you have: while it is the current one, the answer is 304 without a body.",
        "schema": {"type": "string", "examples": ['"v1"']},
    },
}

HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "The id of this request. Name it when something went wrong.",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
    },
    "ETag": {
        "description": "The version of what is answered.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[!-~]+"$', "examples": ['"v1"']},
    },
    "Location": {
        "description": "Where what was made can be read.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference", "examples": ["/v1/registrations/acme.example"]},
    },
    "Link": {
        "description": 'The next page, as `<URL>; rel="next"`; missing on the last one.',
        "schema": {"type": "string", "pattern": '^<[^>]+>; rel="next"$'},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "Content-Disposition": {
        "description": "What to call the file when it is saved.",
        "required": True,
        "schema": {"type": "string", "examples": ['attachment; filename="registrations.csv"']},
    },
    "Cache-Control": {
        "description": "How long it may be kept: not at all, mostly.",
        "required": True,
        "schema": {"type": "string"},
    },
}

_REFUSALS = {
    400: ("BadRequest", "The request cannot be read"),
    403: ("Forbidden", "Not for this caller"),
    404: ("NotFound", "Unknown, or another partner's"),
    409: ("Conflict", "Not in this state"),
    412: ("PreconditionFailed", "The object has changed since it was read"),
    413: ("ContentTooLarge", "The body has more than 256 KB"),
    415: ("UnsupportedMediaType", "The body is not JSON in UTF-8"),
    422: ("UnprocessableContent", "Understood, but not valid"),
    428: ("PreconditionRequired", "If-Match is missing"),
    503: ("ServiceUnavailable", "Busy; nothing was lost"),
}
_GATEWAY_REFUSALS = {
    401: ("Unauthorized", "No valid access token; the gateway's own answer"),
    429: ("TooManyRequests", "Too many requests at once, by the gateway's own answer, or more than a limit allows"),
}
_MAY_WAIT = {409, 429, 503}


GATEWAY_SCHEMAS: dict[str, Any] = {
    "GatewayRefusal": {
        "type": "object",
        "description": "What the gateway itself answers, before any route is reached.",
        "properties": {"message": {"type": "string", "description": "A word or two, in English."}},
        "required": ["message"],
    }
}


def header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def parameter(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def refusal(status: int, codes: list[str]) -> dict[str, str]:
    """A reference to the shared answer, described by the codes that it has here."""
    name, description = {**_REFUSALS, **_GATEWAY_REFUSALS}[status]
    listed = ", ".join(f"`{code}`" for code in codes)
    described = f"{description}: {listed}" if codes else description
    return {"$ref": f"#/components/responses/{name}", "description": described}


def shared_responses() -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status in sorted({*_REFUSALS, *_GATEWAY_REFUSALS}):
        name, description = {**_REFUSALS, **_GATEWAY_REFUSALS}[status]
        headers = ["X-Request-Id", *(["Retry-After"] if status in _MAY_WAIT else [])]
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        gateway = {"application/json": {"schema": {"$ref": "#/components/schemas/GatewayRefusal"}}}
        if status == HTTPStatus.UNAUTHORIZED:
            responses[name] = {"description": description, "content": gateway}
        else:
            responses[name] = {
                "description": description,
                "headers": {one: header(one) for one in headers},
                "content": {**problem, **gateway} if status in _GATEWAY_REFUSALS else problem,
            }
    return responses
