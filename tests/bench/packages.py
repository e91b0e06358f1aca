"""Folders to measure in: each function's package as deployed, but for the architecture, and the floor's library."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local.libraries import fetch_libraries
from local.package import assemble, runtime_python, zipped_size
from local.place import PROJECT

LOCK = PROJECT / "requirements" / "runtime.txt"
HOME = PROJECT / ".local" / "bench"


class LibrariesMissingError(Exception):
    """The libraries could not be fetched; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """What the measured processes run on, and its version as `3.13`."""

    path: str
    version: str


def interpreter() -> Interpreter:
    """Lambda's Python where the machine has it, else the one that runs this."""
    path = runtime_python() or sys.executable
    asked = [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return Interpreter(
        path=path, version=subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    )


def native_libraries(python: Interpreter) -> Path:
    """The libraries of requirements/runtime.txt for this machine, compiled; the floor's whole boto3 is among them."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder = HOME / f"python{python.version}-{digest}"
    if folder.is_dir():
        return folder
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as aside:
        new = Path(aside, "new")
        options = [
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--no-compile",
            "--no-deps",
            "--require-hashes",
        ]
        options += ["--python-version", python.version, "--only-binary=:all:"]
        command = [sys.executable, "-m", "pip", "install", *options, "--target", str(new), "-r", str(LOCK)]
        if subprocess.run(command, check=False).returncode:
            raise LibrariesMissingError(
                "pip could not fetch the libraries; its message is above. Run the command again."
            )
        compiling = [python.path, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(new)]
        subprocess.run(compiling, check=True)
        new.rename(folder)
    return folder


def packaged(handler: str, *, python: Interpreter, libraries: Path, folder: Path) -> Path:
    """The function's package with this machine's libraries, in a folder of its own."""
    target = folder / handler
    target.mkdir()
    assemble(handler.rpartition(".")[0], project=PROJECT, libraries=libraries, target=target, python=python.path)
    return target


def deployed_bytes(handler: str, *, python: Interpreter, folder: Path) -> int:
    """Of the zip with Lambda's own libraries."""
    target = folder / "deployed"
    lambda_libraries = fetch_libraries(project=PROJECT)
    assemble(handler.rpartition(".")[0], project=PROJECT, libraries=lambda_libraries, target=target, python=python.path)
    size = zipped_size(target)
    shutil.rmtree(target)
    return size
