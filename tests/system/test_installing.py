"""`pip install .` outside the checkout: the client with all that it needs, and nothing that lies beside it here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.place import PROJECT
from tests.ending import lifeline, with_us

SECONDS_TO_INSTALL = 600
ALL_MODULES = """
import importlib, pkgutil, cli
for module in pkgutil.walk_packages(cli.__path__, "cli."):
    importlib.import_module(module.name)
print(cli.__file__)
"""


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(
        with_us([str(part) for part in command]),
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        pass_fds=[lifeline()],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_INSTALL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def copy_of_the_repository(folder: Path) -> Path:
    """What a clone has: the files that git knows."""
    listed = run("git", "ls-files", "-z", folder=PROJECT)
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    return folder


def test_pip_installs_the_client_into_any_environment(tmp_path: Path) -> None:
    source = copy_of_the_repository(tmp_path / "a clone")
    programs = tmp_path / "an environment" / "bin"
    run(sys.executable, "-m", "venv", programs.parent, folder=tmp_path)
    run(programs / "python", "-m", "pip", "install", "--quiet", source, folder=tmp_path)
    shutil.rmtree(source)

    assert "The partner program from the command line." in run(programs / "partnerdesk", "--help", folder=tmp_path)
    place = run(programs / "python", "-c", ALL_MODULES, folder=tmp_path).strip()
    assert Path(place).is_relative_to(programs.parent.resolve())
