"""What the translated template's data, permissions and alarms must hold. One sentence per fault."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name

from local.imports import reach
from local.translation import Template
from tests.template.translation import named, resources

KEPT = ("AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::SecretsManager::Secret")

RESOURCES_WITHOUT_A_NAME: dict[str, str] = {}
"""Actions that IAM grants on `*` alone, each with its reason. None is in use."""

SEEN_IN_THE_CODE = {"cognito-idp", "sesv2", "sqs"}
"""Services whose operations are called by name; those of the table pass through one session, which hides them."""


GRANTED_AS = {"sqs:SendMessageBatch": "sqs:SendMessage"}
"""Operations that IAM knows under another name."""


def data_outlives_its_stack(template: Template) -> list[str]:
    return [
        f"{name} has no {policy}: Retain."
        for name, resource in template["Resources"].items()
        if resource["Type"] in KEPT
        for policy in ("DeletionPolicy", "UpdateReplacePolicy")
        if resource.get(policy) != "Retain"
    ]


def tables_are_protected(template: Template) -> list[str]:
    faults = []
    for name, table in resources(template, "AWS::DynamoDB::Table").items():
        expected: dict[str, bool] = {
            "point-in-time recovery": table.get("PointInTimeRecoverySpecification", {}).get(
                "PointInTimeRecoveryEnabled"
            )
            is True,
            "deletion protection": table.get("DeletionProtectionEnabled") is True,
            "encryption with a key that shows its use": table.get("SSESpecification", {}).get("SSEEnabled") is True,
            "expiry by the attribute ttl": table.get("TimeToLiveSpecification")
            == {"AttributeName": "ttl", "Enabled": True},
            "a stream of both images": table.get("StreamSpecification", {}).get("StreamViewType")
            == "NEW_AND_OLD_IMAGES",
            "payment by request": table.get("BillingMode") == "PAY_PER_REQUEST",
        }
        faults += [f"{name} lacks {what}." for what, holds in expected.items() if not holds]
    return faults


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in resources(template, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def permissions_name_their_actions_and_resources(template: Template) -> list[str]:
    faults = [
        f"{name} takes {policy}, which is not written here."
        for name, role in resources(template, "AWS::IAM::Role").items()
        for policy in role.get("ManagedPolicyArns", [])
    ]
    for name, statement in statements(template):
        actions = listed(statement.get("Action", "*"))
        faults += [f"{name} is allowed {action}." for action in actions if "*" in action or action == "dynamodb:Scan"]
        faults += [
            f"{name} is allowed {actions} on {resource}."
            for resource in listed(statement.get("Resource", "*"))
            if "*" in str(resource) and not RESOURCES_WITHOUT_A_NAME.keys() >= set(actions)
        ]
    return faults


def functions_share_no_role(template: Template) -> list[str]:
    roles = [named(function["Role"]) for function in resources(template, "AWS::Lambda::Function").values()]
    return [
        f"{role} belongs to several functions."
        for role in sorted({str(role) for role in roles if roles.count(role) > 1})
    ]


def functions_may_do_what_their_code_does(template: Template, project: Path) -> list[str]:
    """The local stack asks for no permission, so a missing one would first be seen on AWS."""
    faults = []
    for name, function in resources(template, "AWS::Lambda::Function").items():
        reached = reach(function["Handler"].rpartition(".")[0], project=project)
        words = reached.words()
        granted = {
            action
            for role, statement in statements(template)
            if role == named(function["Role"])
            for action in listed(statement["Action"])
        }
        for service in reached.services() & SEEN_IN_THE_CODE:
            model = botocore.session.get_session().get_service_model(service)
            # Permissions carry the name that requests are signed with: ses for sesv2.
            actions = {f"{model.signing_name}:{name}" for name in model.operation_names if xform_name(name) in words}
            actions = {GRANTED_AS.get(action, action) for action in actions}
            faults += [f"{name} is not allowed {action}." for action in sorted(actions - granted)]
    return faults


def alarms_of(template: Template, metric: str, dimension: str) -> dict[str | None, Template]:
    """The alarms on a metric that tell someone, by the resource they watch."""
    return {
        named(entry["Value"]): alarm
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        if any(named(action) in resources(template, "AWS::SNS::Topic") for action in alarm.get("AlarmActions", []))
        for measured in [
            alarm,
            *(query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query),
        ]
        if measured.get("MetricName") == metric
        for entry in measured.get("Dimensions", [])
        if entry["Name"] == dimension
    }


WATCHED = {
    "AWS::Lambda::Function": ("FunctionName", ("Errors", "Throttles", "Duration")),
    "AWS::SQS::Queue": ("QueueName", ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")),
    "AWS::ApiGatewayV2::Api": ("ApiId", ("5xx",)),
    "AWS::DynamoDB::Table": ("TableName", ("ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors")),
}


def everything_that_can_fail_has_an_alarm(template: Template) -> list[str]:
    return [
        f"Nobody is told about {metric} of {name}."
        for kind, (dimension, metrics) in WATCHED.items()
        for metric in metrics
        for name in resources(template, kind)
        if name not in alarms_of(template, metric, dimension)
    ]


def duration_alarms_go_off_before_the_timeout(template: Template) -> list[str]:
    functions = resources(template, "AWS::Lambda::Function")
    return [
        f"The alarm on {name} goes off at {alarm['Threshold']} ms, and its timeout is {functions[name]['Timeout']} s."
        for name, alarm in alarms_of(template, "Duration", "FunctionName").items()
        if name in functions and not 0.5 <= alarm["Threshold"] / 1000 / functions[name]["Timeout"] < 1
    ]
