"""Fetches dynoxide, the DynamoDB double that counts capacity units, for the tests of the table.

It is published as an npm package that holds one program for one platform; nothing of Node.js is needed to run it.
"""

import base64
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local.environments import NODE, EnvironmentFailedError, prepare

PROJECT = Path(__file__).resolve().parent.parent
PROGRAM = Path(".local/dynoxide/dynoxide")
VERSION = "1.2.1"


class DynoxideFailedError(Exception):
    """The program is not there; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Build:
    """The package of one platform; `integrity` as npm writes it: the digest's name and its base64 value."""

    package: str
    integrity: str


BUILDS = {
    ("linux", "x86_64"): Build(
        package="@dynoxide/linux-x64",
        integrity="sha512-sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg==",
    ),
}


def _build() -> Build:
    try:
        return BUILDS[sys.platform, platform.machine()]
    except KeyError:
        raise DynoxideFailedError(
            f"No build of dynoxide is pinned for {sys.platform} on {platform.machine()}. Put dynoxide {VERSION} "
            f"(https://github.com/nubo-db/dynoxide) at {PROGRAM} and run the command again."
        ) from None


def _npm(project: Path) -> Path:
    found = shutil.which("npm")
    return Path(found) if found else prepare(NODE, project=project) / "bin" / "npm"


def _download(build: Build, *, project: Path, folder: Path) -> Path:
    npm = _npm(project)
    environment = {**os.environ, "PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    command = [
        str(npm),
        "pack",
        f"{build.package}@{VERSION}",
        "--ignore-scripts",
        "--loglevel=error",
        "--pack-destination",
        str(folder),
    ]
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode:
        raise DynoxideFailedError(
            f"npm could not fetch {build.package} {VERSION}; its message is above. Once the cause is gone (often the "
            "network), run the same command again."
        )
    (archive,) = folder.glob("*.tgz")
    return archive


def refuse_altered(archive: Path, *, build: Build) -> None:
    name, _, expected = build.integrity.partition("-")
    found = base64.b64encode(hashlib.new(name, archive.read_bytes()).digest()).decode()
    if found != expected:
        raise DynoxideFailedError(
            f"{build.package} {VERSION} is not the package that was pinned: its {name} is {found}. "
            "Nothing was unpacked. Ask who runs your npm registry why it differs."
        )


def fetch(project: Path) -> Path:
    """The program, fetched where it is missing and checked before it is unpacked."""
    program = project / PROGRAM
    stamp = program.with_name("integrity")
    if program.is_file() and (sys.platform, platform.machine()) not in BUILDS:
        return program  # put there by hand
    build = _build()
    if program.is_file() and stamp.is_file() and stamp.read_text() == build.integrity:
        return program
    program.parent.mkdir(parents=True, exist_ok=True)
    print(f"Fetching {build.package} {VERSION}, for the tests of the table (once) ...", flush=True)
    with tempfile.TemporaryDirectory(dir=program.parent) as temporary:
        archive = _download(build, project=project, folder=Path(temporary))
        refuse_altered(archive, build=build)
        with tarfile.open(archive) as files:
            content = files.extractfile("package/dynoxide")
            if content is None:
                raise DynoxideFailedError(f"{build.package} {VERSION} holds no program named dynoxide.")
            aside = Path(temporary) / "dynoxide"
            aside.write_bytes(content.read())
        aside.chmod(0o755)
        aside.replace(program)
    stamp.write_text(build.integrity)
    return program


def main() -> None:
    try:
        fetch(PROJECT)
    except (DynoxideFailedError, EnvironmentFailedError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
