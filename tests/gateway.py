"""The deployed API in this process: the template's routes and authorizer in front of the real functions."""

import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from local.translation import Template, raw_template, translate
from tests.events import Answer, api_event, call
from tests.template.routes import Route, answering, routes
from tests.template.translation import resources

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

TOKEN = "token-of-"
"""The rest of an access token is the person's e-mail; the pool's signatures are no part of these tests."""

UNAUTHORIZED = Answer(
    status=401, headers={"content-type": "application/json"}, body=json.dumps({"message": "Unauthorized"})
)


def bearer(email: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}{email}"}


@cache
def deployed() -> Template:
    return translate(raw_template())


@cache
def deployed_routes() -> tuple[Route, ...]:
    return tuple(routes(deployed()))


@cache
def deployed_handlers() -> Mapping[str, str]:
    """By logical id, where a function's entry is: `functions.capacity.handler.lambda_handler`."""
    functions = resources(deployed(), "AWS::Lambda::Function")
    return {name: function["Handler"] for name, function in functions.items()}


class Gateway:
    """Sends each request to the function that API Gateway would choose. Is a WSGI application as well."""

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: str | None = None,
    ) -> Answer:
        """`path` and `query` are what stands in the URL."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        route = answering(list(deployed_routes()), method=method, path=unquote(path))
        assert route is not None, f"no route takes {method} {path}"
        email = _email(sent) if route.authorizer else None
        if route.authorizer and email is None:
            return UNAUTHORIZED
        event = api_event(method, path, body=body, headers=sent, query=query, email=email, route_key=route.key)
        return call(_entry(route), event)

    def entry_of(self, method: str, path: str) -> Handler:
        """The function that answers such a request."""
        route = answering(list(deployed_routes()), method=method, path=path)
        assert route is not None
        return _entry(route)

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["REQUEST_URI"].partition("?")[0]
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size) if size else None
        method, query = environ["REQUEST_METHOD"], environ["QUERY_STRING"]
        answer = self.request(method, path, body=body, headers=_headers(environ), query=query)
        content = answer.body.encode()
        start_response(f"{answer.status} -", [*answer.headers.items(), ("content-length", str(len(content)))])
        return [content]


def _entry(route: Route) -> Handler:
    module, _, name = deployed_handlers()[route.function].rpartition(".")
    entry: Handler = getattr(importlib.import_module(module), name)
    return entry


def _email(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(TOKEN):
        return None
    return token.removeprefix(TOKEN)


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return {name.lower(): value for name, value in headers.items()}
