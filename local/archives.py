"""Our own code, zipped per room: its folder below functions/ and shared/, as the deployed package has it."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

# The oldest instant a zip can hold; one for all, so that equal files give equal bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def source_files(project: Path) -> Iterator[Path]:
    """Every file of our own that a deployed function may carry."""
    for folder in ("functions", "shared"):
        for path in sorted((project / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def zip_room(room: str, *, project: Path) -> bytes:
    """Another room's files stay out: importing one fails here as it does on AWS."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in source_files(project):
            name = path.relative_to(project)
            if name.parts[0] == "shared" or name.parts[1] in {room, "__init__.py"}:
                archive.writestr(zipfile.ZipInfo(name.as_posix(), date_time=EPOCH), path.read_bytes())
    return packed.getvalue()


def code_sha256(archive: bytes) -> str:
    """The digest in the form in which Lambda reports it."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()
