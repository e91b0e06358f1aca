"""template.yaml with one fault each, and the sentence with which a rule must name it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.translation import Template
from tests.template import rules_of_the_api as api
from tests.template import rules_of_the_data as data
from tests.template import rules_of_the_functions as functions

Rule = Callable[[Template], list[str]]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """`put` sets a value by its path below `Resources`; `drop` removes one."""

    rule: Rule
    finding: str
    put: tuple[str, Any] | None = None
    drop: str | None = None

    def apply(self, raw: Template) -> None:
        if self.put:
            parent, key = _find(raw["Resources"], self.put[0])
            parent[key] = self.put[1]
        if self.drop:
            parent, key = _find(raw["Resources"], self.drop)
            del parent[key]


def _find(resources: Template, path: str) -> tuple[Template, str]:
    *parents, key = path.split("/")
    for parent in parents:
        resources = resources.setdefault(parent, {})
    return resources, key


def _open(method: str, path: str) -> Template:
    event = {"ApiId": {"Ref": "Api"}, "Method": method, "Path": path, "Auth": {"Authorizer": "NONE"}}
    return {"Type": "HttpApi", "Properties": event}


_FORMAT = "Api/Properties/AccessLogSettings/Format"
_SAM_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_LOGGED = "$context.requestId $context.routeKey $context.status $context.responseLatency"


def _policy(action: Any, resource: Any) -> Template:
    return {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}}


GOOD_MAPPING: Template = {
    "Stream": {"Fn::GetAtt": ["Table", "StreamArn"]},
    "StartingPosition": "TRIM_HORIZON",
    "BisectBatchOnFunctionError": True,
    "MaximumRetryAttempts": 5,
    "MaximumRecordAgeInSeconds": 86400,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "FilterCriteria": {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]},
    "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": ["FailedRunsQueue", "Arn"]}}},
}


def _mapping(without: str = "", **changed: Any) -> tuple[str, Template]:
    properties = {key: value for key, value in (GOOD_MAPPING | changed).items() if key != without}
    return "VendorFunction/Properties/Events/Changes", {"Type": "DynamoDB", "Properties": properties}


_EVENTS = "CapacityExpiryFunction/Properties/Events/Daily/Properties"
_SCHEDULE = "CapacityExpiryFunctionDaily"

ROUTES = [
    Mutant(
        rule=api.every_route_but_the_public_ones_has_an_authorizer,
        put=("CapacityFunction/Properties/Events/Capacity/Properties/Auth", {"Authorizer": "NONE"}),
        finding="ANY /v1/capacity can be called by anyone.",
    ),
    Mutant(
        rule=api.every_route_but_the_public_ones_has_an_authorizer,
        put=("VendorFunction/Properties/Events/Extra", _open("GET", "/v1/leak")),
        finding="GET /v1/leak can be called by anyone.",
    ),
    Mutant(
        rule=api.every_closed_path_answers_the_question_of_a_browser,
        drop="EmployeesFunction/Properties/Events/MePreflight",
        finding="ANY /v1/me asks a preflight request for a token, and browsers send none with it.",
    ),
    Mutant(
        rule=api.functions_behind_the_api_end_before_it_does,
        put=("VendorFunction/Properties/Timeout", 26),
        finding="VendorFunction may run for 26 s.",
    ),
    Mutant(
        rule=api.functions_behind_the_api_end_before_it_does,
        put=("CustomerPageFunction/Properties/Timeout", 26),
        finding="CustomerPageFunction may run for 26 s.",
    ),
    Mutant(
        rule=api.access_logs_name_the_route_and_never_the_path,
        put=(_FORMAT, f"{_LOGGED} $context.path"),
        finding="ApiApiGatewayDefaultStage logs $context.path.",
    ),
    Mutant(
        rule=api.access_logs_name_the_route_and_never_the_path,
        drop="Api/Properties/AccessLogSettings",
        finding="ApiApiGatewayDefaultStage does not log $context.routeKey.",
    ),
    Mutant(
        rule=api.access_logs_name_the_route_and_never_the_path,
        drop="ApiLogGroup/Properties/RetentionInDays",
        finding="ApiApiGatewayDefaultStage keeps its access log for ever.",
    ),
    Mutant(
        rule=api.the_api_is_throttled,
        drop="Api/Properties/DefaultRouteSettings",
        finding="ApiApiGatewayDefaultStage has no ThrottlingRateLimit.",
    ),
    Mutant(
        rule=api.only_the_person_who_was_invited_can_sign_in,
        drop="UserPool/Properties/AdminCreateUserConfig",
        finding="Anyone may join UserPool.",
    ),
    Mutant(
        rule=api.only_the_person_who_was_invited_can_sign_in,
        drop="UserPool/Properties/UsernameConfiguration",
        finding="UserPool takes Ann@ and ann@ for two people.",
    ),
    Mutant(
        rule=api.only_the_person_who_was_invited_can_sign_in,
        put=("UserPool/Properties/UsernameAttributes", ["email"]),
        finding="UserPool invents user names, so that access tokens lack the e-mail address.",
    ),
    Mutant(
        rule=api.only_the_person_who_was_invited_can_sign_in,
        drop="UserPoolClient/Properties/PreventUserExistenceErrors",
        finding="UserPoolClient tells who has an account.",
    ),
    Mutant(
        rule=api.only_the_person_who_was_invited_can_sign_in,
        drop="UserPoolClient/Properties/EnableTokenRevocation",
        finding="UserPoolClient cannot end a session.",
    ),
    Mutant(
        rule=api.only_the_person_who_was_invited_can_sign_in,
        drop="UserPoolClient/Properties/WriteAttributes",
        finding="UserPoolClient lets whoever has a token change where password mails go.",
    ),
    Mutant(
        rule=api.only_the_person_who_was_invited_can_sign_in,
        put=("UserPoolClient/Properties/AccessTokenValidity", 24),
        finding="UserPoolClient gives access tokens for more or less than an hour.",
    ),
]

FUNCTIONS = [
    Mutant(
        rule=functions.functions_run_on_one_runtime,
        put=("VendorFunction/Properties/Runtime", "python3.12"),
        finding="VendorFunction runs on python3.12 and ['arm64'].",
    ),
    Mutant(
        rule=functions.functions_run_on_one_runtime,
        put=("VendorFunction/Properties/Architectures", ["x86_64"]),
        finding="VendorFunction runs on python3.13 and ['x86_64'].",
    ),
    Mutant(
        rule=functions.functions_log_to_a_group_of_their_own_that_forgets,
        drop="VendorFunction/Properties/LoggingConfig",
        finding="VendorFunction has no log group.",
    ),
    Mutant(
        rule=functions.functions_log_to_a_group_of_their_own_that_forgets,
        drop="VendorLogGroup/Properties/RetentionInDays",
        finding="VendorFunction keeps its log for ever.",
    ),
    Mutant(
        rule=functions.functions_log_to_a_group_of_their_own_that_forgets,
        put=("VendorFunction/Properties/LoggingConfig", {"LogGroup": {"Ref": "CapacityLogGroup"}}),
        finding="VendorFunction shares CapacityLogGroup.",
    ),
    *(
        Mutant(
            rule=functions.stream_mappings_survive_a_bad_record,
            put=_mapping(without=missing),
            finding=f"VendorFunctionChanges lacks {what}.",
        )
        for missing, what in {
            "BisectBatchOnFunctionError": "bisect on error",
            "MaximumRetryAttempts": "at most 5 retries",
            "MaximumRecordAgeInSeconds": "a maximum age",
            "DestinationConfig": "a failure queue",
            "FunctionResponseTypes": "partial answers",
            "FilterCriteria": "a filter",
        }.items()
    ),
    Mutant(
        rule=functions.stream_mappings_survive_a_bad_record,
        put=_mapping(MaximumRetryAttempts=6),
        finding="VendorFunctionChanges lacks at most 5 retries.",
    ),
    Mutant(
        rule=functions.schedules_are_retried_and_failed_runs_kept,
        put=(f"{_EVENTS}/ScheduleExpressionTimezone", "Europe/Berlin"),
        finding=f"{_SCHEDULE} lacks the time zone UTC.",
    ),
    Mutant(
        rule=functions.schedules_are_retried_and_failed_runs_kept,
        drop=f"{_EVENTS}/RetryPolicy/MaximumRetryAttempts",
        finding=f"{_SCHEDULE} lacks a number of retries.",
    ),
    Mutant(
        rule=functions.schedules_are_retried_and_failed_runs_kept,
        drop=f"{_EVENTS}/RetryPolicy/MaximumEventAgeInSeconds",
        finding=f"{_SCHEDULE} lacks a maximum age.",
    ),
    Mutant(
        rule=functions.schedules_are_retried_and_failed_runs_kept,
        drop=f"{_EVENTS}/DeadLetterConfig",
        finding=f"{_SCHEDULE} lacks a dead-letter queue.",
    ),
    Mutant(
        rule=functions.schedules_are_retried_and_failed_runs_kept,
        drop=f"{_EVENTS}/Name",
        finding=f"{_SCHEDULE} lacks the stage in its name.",
    ),
    Mutant(
        rule=functions.schedules_are_retried_and_failed_runs_kept,
        drop="CapacityExpiryFunction/Properties/EventInvokeConfig",
        finding=f"{_SCHEDULE} lacks a function that is retried and whose failed runs are kept.",
    ),
]

DATA = [
    *(
        Mutant(rule=data.data_outlives_its_stack, drop=f"{name}/{policy}", finding=f"{name} has no {policy}: Retain.")
        for name in ("Table", "UserPool", "SigningKey")
        for policy in ("DeletionPolicy", "UpdateReplacePolicy")
    ),
    *(
        Mutant(rule=data.tables_are_protected, drop=f"Table/Properties/{missing}", finding=f"Table lacks {what}.")
        for missing, what in {
            "PointInTimeRecoverySpecification": "point-in-time recovery",
            "DeletionProtectionEnabled": "deletion protection",
            "SSESpecification": "encryption with a key that shows its use",
            "TimeToLiveSpecification": "expiry by the attribute ttl",
            "StreamSpecification": "a stream of both images",
            "BillingMode": "payment by request",
        }.items()
    ),
    Mutant(
        rule=data.permissions_name_their_actions_and_resources,
        put=("VendorRole/Properties/Policies", [_policy("dynamodb:Scan", {"Fn::GetAtt": ["Table", "Arn"]})]),
        finding="VendorRole is allowed dynamodb:Scan.",
    ),
    Mutant(
        rule=data.permissions_name_their_actions_and_resources,
        put=("VendorRole/Properties/Policies", [_policy(["dynamodb:*"], {"Fn::GetAtt": ["Table", "Arn"]})]),
        finding="VendorRole is allowed dynamodb:*.",
    ),
    Mutant(
        rule=data.permissions_name_their_actions_and_resources,
        put=("VendorRole/Properties/Policies", [_policy("dynamodb:Query", "*")]),
        finding="VendorRole is allowed ['dynamodb:Query'] on *.",
    ),
    Mutant(
        rule=data.permissions_name_their_actions_and_resources,
        put=("VendorRole/Properties/Policies", [_policy("dynamodb:Query", {"Fn::Sub": "${Table.Arn}/index/*"})]),
        finding="VendorRole is allowed ['dynamodb:Query'] on {'Fn::Sub': '${Table.Arn}/index/*'}.",
    ),
    Mutant(
        rule=data.permissions_name_their_actions_and_resources,
        drop="VendorFunction/Properties/Role",
        finding=f"VendorFunctionRole takes {_SAM_POLICY}, which is not written here.",
    ),
    Mutant(
        rule=data.functions_share_no_role,
        put=("VendorFunction/Properties/Role", {"Fn::GetAtt": ["CapacityRole", "Arn"]}),
        finding="CapacityRole belongs to several functions.",
    ),
    *(
        Mutant(
            rule=data.everything_that_can_fail_has_an_alarm,
            drop=alarm,
            finding=f"Nobody is told about {metric} of {name}.",
        )
        for alarm, metric, name in (
            ("VendorErrorsAlarm", "Errors", "VendorFunction"),
            ("VendorThrottlesAlarm", "Throttles", "VendorFunction"),
            ("VendorDurationAlarm", "Duration", "VendorFunction"),
            ("FailedRunsAlarm", "ApproximateNumberOfMessagesVisible", "FailedRunsQueue"),
            ("FailedRunsAgeAlarm", "ApproximateAgeOfOldestMessage", "FailedRunsQueue"),
            ("ApiErrorsAlarm", "5xx", "Api"),
            ("TableReadThrottlesAlarm", "ReadThrottleEvents", "Table"),
            ("TableWriteThrottlesAlarm", "WriteThrottleEvents", "Table"),
            ("TableErrorsAlarm", "SystemErrors", "Table"),
            ("VendorErrorsAlarm/Properties/AlarmActions", "Errors", "VendorFunction"),
        )
    ),
    Mutant(
        rule=data.duration_alarms_go_off_before_the_timeout,
        put=("VendorFunction/Properties/Timeout", 10),
        finding="The alarm on VendorFunction goes off at 12000 ms, and its timeout is 10 s.",
    ),
]
