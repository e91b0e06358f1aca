"""How requests reach the stack on this machine: while it is down it refuses at once, and no waiting would start it."""

import httpx

from cli.exits import StackDownError
from cli.targets import how_to_start


class StackTransport(httpx.BaseTransport):
    """Tells a refused connection as what it is; everything else is the way through's own."""

    def __init__(self, through: httpx.BaseTransport) -> None:
        self._through = through

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._through.handle_request(request)
        except httpx.ConnectError as error:
            address = request.url.netloc.decode()
            raise StackDownError(f"Nothing answers at {address}: the stack is down. {how_to_start()}") from error

    def close(self) -> None:
        self._through.close()
