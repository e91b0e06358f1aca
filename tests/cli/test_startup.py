"""`partnerdesk --help` answers at once: what takes long to load is loaded by the commands that need it."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SLOW = ("httpx", "pydantic", "email_validator", "publicsuffixlist", "boto3", "botocore")


def test_help_loads_nothing_that_only_some_commands_need() -> None:
    script = f"import sys, cli.main; print([name for name in {SLOW} if name in sys.modules])"

    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT, timeout=60
    )

    assert result.stdout == "[]\n"


def test_help_names_the_commands_and_the_exit_codes() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "cli.main", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
        timeout=60,
    )

    for word in ("login", "logout", "whoami", "capacity", "registrations", "3 not signed"):
        assert word in result.stdout
