"""Whatever the output can hold and whoever reads it: no command ends in a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PROJECT = Path(__file__).parents[2]
SHOW = r"""
import sys
from cli.main import app
from cli.output import say, write_facts, write_json, write_table
@app.command("try")
def show(rows: int = 1):
    write_table(("Id", "Company"), [(f"c-{row}", "\u0141\xf3d\u017a \U0001f680 sp. z o.o.") for row in range(rows)])
    write_facts([("Name", "\u0141\xf3d\u017a \U0001f680")])
    write_json({"company": "\u0141\xf3d\u017a \U0001f680"})
    say("\u0141\xf3d\u017a \U0001f680")
app()
"""


def ended(
    *arguments: str, environment: Mapping[str, str] | None = None, shell: str = '"$@"', script: str = SHOW
) -> subprocess.CompletedProcess[str]:
    """Of a real process, whose output goes where the shell says."""
    return subprocess.run(
        ["bash", "-c", shell, "bash", sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=60,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
    )


@pytest.mark.parametrize(
    ("environment", "company"),
    [
        ({"PYTHONIOENCODING": "utf-8"}, "Łódź 🚀 sp. z o.o."),
        ({"PYTHONIOENCODING": "ascii"}, "??d? ? sp. z o.o."),
        ({"PYTHONIOENCODING": "latin-1"}, "?\ufffdd? ? sp. z o.o."),
        ({"PYTHONIOENCODING": "cp1252:strict"}, "?\ufffdd? ? sp. z o.o."),
        ({"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "??d? ? sp. z o.o."),
    ],
)
def test_what_the_encoding_does_not_have_is_a_question_mark(environment: dict[str, str], company: str) -> None:
    result = ended("try", environment=environment)

    assert (result.returncode, "Traceback" in result.stderr) == (0, False)
    assert f"c-0  {company}\n" in result.stdout
    assert json.loads(result.stdout[result.stdout.index("{") :]) == {"company": "Łódź 🚀"}


@pytest.mark.parametrize("arguments", [("try", "--rows", "100000"), ("--help",), ("links", "--help"), ("--version",)])
def test_a_reader_that_has_gone_is_no_fault(arguments: tuple[str, ...]) -> None:
    result = ended(*arguments, shell='"$@" | true; exit "${PIPESTATUS[0]}"')

    assert result.stderr == ""
    assert result.returncode in {0, 1, 6}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
@pytest.mark.parametrize("arguments", [("try",), ("try", "--rows", "100000"), ("--help",), ("--version",)])
def test_an_output_that_is_full_is_told(arguments: tuple[str, ...]) -> None:
    result = ended(*arguments, shell='"$@" > /dev/full')

    assert result.stderr.splitlines()[-1] == "The output cannot be written: No space left on device."
    assert result.returncode == 6


@pytest.mark.parametrize("shell", ['"$@" >&-', '"$@" 2>&-', '"$@" >&- 2>&-', '"$@" 2>/dev/full'])
def test_outputs_may_be_closed(shell: str) -> None:
    if "full" in shell and not Path("/dev/full").exists():
        return
    result = ended("try", shell=shell)

    assert (result.returncode, "Traceback" in result.stderr) == (0, False)


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        (("links", "list", "--limit", "x", "--json"), "Invalid value for '--limit': "),
        (("links", "show", "--json"), "Missing argument 'LINK'"),
        (("nosuch", "--json"), "No such command 'nosuch'."),
        (("links", "list", "--nope", "--json"), "No such option: --nope"),
        (("--nope", "--json"), "No such option: --nope"),
        (("clients", "show", "8", "--json"), "'8' is no client id"),
    ],
)
def test_wrong_usage_is_a_problem_for_machines(run: Run, arguments: tuple[str, ...], detail: str) -> None:
    result = run(*arguments)

    problem = json.loads(result.stdout)["problem"]
    assert (result.exit_code, problem["code"]) == (2, "wrong_usage")
    assert problem["detail"].startswith(detail)
    assert detail in result.stderr


def test_wrong_usage_is_no_json_for_people(run: Run) -> None:
    result = run("links", "list", "--limit", "x")

    assert (result.exit_code, result.stdout) == (2, "")


def test_the_version_is_the_projects(run: Run) -> None:
    assert run("--version").stdout == "partnerdesk 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "form"),
    [
        (("links", "create"), "--product PRODUCT:EDITION[:ONBOARDING]"),
        (("tier", "what-if"), "--deal MRR:CURRENCY[:TYPE[:MARKET]]"),
        (("renewals", "decide"), "<confirm|request-cancellation>"),
        (("deals", "import"), "--date-format FORMAT"),
        (("audit", "list"), "--since INSTANT"),
    ],
)
def test_help_shows_formats_whole(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], form: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert form in run(*arguments, "--help").stdout
