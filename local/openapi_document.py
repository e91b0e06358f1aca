"""From the rooms' routers to the whole OpenAPI document.

Powertools knows paths, parameters and schemas. What holds for every operation is added here, once: who may call, the
headers both ways, the refusals that many routes share, examples, links from an answer to what can be done with it.
"""

import inspect
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from functions.capacity.api import router as capacity
from functions.clients.api import router as clients
from functions.confirmations.api import router as confirmations
from functions.employees.api import router as users
from functions.employees.employees_api import router as employees
from functions.employees.transfers_api import router as transfers
from functions.reference.api import router as reference
from functions.renewals.api import router as renewals
from functions.renewals.owner_api import router as renewal_owners
from functions.tiers.api import router as tiers
from functions.vendor.activities_api import router as vendor_activities
from functions.vendor.api import router as vendor
from functions.vendor.clients_api import router as vendor_clients
from functions.vendor.deals_api import router as vendor_deals
from functions.vendor.suppressions import router as vendor_suppressions
from local.openapi_components import (
    GATEWAY_SCHEMAS,
    HEADERS,
    PARAMETERS,
    SECURITY_SCHEME,
    header,
    parameter,
    shared_responses,
)
from local.openapi_examples import EXAMPLES
from local.openapi_ids import example_value
from local.openapi_meanings import PARAMETERS as MEANINGS
from local.openapi_names import Naming, capitalised
from local.openapi_refusals import refusals
from local.openapi_schemas import NULL, problem_schemas, public_schemas, with_public_names
from local.openapi_texts import TAGS, TITLE, information
from shared.clock import utc_now
from shared.domain.people import Role
from shared.http.access import PARTNER_USERS, ROLES_BY_ROUTE
from shared.http.application import Application
from shared.http.authenticator import require_authenticator
from shared.http.routing import PROBLEMS

PROJECT = Path(__file__).resolve().parent.parent
VERBS = ("get", "put", "post", "patch", "delete")

IDENTIFIERS = {"Registration": ("domain", "registered_domain"), "Link": ("link_id", "id"), "User": ("user_id", "id")}
"""Editable objects: the path parameter that names one, and the field of its answer that holds the value."""

REMOVABLE = ("/confirmation-links/{link_id}", "/users/{user_id}")
"""Editable objects that can be removed."""

SWITCHES = ("/partner-employee", "/digest")
"""How the paths of switches end."""

FILES = frozenset({"text/csv", "text/calendar"})
"""Answers that a browser saves under the name that the answer gives them."""

WITH_AN_ETAG = {*IDENTIFIERS, "RenewalOwner", "RenewalSettings"}

SUCCESSES = {"200": "Success", "201": "Created", "204": "Done; the answer has no body"}


def build_document() -> dict[str, Any]:
    """The document as plain JSON values, always in the same order. Raises ValueError where names collide."""
    application = _application()
    generated = application.get_openapi_schema(title=TITLE, version=_version())
    raw = generated.model_dump(by_alias=True, exclude_none=True, mode="json")
    descriptions = application.docstrings()
    naming = Naming({**public_schemas({**raw["components"]["schemas"], **problem_schemas()}), **GATEWAY_SCHEMAS})
    paths = with_public_names(raw["paths"])
    for path, operations in paths.items():
        for verb, operation in operations.items():
            name = _operation_id(operation["operationId"], verb=verb, path=path)
            named = {**operation, "operationId": name, "description": descriptions[name]}
            operations[verb] = _completed(named, verb=verb, path=path, naming=naming)
        paths[path] = {verb: operations[verb] for verb in VERBS if verb in operations}
    _link(paths)
    places = {name: place for place, (name, _) in enumerate(TAGS)}
    paths = dict(sorted(paths.items(), key=lambda one: (places[_tag(one[1])], one[0])))
    return {
        "openapi": "3.1.0",
        "info": information(_version()),
        "servers": [{"url": "/", "description": "The host that serves this document"}],
        "tags": [{"name": name, "description": description} for name, description in TAGS],
        "paths": paths,
        "components": {
            "securitySchemes": {"accessToken": SECURITY_SCHEME},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": shared_responses(),
            "schemas": dict(sorted(naming.schemas.items())),
        },
    }


class _DocumentedApplication(Application):
    """All rooms in one, with what Powertools leaves out: the docstrings of the route functions."""

    def docstrings(self) -> dict[str, str]:
        """By operation id."""
        routes = (*self._static_routes, *self._dynamic_routes)
        return {route.func.__name__: inspect.getdoc(route.func) or "" for route in routes}


def _application() -> _DocumentedApplication:
    routers = [
        capacity,
        clients,
        confirmations,
        users,
        employees,
        transfers,
        renewals,
        renewal_owners,
        tiers,
        vendor,
        vendor_activities,
        vendor_clients,
        vendor_deals,
        vendor_suppressions,
        reference,
    ]
    return _DocumentedApplication(routers, ahead={}, completing={}, operators=require_authenticator, clock=utc_now)


def _version() -> str:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def _completed(raw: Mapping[str, Any], *, verb: str, path: str, naming: Naming) -> dict[str, Any]:
    route = f"{verb.upper()} {path}"
    roles = ROLES_BY_ROUTE.get(route)
    name = raw["operationId"]
    parameters = [_parameter(one, operation=name, naming=naming) for one in raw.get("parameters", [])]
    if roles and roles & PARTNER_USERS:
        parameters.append(parameter("PartnerId"))
    if verb == "post":
        parameters.append(parameter("IdempotencyKey"))
    if edits := is_edit(verb, path):
        parameters.append(parameter("IfMatch"))
    if verb == "delete" and path.endswith(REMOVABLE) and not path.startswith("/v1/vendor"):
        parameters.append(parameter("IfStillMatches"))
    if _is_tagged(raw["responses"], verb=verb, roles=roles):
        parameters.append(parameter("IfNoneMatch"))
    operation: dict[str, Any] = {
        "operationId": name,
        "tags": raw["tags"],
        "summary": raw["summary"],
        "description": raw["description"],
        "security": [{"accessToken": []}] if roles else [],
    }
    if roles:
        operation["x-roles"] = sorted(roles)
    if parameters:
        operation["parameters"] = parameters
    if "requestBody" in raw:
        operation["requestBody"] = _with_example(raw["requestBody"], EXAMPLES.get((name, "request")))
    names = [one["name"] for one in raw.get("parameters", [])]
    problems = refusals(
        raw.get(PROBLEMS, []),
        roles=roles or frozenset(),
        takes_key=verb == "post",
        takes_body="requestBody" in raw,
        edits=edits,
        names_object="{" in path,
        has_cursor="cursor" in names,
    )
    operation["responses"] = {**_successes(raw, name=name, verb=verb, path=path), **problems.responses}
    operation[PROBLEMS] = problems.listed
    return operation


def is_edit(verb: str, path: str) -> bool:
    """Whether this changes an object that was read before, so that its version has to be named.

    The vendor's own systems write without reading; a switch says all that it changes.
    """
    return verb in {"patch", "put"} and not path.startswith("/v1/vendor") and not path.endswith(SWITCHES)


def _tag(operations: Mapping[str, Any]) -> str:
    return str(next(iter(operations.values()))["tags"][0])


def _operation_id(generated: str, *, verb: str, path: str) -> str:
    """The route function's name: what Powertools generates, without the path and the verb that it adds."""
    added = re.sub(r"\W", "_", f"{path} {verb}")
    if not generated.endswith(added):
        raise ValueError(f"{generated} does not end in {added}")
    return generated.removesuffix(added)


def _parameter(raw: Mapping[str, Any], *, operation: str, naming: Naming) -> dict[str, Any]:
    """One of a route's own parameters. What is optional is left out of a URL, where nothing can be null."""
    schema = dict(raw["schema"])
    if "anyOf" in schema:
        (kind,) = [one for one in schema.pop("anyOf") if one != NULL]
        schema = {**kind, **schema}
    description = schema.pop("description", None) or raw.get("description") or MEANINGS.get(raw["name"])
    described = {"description": description} if description else {}
    schema = naming.named(schema, capitalised(f"{operation}_{raw['name']}"))
    example = example_value(operation, raw["name"], place=raw["in"])
    return {
        "name": raw["name"],
        "in": raw["in"],
        "required": raw.get("required", False),
        **described,
        "schema": schema,
        **({"example": example} if example else {}),
    }


def _successes(raw: Mapping[str, Any], *, name: str, verb: str, path: str) -> dict[str, Any]:
    """The answers of success with their headers. A vendor's PUT says by its status whether it made the object."""
    found = {status: answer for status, answer in raw["responses"].items() if status in SUCCESSES}
    if verb == "put" and path.startswith("/v1/vendor"):
        found["201"] = found["200"]
    roles = ROLES_BY_ROUTE.get(f"{verb.upper()} {path}")
    listed = any(one["name"] == "cursor" for one in raw.get("parameters", []))
    headers = ["X-Request-Id", "Cache-Control", *(["Link"] if listed else [])]
    headers += ["ETag"] if not roles or _editable(found) else []
    media = {one for answer in found.values() for one in answer.get("content", {})}
    headers += [one for one in ("Content-Disposition",) if media & FILES]
    successes: dict[str, Any] = {}
    for status, answer in sorted(found.items()):
        own = answer["description"] if answer["description"] != "Successful Response" else SUCCESSES[status]
        shown = [*headers, "Location"] if status == "201" else headers
        described = {"description": own, "headers": {one: header(one) for one in shown}}
        content = _as_text(answer.get("content", {})) if status != "204" else {}
        example = EXAMPLES.get((name, "answer"))
        successes[status] = _with_example({**described, **({"content": content} if content else {})}, example)
    if _is_tagged(found, verb=verb, roles=roles):
        unchanged = "Not modified: the ETag in `If-None-Match` is the current one"
        successes["304"] = {"description": unchanged, "headers": {one: header(one) for one in headers}}
    return successes


def _is_tagged(answers: Mapping[str, Any], *, verb: str, roles: frozenset[Role] | None) -> bool:
    """Whether what is read has an ETag: editable objects have one, and what everybody may read."""
    return verb == "get" and (not roles or _editable(answers) is not None)


def _as_text(content: Mapping[str, Any]) -> dict[str, Any]:
    """With a schema for files and pages, which are text to a client."""
    return {media: {"schema": {"type": "string"}, **what} for media, what in content.items()}


def _editable(answers: Mapping[str, Any]) -> str | None:
    """The name of the editable object that these answers hold, if they do."""
    for answer in answers.values():
        for media in answer.get("content", {}).values():
            name = str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2]
            if name in WITH_AN_ETAG:
                return name
    return None


def _with_example(holder: Mapping[str, Any], example: Any) -> dict[str, Any]:
    content = {
        media: {**what, **({"example": example} if example is not None else {})}
        for media, what in holder.get("content", {}).items()
    }
    return {**holder, "content": content} if content else dict(holder)


def _link(paths: Mapping[str, Any]) -> None:
    """From every answer that is an editable object to each operation on it."""
    for operations in paths.values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if (name := _editable({status: answer})) in IDENTIFIERS:
                    answer["links"] = dict(_links_from(*IDENTIFIERS[name], paths))


def _links_from(identifier: str, field: str, paths: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    links = []
    for path, operations in paths.items():
        if f"{{{identifier}}}" not in path or path.startswith("/v1/vendor"):
            continue
        for verb, operation in operations.items():
            values = {identifier: f"$response.body#/{field}"}
            if is_edit(verb, path):
                values["header.If-Match"] = "$response.header.ETag"
            links.append((operation["operationId"], {"operationId": operation["operationId"], "parameters": values}))
    return links
