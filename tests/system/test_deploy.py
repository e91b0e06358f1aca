"""Deploying again: what changed arrives, what was stored stays, and a template that cannot work says why."""

import json
import shutil
from pathlib import Path

import pytest

from local.cloud import client
from local.deploy import Deployment, deploy
from local.place import PROJECT, Place
from local.server import StackFailedError

HANDLER = """
import os


def lambda_handler(event, context):
    return {"word": "WORD", "environment": sorted(os.environ)}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The real template with functions that do nothing but answer."""
    shutil.copy(PROJECT / "template.yaml", tmp_path)
    for room in (PROJECT / "functions").iterdir():
        if room.is_dir():
            for module in ("handler", "expiry"):
                write_handler(tmp_path, room.name, module, word="first")
    return tmp_path


def write_handler(project: Path, room: str, module: str, *, word: str) -> None:
    path = project / "functions" / room / f"{module}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HANDLER.replace("WORD", word), encoding="utf-8")


def invoke(place: Place, deployment: Deployment, function: str) -> dict[str, object]:
    functions = client("lambda", endpoint_url=place.endpoint_url)
    answer = functions.invoke(FunctionName=deployment.functions[function], Payload=b"{}")
    result: dict[str, object] = json.loads(answer["Payload"].read())
    return result


def test_changed_code_arrives_and_changed_template_keeps_the_data(
    empty_place: Place, project: Path, packages: Path
) -> None:
    deployment = deploy(empty_place, project=project, packages=packages)
    assert invoke(empty_place, deployment, "capacity")["word"] == "first"
    tables = client("dynamodb", endpoint_url=empty_place.endpoint_url)
    item = {"pk": {"S": "EXAMPLE"}, "sk": {"S": "EXAMPLE"}}
    tables.put_item(TableName=deployment.table_name, Item=item)

    write_handler(project, "capacity", "handler", word="second")
    template = project / "template.yaml"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("Description: A partner's capacity", "Description: Now a partner's capacity", 1))
    again = deploy(empty_place, project=project, packages=packages)

    assert again == deployment
    assert invoke(empty_place, again, "capacity")["word"] == "second"
    functions = client("lambda", endpoint_url=empty_place.endpoint_url)
    configuration = functions.get_function_configuration(FunctionName=again.functions["capacity"])
    assert configuration["Description"].startswith("Now a partner's capacity")
    assert tables.get_item(TableName=again.table_name, Key=item)["Item"] == item


def test_functions_see_nothing_of_the_environment_of_the_machine(
    empty_place: Place, project: Path, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOMETHING_OF_THE_MACHINE", "secret")
    deployment = deploy(empty_place, project=project, packages=packages)
    environment = invoke(empty_place, deployment, "capacity")["environment"]
    assert isinstance(environment, list)
    assert {"TABLE_NAME", "SIGNING_KEY", "PUBLIC_BASE_URL", "AWS_ENDPOINT_URL"} <= set(environment)
    assert "SOMETHING_OF_THE_MACHINE" not in environment


def test_a_template_that_cannot_be_deployed_says_which_resource_and_why(
    empty_place: Place, project: Path, packages: Path
) -> None:
    deployment = deploy(empty_place, project=project, packages=packages)
    template = project / "template.yaml"
    text = template.read_text(encoding="utf-8")
    broken = text.replace("secretsmanager:${SigningKey}", "secretsmanager:missing-${SigningKey}", 1)
    template.write_text(broken, encoding="utf-8")
    with pytest.raises(StackFailedError, match=r"CapacityFunction \(AWS::Lambda::Function\): .*could not be resolved"):
        deploy(empty_place, project=project, packages=packages)
    template.write_text(text, encoding="utf-8")
    assert deploy(empty_place, project=project, packages=packages) == deployment
