import re
from pathlib import Path

import pytest

from local.environments import ENVIRONMENTS, Environment, prepare
from local.place import PROJECT


class Recorder:
    """Stands for an installer: notes for which environment it was called."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, environment: Environment, project: Path) -> None:
        (project / environment.folder).mkdir(parents=True, exist_ok=True)
        self.made.append(environment.name)


@pytest.fixture
def installer() -> Recorder:
    return Recorder()


@pytest.fixture
def environment(installer: Recorder, tmp_path: Path) -> Environment:
    (tmp_path / "lock.txt").write_text("one==1\n", encoding="utf-8")
    return Environment(
        name="example", folder=Path("folder"), lock=Path("lock.txt"), purpose="an example", make=installer
    )


def test_an_environment_is_installed_once(environment: Environment, installer: Recorder, tmp_path: Path) -> None:
    assert prepare(environment, project=tmp_path) == tmp_path / "folder"
    assert prepare(environment, project=tmp_path) == tmp_path / "folder"
    assert installer.made == ["example"]


def test_a_changed_lock_file_installs_again(environment: Environment, installer: Recorder, tmp_path: Path) -> None:
    prepare(environment, project=tmp_path)
    (tmp_path / "lock.txt").write_text("one==2\n", encoding="utf-8")
    prepare(environment, project=tmp_path)
    assert installer.made == ["example", "example"]


def test_a_moved_project_installs_again(environment: Environment, installer: Recorder, tmp_path: Path) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lock.txt").write_text("one==1\n", encoding="utf-8")
    prepare(environment, project=tmp_path / "before")
    (tmp_path / "before" / "folder").rename(tmp_path / "after" / "folder")
    prepare(environment, project=tmp_path / "after")
    assert installer.made == ["example", "example"]


def test_an_installation_that_failed_is_tried_again(
    environment: Environment, installer: Recorder, tmp_path: Path
) -> None:
    def fail(_environment: Environment, _project: Path) -> None:
        raise OSError

    failing = Environment(
        name="example", folder=environment.folder, lock=environment.lock, purpose="an example", make=fail
    )
    with pytest.raises(OSError):  # noqa: PT011 - only that the installer's own error passes
        prepare(failing, project=tmp_path)
    prepare(environment, project=tmp_path)
    assert installer.made == ["example"]


def test_what_an_environment_needs_is_installed_first(
    environment: Environment, installer: Recorder, tmp_path: Path
) -> None:
    needing = Environment(
        name="needing",
        folder=Path("other"),
        lock=Path("lock.txt"),
        purpose="an example",
        make=installer,
        needs=(environment,),
    )
    prepare(needing, project=tmp_path)
    assert installer.made == ["example", "needing"]


def test_an_installation_says_what_it_does(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(environment, project=tmp_path)
    assert capsys.readouterr().out == "Installing lock.txt into folder, for an example (once) ...\n"


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_lock_files_pin_what_is_installed_and_not_where_it_comes_from(environment: Environment) -> None:
    lock = (PROJECT / environment.lock).read_text(encoding="utf-8")
    assert "index-url" not in lock
    assert "resolved" not in lock
    pinned = len(re.findall(r'^[\w.\[\]-]+==|^    "node_modules/', lock, re.MULTILINE))
    assert pinned > 0
    assert len(re.findall(r'--hash=sha256:|"integrity": "sha512-', lock)) >= pinned
