"""The tokens that open confirmation links. They are derived from the signing key and stored nowhere."""

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

from shared import settings

_SEPARATOR = "."
_LONGEST_TOKEN = 512


class LinkPlace(NamedTuple):
    """Where a link stands in the table."""

    partner_id: str
    link_id: str


def link_token(place: LinkPlace) -> str:
    """The token of a link: where it stands, and 256 bits that only the signing key yields."""
    return f"{_encoded('/'.join(place).encode())}{_SEPARATOR}{_encoded(_secret(place))}"


def link_url(place: LinkPlace) -> str:
    return f"{settings.public_base_url()}/c/{link_token(place)}"


def read_link_token(token: str) -> LinkPlace | None:
    """The place that the token opens; None for anything that `link_token` did not make."""
    if len(token) > _LONGEST_TOKEN:
        return None
    where, _, sent = token.partition(_SEPARATOR)
    try:
        partner_id, _, link_id = _decoded(where).decode().partition("/")
        secret = _decoded(sent)
    except (binascii.Error, ValueError):
        return None
    place = LinkPlace(partner_id, link_id)
    is_ours = hmac.compare_digest(secret, _secret(place)) and hmac.compare_digest(token, link_token(place))
    return place if is_ours else None


def _secret(place: LinkPlace) -> bytes:
    key = hashlib.sha256(b"confirmation link\0" + settings.signing_key()).digest()
    return hmac.digest(key, "/".join(place).encode(), "sha256")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
