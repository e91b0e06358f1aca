import hashlib
from pathlib import Path

import pytest

from shared.web.static_files import find_static_file, static_url

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "shared" / "web" / "static"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("app.css", "text/css; charset=utf-8"), ("icon.svg", "image/svg+xml; charset=utf-8")],
)
def test_a_file_is_served_under_the_hash_of_its_content_for_a_year(name: str, content_type: str) -> None:
    content = (STATIC / name).read_bytes()
    assert static_url(name) == f"/static/{hashlib.sha256(content).hexdigest()[:16]}/{name}"
    file = find_static_file(static_url(name))
    assert file is not None
    assert file.body.encode() == content
    assert dict(file.headers) == {
        "Content-Type": content_type,
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/app.css",
        "/static/app.css",
        "/static/",
        "/static/../rendering.py",
        "/static/%2e%2e/rendering.py",
        "/static/THIRD-PARTY.md",
    ],
)
def test_any_other_path_is_no_file(path: str) -> None:
    assert find_static_file(path) is None


def test_a_page_cannot_ask_for_a_file_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        static_url("forgotten.css")


def test_the_own_style_sheets_fetch_nothing() -> None:
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "oat.css":
            assert "url(" not in sheet.read_text()
            assert "@import" not in sheet.read_text()
