"""Each rule names the fault of a template that has one."""

import copy
from pathlib import Path

import pytest

from local.translation import Template, raw_template, translate
from tests.template import rules_of_the_api as api
from tests.template import rules_of_the_data as data
from tests.template import rules_of_the_functions as functions
from tests.template import rules_of_the_packages as packages
from tests.template.mutants import DATA, FUNCTIONS, GOOD_MAPPING, ROUTES, Mutant
from tests.template.mutants_of_queues import QUEUES


@pytest.fixture(scope="module")
def raw() -> Template:
    return raw_template()


@pytest.mark.parametrize("mutant", [*ROUTES, *FUNCTIONS, *QUEUES, *DATA], ids=lambda mutant: mutant.finding)
def test_a_fault_is_found(mutant: Mutant, raw: Template) -> None:
    faulty = copy.deepcopy(raw)
    mutant.apply(faulty)

    assert mutant.finding in mutant.rule(translate(faulty))


def test_a_stream_mapping_with_everything_is_fine(raw: Template) -> None:
    complete = copy.deepcopy(raw)
    complete["Resources"]["VendorFunction"]["Properties"]["Events"]["Changes"] = {
        "Type": "DynamoDB",
        "Properties": GOOD_MAPPING,
    }

    assert functions.stream_mappings_survive_a_bad_record(translate(complete)) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one function, which reads one setting, asks the user pool and serves one path."""
    for name, text in {
        "functions/__init__.py": "",
        "functions/orders/__init__.py": "",
        "functions/orders/handler.py": (
            "import boto3\n"
            "from shared import settings\n"
            'PATH = "/v1/orders/<order_id>"\n'
            "def lambda_handler(event, context):\n"
            '    return boto3.client("cognito-idp").admin_get_user(UserPoolId=settings.user_pool_id())\n'
        ),
        "shared/__init__.py": "",
        "shared/settings.py": (
            "def user_pool_id():\n"
            '    return _setting("USER_POOL_ID")\n'
            "def signing_key():\n"
            '    return _setting("SIGNING_KEY")\n'
        ),
        "packaging.mk": (
            'build-Orders:\n\t@$(PACKAGE) build functions.orders.handler "$(ARTIFACTS_DIR)"\n'
            "package-size:\n\t@$(PACKAGE) size functions.orders.handler\n"
        ),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def one_function(*, handler: str = "functions.orders.handler.lambda_handler", **variables: str) -> Template:
    given = dict.fromkeys(functions.POWERTOOLS_VARIABLES, "") | variables
    statement = {
        "Effect": "Allow",
        "Action": "cognito-idp:AdminGetUser",
        "Resource": {"Fn::GetAtt": ["UserPool", "Arn"]},
    }
    return {
        "Resources": {
            "Orders": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Handler": handler,
                    "Role": {"Fn::GetAtt": ["OrdersRole", "Arn"]},
                    "Environment": {"Variables": given},
                },
            },
            "OrdersRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {"Policies": [{"PolicyName": "orders", "PolicyDocument": {"Statement": [statement]}}]},
            },
        }
    }


def test_code_that_agrees_with_its_template_is_fine(project: Path) -> None:
    template = one_function(USER_POOL_ID="t")

    assert functions.handlers_exist(template, project) == []
    assert functions.functions_get_the_settings_that_their_code_reads(template, project) == []
    assert data.functions_may_do_what_their_code_does(template, project) == []
    assert packages.every_function_has_its_rule(template, project) == []


@pytest.mark.parametrize(
    ("handler", "finding"),
    [
        (
            "functions.orders.missing.lambda_handler",
            "Orders: functions.orders.missing is named as a handler, but functions/orders/missing.py does not exist.",
        ),
        ("functions.orders.handler.entry", "Orders: functions/orders/handler.py has no entry."),
    ],
)
def test_a_handler_that_does_not_exist_is_found(project: Path, handler: str, finding: str) -> None:
    assert functions.handlers_exist(one_function(handler=handler), project) == [finding]


def test_a_setting_that_the_template_forgot_is_found(project: Path) -> None:
    assert functions.functions_get_the_settings_that_their_code_reads(one_function(), project) == [
        "Orders lacks USER_POOL_ID."
    ]


def test_a_setting_that_no_code_reads_is_found(project: Path) -> None:
    template = one_function(USER_POOL_ID="t", SIGNING_KEY="k")

    assert functions.functions_get_the_settings_that_their_code_reads(template, project) == [
        "Orders is given SIGNING_KEY and never reads it."
    ]


def test_a_function_without_its_log_settings_is_found(project: Path) -> None:
    template = one_function(USER_POOL_ID="t")
    del template["Resources"]["Orders"]["Properties"]["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"]

    assert functions.functions_get_the_settings_that_their_code_reads(template, project) == [
        "Orders lacks POWERTOOLS_LOG_LEVEL."
    ]


def test_a_missing_permission_is_found(project: Path) -> None:
    template = one_function(USER_POOL_ID="t")
    template["Resources"]["OrdersRole"]["Properties"]["Policies"] = []

    assert data.functions_may_do_what_their_code_does(template, project) == [
        "Orders is not allowed cognito-idp:AdminGetUser."
    ]


def test_a_function_that_nothing_packages_is_found(project: Path) -> None:
    (project / "packaging.mk").write_text("package-size:\n\t@$(PACKAGE) size functions.other.handler\n")

    assert packages.every_function_has_its_rule(one_function(), project) == [
        "packaging.mk builds None for Orders, whose handler is in functions.orders.handler.",
        "`make package-size` leaves out functions.orders.handler.",
    ]


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        ("/v1/registrations/{domain}", []),
        ("/v1/nowhere", ["GET /v1/nowhere is documented, and no route serves it."]),
        (
            "/v1/users/{user_id}/pets",
            ["GET /v1/users/{user_id}/pets goes to EmployeesFunction, whose code does not know it."],
        ),
    ],
)
def test_a_documented_operation_without_its_route_is_found(raw: Template, path: str, finding: list[str]) -> None:
    declared = {"CapacityFunction": {"/v1/registrations/{domain}"}, "EmployeesFunction": {"/v1/users"}}
    document: Template = {"paths": {path: {"get": {}}}}

    assert api.every_documented_operation_has_its_route(translate(raw), document, declared) == finding


def test_the_paths_of_a_function_are_read_from_its_code(project: Path) -> None:
    assert packages.declared_paths(one_function(), project) == {"Orders": {"/v1/orders/{order_id}"}}
