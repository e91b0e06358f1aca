"""The routes of the translated API, and which of them answers a request."""

import re
from dataclasses import dataclass
from functools import cache

from local.translation import Template
from tests.template.translation import named, resources

ANY = "x-amazon-apigateway-any-method"
DEFAULT = "$default"


@dataclass(frozen=True, kw_only=True)
class Route:
    """`method` is a verb, `ANY`, or empty for the default route; `authorizer` is empty where anyone may call."""

    method: str
    path: str
    function: str
    authorizer: str

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}".strip()


def routes(template: Template) -> list[Route]:
    found = []
    aliases = {name: named(alias["FunctionName"]) for name, alias in resources(template, "AWS::Lambda::Alias").items()}
    for api in resources(template, "AWS::ApiGatewayV2::Api").values():
        schemes = api["Body"].get("components", {}).get("securitySchemes", {})
        for path, operations in api["Body"]["paths"].items():
            for verb, operation in operations.items():
                authorizers = [name for entry in operation.get("security", []) for name in entry if name in schemes]
                target = named(operation["x-amazon-apigateway-integration"]["uri"]) or ""
                default = path.removeprefix("/") == DEFAULT
                found.append(
                    Route(
                        method=_method(verb, default=default),
                        path=DEFAULT if default else path,
                        function=aliases.get(target) or target,
                        authorizer=authorizers[0] if authorizers else "",
                    )
                )
    return found


def answering(found: list[Route], *, method: str, path: str) -> Route | None:
    """The route that API Gateway chooses: a full path before a greedy one, of those the longer, then the default."""

    def rank(route: Route) -> tuple[bool, bool, int, bool]:
        return (route.path != DEFAULT, "+}" not in route.path, len(route.path), route.method != "ANY")

    matching = [
        route
        for route in found
        if route.path == DEFAULT or (route.method in {method, "ANY"} and _pattern(route.path).fullmatch(path))
    ]
    return max(matching, key=rank, default=None)


def _method(verb: str, *, default: bool) -> str:
    if default:
        return ""
    return "ANY" if verb == ANY else verb.upper()


@cache
def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\})", path)
    return re.compile(
        "".join(
            "" if not part else (".+" if "+}" in part else "[^/]+") if part[0] == "{" else re.escape(part)
            for part in parts
        )
    )
