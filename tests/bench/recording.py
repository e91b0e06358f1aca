"""Each route answered once on dynoxide, whose capacity units are right: what it calls, and what the table answers.

The recorded answers are what the measured processes get, so that no engine's own work is measured.
"""

import contextlib
import importlib
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session

from local.translation import raw_template
from shared.http import exchange
from shared.table.client import dynamodb
from tests.bench.environment import ENVIRONMENT
from tests.bench.requests import REQUESTS, Request, seed
from tests.counting import Call, counting
from tests.engines import dynoxide_engine
from tests.events import api_event, subject_of
from tests.process import forget_process

LOOPBACK = "127.0.0.1"
CAPACITY = re.compile(r'"ReturnConsumedCapacity": ?"TOTAL",? ?')
SERVICES = {
    "DynamoDB_20120810": "dynamodb",
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AmazonSQS": "sqs",
}


class RouteFailedError(Exception):
    """A request of the benchmark did not get the answer that it should."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """`calls` are those of DynamoDB; `step` is what a measured process needs to replay the request."""

    request: Request
    calls: Sequence[Call]
    answered_bytes: int
    step: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ApiFunction:
    """A function that answers HTTP; `paths` as its events name them."""

    room: str
    handler: str
    paths: tuple[str, ...]


class _Answer:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content


def api_functions() -> list[ApiFunction]:
    """Every function with a route, in the order of template.yaml."""
    found = []
    for resource in raw_template()["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            events = [
                event["Properties"] for event in properties.get("Events", {}).values() if event["Type"] == "HttpApi"
            ]
            paths = tuple(event.get("Path", "") for event in events if event.get("Method") != "OPTIONS")
            if paths:
                module = properties["Handler"].removeprefix("functions.").removesuffix(".lambda_handler")
                name = module.removesuffix(".handler").replace(".", " ")
                found.append(ApiFunction(room=name, handler=properties["Handler"], paths=paths))
    return found


def function_of(request: Request, functions: Sequence[ApiFunction]) -> ApiFunction:
    """The function whose path says most about the request's, as the gateway chooses."""
    path = request.route.partition(" ")[2]
    fitting = [
        (len(known.removesuffix("{proxy+}")), one) for one in functions for known in one.paths if _fits(path, known)
    ]
    return max(fitting, key=lambda pair: pair[0])[1]


def _fits(path: str, known: str) -> bool:
    prefix, _, _ = known.partition("{proxy+}")
    return path == known or (prefix != known and path.startswith(prefix)) or not known


def record_all(
    functions: Sequence[ApiFunction], *, rooms: Collection[str], registrations: int, only_growing: bool, folder: Path
) -> dict[str, list[Recording]]:
    """By the handler of each function in `rooms`, its requests in order, answered with `seed`'s data on dynoxide.

    The first one stands there twice: first as a new process answers it, which has no guess of a caller's partner.
    """
    with dynoxide_engine(folder) as engine, pytest.MonkeyPatch.context() as patch:
        # The table alone: other services are answered by the recorder.
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", str(engine.endpoint_url))
        forget_process()
        seed(engine.create_table(ENVIRONMENT["TABLE_NAME"]), registrations=registrations)
        with contextlib.redirect_stdout(io.StringIO()):  # the functions' own log
            return _record_each(functions, rooms=rooms, only_growing=only_growing)


def _record_each(
    functions: Sequence[ApiFunction], *, rooms: Collection[str], only_growing: bool
) -> dict[str, list[Recording]]:
    recorded: dict[str, list[Recording]] = {one.handler: [] for one in functions if one.room in rooms}
    kept: dict[str, str] = {}
    for request in REQUESTS:
        function = function_of(request, functions)
        if function.handler not in recorded or (only_growing and not request.grows):
            continue
        if not recorded[function.handler]:
            exchange._usual_partners.clear()
            recorded[function.handler].append(_record(function, request, kept))
        recorded[function.handler].append(_record(function, request, kept))
    return recorded


def _told(body: str, field: str) -> str:
    """What an answer in JSON says, or a page in a hidden field of its first form."""
    hidden = re.search(rf'type="hidden" name="{field}" value="([^"]*)"', body)
    return hidden[1] if hidden else str(json.loads(body)[field])


def _record(function: ApiFunction, request: Request, kept: dict[str, str]) -> Recording:
    path = (request.path or request.route.partition(" ")[2]).format(**kept)
    event = api_event(
        request.method,
        urlsplit(path).path,
        body=request.body.format(**kept) if isinstance(request.body, str) else request.body,
        query=request.query,
        headers=request.headers,
        email=request.email,
    )
    module, _, name = function.handler.rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    with counting(dynamodb()) as calls, _listening() as heard:
        answer = handler(event, None)
    if answer["statusCode"] != request.status:
        raise RouteFailedError(
            f"{request.name} answered {answer['statusCode']} and not {request.status}: {answer['body']}"
        )
    for key, field in request.keeps.items():
        kept[key] = _told(answer["body"], field)
    step = {
        "name": request.name,
        "event": event,
        "status": request.status,
        "calls": [call for call, _ in heard],
        "answers": [answered for _, answered in heard],
    }
    return Recording(request=request, calls=calls, answered_bytes=len(answer["body"] or ""), step=step)


@contextlib.contextmanager
def _listening() -> Iterator[list[tuple[dict[str, Any], dict[str, Any]]]]:
    """Each call on the wire with its answer; services other than DynamoDB are answered with nothing wrong."""
    heard: list[tuple[dict[str, Any], dict[str, Any]]] = []
    really_send = URLLib3Session.send

    def send(session: URLLib3Session, request: Any) -> Any:
        sent = CAPACITY.sub("", _text(request.body))
        if urlsplit(request.url).hostname == LOOPBACK:
            response = really_send(session, request)
            body = json.loads(response.content)
            body.pop("ConsumedCapacity", None)
            answered = {"status": response.status_code, "body": json.dumps(body, separators=(",", ":"))}
        else:
            answered = {"status": 200, "body": _answer_of(sent)}
            response = AWSResponse(request.url, 200, HTTPHeaders(), _Answer(_answer_of(sent).encode()))
        target = _text(request.headers.get("X-Amz-Target", "SES.SendEmail"))
        prefix, _, operation = target.partition(".")
        call = {
            "service": SERVICES.get(prefix, "sesv2"),
            "method": xform_name(operation),
            "parameters": json.loads(sent.replace(", }", "}") or "{}"),
        }
        heard.append((call, answered))
        return response

    URLLib3Session.send = send  # type: ignore[assignment,method-assign]
    try:
        yield heard
    finally:
        URLLib3Session.send = really_send  # type: ignore[method-assign]


def _answer_of(sent: str) -> str:
    """What another service answers: a sign-in, where one is to be made."""
    name = json.loads(sent or "{}").get("Username")
    user = {"Username": name, "Attributes": [{"Name": "sub", "Value": subject_of(name)}]} if name else None
    return json.dumps({"User": user} if user else {})


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
