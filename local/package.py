"""Packages of the deployed functions: one room, `shared/`, the libraries they reach, and bytecode that stays valid.

    python3 -m local.package build functions.capacity.handler FOLDER    what `sam build` calls, through packaging.mk
    python3 -m local.package size functions.capacity.handler ...        builds aside, checks, prints the sizes

Standard library and pip alone: it runs before anything is installed. What is left out of the libraries is listed below,
each with its reason; `check` says what is wrong with an unpacked package.
"""

import argparse
import fnmatch
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePath

from local.imports import HandlerNotFoundError, reach, reach_of_handler

PROJECT = Path(__file__).resolve().parent.parent
RUNTIME = "3.13"
"""The Python of the functions: bytecode of another one is thrown away and made again on every cold start."""

LARGEST_ZIP = 5_000_000
"""Bytes. A larger package takes longer to fetch on every cold start."""

_LANGUAGES = ("root", "en", "de")
_BOTOCORE_DATA = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")

_LEFT_OUT_LIBRARIES = {
    "dnspython",  # email-validator asks it whether a domain takes mail; no function looks anything up in the network
}

_IMPORTED_BY_NAME = {"jinja2", "pydantic", "pydantic_core"}
"""Libraries that import their own modules by text, so that they stay whole. Of others only what is reached stays."""

_LEFT_OUT_FILES = (
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.css",  # for its own page, which is not served
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.js",
    "boto3/data/*",  # for boto3.resource, which no function makes
    "boto3/examples/*",
    "botocore/data/*/examples-1.json*",
    "pydantic/mypy.py",  # a plugin of the type checker
    "dateutil/rrule.py",  # for time zones in iCalendar form
    "dateutil/zoneinfo/*",  # a second copy of the time zones; Python has its own
    "urllib3/contrib/emscripten/*",  # for Python in a browser
    "pydantic/v1/*",  # the former major version; only code written for it imports it
    "*.pyc",  # of the machine that packages
    "*.pyi",
    "*/py.typed",
    "*.dist-info/RECORD",  # the installer's own book-keeping; METADATA and entry points are read at run time
    "*.dist-info/WHEEL",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/top_level.txt",
    "*.dist-info/licenses/*",
    "*.dist-info/LICENSE*",
    "*.dist-info/NOTICE*",
    "../*",  # command-line scripts
)

_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
_PYC_FLAGS = slice(4, 8)


class PackageError(Exception):
    """A package could not be made or must not be deployed; the message says why and what to do."""


def room_of(module: str) -> str:
    """`capacity` for `functions.capacity.handler`."""
    return module.split(".")[1]


def runtime_python() -> str | None:
    """The interpreter whose bytecode Lambda takes: `$PYTHON_RUNTIME`, else `python3.13`; None if none runs."""
    for candidate in (os.environ.get("PYTHON_RUNTIME"), f"python{RUNTIME}", sys.executable):
        if candidate and shutil.which(candidate):
            asked = subprocess.run(  # noqa: S603
                [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                check=False,
                capture_output=True,
                text=True,
            )
            if asked.stdout.strip() == RUNTIME:
                return candidate
    return None


def fetch_libraries(*, project: Path) -> Path:
    """The folder with every runtime library as Lambda needs it; fetched once for each state of the lock file."""
    lock = project / "requirements" / "runtime.txt"
    folder = project / ".local" / "packages" / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        options = [
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--no-compile",
            "--no-deps",
            "--require-hashes",
        ]
        target = [
            "--platform",
            "manylinux2014_aarch64",
            "--python-version",
            RUNTIME,
            "--only-binary=:all:",
            "--target",
            f"{aside}/new",
        ]
        done = subprocess.run([sys.executable, "-m", "pip", "install", *options, *target, "-r", lock], check=False)  # noqa: S603
        if done.returncode:
            raise PackageError(
                "pip could not fetch the libraries for Lambda; its message is above. Run the same command again."
            )
        try:
            Path(aside, "new").rename(folder)
        except OSError:
            # Two functions are often packaged at once; the other one's folder is as good.
            if not folder.is_dir():
                raise
    return folder


def assemble(module: str, *, project: Path, libraries: Path, target: Path, python: str) -> None:
    """Fills `target` with the package of the function whose handler is `module`; `python` compiles it.

    Libraries go without source and docstrings, half of the zip; a traceback still names their files and lines.
    """
    reached = reach_of_handler(module, project=project)
    services = reached.services()
    needed = _needed(reached.libraries, libraries)
    modules = reach(*reached.others, project=libraries, follow=tuple(needed)).modules
    for top, files in needed.items():
        for name in files:
            used = top in _IMPORTED_BY_NAME or not name.endswith(".py") or _module(name) in modules
            if used and _is_kept(name, services=services):
                _copy(libraries / name, target / name)
    for metadata in target.glob("*.dist-info/METADATA"):
        # Versions are read at run time; the long description below the first empty line never is.
        metadata.write_text(metadata.read_text(encoding="utf-8").partition("\n\n")[0] + "\n", encoding="utf-8")
    _compile(target, python, "-b", "-o", "2")
    for source in target.rglob("*.py"):
        source.unlink()
    for folder in (project / "functions" / room_of(module), project / "shared"):
        for source in folder.rglob("*"):
            if source.is_file() and source.suffix != ".pyc":
                _copy(source, target / source.relative_to(project))
    _copy(project / "functions" / "__init__.py", target / "functions" / "__init__.py")
    for name in ("functions", "shared"):
        _compile(target / name, python, "-s", str(target))


def _compile(folder: Path, python: str, *options: str) -> None:
    # Unchecked, because zips lose the times that bytecode is usually compared by. Lambda unpacks to /var/task.
    common = ["-q", "--invalidation-mode", "unchecked-hash", "-p", "/var/task"]
    within = [] if "-s" in options else ["-s", str(folder)]
    if subprocess.run([python, "-m", "compileall", *common, *within, *options, str(folder)], check=False).returncode:  # noqa: S603
        raise PackageError(f"{python} could not compile {folder}; its message is above.")


def check(target: Path, *, room: str) -> list[str]:
    """What is wrong with an unpacked package, a sentence each; empty when it may be deployed."""
    wrong = [
        f"{source.relative_to(target)} is not compiled, or for several versions."
        for source in target.rglob("*.py")
        if len(list((source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc"))) != 1
    ]
    wrong += [
        f"{compiled.relative_to(target)} would be compared with its source on every cold start."
        for compiled in target.rglob("*.pyc")
        if compiled.read_bytes()[_PYC_FLAGS] != _UNCHECKED_HASH
    ]
    rooms = sorted(
        entry.name for entry in (target / "functions").iterdir() if entry.is_dir() and entry.name != "__pycache__"
    )
    if rooms != [room]:
        wrong.append(f"functions/ holds {', '.join(rooms) or 'nothing'} and should hold {room} alone.")
    wrong += [f"{name} does not belong in a package." for name in ("tests", "cli", "local") if (target / name).exists()]
    size = zipped_size(target)
    if size > LARGEST_ZIP:
        wrong.append(f"The zip has {size / 1e6:.2f} MB; {LARGEST_ZIP / 1e6:.0f} MB is the most.")
    return wrong


def zipped_size(target: Path) -> int:
    """Bytes of the zip that `sam` would upload."""
    with tempfile.TemporaryFile() as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for source in sorted(file for file in target.rglob("*") if file.is_file()):
                archive.write(source, source.relative_to(target))
        return whole.tell()


def build(module: str, target: Path) -> None:
    python = runtime_python()
    if python is None:
        raise PackageError(
            f"Functions run on Python {RUNTIME}, and only that one makes bytecode for them. Install it, or name it: "
            f"PYTHON_RUNTIME=/path/to/python{RUNTIME}"
        )
    assemble(module, project=PROJECT, libraries=fetch_libraries(project=PROJECT), target=target, python=python)
    if wrong := check(target, room=room_of(module)):
        raise PackageError("\n".join(wrong))


def print_sizes(modules: list[str]) -> None:
    python = runtime_python()
    if python is None:
        python = sys.executable
        print(f"No Python {RUNTIME} found: measured with bytecode of this one, which is about as large.")
    wrong = []
    for module in modules:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder)
            assemble(module, project=PROJECT, libraries=fetch_libraries(project=PROJECT), target=target, python=python)
            unpacked = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
            print(f"{module:32} {zipped_size(target) / 1e6:6.2f} MB zipped {unpacked / 1e6:7.2f} MB unpacked")
            wrong += [f"{module}: {sentence}" for sentence in check(target, room=room_of(module))]
    if wrong:
        raise PackageError("\n".join(wrong))


def _needed(imported: frozenset[str], libraries: Path) -> dict[str, list[str]]:
    """Files by top-level name, of the distributions that hold the imported names and of those they require in turn."""
    known = {_plain(found.metadata["Name"]): found for found in importlib.metadata.distributions(path=[str(libraries)])}
    holders = {_top(file): name for name, found in known.items() for file in found.files or ()}
    missing = sorted(imported - holders.keys())
    if missing:
        raise PackageError(f"imported but not in requirements/runtime.txt: {', '.join(missing)}")
    files: dict[str, list[str]] = {}
    chosen: set[str] = set()
    waiting = [holders[name] for name in sorted(imported)]
    while waiting:
        name = waiting.pop()
        if name in known and name not in chosen | _LEFT_OUT_LIBRARIES:
            chosen.add(name)
            waiting += [_plain(text) for text in known[name].requires or () if "extra ==" not in text]
            for file in known[name].files or ():
                files.setdefault(_top(file), []).append(file.as_posix())
    return files


def _top(file: PurePath) -> str:
    return file.parts[0].removesuffix(".py")


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _plain(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name.group()).lower() if name else ""


def _is_kept(name: str, *, services: frozenset[str]) -> bool:
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in _LEFT_OUT_FILES):
        return False
    if name.startswith("botocore/data/"):
        return name.split("/")[2] in {*services, *_BOTOCORE_DATA}
    if name.startswith("babel/locale-data/"):
        return name.removeprefix("babel/locale-data/").removesuffix(".dat") in _LANGUAGES
    return True


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds and measures the packages of the deployed functions.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="fill a folder with one function's package")
    building.add_argument("module")
    building.add_argument("folder", type=Path)
    measuring = commands.add_parser("size", help="build aside, check and print sizes")
    measuring.add_argument("modules", nargs="+")
    arguments = parser.parse_args()
    try:
        if arguments.command == "build":
            build(arguments.module, arguments.folder)
        else:
            print_sizes(arguments.modules)
    except (PackageError, HandlerNotFoundError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
