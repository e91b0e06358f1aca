import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.watch import changes, syntax_error

LONGEST_WAIT = 60
"""Looks of a second each until a test gives up."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("functions/capacity/handler.py", "shared/clock.py", "template.yaml", "log"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("pass\n", encoding="utf-8")
    return tmp_path


@contextmanager
def watching(project: Path) -> Iterator[Iterator[list[Path]]]:
    """What is reported from now on."""
    stop = threading.Event()
    looks = changes(project, also=project / "log", stop=stop)
    assert next(looks) == []  # the first look, with the watch set up
    try:
        yield looks
    finally:
        stop.set()


def reported(looks: Iterator[list[Path]], *, until: set[Path]) -> None:
    """Fails unless these files and no others are reported."""
    found: set[Path] = set()
    for _ in range(LONGEST_WAIT):
        found |= set(next(looks))
        if found >= until:
            break
    assert found == until


def test_nothing_is_reported_while_nothing_changes(project: Path) -> None:
    with watching(project) as looks:
        assert [next(looks), next(looks)] == [[], []]


def test_changed_added_and_removed_files_are_reported(project: Path) -> None:
    with watching(project) as looks:
        (project / "shared" / "clock.py").write_text("x = 1\n", encoding="utf-8")
        (project / "shared" / "new.py").write_text("x = 1\n", encoding="utf-8")
        (project / "functions" / "capacity" / "handler.py").unlink()
        reported(looks, until={Path("functions/capacity/handler.py"), Path("shared/clock.py"), Path("shared/new.py")})


def test_a_template_that_an_editor_replaces_is_reported_each_time(project: Path) -> None:
    with watching(project) as looks:
        for content in ("Resources: {}\n", "Resources: {}\nOutputs: {}\n"):
            (project / "aside").write_text(content, encoding="utf-8")
            (project / "aside").rename(project / "template.yaml")
            reported(looks, until={Path("template.yaml")})


def test_what_the_functions_log_is_no_change_of_ours(project: Path) -> None:
    with watching(project) as looks:
        with (project / "log").open("a", encoding="utf-8") as log:
            log.write("a line\n")
        assert next(looks) == []


def test_bytecode_is_no_change_of_ours(project: Path) -> None:
    with watching(project) as looks:
        (project / "shared" / "__pycache__").mkdir()
        (project / "shared" / "__pycache__" / "clock.cpython-313.pyc").write_bytes(b"")
        assert [next(looks), next(looks)] == [[], []]


def test_half_written_code_is_named_with_its_line(project: Path) -> None:
    (project / "shared" / "clock.py").write_text("x = 1\ny = = 2\n", encoding="utf-8")
    assert syntax_error([Path("shared/clock.py")], project=project) == "shared/clock.py, line 2: invalid syntax"


def test_code_in_a_broken_encoding_is_named(project: Path) -> None:
    (project / "shared" / "clock.py").write_bytes(b"x = '\xff'\n")
    fault = syntax_error([Path("shared/clock.py")], project=project)
    assert fault is not None
    assert fault.startswith("shared/clock.py, line ")


def test_removed_files_and_templates_are_no_code(project: Path) -> None:
    (project / "shared" / "page.html").write_text("{% if", encoding="utf-8")
    assert syntax_error([Path("shared/gone.py"), Path("shared/page.html")], project=project) is None
