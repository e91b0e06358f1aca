"""Looking at a page as a visitor's browser, axe and a photographer do."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize

from local.environments import WEB
from local.place import PROJECT
from tests.browser.conftest import SCREENSHOTS

AXE = (PROJECT / WEB.folder / "node_modules" / "axe-core" / "axe.min.js").read_text()
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
TALLEST = 5_000
"""Pixels of a screenshot; the reference would be sixty thousand high."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@contextmanager
def opened(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page for a visitor without cookies, and everything that its console says.

    All look through one window after the other: a new one for each takes longer than to look.
    """
    page = browser.contexts[0].pages[0] if browser.contexts else browser.new_context(reduced_motion="reduce").new_page()
    page.goto("about:blank")
    page.context.clear_cookies()
    page.set_viewport_size(DESKTOP)
    page.emulate_media(media="null", color_scheme="null")
    said: list[str] = []
    hear: dict[str, Callable[..., None]] = {
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
        "requestfailed": lambda request: said.append(f"failed: {request.url}"),
    }
    for event, listener in hear.items():
        page.on(event, listener)  # type: ignore[call-overload] # one signature for each event
    yield page, said
    for event, listener in hear.items():
        page.remove_listener(event, listener)


def findings(page: Page) -> list[str]:
    """What axe finds, run in the page's own world so that the page's policy stays as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result = page.evaluate("async () => await axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    found = result["violations"] + result["incomplete"]
    return [f"{rule['id']}: {rule['help']}: {json.dumps([node['html'] for node in rule['nodes']])}" for rule in found]


def keep(page: Page, path: str, *details: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = "-".join((path.strip("/").replace("/", "-"), *details))
    width, height = page.evaluate("[innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]")
    shown: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, clip=shown)
