"""Pages in a real browser: served on loopback with the headers they have in production, opened in Chromium."""

import os
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright

from shared.web.headers import security_headers
from shared.web.static_files import find_static_file
from tests.browser.examples import PAGES

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_HOW_TO_INSTALL = (
    "no Chromium found, so no page was looked at: install it with `apt-get install chromium` (Debian, Ubuntu) or your "
    "system's package, or name its program in the variable CHROMIUM"
)
SCREENSHOTS = Path(__file__).parents[2] / ".local" / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        static_file = find_static_file(self.path)
        if static_file:
            self._answer(static_file.body, static_file.headers)
        elif self.path in PAGES:
            self._answer(PAGES[self.path](), {"Content-Type": "text/html; charset=utf-8", **security_headers()})
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, body: str, headers: object) -> None:
        content = body.encode()
        self.send_response(HTTPStatus.OK)
        for name, value in dict(headers).items():  # type: ignore[call-overload]
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Say nothing: the tests say what matters."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(60)
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip(_HOW_TO_INSTALL)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()
