"""Fetches dynoxide, the DynamoDB double that counts capacity units, for the tests of the table.

It is published as an npm package that holds one program for one platform; nothing of Node.js is needed to run it.
"""

import base64
import hashlib
import os
import platform
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local.environments import EnvironmentFailedError, npm_folder

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


def has_build() -> bool:
    """Whether dynoxide can be fetched for this machine."""
    return (sys.platform, platform.machine()) in BUILDS


def is_left_out(project: Path) -> str | None:
    """Why the tests go without dynoxide on this machine; nothing where they have it."""
    if has_build() or (project / PROGRAM).is_file():
        return None
    return (
        f"dynoxide has no build for {sys.platform} on {platform.machine()}: the tests of the table run on the other "
        f"two engines, and those that only it can do are left out. Built by yourself (version {VERSION}, "
        f"https://github.com/nubo-db/dynoxide), it is used from {PROGRAM}."
    )


def _download(build: Build, *, project: Path, folder: Path) -> Path:
    commands = npm_folder(project)
    environment = {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    command = [
        str(commands / "npm"),
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
    if not has_build():
        return program  # put there by hand
    build = BUILDS[sys.platform, platform.machine()]
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
    if reason := is_left_out(PROJECT):
        print(reason)
        return
    try:
        fetch(PROJECT)
    except (DynoxideFailedError, EnvironmentFailedError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
