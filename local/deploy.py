"""Brings template.yaml and our code to the stack of this machine, new or running, and keeps its data."""

import contextlib
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.archives import code_sha256, zip_room
from local.cloud import client
from local.place import STACK_NAME, Place
from local.server import StackFailedError
from local.template import CODE_BUCKET, CORS_LISTS, Translated, adapted_template, code_key

FINGERPRINT_TAG = "template-fingerprint"
TEMPLATE_KEY = "template.json"
DEPLOY_SECONDS = 120
POLL_SECONDS = 0.1
# Creation failed and left nothing that could be updated.
DEAD_STATES = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}
API_ID = "0000beef"
MAIL_SENDER = "partners@vendor.example"


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What is deployed: under each function's name in the template, in snake_case: its deployed name and its room."""

    base_url: str
    host: str
    table_name: str
    user_pool_id: str
    user_pool_client_id: str
    functions: Mapping[str, str]
    rooms: Mapping[str, str]
    scheduled: Mapping[str, str]


def deploy(place: Place, *, project: Path, packages: Path) -> Deployment:
    """Creates or updates only what changed. Running it again right after does nothing but look."""
    host = place.host(api_id=API_ID)
    parameters = {
        "PublicBaseUrl": f"http://{host}",
        "Stage": "local",
        "VendorName": "Example Vendor",
        "ImprintUrl": "https://vendor.example/imprint",
        "PrivacyUrl": "https://vendor.example/privacy",
        "MailSender": MAIL_SENDER,
    }
    translated = adapted_template(project, packages=packages)
    archives = {room: zip_room(room, project=project) for room in set(translated.rooms.values())}
    if _deploy_template(place, translated=translated, parameters=parameters, archives=archives):
        _apply_cors(place, translated=translated)
        _apply_time_to_live(place, translated=translated)
    _verify_mail_sender(place)
    names = {logical: _deployed_name(place, logical) for logical in translated.rooms}
    for logical, name in names.items():
        update_code(place, name=name, archive=archives[translated.rooms[logical]])
    _refuse_api_without_routes(place)
    outputs = _outputs(place)
    return Deployment(
        base_url=f"http://{host}",
        host=host,
        table_name=outputs["TableName"],
        user_pool_id=outputs["UserPoolId"],
        user_pool_client_id=outputs["UserPoolClientId"],
        functions={_snake_case(logical): name for logical, name in names.items()},
        rooms={_snake_case(logical): room for logical, room in translated.rooms.items()},
        scheduled={_snake_case(logical): names[logical] for logical in translated.scheduled},
    )


def update_code(place: Place, *, name: str, archive: bytes) -> bool:
    """Whether the function had other code before."""
    functions = client("lambda", endpoint_url=place.endpoint_url)
    if functions.get_function_configuration(FunctionName=name)["CodeSha256"] == code_sha256(archive):
        return False
    functions.update_function_code(FunctionName=name, ZipFile=archive)
    return True


def _snake_case(logical_id: str) -> str:
    """`CapacityExpiryFunction` is `capacity_expiry`."""
    words = "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in logical_id.removesuffix("Function")
    )
    return words.removeprefix("_")


def _describe(place: Place) -> dict[str, Any] | None:
    try:
        stacks = client("cloudformation", endpoint_url=place.endpoint_url).describe_stacks(StackName=STACK_NAME)[
            "Stacks"
        ]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # it does not exist
            return None
        raise
    stack: dict[str, Any] = stacks[0]
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def _deploy_template(
    place: Place, *, translated: Translated, parameters: Mapping[str, str], archives: Mapping[str, bytes]
) -> bool:
    """Whether anything but code had to change."""
    formation = client("cloudformation", endpoint_url=place.endpoint_url)
    document = json.dumps(translated.document, sort_keys=True)
    fingerprint = hashlib.sha256(json.dumps([document, dict(parameters)]).encode()).hexdigest()
    stack = _describe(place)
    if stack and stack["StackStatus"] in DEAD_STATES:
        formation.delete_stack(StackName=STACK_NAME)
        stack = _wait(place)
    if stack and {"Key": FINGERPRINT_TAG, "Value": fingerprint} in stack.get("Tags", []):
        return False
    _upload(place, {TEMPLATE_KEY: document.encode(), **{code_key(room): archive for room, archive in archives.items()}})
    request = {
        "StackName": STACK_NAME,
        # By address, because a body may be no longer than 51,200 bytes.
        "TemplateURL": f"{place.endpoint_url}/{CODE_BUCKET}/{TEMPLATE_KEY}",
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        "Tags": [{"Key": FINGERPRINT_TAG, "Value": fingerprint}],
    }
    deploy_it = formation.update_stack if stack else formation.create_stack
    try:
        deploy_it(**request)
    except ClientError as error:
        raise StackFailedError(f"template.yaml was refused: {str(error)[:500]}") from error
    finished = _wait(place)
    if finished is None or finished["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise StackFailedError(_why_not_deployed(place))
    return True


def _upload(place: Place, files: Mapping[str, bytes]) -> None:
    objects = client("s3", endpoint_url=place.endpoint_url)
    with contextlib.suppress(objects.exceptions.BucketAlreadyOwnedByYou):
        objects.create_bucket(
            Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": objects.meta.region_name}
        )
    for key, content in files.items():
        objects.put_object(Bucket=CODE_BUCKET, Key=key, Body=content)


def _wait(place: Place) -> dict[str, Any] | None:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while True:
        stack = _describe(place)
        if stack is None or not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        if time.monotonic() > deadline:
            raise StackFailedError(
                f"template.yaml was not deployed within {DEPLOY_SECONDS} s. The log is {place.log_file}."
            )
        time.sleep(POLL_SECONDS)


def _why_not_deployed(place: Place) -> str:
    formation = client("cloudformation", endpoint_url=place.endpoint_url)
    pages = formation.get_paginator("describe_stack_events").paginate(StackName=STACK_NAME)
    reasons: list[str] = []
    for event in (event for page in pages for event in page["StackEvents"]):  # the newest first
        if event["LogicalResourceId"] == STACK_NAME and event["ResourceStatus"] in {
            "CREATE_IN_PROGRESS",
            "UPDATE_IN_PROGRESS",
        }:
            break
        if event["ResourceStatus"].endswith("_FAILED"):
            reason = event.get("ResourceStatusReason", "no reason given")
            reasons.insert(0, f"  {event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
    return "\n".join(
        [
            "template.yaml was not deployed; CloudFormation rolled back because of:",
            *reasons,
            f"Mend the template and run the command again. The log is {place.log_file}.",
        ]
    )


def _outputs(place: Place) -> dict[str, str]:
    stack = _describe(place)
    if stack is None:
        raise StackFailedError("The deployed stack is gone. Run `make reset`, which deploys it anew.")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _deployed_name(place: Place, logical_id: str) -> str:
    formation = client("cloudformation", endpoint_url=place.endpoint_url)
    detail = formation.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=logical_id)[
        "StackResourceDetail"
    ]
    name: str = detail["PhysicalResourceId"]
    return name


def _apply_cors(place: Place, *, translated: Translated) -> None:
    outputs = _outputs(place)
    lists = {setting: outputs[f"Cors{setting}"].split(",") for setting in CORS_LISTS if f"Cors{setting}" in outputs}
    settings = {f"{name[0].upper()}{name[1:]}": value for name, value in {**translated.api.cors, **lists}.items()}
    client("apigatewayv2", endpoint_url=place.endpoint_url).update_api(ApiId=API_ID, CorsConfiguration=settings)


def _apply_time_to_live(place: Place, *, translated: Translated) -> None:
    tables = client("dynamodb", endpoint_url=place.endpoint_url)
    for logical_id, setting in translated.time_to_live.items():
        tables.update_time_to_live(TableName=_deployed_name(place, logical_id), TimeToLiveSpecification=setting)


def _verify_mail_sender(place: Place) -> None:
    """On AWS somebody proves once that the address is theirs; here it is enough to name it."""
    client("sesv2", endpoint_url=place.endpoint_url).create_email_identity(EmailIdentity=MAIL_SENDER)


def _refuse_api_without_routes(place: Place) -> None:
    if not client("apigatewayv2", endpoint_url=place.endpoint_url).get_routes(ApiId=API_ID)["Items"]:
        raise StackFailedError(
            "The API was deployed without a single route, so that every call would be a 404. "
            "This is a fault of local/template.py, which turns the routes of template.yaml into resources of their own."
        )
