"""Where a Python of the functions' version is found; each is played by a program that says what it is."""

import sys
from pathlib import Path

import pytest

from local.pythons import find_python

VERSION = "3.99"
"""No machine has one, so that only those made here can be found."""


def put_python(folder: Path, name: str, *, version: str = VERSION, path: str | None = None) -> str:
    """A program that answers as an interpreter of that version would, at that path; answers the path."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {version}\necho '{path or program}'\n", encoding="utf-8")
    program.chmod(0o755)
    return path or str(program)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    return tmp_path / "home"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", [f"python{VERSION}", "python3", "python"])
def test_it_is_found_on_path_under_each_of_its_names(tmp_path: Path, name: str) -> None:
    expected = put_python(tmp_path / "programs", name)
    assert find_python(VERSION) == expected


@pytest.mark.parametrize(
    "folder",
    [
        f".pyenv/versions/{VERSION}.4/bin",
        f".asdf/installs/python/{VERSION}.4/bin",
        f".local/share/mise/installs/python/{VERSION}/bin",
        f".local/share/uv/python/cpython-{VERSION}.4-linux-x86_64-gnu/bin",
    ],
)
def test_it_is_found_where_version_managers_install(home: Path, folder: str) -> None:
    expected = put_python(home / folder, f"python{VERSION}")
    assert find_python(VERSION) == expected


@pytest.mark.usefixtures("home")
def test_it_is_found_where_pyenv_lives_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "another pyenv"))
    expected = put_python(tmp_path / "another pyenv" / "versions" / f"{VERSION}.1" / "bin", "python")
    assert find_python(VERSION) == expected


@pytest.mark.usefixtures("home")
def test_a_shim_is_answered_with_what_it_runs(tmp_path: Path) -> None:
    put_python(tmp_path / "programs", f"python{VERSION}", path="/somewhere/versions/bin/python")
    assert find_python(VERSION) == "/somewhere/versions/bin/python"


@pytest.mark.usefixtures("home")
def test_what_is_named_comes_first(tmp_path: Path) -> None:
    put_python(tmp_path / "programs", f"python{VERSION}")
    named = put_python(tmp_path / "with a space", "interpreter")
    assert find_python(VERSION, first=(named,)) == named


@pytest.mark.usefixtures("home")
def test_a_name_that_runs_nothing_or_another_version_is_passed_over(tmp_path: Path) -> None:
    other = put_python(tmp_path / "other", "python", version="3.8")
    shim = tmp_path / "programs" / f"python{VERSION}"  # a version manager's, with that version not installed
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    expected = put_python(tmp_path / "programs", "python3")
    assert find_python(VERSION, first=(None, str(tmp_path / "nothing"), other)) == expected


@pytest.mark.usefixtures("home")
def test_a_machine_without_it_has_none() -> None:
    assert find_python(VERSION) is None


def test_a_real_interpreter_answers() -> None:
    running = "{}.{}".format(*sys.version_info[:2])
    assert find_python(running, first=(sys.executable,)) == sys.executable
