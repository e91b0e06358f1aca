"""Packages, made from the libraries that the tests run on.

Those that Lambda needs come from the network; `make package-size` builds and checks the packages with them.
"""

import random
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from local.imports import reach
from local.package import LARGEST_ZIP, assemble, check, check_size
from local.place import PROJECT
from local.translation import raw_template

HANDLERS = sorted(
    made["Properties"]["Handler"].rpartition(".")[0]
    for made in raw_template()["Resources"].values()
    if made["Type"] == "AWS::Serverless::Function"
)

EVERY_MODEL_IS_BUILT = """
from pydantic import BaseModel
waiting = [BaseModel]
while waiting:
    models = waiting.pop().__subclasses__()
    waiting += models
    for model in models:
        model.model_rebuild()
"""


@pytest.mark.parametrize("module", HANDLERS)
def test_a_package_is_complete_and_runs_alone(module: str, tmp_path: Path) -> None:
    libraries = Path(sysconfig.get_path("purelib"))
    assemble(module, project=PROJECT, libraries=libraries, target=tmp_path, python=sys.executable)

    assert check(tmp_path, room=module.split(".")[1]) == []
    clients = "".join(
        f"botocore.session.get_session().create_client({service!r}, 'eu-central-1');"
        for service in reach(module, project=PROJECT).services()
    )
    assert run_in(tmp_path, f"import botocore.session; import {module}; {clients}") == ""
    if "pydantic" in reach(module, project=PROJECT).libraries:
        assert run_in(tmp_path, f"import {module}{EVERY_MODEL_IS_BUILT}") == ""
    if "tzdata" in reach(module, project=PROJECT).libraries:
        zones = "(zoneinfo.ZoneInfo(name) for name in ('UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'))"
        assert run_in(tmp_path, f"import zoneinfo; zoneinfo.reset_tzpath([]); list({zones})") == ""
    else:
        assert not (tmp_path / "tzdata").exists()


def run_in(package: Path, program: str) -> str:
    """What Python complains about when it runs this with an unpacked package and nothing else."""
    found = f"import sys; sys.path.insert(0, {str(package)!r}); {program}"
    run = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", found], check=False, capture_output=True, text=True)
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
        [sys.executable, "-m", "compileall", "-q", "-b", "-f", "--invalidation-mode", mode, folder], check=True
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
