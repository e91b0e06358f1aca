import re

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SCREENSHOTS
from tests.browser.examples import MAILS, PAGES
from tests.browser.looking import PHONE, SCHEMES, findings, keep, opened


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barriers_a_silent_console_and_fits_a_phone(browser: Browser, site: str, path: str) -> None:
    with opened(browser) as (page, said):
        page.goto(site + path)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            keep(page, path, scheme)
            assert findings(page) == []
        page.set_viewport_size(PHONE)
        keep(page, path, "phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert said == []
        assert page.context.cookies() == []


@pytest.mark.parametrize("path", MAILS)
def test_a_mail_has_no_barriers_and_fits_a_phone(browser: Browser, path: str) -> None:
    with opened(browser) as (page, said):
        page.set_content(MAILS[path]())
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            keep(page, path, scheme)
            # Landmarks are the mail program's: a mail is no page.
            assert [found for found in findings(page) if not found.startswith(("region:", "landmark-one-main:"))] == []
        page.set_viewport_size(PHONE)
        keep(page, path, "phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert said == []


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(browser: Browser, site: str) -> None:
    with opened(browser) as (page, _):
        page.goto(f"{site}/en/question")
        reached = []
        for _step in range(5):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
            assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
        assert reached == ["sign-signer_name", "Confirm", "reject-signer_name", "reject-reason", "Reject"]


@pytest.mark.parametrize("path", ["/en/question", "/de/question", "/en/question-of-a-provider"])
def test_the_decision_stands_within_the_first_screen_and_a_half_of_a_phone(
    browser: Browser, site: str, path: str
) -> None:
    with opened(browser) as (page, _):
        page.set_viewport_size(PHONE)
        page.goto(site + path)
        button = page.locator("#sign-form button").bounding_box()
        assert button is not None
        assert button["y"] + button["height"] <= 1.5 * PHONE["height"]
        fonts = page.evaluate(
            "[...document.querySelectorAll('body, button, input:not([type=hidden]), textarea')]"
            ".map(one => getComputedStyle(one).fontFamily)"
        )
        assert len(set(fonts)) == 1


def test_the_list_of_problems_leads_to_the_field(browser: Browser, site: str) -> None:
    with opened(browser) as (page, said):
        page.goto(f"{site}/en/question-without-reason")
        page.get_by_role("link", name="Type the reason.").click()
        assert page.evaluate("document.activeElement.id") == "reject-reason"
        assert page.get_by_label("Your full name").nth(1).input_value() == "Jonas Müller"
        assert said == []


@pytest.mark.feature("A83")
def test_nothing_in_a_preview_can_be_pressed(browser: Browser, site: str) -> None:
    with opened(browser) as (page, _):
        page.goto(f"{site}/de/preview-of-draft")
        assert page.locator("input, textarea, button").count() == 5
        assert page.locator("input:enabled, textarea:enabled, button:enabled, form[action]").count() == 0


@pytest.mark.parametrize("path", ["/de/question", "/de/certificate-signed", "/en/certificate-rejected"])
def test_a_page_prints_on_one_sheet_in_dark_ink_and_without_forms(browser: Browser, site: str, path: str) -> None:
    with opened(browser) as (page, _):
        page.goto(site + path)
        page.emulate_media(media="print", color_scheme="dark")
        assert page.get_by_role("button").count() == 0
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(9, 9, 11)"
        keep(page, path, "print")
        printed = page.pdf(path=SCREENSHOTS / f"{path.strip('/').replace('/', '-')}.pdf", format="A4")
        assert re.findall(rb"/Type /Pages\s*/Count (\d+)", printed) == [b"1"]
