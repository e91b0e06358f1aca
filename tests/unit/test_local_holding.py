"""One command at a time holds the stack; who waits says for whom, and who waits too long says so."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.holding import holding
from local.place import PROJECT
from local.server import StackFailedError
from tests.ending import lifeline, with_us

SECONDS_TO_ANSWER = 60


@contextmanager
def another_command(home: Path, *, command: str, then: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the stack of the folder as that command would, says so, and then goes on."""
    code = f"""
        from pathlib import Path
        from local.holding import holding
        with holding(Path({str(home)!r}), command={command!r}):
            print("holds it", flush=True)
            {then}
    """
    started = subprocess.Popen(
        with_us([sys.executable, "-c", textwrap.dedent(code)]),
        cwd=PROJECT,
        pass_fds=[lifeline()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with started as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holds it\n"
        yield process
        process.communicate(timeout=SECONDS_TO_ANSWER)


def test_the_stack_is_held_by_one_after_the_other_and_who_waits_says_for_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with another_command(tmp_path, command="up", then="import time; time.sleep(1)"):
        holder = (tmp_path / "held.lock").read_text(encoding="utf-8")
        assert holder.startswith("make up (process ")
        with holding(tmp_path, command="down"):
            assert (tmp_path / "held.lock").read_text(encoding="utf-8") == f"make down (process {os.getpid()})"
    assert capsys.readouterr().out == f"Waiting for {holder}, which holds the stack ...\n"


def test_a_stack_that_nobody_holds_is_held_without_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("up", "down"):
        with holding(tmp_path, command=command):
            pass
    assert capsys.readouterr().out == ""


def test_who_waits_too_long_names_the_command_that_hangs(tmp_path: Path) -> None:
    with another_command(tmp_path, command="reset", then="input()"):
        holder = (tmp_path / "held.lock").read_text(encoding="utf-8")
        with pytest.raises(StackFailedError) as refused, holding(tmp_path, command="down", longest_wait=0.2):
            pass
    assert str(refused.value) == (f"{holder} has held the stack for 0 s. End it, then run this command again.")


def test_a_killed_command_holds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with another_command(tmp_path, command="up", then="import os; os.kill(os.getpid(), 9)") as process:
        process.wait(SECONDS_TO_ANSWER)
        with holding(tmp_path, command="down"):
            pass
    assert capsys.readouterr().out == ""
