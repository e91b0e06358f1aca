"""The vendor on pages: name or logo, a colour that can be read, imprint and privacy notice."""

import pytest

from local.place import PROJECT
from shared.domain.languages import Language
from shared.web.brand import brand, brand_style, contrast
from shared.web.headers import security_headers
from shared.web.rendering import render
from shared.web.static_files import find_static_file, static_url

LIGHT_GROUNDS = ("#ffffff", "#f7f8fa")
DARK_GROUNDS = ("#0c0e12", "#16191f")


@pytest.mark.parametrize("color", ["#1d4e79", "#ffd400", "#ffffff", "#000000", "#ff0000", "#00ffcc", "#777777"])
def test_any_colour_of_a_vendor_can_be_read_in_both_schemes(monkeypatch: pytest.MonkeyPatch, color: str) -> None:
    monkeypatch.setenv("VENDOR_COLOR", color)
    for shade, grounds in ((brand().light, LIGHT_GROUNDS), (brand().dark, DARK_GROUNDS)):
        assert [ground for ground in grounds if contrast(shade.color, ground) < 4.5] == []
        assert contrast(shade.color, shade.text) >= 4.5


def test_a_colour_that_can_be_read_stays_as_the_vendor_gave_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_COLOR", "#1D4E79")
    assert brand().light == ("#1d4e79", "#ffffff")


def test_pages_load_the_colour_as_a_file() -> None:
    file = find_static_file(static_url("brand.css"))
    assert file is not None
    assert file.body == brand_style()
    assert brand().light.color in file.body


def not_found_page() -> str:
    return render("link_not_found.html", language=Language.ENGLISH, templates=PROJECT, context={})


def test_a_page_without_a_logo_bears_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_NAME", "Müller & Partners")
    page = not_found_page()
    assert "<strong>Müller &amp; Partners</strong>" in page
    assert "<img" not in page


def test_a_page_with_a_logo_may_load_it_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_LOGO_URL", "https://assets.vendor.example/logo.png")
    assert '<img src="https://assets.vendor.example/logo.png" alt="Vendor Software" height="32">' in not_found_page()
    assert "img-src 'self' https://assets.vendor.example;" in security_headers()["Content-Security-Policy"]


def test_imprint_and_privacy_notice_are_linked_where_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPRINT_URL", "https://vendor.example/imprint")
    monkeypatch.setenv("PRIVACY_URL", "https://vendor.example/privacy")
    page = not_found_page()
    assert '<a href="https://vendor.example/imprint">Imprint · Impressum</a>' in page
    assert '<a href="https://vendor.example/privacy">Privacy notice · Datenschutz</a>' in page


def test_a_vendor_without_imprint_and_privacy_notice_links_none() -> None:
    assert "<a " not in not_found_page()
