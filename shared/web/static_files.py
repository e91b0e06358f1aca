"""Style sheets and icons under a content hash: a changed file has a new address, so browsers keep one for a year."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from shared.web.brand import brand_style

_FOLDER = Path(__file__).parent / "static"
_CONTENT_TYPES = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".svg": "image/svg+xml; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
    }
)


class StaticFile(NamedTuple):
    """`path` is such as `/static/5f0d3a9c1b7e42aa/app.css`.

    A tuple, because packaging compiles templates where the functions' native libraries do not run.
    """

    path: str
    body: str
    headers: Mapping[str, str]


_BRAND = "brand.css"
"""The one file that is made from the deployment's settings."""


@cache
def _static_file(name: str) -> StaticFile:
    content = brand_style() if name == _BRAND else (_FOLDER / name).read_text(encoding="utf-8")
    return StaticFile(
        path=f"/static/{hashlib.sha256(content.encode()).hexdigest()[:16]}/{name}",
        body=content,
        headers=MappingProxyType(
            {
                "Content-Type": _CONTENT_TYPES[Path(name).suffix],
                "Cache-Control": "public, max-age=31536000, immutable",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Resource-Policy": "same-origin",
            }
        ),
    )


@cache
def _static_files() -> Mapping[str, StaticFile]:
    names = sorted(file.name for file in _FOLDER.iterdir() if file.suffix in _CONTENT_TYPES)
    return {file.path: file for file in map(_static_file, [*names, _BRAND])}


def static_url(name: str) -> str:
    """The path under which a page asks for the file `name` of shared/web/static, or for `brand.css`."""
    return _static_file(name).path


def find_static_file(path: str) -> StaticFile | None:
    """The file of this exact path; None for any other, an outdated hash included, so that no cache keeps a mixture."""
    return _static_files().get(path)
