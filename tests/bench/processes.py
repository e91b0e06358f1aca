"""Measured processes: what they cost in instructions under valgrind, or in processor time where it is missing."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.environment import ENVIRONMENT

MEASURED = Path(__file__).with_name("measured.py")
RUNS = 9
# Without site packages, without the machine's own variables, with one order of sets: two runs differ by 0.1 %.
PLAIN_INTERPRETER = ("-S", "-s", "-P", "-B")


class MeasuringFailedError(Exception):
    """A measured process did not get through; the message is its own."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is measured: the floor without a handler. `packages` is the folder that its imports come from."""

    packages: Path
    handler: str | None
    steps: Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """In instructions or seconds: starting, the first request, and one request of each later step; memory in bytes."""

    cold: float
    first: float
    warm: tuple[float, ...]
    memory: int


def valgrind() -> str | None:
    return shutil.which("valgrind")


def answer_each(subject: Subject, *, python: str, folder: Path) -> None:
    """A new process answers every step at least once. Raises MeasuringFailedError for another status than recorded."""
    _run(subject, _write_plan(subject, folder / "plan.json"), python=python)


def measure(subjects: Sequence[Subject], *, python: str, folder: Path) -> list[Cost]:
    """All subjects under valgrind, or in turns by the clock, so that what else the machine does meets all alike."""
    plans = [_write_plan(subject, folder / f"plan-{number}.json") for number, subject in enumerate(subjects)]
    if valgrind() is not None:
        with ThreadPoolExecutor() as threads:  # what else the machine does changes no count
            return list(threads.map(partial(_counted, python=python, folder=folder), subjects, plans))
    runs = [
        [_run(subject, plan, python=python) for subject, plan in zip(subjects, plans, strict=True)] for _ in range(RUNS)
    ]
    return [
        _cost(
            [median(spans) for spans in zip(*(report["seconds"] for report in reports), strict=True)],
            reports[0],
            subject,
        )
        for subject, reports in zip(subjects, zip(*runs, strict=True), strict=True)
    ]


def _counted(subject: Subject, plan: Path, *, python: str, folder: Path) -> Cost:
    """callgrind writes its counters down at every `getppid`, which is how the process marks the end of a span."""
    plain = _run(subject, plan, python=python)
    counters = plan.with_suffix(".callgrind")
    command = ["--tool=callgrind", "--dump-before=getppid", f"--callgrind-out-file={counters}"]
    _run(subject, plan, python=python, before=(str(valgrind()), *command))
    spans: list[float] = [_instructions(Path(f"{counters}.{mark + 1}")) for mark in range(len(plain["seconds"]))]
    for written in folder.glob(f"{counters.name}*"):
        written.unlink()
    return _cost(spans, plain, subject)


def _cost(spans: Sequence[float], report: dict[str, Any], subject: Subject) -> Cost:
    interpreter, init, first, *later = spans
    each = [span / step["repeats"] for span, step in zip(later[1::2], subject.steps[1:], strict=True)]
    return Cost(cold=interpreter + init, first=first, warm=tuple(each), memory=report["memory"])


def _instructions(counters: Path) -> int:
    for line in counters.read_text(encoding="utf-8").splitlines():
        if line.startswith("summary:"):
            return int(line.split()[1])
    raise MeasuringFailedError(f"{counters} has no sum")


def _write_plan(subject: Subject, plan: Path) -> Path:
    plan.write_text(json.dumps({"handler": subject.handler, "steps": subject.steps}), encoding="utf-8")
    return plan


def _run(subject: Subject, plan: Path, *, python: str, before: Sequence[str] = ()) -> dict[str, Any]:
    report = plan.with_suffix(".report")
    command = [*before, python, *PLAIN_INTERPRETER, str(MEASURED), str(subject.packages), str(plan), str(report)]
    environment = {**ENVIRONMENT, "PYTHONHASHSEED": "0", "PATH": os.defpath}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MeasuringFailedError(f"{subject.handler or 'the floor'} failed:\n{done.stderr[-3000:]}")
    measured: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return measured
