"""The environments that the project's commands run in, made once and renewed when their lock file changes.

Runs on the machine's own Python before anything is installed, so it uses the standard library alone.
"""

import argparse
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.progress import signs_of_life

STAMP = ".lock-stamp"

_under_way: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""By environment: one that two others need is made once."""
_how_far: dict[str, str] = {}
"""By environment, while it is being installed."""


class EnvironmentFailedError(Exception):
    """An environment could not be made; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One installed lock file: `folder` and `lock` are relative to the project, `make` installs it."""

    name: str
    folder: Path
    lock: Path
    purpose: str
    make: Callable[["Environment", Path], None]
    needs: tuple["Environment", ...] = ()
    files: tuple[tuple[Path, Path], ...] = ()
    """Files of others that have to lie among ours: where they are in the environment, and where in the project."""


def run_pip(command: list[str], *, environment: "Environment", project: Path, tell: Callable[[str], None]) -> None:
    """Installs the lock file of the environment, and tells how far that is."""
    # A lock file names every package, so nothing is left to resolve. What is used is compiled on its first import.
    options = ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "--no-deps", "--no-compile"]
    lock = project / environment.lock
    pinned = len(re.findall(r"^[\w.\[\]-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    with subprocess.Popen(  # noqa: S603
        [*command, *options, "--require-hashes", "-r", str(lock)], stdout=subprocess.PIPE, text=True
    ) as pip:
        fetched = 0
        for line in pip.stdout or ():
            if line.startswith("Collecting "):
                fetched += 1
                tell(f"{fetched} of {pinned} packages fetched")
            elif line.startswith("Installing "):
                tell(f"{pinned} packages fetched, putting them in place")
    if pip.returncode:
        raise EnvironmentFailedError(
            f"pip could not install {lock.name}; its message is above. Nothing has to be cleaned up: once the "
            "cause is gone (often the network), run the same command again."
        )


def _run_pip(command: list[str], environment: "Environment", project: Path) -> None:
    def tell(state: str) -> None:
        _how_far[environment.name] = state

    run_pip(command, environment=environment, project=project, tell=tell)


def how_far() -> str:
    """`, dev: 12 of 98 packages fetched`: each environment that is being installed."""
    return "".join(f", {name}: {state}" for name, state in sorted(_how_far.items()))


def _version_of(python: Path) -> str | None:
    """`3.13`, or nothing when that interpreter does not run (its Python was removed)."""
    try:
        answer = subprocess.run(  # noqa: S603
            [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def _make_virtual_environment(environment: Environment, project: Path) -> None:
    folder = project / environment.folder
    running = "{}.{}".format(*sys.version_info[:2])
    if _version_of(folder / "bin" / "python") != running:
        done = subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=False)  # noqa: S603
        if done.returncode:
            raise EnvironmentFailedError(
                f"Python could not make the virtual environment {environment.folder}. On Debian and Ubuntu its venv "
                f"module is a package of its own: apt-get install python{running}-venv"
            )
    _run_pip([str(folder / "bin" / "python"), "-m", "pip", "install"], environment, project)


def _make_workplace(environment: Environment, project: Path) -> None:
    """The environment to work in, with `partnerdesk` on its path, run from this folder's source."""
    _make_virtual_environment(environment, project)
    write_client(project / environment.folder / "bin", project=project)


def write_client(commands: Path, *, project: Path) -> None:
    """`partnerdesk` beside the interpreter in that folder; both folders may have any name."""
    command = commands / "partnerdesk"
    # A first line "#!" cannot name a path that holds a space, or a long one; a shell can, and Python sees a text.
    command.write_text(
        f"#!/bin/sh\n'''exec' {shlex.quote(str(commands / 'python'))} \"$0\" \"$@\"\n' '''\n"
        f"import sys\n\nsys.path.insert(0, {str(project)!r})\n\nfrom cli.main import app\n\napp()\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def _make_folder(environment: Environment, project: Path) -> None:
    """Packages in a plain folder, installed aside and then moved: a broken installation never stands in its place."""
    folder = project / environment.folder
    aside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    python = project / environment.needs[0].folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--target", str(aside)]
    _run_pip(command, environment, project)
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


def npm_folder(project: Path) -> Path:
    """Where the machine's own npm lies, or one that is installed for the project."""
    found = shutil.which("npm")
    return Path(found).parent if found else prepare(NODE, project=project) / "bin"


def _make_npm_packages(environment: Environment, project: Path) -> None:
    """Packages of npm beside their lock file, installed aside and then moved; their own scripts are never run."""
    folder, lock = project / environment.folder, project / environment.lock
    aside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name in ("package.json", lock.name):
        shutil.copy(lock.with_name(name), aside)
    commands = project / environment.needs[0].folder / "bin" if environment.needs else npm_folder(project)
    done = subprocess.run(  # noqa: S603
        [str(commands / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=aside,
        env={**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise EnvironmentFailedError(
            f"npm could not install {environment.lock}; its message is above. Once the cause is gone (often the "
            "network), run the same command again."
        )
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


DEV = Environment(
    name="dev",
    folder=Path(".venv"),
    lock=Path("requirements/dev.txt"),
    purpose="the tests, the checks and the command line",
    make=_make_workplace,
)
STACK = Environment(
    name="stack",
    folder=Path(".local/venvs/ministack"),
    lock=Path("requirements/stack.txt"),
    purpose="the stack on this machine",
    make=_make_virtual_environment,
)
RUNTIME = Environment(
    name="runtime",
    folder=Path(".local/runtime"),
    lock=Path("requirements/runtime.txt"),
    purpose="the functions on this machine",
    make=_make_folder,
    needs=(STACK,),
)
CHECKOV = Environment(
    name="checkov",
    folder=Path(".local/venvs/checkov"),
    lock=Path("requirements/checkov.txt"),
    purpose="the security check of the template",
    make=_make_virtual_environment,
)
NODE = Environment(
    name="node",
    folder=Path(".local/venvs/node"),
    lock=Path("requirements/node.txt"),
    purpose="Node.js and npm",
    make=_make_virtual_environment,
)
NPM = Environment(
    name="npm",
    folder=Path(".local/npm"),
    lock=Path("requirements/npm/package-lock.json"),
    purpose="the checks of the OpenAPI document, and a TypeScript client",
    make=_make_npm_packages,
    needs=(NODE,),
)
GENERATORS = Environment(
    name="generators",
    folder=Path(".local/venvs/generators"),
    lock=Path("requirements/generators.txt"),
    purpose="the clients that the tests generate",
    make=_make_virtual_environment,
)
_STATIC = Path("shared/web/static")
WEB = Environment(
    name="web",
    folder=Path(".local/web"),
    lock=Path("requirements/web/package-lock.json"),
    purpose="the style sheet of the pages, and the search for barriers in them",
    make=_make_npm_packages,
    files=(
        (Path("node_modules/@knadh/oat/oat.min.css"), _STATIC / "oat.css"),
        (Path("node_modules/@knadh/oat/LICENSE"), _STATIC / "oat.LICENSE.txt"),
    ),
)
ENVIRONMENTS = {
    environment.name: environment for environment in (DEV, STACK, RUNTIME, CHECKOV, NODE, NPM, GENERATORS, WEB)
}


def _stamp_of(environment: Environment, project: Path) -> str:
    """Changes with the lock file, the Python and the place: scripts of a virtual environment name their own path."""
    lock = hashlib.sha256((project / environment.lock).read_bytes()).hexdigest()
    return f"{lock} python{sys.version_info[0]}.{sys.version_info[1]} {project / environment.folder}\n"


def prepare(environment: Environment, *, project: Path) -> Path:
    """The folder of an environment that agrees with its lock file; installs only when it does not yet."""
    folder = project / environment.folder
    stamp = folder / STAMP
    wanted = _stamp_of(environment, project)
    with _under_way[environment.name]:
        if not stamp.is_file() or stamp.read_text() != wanted:
            for needed in environment.needs:
                prepare(needed, project=project)
            print(
                f"Installing {environment.lock} into {environment.folder}, for {environment.purpose} (once) ...",
                flush=True,
            )
            folder.parent.mkdir(parents=True, exist_ok=True)
            stamp.unlink(missing_ok=True)
            _how_far[environment.name] = "begun"
            try:
                environment.make(environment, project)
            finally:
                _how_far.pop(environment.name)
            stamp.write_text(wanted)
        _lay_out_files(environment, project)
    return folder


def _lay_out_files(environment: Environment, project: Path) -> None:
    for inside, place in environment.files:
        content = (project / environment.folder / inside).read_bytes()
        if not (project / place).is_file() or (project / place).read_bytes() != content:
            (project / place).write_bytes(content)


def make_ready(environments: Iterable[Environment], *, project: Path) -> None:
    """Prepares these at once; of two commands that do so at once, one waits for the other."""
    (project / ".local").mkdir(exist_ok=True)
    with (project / ".local" / "environments.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with signs_of_life("installing", detail=how_far), ThreadPoolExecutor() as threads:
            making = [threads.submit(prepare, environment, project=project) for environment in environments]
        for made in making:
            made.result()


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Makes the named environments, or renews those whose lock file changed."
    )
    parser.add_argument("names", nargs="+", choices=sorted(ENVIRONMENTS), metavar="name", help=", ".join(ENVIRONMENTS))
    names: list[str] = parser.parse_args().names
    project = Path(__file__).resolve().parent.parent
    try:
        make_ready([ENVIRONMENTS[name] for name in names], project=project)
    except EnvironmentFailedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
