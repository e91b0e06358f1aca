"""The stack under an address that any HTTP client can reach: its own host name resolves on few machines."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_OF_THE_CONNECTION = frozenset({"connection", "content-length", "date", "host", "server", "transfer-encoding"})


@contextlib.contextmanager
def door_to(connect: str, host: str) -> Iterator[str]:
    """The address of a door to the stack that listens at `connect` and is called `host`."""

    class Door(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_CONNECTION}
            connection = http.client.HTTPConnection(connect, timeout=60)
            with contextlib.closing(connection):
                connection.request(self.command, self.path, body or None, {**sent, "Host": host})
                answer = connection.getresponse()
                text = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OF_THE_CONNECTION:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Say nothing: who asks says what went wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
