"""template.yaml keeps every rule. That the rules can fail is shown in test_rules_bite.py."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from local.place import PROJECT
from local.translation import Template, raw_template
from tests.template import rules_of_the_api as api
from tests.template import rules_of_the_data as data
from tests.template import rules_of_the_functions as functions
from tests.template import rules_of_the_packages as packages
from tests.template.routes import answering, routes

Rule = Callable[[Template], list[str]]
RuleWithCode = Callable[[Template, Path], list[str]]


@pytest.mark.parametrize(
    "rule",
    [
        api.every_route_but_the_public_ones_has_an_authorizer,
        api.every_closed_path_answers_the_question_of_a_browser,
        api.functions_behind_the_api_end_before_it_does,
        api.access_logs_name_the_route_and_never_the_path,
        api.the_api_is_throttled,
        api.only_the_person_who_was_invited_can_sign_in,
        functions.functions_run_on_one_runtime,
        functions.functions_log_to_a_group_of_their_own_that_forgets,
        functions.stream_mappings_survive_a_bad_record,
        functions.queue_mappings_survive_a_bad_message,
        functions.schedules_are_retried_and_failed_runs_kept,
        data.data_outlives_its_stack,
        data.tables_are_protected,
        data.permissions_name_their_actions_and_resources,
        data.functions_share_no_role,
        data.everything_that_can_fail_has_an_alarm,
        data.duration_alarms_go_off_before_the_timeout,
    ],
)
def test_the_template_keeps_the_rule_that(rule: Rule, template: Template) -> None:
    assert rule(template) == []


@pytest.mark.parametrize(
    "rule",
    [
        functions.handlers_exist,
        functions.functions_get_the_settings_that_their_code_reads,
        data.functions_may_do_what_their_code_does,
        packages.every_function_has_its_rule,
    ],
)
def test_template_and_code_agree_that(rule: RuleWithCode, template: Template) -> None:
    assert rule(template, PROJECT) == []


def test_each_documented_operation_has_its_route(template: Template) -> None:
    document = json.loads((PROJECT / "functions" / "reference" / "openapi.json").read_text())

    assert (
        api.every_documented_operation_has_its_route(template, document, packages.declared_paths(template, PROJECT))
        == []
    )


def test_a_page_of_another_address_may_send_and_read_every_header_of_the_document(template: Template) -> None:
    components = json.loads((PROJECT / "functions" / "reference" / "openapi.json").read_text())["components"]
    cors = template["Resources"]["Api"]["Properties"]["Body"]["x-amazon-apigateway-cors"]
    sent = {one["name"].lower() for one in components["parameters"].values() if one["in"] == "header"}
    read = {name.lower() for name in components["headers"]} - {"cache-control"}  # which every page may read

    assert sent | {"authorization", "content-type"} == set(cors["allowHeaders"])
    assert read | {"allow"} == set(cors["exposeHeaders"])


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/v1/capacity", "ANY /v1/capacity"),
        ("POST", "/v1/registrations/batch", "ANY /v1/registrations/{proxy+}"),
        ("GET", "/v1/registrations.csv", "ANY /v1/registrations.csv"),
        ("OPTIONS", "/v1/users/u-1", "OPTIONS /v1/users/{proxy+}"),
        ("PUT", "/v1/vendor/partners/p-7", "ANY /v1/vendor/{proxy+}"),
        ("POST", "/c/token/sign", "ANY /c/{proxy+}"),
        ("PUT", "/v1/clients/c-1/renewal-owner", "ANY /v1/clients/{client_id}/renewal-owner"),
        ("POST", "/v1/renewals/r-1/decision", "ANY /v1/renewals/{proxy+}"),
        ("POST", "/d/token", "ANY /d/{proxy+}"),
        ("GET", "/v1/nothing", "ANY /v1/{proxy+}"),
        ("POST", "/openapi.json", "$default"),
        ("GET", "/elsewhere", "$default"),
    ],
)
def test_a_request_finds_its_route(template: Template, method: str, path: str, route: str) -> None:
    chosen = answering(routes(template), method=method, path=path)

    assert chosen is not None
    assert chosen.key == route


def test_the_table_has_the_indexes_that_the_repositories_name(template: Template) -> None:
    table = template["Resources"]["Table"]["Properties"]
    indexes = [*table["LocalSecondaryIndexes"], *table["GlobalSecondaryIndexes"]]
    keys = {index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]] for index in indexes}

    assert keys == {
        "by_name": ["pk", "by_name"],
        "by_contact": ["pk", "by_contact"],
        "by_group": ["pk", "by_group"],
        "by_time": ["pk", "by_time"],
        "by_amount": ["pk", "by_amount"],
        "audit_by_actor": ["audit_actor", "audit_at"],
        "audit_by_object": ["audit_object", "audit_at"],
        "audit_by_day": ["audit_day", "audit_at"],
        "due": ["due_queue", "due_at"],
    }


def test_a_changed_variable_publishes_a_new_version() -> None:
    published = {
        name: made["Properties"].get("AutoPublishAliasAllProperties")
        for name, made in raw_template()["Resources"].items()
        if "AutoPublishAlias" in made.get("Properties", {})
    }

    assert published == {"CustomerPageFunction": True}


def test_operators_find_what_they_need_in_the_outputs() -> None:
    raw = raw_template()
    functions_named = {
        value["Value"]["Ref"] for name, value in raw["Outputs"].items() if re.fullmatch(r"\w+FunctionName", name)
    }

    assert {"ApiUrl", "UserPoolId", "UserPoolClientId", "TableName"} <= raw["Outputs"].keys()
    assert functions_named == {
        name for name, made in raw["Resources"].items() if made["Type"] == "AWS::Serverless::Function"
    }
