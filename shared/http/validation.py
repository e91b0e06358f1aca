"""The check of a whole request: path, query and body together, so that its sender learns everything at once."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from shared.http.sentences import quoted

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.event_handler.openapi.compat import ModelField

Faults = list[dict[str, Any]]


def check_request(app: "APIGatewayHttpResolver", next_middleware: NextMiddleware) -> Response[Any]:
    """Replace the route's arguments by checked ones. Raises RequestValidationError with every fault of the request.

    Powertools' own check takes the first object of a list for the body, and media types in small letters only.
    """
    route, event = app.context["_route"], app.current_event.raw_event
    arguments: dict[str, Any] = {}
    faults: Faults = []
    path = app.context["_route_args"]
    for field in route.dependant.path_params:
        arguments[field.name] = _checked(field, path[field.alias], ("path", field.alias), faults)
    faults += _check_query(route.dependant.query_params, event, arguments)
    faults += _check_body(route.dependant.body_params, event, arguments)
    if faults:
        raise RequestValidationError(faults)
    app.context["_route_args"] = arguments
    return next_middleware(app)


def _check_query(fields: "list[ModelField]", event: Mapping[str, Any], arguments: dict[str, Any]) -> Faults:
    sent = parse_qs(event.get("rawQueryString") or "", keep_blank_values=True)
    faults = list(_unknown_parameters(sent, {field.alias for field in fields}))
    for field in fields:
        place = ("query", field.alias)
        values = sent.get(field.alias)
        if values is None and not field.required:
            arguments[field.name] = field.get_default()
        elif values is None:
            faults.append({"type": "missing", "loc": place})
        elif len(values) > 1:
            faults.append(_fault(place, "is given twice; give it once"))
        else:
            arguments[field.name] = _checked(field, values[0], place, faults)
    return faults


def _unknown_parameters(sent: Mapping[str, Any], known: set[str]) -> Iterator[dict[str, Any]]:
    for name in sent:
        if name not in known:
            yield _fault(("query", name), f"This route has no query parameter {quoted(name)}. Leave it out.")


def _check_body(fields: "list[ModelField]", event: Mapping[str, Any], arguments: dict[str, Any]) -> Faults:
    text = event.get("body")
    if not fields:
        sent = text and event["requestContext"]["http"]["method"] != "GET" and json.loads(text)
        return [_fault(("body",), "This route takes no body. Leave it out.")] if sent else []
    if not text:
        return [{"type": "missing", "loc": ("body",)}]
    faults: Faults = []
    (field,) = fields
    arguments[field.name] = _checked(field, json.loads(text), ("body",), faults)
    return faults


def _checked(field: "ModelField", value: Any, place: tuple[str, ...], faults: Faults) -> Any:
    checked, found = field.validate(value, loc=place)
    faults.extend(found or [])
    return checked


def _fault(place: tuple[str, ...], message: str) -> dict[str, Any]:
    return {"type": "value_error", "loc": place, "ctx": {"error": message}}
