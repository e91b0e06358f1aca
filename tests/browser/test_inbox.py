"""The inbox of the stack on one machine, in front of something that answers as the stack does."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser

from local.inbox import Inbox
from shared.domain.languages import Language
from shared.mail.mime import html_part
from tests import confirmation_examples as examples
from tests.browser.looking import PHONE, SCHEMES, findings, keep, opened


def sent_mail() -> dict[str, Any]:
    """As the stack keeps it."""
    return {
        "MessageId": "0f9c@email.amazonses.com",
        "To": ["a-rather-long-name.of-somebody@a-department.with-a-long-name.acme.example"],
        "CC": [],
        "BCC": [],
        "Subject": "Bitte bestätigen Sie",
        "BodyText": f"Hallo,\n{examples.URL}\n",
        "BodyHtml": html_part(examples.link_sent(Language.GERMAN).content()),
        "Timestamp": 1773739800.0,
    }


@contextmanager
def served(server: HTTPServer) -> Iterator[None]:
    with server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join(60)


@contextmanager
def inbox_with(*mails: dict[str, Any]) -> Iterator[str]:
    """The address of an inbox over a stack that has sent these."""

    class Stack(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/_ministack/ses/messages" else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"messages": {"000000000000": mails}}).encode())

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ExitStack() as stack:
        behind = HTTPServer(("127.0.0.1", 0), Stack)
        stack.enter_context(served(behind))
        inbox = Inbox(socket.create_server(("127.0.0.1", 0)), stack_port=behind.server_port)
        stack.enter_context(served(inbox))
        yield inbox.url


@pytest.mark.parametrize(("name", "path", "count"), [("empty", "", 0), ("list", "", 1), ("mail", "0f9c", 1)])
def test_the_inbox_has_no_barriers_a_silent_console_and_fits_a_phone(
    browser: Browser, name: str, path: str, count: int
) -> None:
    with inbox_with(*[sent_mail() for _ in range(count)]) as url, opened(browser) as (page, said):
        page.goto(url + path)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            keep(page, f"inbox/{name}", scheme)
            # The frame runs no script, not even axe; what it shows is a mail, and those are looked at by themselves.
            assert [found for found in findings(page) if not found.startswith("frame-tested:")] == []
        page.set_viewport_size(PHONE)
        keep(page, f"inbox/{name}", "phone")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert said == []
