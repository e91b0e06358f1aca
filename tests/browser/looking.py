"""Looking at a page as a visitor's browser, axe and a photographer do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import SCREENSHOTS

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@contextmanager
def opened(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A fresh browser without cookies, and everything that its console says."""
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    yield page, said
    context.close()


def findings(page: Page) -> list[str]:
    """What axe finds, run in the page's own world so that the page's policy stays as it is."""
    page.evaluate(AXE)
    result = page.evaluate("async () => await axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    found = result["violations"] + result["incomplete"]
    return [f"{rule['id']}: {rule['help']}: {json.dumps([node['html'] for node in rule['nodes']])}" for rule in found]


def keep(page: Page, path: str, *details: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = "-".join((path.strip("/").replace("/", "-"), *details))
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
