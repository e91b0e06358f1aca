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
from pydantic import Field

from shared import settings
from shared.errors import InvalidCursorError
from shared.http.schemas import Answer
from shared.table.values import Item

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
CursorText = Annotated[
    str | None, Query(max_length=2048, description="`next_cursor` of the page before, with the same filters.")
]

DEFAULT_LIMIT = 25
_TAG_BYTES = 16


class Page(Answer, Generic[Row]):
    """One page; `next_cursor` is null on the last one."""

    data: list[Row]
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page.")]


def cursor_scope(*, tenant: str, route: str, filters: Mapping[str, Any]) -> str:
    """What a cursor is bound to: it is refused under another tenant, route or filter."""
    return json.dumps([tenant, route, sorted((name, value) for name, value in filters.items() if value is not None)])


def write_cursor(last: Item | None, *, scope: str) -> str | None:
    if last is None:
        return None
    content = json.dumps(last, ensure_ascii=False, separators=(",", ":")).encode()
    return _spelled(_tag(content, scope) + content)


def read_cursor(cursor: str | None, *, scope: str) -> Item | None:
    """Raises InvalidCursorError for anything but a cursor that `write_cursor` made for the same scope."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    tag, content = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    # A text can be spelled in several ways that decode alike; only the one that was given out is a cursor.
    if not content or not hmac.compare_digest(tag, _tag(content, scope)) or _spelled(raw) != cursor:
        raise InvalidCursorError("Send next_cursor of the page before unchanged, with the same filters and partner.")
    item: Item = json.loads(content)
    return item


def next_link(path: str, parameters: Mapping[str, Any], cursor: str | None) -> dict[str, str]:
    """The Link header of a page; empty on the last one."""
    if cursor is None:
        return {}
    query = urlencode([(name, value) for name, value in {**parameters, "cursor": cursor}.items() if value is not None])
    return {"Link": f'<{settings.public_base_url()}{path}?{query}>; rel="next"'}


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _tag(content: bytes, scope: str) -> bytes:
    """HMAC-SHA-256, cut to 128 bits."""
    key = hashlib.sha256(b"cursor\0" + settings.signing_key()).digest()
    return hmac.digest(key, scope.encode() + b"\0" + content, "sha256")[:_TAG_BYTES]
