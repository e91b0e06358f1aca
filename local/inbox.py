"""The inbox of the stack on this machine: a page that lists the mails it has sent and shows each one.

For developers. It reads what ministack keeps and listens on the loopback interface alone; the emulator serves it.
"""

import html
import http.client
import json
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'"
# A mail is somebody else's HTML: no script, no request; its links open in a tab of their own.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; "
    "frame-ancestors 'self'"
)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_STYLE = """
:root { background: Canvas; color: CanvasText; color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .5rem; text-align: left; }
td { overflow-wrap: anywhere; vertical-align: top; }
pre { overflow-wrap: anywhere; white-space: pre-wrap; }
iframe { background: white; border: 1px solid; height: 48rem; width: 100%; }
"""


@dataclass(frozen=True, kw_only=True)
class SentMail:
    """One mail as ministack keeps it; `id` names it in the page's addresses."""

    id: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    text: str
    html: str
    sent_at: datetime


def read_mails(answer: Any) -> list[SentMail]:
    """What `GET /_ministack/ses/messages` answered, the newest first."""
    mails = [
        SentMail(
            id=record["MessageId"].partition("@")[0],
            recipients=tuple(record["To"]),
            copies=(*record["CC"], *record["BCC"]),
            subject=record["Subject"],
            text=record["BodyText"] or "",
            html=record["BodyHtml"] or "",
            sent_at=datetime.fromtimestamp(record["Timestamp"], tz=UTC),
        )
        for records in answer["messages"].values()
        for record in records
    ]
    return sorted(mails, key=lambda mail: mail.sent_at, reverse=True)


def list_page(mails: list[SentMail]) -> str:
    if not mails:
        return _page("Inbox", "<p>No mail yet. Send a confirmation link, and its mail appears here.</p>")
    rows = "".join(
        f'<tr><td><time datetime="{mail.sent_at.isoformat()}">{mail.sent_at:%Y-%m-%d %H:%M:%S}</time></td>'
        f"<td>{html.escape(', '.join(mail.recipients))}</td><td>{html.escape(', '.join(mail.copies))}</td>"
        f'<td><a href="/{html.escape(mail.id)}">{html.escape(mail.subject or "(no subject)")}</a></td></tr>'
        for mail in mails
    )
    names = "".join(f'<th scope="col">{name}</th>' for name in ("Sent (UTC)", "To", "Copy", "Subject"))
    return _page("Inbox", f"<table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>")


def mail_page(mail: SentMail) -> str:
    address = html.escape(mail.id)
    copied = f", copy to {html.escape(', '.join(mail.copies))}" if mail.copies else ""
    return _page(
        mail.subject or "(no subject)",
        f'<p><a href="/">All mails</a></p><p>To {html.escape(", ".join(mail.recipients))}{copied}, '
        f"{mail.sent_at:%Y-%m-%d %H:%M:%S} UTC</p>"
        f'<h2>HTML</h2><iframe src="/{address}/html" title="The mail as HTML" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
        f"<h2>Text</h2><pre>{_with_links(mail.text)}</pre>",
    )


def _with_links(text: str) -> str:
    parts, end = [], 0
    for match in _WEB_ADDRESS.finditer(text):
        address = html.escape(match[0])
        parts += [html.escape(text[end : match.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        end = match.end()
    return "".join([*parts, html.escape(text[end:])])


def _page(title: str, body: str) -> str:
    name = html.escape(title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{name}</title><style>{_STYLE}</style></head><body><main><h1>{name}</h1>{body}</main></body></html>"
    )


class Inbox(ThreadingHTTPServer):
    """Serves on a socket that is listened on already."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, *, stack_port: int) -> None:
        super().__init__(listener.getsockname(), _Page, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.stack_port = stack_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

    def mails(self) -> list[SentMail]:
        connection = http.client.HTTPConnection("127.0.0.1", self.stack_port, timeout=10)
        try:
            connection.request("GET", "/_ministack/ses/messages")
            return read_mails(json.loads(connection.getresponse().read()))
        finally:
            connection.close()


class _Page(BaseHTTPRequestHandler):
    server: Inbox

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0]
        if host not in {"127.0.0.1", "localhost"}:
            # A page elsewhere may let its own name point here and read the mails.
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, _page("Not here", f"<p>Open {self.server.url}</p>"))
            return
        try:
            mails = self.server.mails()
        except OSError:
            down = "<p>The stack does not answer. Start it with make dev or make up, then reload.</p>"
            self._answer(HTTPStatus.BAD_GATEWAY, _page("Inbox", down))
            return
        wanted, _, part = self.path.partition("?")[0].removeprefix("/").partition("/")
        mail = next((mail for mail in mails if mail.id == wanted), None)
        if not wanted:
            self._answer(HTTPStatus.OK, list_page(mails))
        elif mail is None or part not in {"", "html"}:
            gone = '<p>No such mail; a reset forgets them all. <a href="/">All mails</a></p>'
            self._answer(HTTPStatus.NOT_FOUND, _page("Not found", gone))
        elif part:
            self._answer(HTTPStatus.OK, mail.html, policy=_MAIL_POLICY)
        else:
            self._answer(HTTPStatus.OK, mail_page(mail))

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the terminal belongs to the functions' logs."""

    def _answer(self, status: HTTPStatus, page: str, *, policy: str = _PAGE_POLICY) -> None:
        content = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)
