"""The libraries of Lambda, and the part that one function carries. What is left out stands below, with its reason."""

import fnmatch
import gzip
import hashlib
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.declarations import drop_typed_fields
from local.imports import Reach, reach
from local.on_demand import import_on_demand

RUNTIME = "3.13"
"""The Python of the functions: bytecode of another one is thrown away and made again on every cold start."""

_LANGUAGES = ("root", "en", "de")
_BOTOCORE_DATA = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")

_BABEL_TABLES_LEFT_OUT = (
    # of locales that are not packaged, of money and languages by country, of Windows
    *("likely_subtags", "territory_currencies", "territory_languages", "windows_zone_mapping"),
    # names that shared/web/formats.py never writes: it writes days, times, zones, numbers and money with its sign
    *("languages", "scripts", "variants", "currency_names", "currency_names_plural"),
    *("unit_patterns", "unit_display_names", "compound_unit_patterns"),
)

_EMPTY_BABEL_TABLES = f"""
import pathlib, pickle, pickletools, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.dat"):
    tables = pickle.loads(path.read_bytes())
    emptied = {{name: {{}} for name in tables.keys() & set({_BABEL_TABLES_LEFT_OUT})}}
    path.write_bytes(pickletools.optimize(pickle.dumps(tables | emptied)))
"""

_AUTHORITIES = (
    *(f"Amazon Root CA {number}" for number in range(1, 5)),
    "Starfield Services Root Certificate Authority - G2",
)
"""Who vouches for AWS: the five of https://www.amazontrust.com/repository. Functions talk to nobody else."""

_LEFT_OUT_LIBRARIES = {
    "dnspython",  # email-validator asks it whether a domain takes mail; no function looks anything up in the network
}

_IMPORTED_BY_NAME = {"jinja2", "msgspec", "pydantic", "pydantic_core", "tzdata"}
"""Libraries whose modules are imported by text, so that they stay whole. Of others only what is reached stays."""

_ROUTING = "aws_lambda_powertools/event_handler"
"""Where Powertools answers requests. Its other parts import it for one value that only requests have."""

_LEFT_OUT_FILES = (
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.css",  # for its own page, which is not served
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.js",
    "boto3/data/*",  # for boto3.resource, which no function makes
    "boto3/examples/*",
    "botocore/crt/auth.py",  # for the common runtime in C, which is not packaged
    "botocore/data/*/examples-1.json*",
    "jinja2/sandbox.py",  # for templates of strangers
    "pydantic/experimental/*",
    "pydantic/mypy.py",  # a plugin of the type checker
    "dateutil/rrule.py",  # for time zones in iCalendar form
    "dateutil/zoneinfo/*",  # a second copy of the time zones; Python has its own
    "tzdata/zones",  # lists of the zones, and all of them as text; one is read by its name
    "tzdata/zoneinfo/*.tab",
    "tzdata/zoneinfo/leapseconds",
    "tzdata/zoneinfo/tzdata.zi",
    "urllib3/contrib/pyopenssl.py",  # for a TLS library that is not packaged either
    "urllib3/http2/connection.py",  # the same
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
    "*.dist-info/sboms/*",
    "*.dist-info/LICENSE*",
    "*.dist-info/NOTICE*",
    "../*",  # command-line scripts
)


class PackageError(Exception):
    """A package could not be made or must not be deployed; the message says why and what to do."""


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


def copy_libraries(reached: Reach, *, libraries: Path, target: Path) -> None:
    """What the reached code needs of `libraries`, as source."""
    services = reached.services()
    routes = any(name.startswith(module_of(_ROUTING)) for name in reached.others)
    needed = _needed(reached.libraries, libraries)
    modules = reach(*reached.others, project=libraries, follow=tuple(needed)).modules
    for top, files in needed.items():
        for name in files:
            used = top in _IMPORTED_BY_NAME or not name.endswith(".py") or module_of(name) in modules
            if used and _is_kept(name, services=services) and not (name.startswith(_ROUTING) and not routes):
                copy(libraries / name, target / name)
    for metadata in target.glob("*.dist-info/METADATA"):
        # Versions are read at run time; the long description below the first empty line never is.
        metadata.write_text(metadata.read_text(encoding="utf-8").partition("\n\n")[0] + "\n", encoding="utf-8")
    _trim_babel(target / "babel")
    _keep_endpoints(target / "botocore" / "data", services)
    _trim_models(target / "botocore" / "data")
    _trim_authorities(target / "botocore" / "cacert.pem")
    import_on_demand(target)
    drop_typed_fields(target)


def _trim_babel(babel: Path) -> None:
    """Empty the tables that are not looked up, and take out the marks that nothing refers to.

    That is four fifths of what Babel's data add to the zip. Its tables hold objects of its own classes, so that what
    reads them has to find the packaged Babel. Raises PackageError.
    """
    if babel.is_dir():
        command = [sys.executable, "-B", "-c", _EMPTY_BABEL_TABLES, str(babel)]
        if subprocess.run(command, check=False, env={"PYTHONPATH": str(babel.parent)}).returncode:  # noqa: S603
            raise PackageError("Babel's tables could not be cut; the message is above.")


def _keep_endpoints(data: Path, services: frozenset[str]) -> None:
    """Cut the addresses of every AWS service to those of the services in use."""
    models = [path for service in services for path in data.glob(f"{service}/*/service-2.json.gz")]
    prefixes = {json.loads(gzip.decompress(path.read_bytes()))["metadata"]["endpointPrefix"] for path in models}
    path = data / "endpoints.json"
    if path.is_file():
        endpoints = json.loads(path.read_text(encoding="utf-8"))
        for partition in endpoints["partitions"]:
            partition["services"] = {key: value for key, value in partition["services"].items() if key in prefixes}
        path.write_text(json.dumps(endpoints), encoding="utf-8")


def _trim_models(data: Path) -> None:
    """Take out of each service's model the documentation, which is three quarters of what every start parses."""
    for path in data.glob("*/*/service-2.json.gz"):
        model = _undocumented(json.loads(gzip.decompress(path.read_bytes())))
        path.with_suffix("").write_text(json.dumps(model, separators=(",", ":")), encoding="utf-8")
        path.unlink()


def _trim_authorities(path: Path) -> None:
    """Keep AUTHORITIES. Raises PackageError where botocore's list lacks one."""
    if not path.is_file():
        return
    certificates = path.read_text(encoding="utf-8").split("\n# Issuer: ")
    kept = [one for one in certificates for label in _AUTHORITIES if f'# Label: "{label}"\n' in one]
    if len(kept) != len(_AUTHORITIES):
        raise PackageError("botocore's cacert.pem lacks an authority of AWS. See _AUTHORITIES in local/libraries.py.")
    path.write_text("".join(f"\n# Issuer: {one}" for one in kept), encoding="utf-8")


def _undocumented(part: Any) -> Any:
    if isinstance(part, dict):
        # A text; where "documentation" is the name of a member, it is that member's description, a dict.
        return {
            key: _undocumented(value)
            for key, value in part.items()
            if key != "documentation" or isinstance(value, dict)
        }
    return [_undocumented(element) for element in part] if isinstance(part, list) else part


def _needed(imported: frozenset[str], libraries: Path) -> dict[str, list[str]]:
    """Files by top-level name, of the distributions that hold the imported names and of those they require in turn."""
    known = _distributions(libraries)
    holders = {top: name for name, found in known.items() for top in found.files}
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
            waiting += known[name].requires
            for top, names in known[name].files.items():
                files.setdefault(top, []).extend(names)
    return files


@dataclass(frozen=True)
class _Distribution:
    """`requires` are other distributions; `files` stand under their top-level names."""

    requires: list[str]
    files: dict[str, list[str]]


@cache  # to read what is installed takes as long as to copy it
def _distributions(libraries: Path) -> dict[str, _Distribution]:
    found: dict[str, _Distribution] = {}
    for one in importlib.metadata.distributions(path=[str(libraries)]):
        files: dict[str, list[str]] = {}
        for file in one.files or ():
            files.setdefault(file.parts[0].removesuffix(".py"), []).append(file.as_posix())
        requires = [_plain(text) for text in one.requires or () if "extra ==" not in text]
        found[_plain(one.metadata["Name"])] = _Distribution(requires, files)
    return found


def module_of(name: str) -> str:
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


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
