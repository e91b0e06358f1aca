"""Packages, made from the libraries that the tests run on.

Those that Lambda needs come from the network; `make package-size` builds and checks the packages with them.
"""

import random
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from local.imports import reach
from local.package import LARGEST_ZIP, assemble, check, check_size
from local.place import PROJECT
from local.translation import raw_template
from tests.bench.environment import ENVIRONMENT as BENCH_ENVIRONMENT
from tests.bench.processes import Subject, answer_each
from tests.bench.recording import Recording, api_functions, record_all

HANDLERS = sorted(
    made["Properties"]["Handler"].rpartition(".")[0]
    for made in raw_template()["Resources"].values()
    if made["Type"] == "AWS::Serverless::Function"
)

TEXTS_ARE_WRITTEN = """
from datetime import UTC, datetime
from decimal import Decimal
from shared.domain.languages import Language
from shared.web import formats
from shared.web.zones import Zone
moment = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
zones = "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Chatham", "UTC"
currencies = "EUR", "USD", "CHF", "JPY", "KWD"
texts = [
    [
        formats.day_text(moment.date(), language=language),
        *(formats.instant_text(moment, zone=Zone(name=zone), language=language) for zone in zones),
        *(formats.money_text(127200, currency, language=language) for currency in currencies),
        formats.number_text(Decimal("-1272.5"), language=language),
    ]
    for language in Language
]
"""

EVERY_MODEL_IS_BUILT = """
from pydantic import BaseModel
waiting = [BaseModel]
while waiting:
    models = waiting.pop().__subclasses__()
    waiting += models
    for model in models:
        model.model_rebuild()
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Recording]]:
    """By handler, a request of every route with what the table answered to the sources' calls."""
    functions = api_functions()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in BENCH_ENVIRONMENT.items():
            patch.setenv(name, value)
        rooms = [function.room for function in functions]
        folder = tmp_path_factory.mktemp("recording")
        return record_all(functions, rooms=rooms, registrations=24, only_growing=False, folder=folder)


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize("module", HANDLERS)
def test_a_package_is_complete_runs_alone_and_answers(
    module: str, recorded: dict[str, list[Recording]], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    libraries = Path(sysconfig.get_path("purelib"))
    assemble(module, project=PROJECT, libraries=libraries, target=tmp_path, python=sys.executable)

    assert check(tmp_path, room=module.split(".")[1]) == []
    clients = "".join(
        f"import botocore.session; botocore.session.get_session().create_client({service!r}, 'eu-central-1');"
        for service in reach(module, project=PROJECT).services()
    )
    assert run_in(tmp_path, f"import {module}; {clients}") == ""
    if "pydantic" in reach(module, project=PROJECT).libraries:
        assert run_in(tmp_path, f"import {module}{EVERY_MODEL_IS_BUILT}") == ""
    if "tzdata" in reach(module, project=PROJECT).libraries:
        zones = "(zoneinfo.ZoneInfo(name) for name in ('UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'))"
        assert run_in(tmp_path, f"import zoneinfo; zoneinfo.reset_tzpath([]); list({zones})") == ""
    else:
        assert not (tmp_path / "tzdata").exists()
    if "babel" in reach(module, project=PROJECT).libraries:
        by_the_whole_babel: dict[str, Any] = {}
        exec(TEXTS_ARE_WRITTEN, by_the_whole_babel)
        assert run_in(tmp_path, f"{TEXTS_ARE_WRITTEN}\nassert texts == {by_the_whole_babel['texts']!r}, texts") == ""
    answering = f"{module}.lambda_handler"
    if steps := [{**one.step, "repeats": 0} for one in recorded.get(answering, ())]:
        subject = Subject(packages=tmp_path, handler=answering, steps=steps)
        answer_each(subject, python=sys.executable, folder=tmp_path_factory.mktemp("plan"))


def run_in(package: Path, program: str) -> str:
    """What Python complains about when it runs this with an unpacked package and nothing else."""
    found = f"import sys; sys.path.insert(0, {str(package)!r}); {program}"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", found], check=False, capture_output=True, text=True, timeout=120
    )
    return run.stderr


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small unpacked package in which nothing is wrong."""
    for name in (
        "functions/__init__.py",
        "functions/orders/__init__.py",
        "functions/orders/handler.py",
        "shared/__init__.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    compile_to(tmp_path, mode="unchecked-hash")
    for source in tmp_path.rglob("*.py"):
        source.unlink()
    return tmp_path


def compile_to(folder: Path, *, mode: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "-b", "-f", "--invalidation-mode", mode, folder],
        check=True,
        timeout=60,
    )


def test_a_small_package_with_everything_is_fine(package: Path) -> None:
    assert check(package, room="orders") == []
    assert check_size(package) == []


def test_source_is_found(package: Path) -> None:
    (package / "shared" / "late.py").write_text("")

    assert check(package, room="orders") == [
        "shared/late.py is source, which Lambda would compile on every cold start."
    ]


@pytest.mark.parametrize("mode", ["timestamp", "checked-hash"])
def test_bytecode_that_is_compared_with_its_source_is_found(package: Path, mode: str) -> None:
    source = package / "shared" / "__init__.py"
    source.write_text("")
    compile_to(package / "shared", mode=mode)
    source.unlink()

    assert check(package, room="orders") == [
        "shared/__init__.pyc would be compared with its source on every cold start."
    ]


def test_another_room_is_found(package: Path) -> None:
    (package / "functions" / "invoices").mkdir()

    assert check(package, room="orders") == ["functions/ holds invoices, orders and should hold orders alone."]


def test_templates_that_are_not_compiled_are_found(package: Path) -> None:
    (package / "functions" / "orders" / "templates").mkdir()

    assert check(package, room="orders") == [
        "functions/orders/templates would be compiled for the first page of every cold start."
    ]


def test_tests_are_found(package: Path) -> None:
    (package / "tests").mkdir()

    assert check(package, room="orders") == ["tests does not belong in a package."]


def test_a_package_over_the_limit_is_found(package: Path) -> None:
    (package / "shared" / "noise.bin").write_bytes(random.Random(1).randbytes(LARGEST_ZIP))

    assert check_size(package) == ["The zip has 5.00 MB; 5 MB is the most."]
