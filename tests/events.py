"""Requests as API Gateway's HTTP API hands them to a function (payload format 2.0), and the answers it gets back."""

import base64
import contextlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

HOST = "0000beef.execute-api.eu-central-1.amazonaws.com"
CLIENT_ID = "4p0example1client2id3"
SENT_AS_TEXT = ("application/json", "application/javascript", "application/xml", "text/")
"""The gateway passes bodies of these types on as they are, and all else, forms included, in base64."""

Event = dict[str, Any]


@dataclass(frozen=True)
class FunctionContext:
    """What Lambda tells a function about its own run."""

    function_name: str = "partnerdesk"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:partnerdesk"
    aws_request_id: str = "8b6cd1e4-1f0d-4d2e-9a55-0d4f5f0f8a11"

    def get_remaining_time_in_millis(self) -> int:
        return 15_000


@dataclass(frozen=True)
class Answer:
    """A function's answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str
    cookies: Sequence[str] = ()

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)


def subject_of(email: str, *, generation: int = 0) -> str:
    """The `sub` that the pool gave the first sign-in of the address: the same in every event; or a later one's."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email}" + (f"?{generation}" if generation else "")))


def api_event(
    method: str,
    path: str,
    *,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str | Sequence[str]] | str | None = None,
    email: str | None = None,
    sub: str | None = None,
    route_key: str = "$default",
) -> Event:
    """A request as the gateway passes it on, `path` and a textual `query` being what stands in the URL.

    `body` is sent as it is when text or bytes, and as JSON otherwise. `email` is whose access token it carries, of the
    first sign-in of that address unless `sub` says which; without it the route has no authorizer.
    """
    raw_query = query if isinstance(query, str) else urlencode(query or {}, doseq=True)
    sent = {"host": HOST, "accept": "*/*", "user-agent": "example/1.0", "x-forwarded-proto": "https"}
    sent |= {"x-forwarded-for": "192.0.2.7", "x-forwarded-port": "443"}
    sent |= {name.lower(): value for name, value in (headers or {}).items()}
    if body is not None and not isinstance(body, str | bytes):
        body = json.dumps(body)
        sent.setdefault("content-type", "application/json")
    # The gateway decodes the path, and moves cookies out of the headers.
    decoded_path = unquote(path)
    cookies = [cookie.strip() for cookie in sent.pop("cookie", "").split(";") if cookie.strip()]
    event: Event = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": decoded_path,
        "rawQueryString": raw_query,
        "headers": sent,
        "requestContext": _request_context(method, decoded_path, route_key, email, sub),
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if raw_query:
        event["queryStringParameters"] = _joined(parse_qsl(raw_query, keep_blank_values=True))
    if body is not None:
        event |= _encoded(body, sent)
    return event


def call(
    handler: Callable[[Event, Any], dict[str, Any]], event: Event, context: FunctionContext | None = None
) -> Answer:
    """Runs the function as Lambda does: event and answer cross as JSON."""
    answer = json.loads(json.dumps(handler(json.loads(json.dumps(event)), context or FunctionContext())))
    body = answer.get("body") or ""
    return Answer(
        status=answer["statusCode"],
        headers={name.lower(): str(value) for name, value in answer.get("headers", {}).items()},
        body=base64.b64decode(body).decode() if answer.get("isBase64Encoded") else body,
        cookies=answer.get("cookies", []),
    )


def _joined(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _encoded(body: str | bytes, headers: dict[str, str]) -> dict[str, Any]:
    raw = body.encode() if isinstance(body, str) else body
    headers["content-length"] = str(len(raw))
    if headers.get("content-type", "").lower().startswith(SENT_AS_TEXT):
        with contextlib.suppress(UnicodeDecodeError):
            return {"body": raw.decode(), "isBase64Encoded": False}
    return {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}


def _request_context(
    method: str, path: str, route_key: str, email: str | None, sub: str | None = None
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "accountId": "123456789012",
        "apiId": HOST.partition(".")[0],
        "domainName": HOST,
        "domainPrefix": HOST.partition(".")[0],
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.7",
            "userAgent": "example/1.0",
        },
        "requestId": f"{uuid.uuid4().hex[:15]}=",
        "routeKey": route_key,
        "stage": "$default",
        "time": "17/Mar/2026:09:30:00 +0000",
        "timeEpoch": 1773739800000,
    }
    if email is not None:
        context["authorizer"] = {"jwt": {"claims": _claims(email, sub or subject_of(email)), "scopes": None}}
    return context


def _claims(email: str, sub: str) -> dict[str, str]:
    """An access token's claims; the gateway makes every one a text."""
    return {
        "sub": sub,
        "username": email,
        "token_use": "access",
        "client_id": CLIENT_ID,
        "iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example01",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": "1773739500",
        "iat": "1773739500",
        "exp": "1773743100",
        "jti": str(uuid.uuid5(uuid.NAMESPACE_URL, f"jti:{email}")),
    }
