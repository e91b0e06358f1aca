"""Where a start and a warm request spend their time, by library and by module or function."""

import json
import os
import pstats
import re
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.environment import ENVIRONMENT
from tests.bench.processes import MEASURED, PLAIN_INTERPRETER

RUNS = 5
SHOWN = 8
PROFILED_REPEATS = 100
_STANDARD_LIBRARY = re.compile(r"^.*/lib/python3\.\d+/")
OWN = {"functions", "shared"}
LIBRARIES = {
    "annotated_types": "pydantic",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "typing_inspection": "pydantic",
    "aws_lambda_powertools": "Powertools",
    "botocore": "botocore",
    "jmespath": "botocore",
    "dateutil": "botocore",
    "urllib3": "botocore",
    **dict.fromkeys(OWN, "our own code"),
}
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def slowest_imports(handler: str, package: Path, *, python: str) -> list[str]:
    """Of a start, by the median of some runs: each library's share, then the modules that take longest themselves."""
    runs: dict[str, list[int]] = {}
    command = [python, *PLAIN_INTERPRETER, "-X", "importtime", "-c", f"import {handler.rpartition('.')[0]}"]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(package), "PATH": os.defpath}
    for _ in range(RUNS):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        for microseconds, module in _IMPORT.findall(done.stderr):
            runs.setdefault(module, []).append(int(microseconds))
    return _lines({module: median(times) for module, times in runs.items()})


def slowest_steps(handler: str, package: Path, steps: list[dict[str, Any]], *, python: str, folder: Path) -> list[str]:
    """Of the function's first route, warm: each library's share, then the functions that take longest themselves."""
    warm = [steps[0], {**steps[1], "repeats": PROFILED_REPEATS}]
    return _profiled(handler, package, warm, python=python, folder=folder)


def slowest_of_the_first(
    handler: str, package: Path, steps: list[dict[str, Any]], *, python: str, folder: Path
) -> list[str]:
    """The same of a process's first request, which makes the clients and reads the program's numbers."""
    return _profiled(handler, package, steps[:1], python=python, folder=folder)


def _profiled(handler: str, package: Path, profiled: list[dict[str, Any]], *, python: str, folder: Path) -> list[str]:
    plan, report, profile = folder / "profiled.json", folder / "profiled.report", folder / "profile"
    plan.write_text(json.dumps({"handler": handler, "steps": profiled, "profile": str(profile)}), encoding="utf-8")
    command = [python, *PLAIN_INTERPRETER, str(MEASURED), str(package), str(plan), str(report)]
    subprocess.run(command, env={**ENVIRONMENT, "PATH": os.defpath}, capture_output=True, check=True)
    times: Counter[str] = Counter()
    stats: Any = pstats.Stats(str(profile))
    for (file, _, function), (_, _, own_time, _, _) in stats.stats.items():
        inside = file.removeprefix("/var/task/").removeprefix(f"{package}/")
        # The standard library lies wherever this machine has it.
        module = _STANDARD_LIBRARY.sub("", inside).removesuffix(".py").replace("/", ".")
        times[f"{module} {function}" if file != "~" else f"built-in {function}"] += own_time
    return _lines(times)


def _lines(times: Mapping[str, float]) -> list[str]:
    total = sum(times.values())
    shares: Counter[str] = Counter()
    for name, spent in times.items():
        shares[LIBRARIES.get(name.partition(".")[0].partition(" ")[0], "the standard library and others")] += spent  # type: ignore[assignment]
    slowest = sorted(times.items(), key=lambda pair: -pair[1])[:SHOWN]
    return [
        ", ".join(f"{name} {spent / total:.0%}" for name, spent in shares.most_common()),
        ", ".join(f"`{name}` {spent / total:.1%}" for name, spent in slowest),
    ]
