import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.environments import ENVIRONMENTS, Environment, prepare, run_pip, write_client
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


def test_the_client_runs_in_a_folder_of_any_name(tmp_path: Path) -> None:
    project = tmp_path / "a b" / "it's $HOME"
    commands = project / "bin"
    commands.mkdir(parents=True)
    (commands / "python").symlink_to(sys.executable)
    (project / "cli").mkdir()
    (project / "cli" / "main.py").write_text("import sys\n\n\ndef app():\n    print(sys.argv[1:])\n", encoding="utf-8")
    write_client(commands, project=project)
    done = subprocess.run(
        [commands / "partnerdesk", "clients", "list", "Acme GmbH"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("['clients', 'list', 'Acme GmbH']\n", "")


def test_pip_says_how_far_it_is(tmp_path: Path) -> None:
    """Played by a program that prints what pip prints, and asks in between what the person at the machine reads."""
    (tmp_path / "lock.txt").write_text("one==1 \\\n    --hash=sha256:0\ntwo==2\nthree==3\n", encoding="utf-8")
    environment = Environment(
        name="example", folder=Path("folder"), lock=Path("lock.txt"), purpose="x", make=Recorder()
    )
    seen: list[str] = []
    program = tmp_path / "pip"
    program.write_text(
        "#!/bin/sh\necho Collecting one==1\necho '  Downloading one-1.whl'\necho Collecting two==2\n"
        "echo Installing collected packages: one, two\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    run_pip([str(program)], environment=environment, project=tmp_path, tell=seen.append)
    assert seen == [
        "1 of 3 packages fetched",
        "2 of 3 packages fetched",
        "3 packages fetched, putting them in place",
    ]


@pytest.mark.parametrize(
    "goal", ["test", "bench", "environments", "stack-environments", "build-CapacityFunction", "package-size"]
)
def test_a_python_with_a_space_in_its_path_reaches_each_command_whole(goal: str) -> None:
    python = "/a b/bin/python3"
    told = subprocess.run(
        ["make", "--dry-run", goal, f"PYTHON={python}", "ARTIFACTS_DIR=/a b/out"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [line for line in told.stdout.splitlines() if f"'{python}' -m" in line]
    assert lines
    unquoted = told.stdout.replace(f"'{python}'", "").replace(f'"{python} ', "")
    assert f"{python} -m" not in unquoted
