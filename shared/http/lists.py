"""Lists: how many, after which, and where the next page is."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler.openapi.params import Query
from msgspec import Struct
from pydantic import Field

from shared import settings
from shared.errors import InvalidCursorError
from shared.http.exchange import Exchange
from shared.http.schemas import Answer
from shared.table.values import Item

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
CursorText = Annotated[str | None, Query(description="`next_cursor` of the page before, with the same filters.")]

DEFAULT_LIMIT = 25
_TAG_BYTES = 16


class Page(Answer, Generic[Row]):
    """One page; `next_cursor` is null on the last one."""

    data: list[Row]
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page.")]


class Listing(Struct, frozen=True):
    """One request for a page of the list at `path`.

    A cursor is bound to the partner (or another `tenant`), path and filters, and refused under any other.
    """

    exchange: Exchange
    path: str
    limit: int
    cursor: str | None
    filters: Mapping[str, Any] = {}
    tenant: str | None = None

    @property
    def start(self) -> Item | None:
        """Where the page before ended. Raises InvalidCursorError for anything but a cursor that was given out here."""
        if self.cursor is None:
            return None
        try:
            raw = base64.b64decode(self.cursor + "=" * (-len(self.cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        tag, content = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        # A text can be spelled in several ways that decode alike; only the one that was given out is a cursor.
        if not content or not hmac.compare_digest(tag, self._tag(content)) or _spelled(raw) != self.cursor:
            raise InvalidCursorError(
                "Send next_cursor of the page before unchanged, with the same filters and partner."
            )
        item: Item = json.loads(content)
        return item

    def page(self, rows: list[Row], last: Item | None) -> Page[Row]:
        """The answer. `last` is the key after which the next page starts; None on the last one."""
        return Page(data=rows, next_cursor=self.next_cursor(last))

    def next_cursor(self, last: Item | None) -> str | None:
        """For answers that are more than a page; the Link header names it too."""
        if last is None:
            return None
        content = json.dumps(last, ensure_ascii=False, separators=(",", ":")).encode()
        cursor = _spelled(self._tag(content) + content)
        parameters = {**self.filters, "limit": self.limit, "cursor": cursor}
        query = urlencode([(name, value) for name, value in parameters.items() if value is not None])
        self.exchange.headers["Link"] = f'<{settings.public_base_url()}{self.path}?{query}>; rel="next"'
        return cursor

    def _tag(self, content: bytes) -> bytes:
        """HMAC-SHA-256, cut to 128 bits."""
        key = hashlib.sha256(b"cursor\0" + settings.signing_key()).digest()
        filters = sorted((name, value) for name, value in self.filters.items() if value is not None)
        scope = json.dumps([self.tenant or self.exchange.partner_id, self.path, filters])
        return hmac.digest(key, scope.encode() + b"\0" + content, "sha256")[:_TAG_BYTES]


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
