"""What the translated template's API must hold. A rule answers with one sentence per fault, and none if it holds."""

from local.translation import Template
from tests.template.routes import answering, routes
from tests.template.translation import named, resources

PUBLIC_ROUTES = {
    "GET /openapi.json",
    "GET /reference",
    "GET /reference/{area}",
    "$default",
    "ANY /c/{proxy+}",
    "ANY /d/{proxy+}",
}
"""Whoever adds a route here lets everyone in."""

CATCH_ALL = {"ANY /v1/{proxy+}", "$default"}
LONGEST_TIMEOUT = 25
"""Seconds. The API gives up at 30, and its client should hear from the function instead."""

LOGGED = ("$context.requestId", "$context.routeKey", "$context.status", "$context.responseLatency")
NEVER_LOGGED = (
    "$context.path",
    "$context.resourcePath",
    "rawPath",
    "queryString",
    "sourceIp",
    "userAgent",
    "authorizer.claims",
)


def every_route_but_the_public_ones_has_an_authorizer(template: Template) -> list[str]:
    closed = {route.path for route in routes(template) if route.authorizer}
    return [
        f"{route.key} can be called by anyone."
        for route in routes(template)
        if not route.authorizer
        and route.key not in PUBLIC_ROUTES
        and not (route.method == "OPTIONS" and route.path in closed)
    ]


def every_closed_path_answers_the_question_of_a_browser(template: Template) -> list[str]:
    open_questions = {route.path for route in routes(template) if route.method == "OPTIONS" and not route.authorizer}
    return [
        f"{route.key} asks a preflight request for a token, and browsers send none with it."
        for route in routes(template)
        if route.authorizer and route.path not in open_questions
    ]


def functions_behind_the_api_end_before_it_does(template: Template) -> list[str]:
    behind = {route.function for route in routes(template)}
    return [
        f"{name} may run for {function['Timeout']} s."
        for name, function in resources(template, "AWS::Lambda::Function").items()
        if name in behind and function["Timeout"] > LONGEST_TIMEOUT
    ]


def access_logs_name_the_route_and_never_the_path(template: Template) -> list[str]:
    faults = []
    for name, stage in resources(template, "AWS::ApiGatewayV2::Stage").items():
        settings = stage.get("AccessLogSettings", {})
        text = settings.get("Format", "")
        faults += [f"{name} does not log {variable}." for variable in LOGGED if variable not in text]
        faults += [f"{name} logs {variable}." for variable in NEVER_LOGGED if variable in text]
        group = resources(template, "AWS::Logs::LogGroup").get(named(settings.get("DestinationArn")) or "", {})
        if "RetentionInDays" not in group:
            faults.append(f"{name} keeps its access log for ever.")
    return faults


def the_api_is_throttled(template: Template) -> list[str]:
    return [
        f"{name} has no {setting}."
        for name, stage in resources(template, "AWS::ApiGatewayV2::Stage").items()
        for setting in ("ThrottlingRateLimit", "ThrottlingBurstLimit")
        if not stage.get("DefaultRouteSettings", {}).get(setting)
    ]


def only_the_person_who_was_invited_can_sign_in(template: Template) -> list[str]:
    faults = []
    for name, pool in resources(template, "AWS::Cognito::UserPool").items():
        if not pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
            faults.append(f"Anyone may join {name}.")
        if pool.get("UsernameConfiguration", {}).get("CaseSensitive") is not False:
            faults.append(f"{name} takes Ann@ and ann@ for two people.")
        if "UsernameAttributes" in pool:
            faults.append(f"{name} invents user names, so that access tokens lack the e-mail address.")
    for name, client in resources(template, "AWS::Cognito::UserPoolClient").items():
        if client.get("PreventUserExistenceErrors") != "ENABLED":
            faults.append(f"{name} tells who has an account.")
        if not client.get("EnableTokenRevocation"):
            faults.append(f"{name} cannot end a session.")
        if set(client.get("WriteAttributes", ["email"])) - {"locale"}:
            faults.append(f"{name} lets whoever has a token change where password mails go.")
        if client.get("TokenValidityUnits", {}).get("AccessToken") != "hours" or client.get("AccessTokenValidity") != 1:
            faults.append(f"{name} gives access tokens for more or less than an hour.")
    return faults


def every_documented_operation_has_its_route(
    template: Template, document: Template, declared: dict[str, set[str]]
) -> list[str]:
    """`declared`: the path templates that each function's code serves, `{"CapacityFunction": {"/v1/capacity"}}`."""
    faults = []
    found = routes(template)
    for path, operations in document["paths"].items():
        for verb in sorted(operations.keys() & {"get", "put", "post", "patch", "delete"}):
            route = answering(found, method=verb.upper(), path=path.replace("{", "").replace("}", ""))
            if route is None or (route.key in CATCH_ALL and path not in declared.get(route.function, set())):
                faults.append(f"{verb.upper()} {path} is documented, and no route serves it.")
            elif path not in declared.get(route.function, set()):
                faults.append(f"{verb.upper()} {path} goes to {route.function}, whose code does not know it.")
    return faults
