"""Packages of the deployed functions: one room, `shared/`, the libraries they reach, and bytecode that stays valid.

    python3 -m local.package build functions.capacity.handler FOLDER    what `sam build` calls, through packaging.mk
    python3 -m local.package size functions.capacity.handler ...        builds aside, checks, prints the sizes

Standard library, pip and npm alone: it runs before anything is installed. What it leaves out of the libraries, and why,
stands in libraries.py.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from local.environments import WEB, EnvironmentFailedError, make_ready
from local.imports import HandlerNotFoundError, reach_of_handler
from local.libraries import RUNTIME, PackageError, copy, copy_libraries, fetch_libraries, module_of
from local.pythons import find_python

PROJECT = Path(__file__).resolve().parent.parent
LARGEST_ZIP = 5_000_000
"""Bytes. A larger package takes longer to fetch on every cold start."""

_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
_PYC_FLAGS = slice(4, 8)
_LEFT_BEHIND = {".pyc", ".po"}
"""Of our own files: this machine's bytecode, and the translators' files, of which the compiled ones go along."""

_compiled: dict[tuple[str, ...], bytes] = {}
"""Bytecode of the packages made so far: most of their libraries are the same."""


def room_of(module: str) -> str:
    """`capacity` for `functions.capacity.handler`."""
    return module.split(".")[1]


def runtime_python() -> str | None:
    """The interpreter whose bytecode Lambda takes: `$PYTHON_RUNTIME`, else the first on this machine, else none."""
    return find_python(RUNTIME, first=(os.environ.get("PYTHON_RUNTIME"), sys.executable))


def assemble(module: str, *, project: Path, libraries: Path, target: Path, python: str) -> None:
    """Fills `target` with the package of the function whose handler is `module`; `python` compiles it.

    No source goes along: it would be a third of the zip. A traceback still names files and lines.
    """
    reached = reach_of_handler(module, project=project)
    copy_libraries(reached, libraries=libraries, target=target)
    # Docstrings of libraries are as large as their code; ours stay, Powertools may read them.
    _compile(target, python, "-o", "2")
    for folder in (project / "functions" / room_of(module), project / "shared"):
        for source in folder.rglob("*"):
            name = source.relative_to(project).as_posix()
            is_reached = source.suffix != ".py" or module_of(name) in reached.modules
            if source.is_file() and source.suffix not in _LEFT_BEHIND and is_reached:
                copy(source, target / name)
    copy(project / "functions" / "__init__.py", target / "functions" / "__init__.py")
    _compile_templates(target, python)
    _compile(target, python)


def _compile_templates(target: Path, python: str) -> None:
    """Puts Jinja's code in the place of the templates; a function that renders nothing leaves its pages behind."""
    if not (target / "shared" / "web" / "rendering.py").exists():
        for templates in target.glob("functions/*/templates"):
            shutil.rmtree(templates)
        return
    layouts = target / "shared" / "web" / "templates"  # which the others extend: compiled with each of them
    for templates in target.glob("*/*/templates"):
        if templates == layouts:
            continue
        write = f"from shared.web.rendering import compile_templates as write; write(Path({str(templates)!r}))"
        command = [python, "-B", "-c", f"from pathlib import Path; {write}"]
        if subprocess.run(command, check=False, cwd=target, env={"PYTHONPATH": str(target)}).returncode:  # noqa: S603
            raise PackageError(f"{python} could not compile {templates}; its message is above.")
        for source in templates.glob("*.*"):
            source.unlink()
    shutil.rmtree(layouts)


def _compile(folder: Path, python: str, *options: str) -> None:
    """Puts bytecode in the place of every source file in `folder`."""
    keys = {source: _key(source, folder, python, *options) for source in folder.rglob("*.py")}
    for source in [source for source, key in keys.items() if key in _compiled]:
        source.with_suffix(".pyc").write_bytes(_compiled[keys.pop(source)])
        source.unlink()
    # Unchecked, because zips lose the times that bytecode is usually compared by. Lambda unpacks to /var/task.
    common = ["-q", "-b", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/var/task"]
    if subprocess.run([python, "-m", "compileall", *common, *options, str(folder)], check=False).returncode:  # noqa: S603
        raise PackageError(f"{python} could not compile {folder}; its message is above.")
    for source, key in keys.items():
        _compiled[key] = source.with_suffix(".pyc").read_bytes()
        source.unlink()


def _key(source: Path, folder: Path, *how: str) -> tuple[str, ...]:
    """All that bytecode depends on."""
    return (source.relative_to(folder).as_posix(), hashlib.sha256(source.read_bytes()).hexdigest(), *how)


def check(target: Path, *, room: str) -> list[str]:
    """What is wrong with an unpacked package, a sentence each; empty when it may be deployed."""
    wrong = [
        f"{source.relative_to(target)} is source, which Lambda would compile on every cold start."
        for source in target.rglob("*.py")
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
    wrong += [
        f"{templates.relative_to(target)} would be compiled for the first page of every cold start."
        for templates in (target / "functions" / room).glob("templates")
        if not (templates / "compiled").is_dir()
    ]
    wrong += [f"{name} does not belong in a package." for name in ("tests", "cli", "local") if (target / name).exists()]
    return wrong


def check_size(target: Path) -> list[str]:
    """What is wrong with the size of a package that holds the libraries of Lambda; those of other machines differ."""
    size = zipped_size(target)
    return [f"The zip has {size / 1e6:.2f} MB; {LARGEST_ZIP / 1e6:.0f} MB is the most."] if size > LARGEST_ZIP else []


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
    if wrong := [*check(target, room=room_of(module)), *check_size(target)]:
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
            faults = [*check(target, room=room_of(module)), *check_size(target)]
            wrong += [f"{module}: {sentence}" for sentence in faults]
    if wrong:
        raise PackageError("\n".join(wrong))


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
        make_ready([WEB], project=PROJECT)
        if arguments.command == "build":
            build(arguments.module, arguments.folder)
        else:
            print_sizes(arguments.modules)
    except (PackageError, HandlerNotFoundError, EnvironmentFailedError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
