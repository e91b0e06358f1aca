"""template.yaml as ministack can deploy it: SAM translated, and what ministack would pass over put in other words.

The changes, all of them, with the gap of ministack 1.5.33 that each one answers:
- `Body` of an HTTP API is ignored, which leaves an API without routes: it becomes routes, integrations and authorizers.
- CORS settings of a new API are ignored: they become outputs, which the deployer applies with UpdateApi.
- `TimeToLiveSpecification` of a table is ignored: the deployer applies it with UpdateTimeToLive.
- Functions run on ministack's own Python with its packages: PYTHONPATH puts the deployed ones before them.
- The tags of an API that SAM writes into the body are tags again, because ministack takes the API's id from one.
- An alias would go on serving the version that it names when changed code is loaded: functions are not published here,
  and so not started from snapshots either.
- An alarm over metric math fails the whole deployment: it is left out. Nothing raises alarms on one machine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import YAMLError

from local.translation import Template, TemplateNotTranslatedError, raw_template, translate

API_TYPE = "AWS::ApiGatewayV2::Api"
CORS_LISTS = ("allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders")
CODE_BUCKET = "partnerdesk-code"
NO_AUTHORIZER = "NONE"
PUBLISHING = ("AutoPublishAlias", "AutoPublishAliasAllProperties", "SnapStart")


class TemplateRefusedError(Exception):
    """template.yaml holds something that this deployer does not know how to say to ministack."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """The HTTP API of a template: `cors` holds what is no list, such as maxAge; the lists come from the outputs."""

    logical_id: str
    cors: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Translated:
    """`document` is plain CloudFormation. `rooms` and `time_to_live` go by logical id, of a function and a table."""

    document: Template
    api: Api
    rooms: Mapping[str, str]
    scheduled: tuple[str, ...]
    time_to_live: Mapping[str, Any]


def code_key(room: str) -> str:
    return f"{room}.zip"


def adapted_template(project: Path, *, packages: Path) -> Translated:
    """`packages` is the folder with what a deployed function carries beside our own code."""
    try:
        raw = raw_template(project)
    except (YAMLError, OSError) as error:
        raise TemplateRefusedError(f"template.yaml cannot be read: {error}") from error
    functions = {name: one for name, one in raw["Resources"].items() if one["Type"] == "AWS::Serverless::Function"}
    rooms = {name: function["Properties"]["Handler"].split(".")[1] for name, function in functions.items()}
    for name, function in functions.items():
        function["Properties"]["CodeUri"] = {"Bucket": CODE_BUCKET, "Key": code_key(rooms[name])}
        for publishing in PUBLISHING:
            function["Properties"].pop(publishing, None)
    try:
        document = translate(raw)
    except TemplateNotTranslatedError as error:
        raise TemplateRefusedError(f"template.yaml cannot be translated: {error}") from error
    for name in [name for name, resource in document["Resources"].items() if _is_alarm_over_metric_math(resource)]:
        del document["Resources"][name]
    for name in functions:
        variables = document["Resources"][name]["Properties"].setdefault("Environment", {}).setdefault("Variables", {})
        variables["PYTHONPATH"] = str(packages)
    return Translated(
        document=document,
        api=_expand_api(document),
        rooms=rooms,
        scheduled=tuple(_with_a_schedule(functions)),
        time_to_live={
            name: resource["Properties"]["TimeToLiveSpecification"]
            for name, resource in document["Resources"].items()
            if "TimeToLiveSpecification" in resource.get("Properties", {})
        },
    )


def _is_alarm_over_metric_math(resource: Mapping[str, Any]) -> bool:
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]


def _with_a_schedule(functions: Mapping[str, Any]) -> Iterator[str]:
    for name, resource in functions.items():
        events = resource["Properties"].get("Events", {}).values()
        if any(event["Type"] in {"Schedule", "ScheduleV2"} for event in events):
            yield name


def _expand_api(document: Template) -> Api:
    resources: Template = document["Resources"]
    apis = [name for name, resource in resources.items() if resource["Type"] == API_TYPE]
    if len(apis) != 1:
        raise TemplateRefusedError(f"template.yaml has {len(apis)} HTTP APIs; the local stack deploys exactly one.")
    (api,) = apis
    body = resources[api]["Properties"]["Body"]
    authorizers = body.get("components", {}).get("securitySchemes", {})
    resources[api]["Properties"] = {
        "Name": body["info"]["title"],
        "ProtocolType": "HTTP",
        "Tags": {tag["name"]: tag["x-amazon-apigateway-tag-value"] for tag in body.get("tags", [])},
    }
    for name, scheme in authorizers.items():
        resources[f"{api}{name}Authorizer"] = _authorizer(api, name, scheme["x-amazon-apigateway-authorizer"])
    for path, methods in sorted(body["paths"].items()):
        for method, operation in sorted(methods.items()):
            route_key = _route_key(path, method)
            name = api + "".join(character for character in route_key.title() if character.isalnum())
            resources[f"{name}Integration"] = _integration(api, operation["x-amazon-apigateway-integration"])
            resources[f"{name}Route"] = _route(api, route_key, f"{name}Integration", operation)
    cors = body.get("x-amazon-apigateway-cors", {})
    for setting in CORS_LISTS:
        if cors.get(setting):
            # Their entries may be references and conditions; an output is where CloudFormation resolves them for us.
            document.setdefault("Outputs", {})[f"Cors{setting}"] = {"Value": {"Fn::Join": [",", cors[setting]]}}
    return Api(logical_id=api, cors={setting: value for setting, value in cors.items() if setting not in CORS_LISTS})


def _route_key(path: str, method: str) -> str:
    if path.removeprefix("/") == "$default":
        return "$default"
    return f"{'ANY' if method == 'x-amazon-apigateway-any-method' else method.upper()} {path}"


def _authorizer(api: str, name: str, authorizer: Mapping[str, Any]) -> dict[str, Any]:
    if authorizer["type"] != "jwt":
        raise TemplateRefusedError(
            f"The authorizer {name} is of type {authorizer['type']}; the local stack knows jwt alone."
        )
    return {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": {
            "ApiId": {"Ref": api},
            "Name": name,
            "AuthorizerType": "JWT",
            "IdentitySource": [authorizer["identitySource"]],
            "JwtConfiguration": {
                "Issuer": authorizer["jwtConfiguration"]["issuer"],
                "Audience": authorizer["jwtConfiguration"]["audience"],
            },
        },
    }


def _integration(api: str, integration: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": api},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": integration["uri"],
            "PayloadFormatVersion": integration["payloadFormatVersion"],
        },
    }


def _route(api: str, route_key: str, integration: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "ApiId": {"Ref": api},
        "RouteKey": route_key,
        "Target": {"Fn::Join": ["/", ["integrations", {"Ref": integration}]]},
    }
    names = {name for requirement in operation.get("security", []) for name in requirement} - {NO_AUTHORIZER}
    for name in names:
        properties |= {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": f"{api}{name}Authorizer"}}
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties}
