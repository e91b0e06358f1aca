"""The OpenAPI document as it was made at build time by `python -m local.openapi`, byte for byte."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT_FILE = Path(__file__).with_name("openapi.json")


@cache
def document_text() -> str:
    return DOCUMENT_FILE.read_text(encoding="utf-8")


@cache
def document() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(document_text())
    return content


@cache
def content_tag(content: str) -> str:
    """A strong ETag: the same bytes have the same."""
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
