from pathlib import Path

import pytest

from local.watch import Watcher, syntax_error


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("functions/capacity/handler.py", "shared/clock.py", "template.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("pass\n", encoding="utf-8")
    return tmp_path


def test_nothing_is_reported_while_nothing_changes(project: Path) -> None:
    assert Watcher(project).changed_files() == []


def test_changed_added_and_removed_files_are_reported_once(project: Path) -> None:
    watcher = Watcher(project)
    (project / "shared" / "clock.py").write_text("x = 1\n", encoding="utf-8")
    (project / "shared" / "new.py").write_text("x = 1\n", encoding="utf-8")
    (project / "functions" / "capacity" / "handler.py").unlink()
    assert watcher.changed_files() == [
        Path("functions/capacity/handler.py"),
        Path("shared/clock.py"),
        Path("shared/new.py"),
    ]
    assert watcher.changed_files() == []


def test_a_change_of_the_template_is_reported(project: Path) -> None:
    watcher = Watcher(project)
    (project / "template.yaml").write_text("Resources: {}\n", encoding="utf-8")
    assert watcher.changed_files() == [Path("template.yaml")]


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
