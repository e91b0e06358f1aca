"""Finds a Python of one version on this machine, wherever people have theirs from."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

# Relative to the home folder: what pyenv, asdf, mise and uv install. `*` is the rest of the version and the platform.
VERSIONS_AT_HOME = (
    ".pyenv/versions/{version}*/bin",
    ".asdf/installs/python/{version}*/bin",
    ".local/share/mise/installs/python/{version}*/bin",
    ".local/share/uv/python/cpython-{version}*/bin",
)
# What Homebrew and python.org's installer leave outside PATH.
ELSEWHERE = (
    "/opt/homebrew/opt/python@{version}/bin",
    "/usr/local/opt/python@{version}/bin",
    "/Library/Frameworks/Python.framework/Versions/{version}/bin",
    "/usr/local/bin",
    "/usr/bin",
)
SECONDS_TO_ANSWER = 30


def find_python(version: str, *, first: tuple[str | None, ...] = ()) -> str | None:
    """The path of the first interpreter that says it is this version, `3.13`: those named `first`, then all others.

    Asked for its own path, it answers with one that runs anywhere; a shim of a version manager would need its PATH.
    """
    for candidate in (*filter(None, first), *_candidates(version)):
        found = _path_of(candidate, version)
        if found:
            return found
    return None


def _candidates(version: str) -> Iterator[str]:
    names = (f"python{version}", "python3", "python")
    for folder in _folders(version):
        yield from (str(folder / name) for name in names if os.access(folder / name, os.X_OK))


def _folders(version: str) -> Iterator[Path]:
    yield from map(Path, filter(None, os.environ.get("PATH", os.defpath).split(os.pathsep)))
    roots = [Path.home().glob(pattern.format(version=version)) for pattern in VERSIONS_AT_HOME]
    if pyenv := os.environ.get("PYENV_ROOT"):
        roots.append(Path(pyenv).glob(f"versions/{version}*/bin"))
    for root in roots:
        yield from sorted(root)
    yield from (Path(folder.format(version=version)) for folder in ELSEWHERE)


def _path_of(candidate: str, version: str) -> str | None:
    try:
        asked = subprocess.run(  # noqa: S603
            [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"],
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_ANSWER,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found, _, path = asked.stdout.strip().partition("\n")
    return path if found == version and path else None
