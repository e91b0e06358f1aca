import io
import os
import zipfile
from pathlib import Path

import pytest

from local.archives import code_sha256, zip_room


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (
        "functions/__init__.py",
        "functions/capacity/handler.py",
        "functions/capacity/templates/page.html",
        "functions/capacity/__pycache__/handler.cpython-313.pyc",
        "functions/vendor/handler.py",
        "shared/clock.py",
        "local/stack.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path


def test_a_room_is_packed_with_what_is_shared_and_without_other_rooms(project: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(zip_room("capacity", project=project))) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            name: name
            for name in (
                "functions/__init__.py",
                "functions/capacity/handler.py",
                "functions/capacity/templates/page.html",
                "shared/clock.py",
            )
        }


def test_equal_files_give_equal_bytes_whenever_they_were_written(project: Path) -> None:
    before = zip_room("capacity", project=project)
    os.utime(project / "shared" / "clock.py", (0, 0))
    assert zip_room("capacity", project=project) == before


def test_a_changed_file_changes_the_digest(project: Path) -> None:
    before = code_sha256(zip_room("capacity", project=project))
    (project / "shared" / "clock.py").write_text("changed", encoding="utf-8")
    assert code_sha256(zip_room("capacity", project=project)) != before


def test_the_digest_has_the_form_that_lambda_reports() -> None:
    assert code_sha256(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
