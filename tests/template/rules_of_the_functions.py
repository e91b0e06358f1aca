"""What the translated template's functions, and whatever starts them, must hold. One sentence per fault."""

import ast
from pathlib import Path
from typing import Any

from local.imports import HandlerNotFoundError, check_handler, reach
from local.translation import Template
from tests.template.translation import named, resources

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"
MOST_RETRIES = 5
POWERTOOLS_VARIABLES = ("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL")

WITHOUT_CALLERS = {"PoolMailsFunction", "ReferenceFunction"}
"""Functions whose routes all go without a caller: the code of `shared/http` that looks one up never runs there."""


def functions_run_on_one_runtime(template: Template) -> list[str]:
    return [
        f"{name} runs on {function.get('Runtime')} and {function.get('Architectures')}."
        for name, function in resources(template, "AWS::Lambda::Function").items()
        if (function.get("Runtime"), function.get("Architectures")) != (RUNTIME, [ARCHITECTURE])
    ]


def handlers_exist(template: Template, project: Path) -> list[str]:
    faults = []
    for name, function in resources(template, "AWS::Lambda::Function").items():
        try:
            check_handler(function["Handler"], project=project)
        except HandlerNotFoundError as error:
            faults.append(f"{name}: {error}.")
    return faults


def functions_get_the_settings_that_their_code_reads(template: Template, project: Path) -> list[str]:
    """Compares with `shared/settings.py`; a variable that no code reads is a fault as well."""
    variables = _variables_of_settings(project)
    faults = []
    for name, function in resources(template, "AWS::Lambda::Function").items():
        module = function["Handler"].rpartition(".")[0]
        reached = reach(module, project=project)
        used = reached.names_used_of("shared.settings") & reached.words()
        needed = {variables[setting] for setting in used if setting in variables}
        if name in WITHOUT_CALLERS:
            needed -= {"TABLE_NAME"}
        given = function.get("Environment", {}).get("Variables", {}).keys()
        faults += [f"{name} lacks {variable}." for variable in sorted(needed - given)]
        faults += [
            f"{name} is given {variable} and never reads it."
            for variable in sorted(given & {*variables.values()} - needed)
        ]
        faults += [f"{name} lacks {variable}." for variable in POWERTOOLS_VARIABLES if variable not in given]
    return faults


def functions_log_to_a_group_of_their_own_that_forgets(template: Template) -> list[str]:
    groups = resources(template, "AWS::Logs::LogGroup")
    faults, taken = [], set()
    for name, function in resources(template, "AWS::Lambda::Function").items():
        group = named(function.get("LoggingConfig", {}).get("LogGroup"))
        if group is None or group not in groups:
            faults.append(f"{name} has no log group.")
        elif "RetentionInDays" not in groups[group]:
            faults.append(f"{name} keeps its log for ever.")
        elif group in taken:
            faults.append(f"{name} shares {group}.")
        taken.add(group)
    return faults


def stream_mappings_survive_a_bad_record(template: Template) -> list[str]:
    faults = []
    for name, mapping in resources(template, "AWS::Lambda::EventSourceMapping").items():
        if _is_queue(template, mapping["EventSourceArn"]):
            continue
        expected: dict[str, bool] = {
            "bisect on error": mapping.get("BisectBatchOnFunctionError") is True,
            f"at most {MOST_RETRIES} retries": 0 <= mapping.get("MaximumRetryAttempts", -1) <= MOST_RETRIES,
            "a maximum age": mapping.get("MaximumRecordAgeInSeconds", -1) > 0,
            "a failure queue": _is_queue(
                template, mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
            ),
            "partial answers": mapping.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
            "a filter": bool(mapping.get("FilterCriteria", {}).get("Filters")),
        }
        faults += [f"{name} lacks {what}." for what, holds in expected.items() if not holds]
    return faults


def queue_mappings_survive_a_bad_message(template: Template) -> list[str]:
    faults = []
    queues, all_functions = resources(template, "AWS::SQS::Queue"), resources(template, "AWS::Lambda::Function")
    for name, mapping in resources(template, "AWS::Lambda::EventSourceMapping").items():
        queue = queues.get(named(mapping["EventSourceArn"]) or "")
        if queue is None:
            continue
        timeout = all_functions[named(mapping["FunctionName"]) or ""]["Timeout"]
        redrive = queue.get("RedrivePolicy", {})
        expected: dict[str, bool] = {
            "partial answers": mapping.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
            "six timeouts of invisibility": queue.get("VisibilityTimeout", 30) >= 6 * timeout,
            "a queue for what fails": _is_queue(template, redrive.get("deadLetterTargetArn")),
            "several attempts": redrive.get("maxReceiveCount", 1) > 1,
        }
        faults += [f"{name} lacks {what}." for what, holds in expected.items() if not holds]
    return faults


def schedules_are_retried_and_failed_runs_kept(template: Template) -> list[str]:
    faults = []
    kept = {
        named(config["FunctionName"])
        for config in resources(template, "AWS::Lambda::EventInvokeConfig").values()
        if _is_queue(template, config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))
        and "MaximumRetryAttempts" in config
        and "MaximumEventAgeInSeconds" in config
    }
    for name, schedule in resources(template, "AWS::Scheduler::Schedule").items():
        target = schedule["Target"]
        expected: dict[str, bool] = {
            "the time zone UTC": schedule.get("ScheduleExpressionTimezone") == "UTC",
            "a number of retries": target.get("RetryPolicy", {}).get("MaximumRetryAttempts", 0) > 0,
            "a maximum age": target.get("RetryPolicy", {}).get("MaximumEventAgeInSeconds", 0) > 0,
            "a dead-letter queue": _is_queue(template, target.get("DeadLetterConfig", {}).get("Arn")),
            "the stage in its name": "${Stage}" in str(schedule.get("Name")),
            "a function that is retried and whose failed runs are kept": named(target["Arn"]) in kept,
        }
        faults += [f"{name} lacks {what}." for what, holds in expected.items() if not holds]
    return faults


def _is_queue(template: Template, destination: Any) -> bool:
    return named(destination) in resources(template, "AWS::SQS::Queue")


def _variables_of_settings(project: Path) -> dict[str, str]:
    """The variable behind each function of `shared/settings.py`: `{"table_name": "TABLE_NAME"}`."""
    tree = reach("shared.settings", project=project).modules["shared.settings"]
    return {
        function.name: str(call.args[0].value)
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "_setting"
        and isinstance(call.args[0], ast.Constant)
    }
