"""`make bench`: measures the functions beside the AWS SDK's floors, prints the figures, writes docs/performance.md."""

import argparse
import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from local.place import PROJECT
from tests.bench.environment import ENVIRONMENT
from tests.bench.figures import Figures, FunctionFigures, RouteFigures
from tests.bench.packages import deployed_bytes, interpreter, native_libraries, packaged
from tests.bench.processes import Cost, Subject, measure
from tests.bench.profiles import slowest_imports, slowest_of_the_first, slowest_steps
from tests.bench.recording import ApiFunction, Recording, api_functions, record_all
from tests.bench.renewal_run import RunFigures, measure_runs
from tests.bench.report import document, goals_missed
from tests.bench.throughput import registrations_a_second
from tests.engines import dynoxide_engine, ministack_engine

FEW, MANY = 100, 1_000
HEAVY_BYTES = 15_000
REPEATS, REPEATS_OF_HEAVY = 4, 1
REPORT = PROJECT / "docs" / "performance.md"
ONE_READ = {
    "service": "dynamodb",
    "method": "get_item",
    "parameters": {"TableName": "table", "Key": {"pk": {"S": "PARTNER#p-7"}, "sk": {"S": "PROFILE"}}},
}
ONE_ITEM = {"status": 200, "body": '{"Item":{"pk":{"S":"PARTNER#p-7"},"sk":{"S":"PROFILE"},"name":{"S":"Hill"}}}'}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the functions beside the floors of the AWS SDK.")
    parser.add_argument("rooms", nargs="*", help="only these functions; then docs/performance.md is left as it is")
    parser.add_argument("--quick", action="store_true", help="only starts and first requests; writes nothing")
    arguments = parser.parse_args()
    functions = api_functions()
    rooms: list[str] = arguments.rooms or [function.room for function in functions]
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as folder:
        figures = _figures(functions, rooms, quick=arguments.quick, folder=Path(folder))
    text = document(figures)
    print(text)
    if not (arguments.rooms or arguments.quick):
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(text, encoding="utf-8")
        print(f"Written to {REPORT.relative_to(PROJECT)}")
    for missed in goals_missed(figures):
        print(f"missed: {missed}", file=sys.stderr)


def _figures(functions: list[ApiFunction], rooms: Collection[str], *, quick: bool, folder: Path) -> Figures:
    python = interpreter()
    libraries = native_libraries(python)
    few = _recorded(functions, rooms, registrations=FEW, folder=folder)
    many = {} if quick else _recorded(functions, rooms, registrations=MANY, folder=folder)
    measured = []
    for function in functions:
        if recordings := few.get(function.handler):
            _tell(f"measuring {function.room}")
            recordings = recordings[:2] if quick else recordings
            package = packaged(function.handler, python=python, libraries=libraries, folder=folder)
            grown = many.get(function.handler, [])[1:]
            steps = [_step(one) for one in (*recordings, *grown)]
            floor, own = measure(
                [
                    Subject(packages=libraries, handler=None, steps=[_floor_step(step) for step in steps]),
                    Subject(packages=package, handler=function.handler, steps=steps),
                ],
                python=python.path,
                folder=folder,
            )
            measured.append(
                FunctionFigures(
                    room=function.room,
                    floor=floor,
                    own=own,
                    zip_bytes=deployed_bytes(function.handler, python=python, folder=folder),
                    routes=_routes(recordings[1:], grown, floor=floor, own=own),
                    imports=slowest_imports(function.handler, package, python=python.path),
                    first=slowest_of_the_first(function.handler, package, steps, python=python.path, folder=folder),
                    steps=slowest_steps(function.handler, package, steps, python=python.path, folder=folder),
                )
            )
    throughput = {}
    registering = [one for one in few.get("functions.capacity.handler.lambda_handler", ()) if one.step["status"] == 201]
    if registering and not quick:
        _tell("registering on ministack")
        with ministack_engine(folder) as engine:
            throughput = registrations_a_second(engine, list(registering[0].step["calls"]))
    return Figures(
        python=python.version,
        functions=measured,
        throughput=throughput,
        daily_runs=() if quick or rooms != [function.room for function in functions] else _daily_runs(folder),
    )


def _daily_runs(folder: Path) -> list[RunFigures]:
    _tell("the daily run over renewals, with ever more of them")
    with dynoxide_engine(folder) as engine, contextlib.redirect_stdout(io.StringIO()):
        return measure_runs(engine)


def _recorded(
    functions: list[ApiFunction], rooms: Collection[str], *, registrations: int, folder: Path
) -> dict[str, list[Recording]]:
    _tell(f"recording with {registrations:,} registrations")
    growing = registrations == MANY
    return record_all(functions, rooms=rooms, registrations=registrations, only_growing=growing, folder=folder)


def _step(recording: Recording) -> dict[str, Any]:
    heavy = sum(len(answer["body"]) for answer in recording.step["answers"]) + recording.answered_bytes > HEAVY_BYTES
    return {**recording.step, "repeats": REPEATS_OF_HEAVY if heavy else REPEATS}


def _floor_step(step: dict[str, Any]) -> dict[str, Any]:
    return step if step["calls"] else {**step, "calls": [ONE_READ], "answers": [ONE_ITEM]}


def _routes(recordings: list[Recording], grown: list[Recording], *, floor: Cost, own: Cost) -> list[RouteFigures]:
    later = {one.request.name: (one, warm) for one, warm in zip(grown, own.warm[len(recordings) :], strict=True)}
    routes = []
    for one, bare, warm in zip(recordings, floor.warm, own.warm, strict=False):
        more = later.get(one.request.name)
        routes.append(
            RouteFigures(
                name=one.request.name,
                calls=one.calls,
                bare=bare,
                warm=warm,
                calls_grown=more[0].calls if more else None,
                warm_grown=more[1] if more else None,
            )
        )
    return routes


def _tell(what: str) -> None:
    print(f"... {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
