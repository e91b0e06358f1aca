"""A test run always ends: what hangs is reported with where it stood, and what the tests started ends with them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from local.place import PROJECT
from local.processes import find_process
from tests.ending import lifeline, with_us

SECONDS_TO_ANSWER = 120
HANGING = """
import threading

def test_that_waits_for_nobody():
    threading.Event().wait()

def test_after_it():
    pass
"""
STARTING = """
import subprocess, sys, time
from tests.ending import lifeline, with_us

sleep = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]
subprocess.Popen(with_us(sleep), pass_fds=[lifeline()])
time.sleep(600)
"""


def test_a_test_that_hangs_fails_with_a_report_and_the_next_one_runs(tmp_path: Path) -> None:
    (tmp_path / "test_hanging.py").write_text(HANGING, encoding="utf-8")
    options = [
        "-c",
        str(PROJECT / "pyproject.toml"),
        f"--rootdir={tmp_path}",
        "-o",
        "timeout=1",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        with_us([sys.executable, "-m", "pytest", *options, str(tmp_path / "test_hanging.py")]),
        cwd=tmp_path,
        pass_fds=[lifeline()],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_ANSWER,
    )
    assert done.returncode == 1, done.stdout
    assert "Timeout (>1.0s) from pytest-timeout." in done.stdout
    assert "threading.Event().wait()" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_what_a_test_started_ends_with_it_even_when_it_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTING], cwd=PROJECT, pass_fds=[lifeline()], stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        sleeper = int(tests.stdout.readline())
        assert find_process(sleeper) is not None
        tests.kill()
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while find_process(sleeper) is not None:
            assert time.monotonic() < deadline, f"process {sleeper} outlives the one that started it"
            time.sleep(0.05)


def test_signals_reach_what_a_test_started_and_its_exit_code_comes_back() -> None:
    waiting = "import signal, sys; print('ready', flush=True); signal.sigwait([signal.SIGINT]); sys.exit(7)"
    code = f"import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]); {waiting}"
    with subprocess.Popen(
        with_us([sys.executable, "-c", code]), pass_fds=[lifeline()], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(SECONDS_TO_ANSWER) == 7
