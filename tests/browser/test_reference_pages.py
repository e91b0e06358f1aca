"""The pages of the reference: words stay whole at every width."""

import pytest
from playwright.sync_api import Browser

from tests.browser.examples import REFERENCE
from tests.browser.looking import opened

WIDTHS = (1280, 1000, 800, 700, 360)

BROKEN_WORDS = """() => {
  const broken = new Set();
  for (const cell of document.querySelectorAll("th, td, li, dt, dd, p, h1, h2, h3, caption")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement.closest(".pattern, pre, thead")) continue;
      for (const word of text.data.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1) broken.add(word[0]);
      }
    }
  }
  return [...broken];
}"""
"""Words that stand on two lines. Commands and patterns may break anywhere; a phone hides the heads of tables."""


@pytest.mark.parametrize("path", REFERENCE)
def test_no_word_breaks_and_nothing_scrolls_sideways_at_any_width(browser: Browser, site: str, path: str) -> None:
    with opened(browser) as (page, _):
        page.goto(site + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(BROKEN_WORDS) == [], width
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_the_token_is_within_the_first_screen(browser: Browser, site: str) -> None:
    with opened(browser) as (page, _):
        page.goto(f"{site}/reference")
        page.set_viewport_size({"width": 360, "height": 740})
        box = page.get_by_text("Getting a token.", exact=True).bounding_box()
        assert box is not None
        assert box["y"] < 740
