"""The tokens that open confirmation links, or end mails. They are derived from the signing key and stored nowhere."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from shared import settings
from shared.clock import instant, instant_text
from shared.domain.links import LinkPlace

_SEPARATOR = "."
_MARK_SEPARATOR = "~"
_LONGEST_TOKEN = 512


class DigestPlace(NamedTuple):
    """Which user of which partner is meant."""

    partner_id: str
    user_id: str


class _Purpose(bytes, Enum):
    """What a token opens. One made for one purpose opens nothing else."""

    DECIDING = b"confirmation link"
    STOPPING_REMINDERS = b"reminders of a confirmation link"
    STOPPING_DIGEST = b"weekly digest of renewals"
    CHECKING = b"check of a certificate"
    OPENING = b"opening of a confirmation page"


def link_token(place: LinkPlace) -> str:
    """The token of a link: where it stands, and 256 bits that only the signing key yields."""
    return _token(place, _Purpose.DECIDING)


def link_url(place: LinkPlace) -> str:
    """The customer's page; whoever has it can decide."""
    return f"{settings.public_base_url()}/c/{link_token(place)}"


def stop_reminders_url(place: LinkPlace) -> str:
    """Ends the reminders and can do no more: it stands in a mail's headers, which bounce reports repeat."""
    return f"{settings.public_base_url()}/c/{_token(place, _Purpose.STOPPING_REMINDERS)}/unsubscribe"


def read_link_token(token: str) -> LinkPlace | None:
    """The place that the token opens; None for anything that `link_token` did not make."""
    return _read(token, _Purpose.DECIDING)


def read_stop_token(token: str) -> LinkPlace | None:
    """The link whose reminders the token ends; None for anything that is not from `stop_reminders_url`."""
    return _read(token, _Purpose.STOPPING_REMINDERS)


def check_url(place: LinkPlace, entry_hash: str) -> str:
    """Where anybody can compare a certificate, whose entry has this hash, with the chain; it can do no more."""
    return f"{settings.public_base_url()}/c/{_token(place, _Purpose.CHECKING)}/check?hash={entry_hash}"


def read_check_token(token: str) -> LinkPlace | None:
    """The link whose certificate the token checks; None for anything that is not from `check_url`."""
    return _read(token, _Purpose.CHECKING)


def opening_mark(place: LinkPlace, opened_at: datetime) -> str:
    """What a link's form sends back to say when its page was opened: nothing is written down for that."""
    at = instant_text(opened_at)
    return f"{at}{_MARK_SEPARATOR}{_encoded(_opening_secret(place, at))}"


def read_opening_mark(place: LinkPlace, mark: str, *, now: datetime) -> datetime | None:
    """The instant in the mark; None for anything that `opening_mark` did not make for this link."""
    at, _, _ = mark.partition(_MARK_SEPARATOR)
    genuine = f"{at}{_MARK_SEPARATOR}{_encoded(_opening_secret(place, at))}"
    if len(mark) > _LONGEST_TOKEN or not hmac.compare_digest(_bytes(mark), _bytes(genuine)):
        return None
    opened_at = instant(at)
    return opened_at if opened_at <= now else None


def stop_digest_url(reader: DigestPlace) -> str:
    """Ends a user's weekly digest and can do no more."""
    return f"{settings.public_base_url()}/d/{_token(reader, _Purpose.STOPPING_DIGEST)}"


def read_digest_token(token: str) -> DigestPlace | None:
    """Whose digest the token ends; None for anything that is not from `stop_digest_url`."""
    place = _read(token, _Purpose.STOPPING_DIGEST)
    return DigestPlace(*place) if place else None


def _token(place: LinkPlace | DigestPlace, purpose: _Purpose) -> str:
    return f"{_encoded('/'.join(place).encode())}{_SEPARATOR}{_encoded(_secret(place, purpose))}"


def _read(token: str, purpose: _Purpose) -> LinkPlace | None:
    if len(token) > _LONGEST_TOKEN:
        return None
    where, _, _ = token.partition(_SEPARATOR)
    try:
        partner_id, _, link_id = _decoded(where).decode().partition("/")
    except (binascii.Error, ValueError):
        return None
    place = LinkPlace(partner_id, link_id)
    return place if hmac.compare_digest(token.encode(), _token(place, purpose).encode()) else None


def _opening_secret(place: LinkPlace, at: str) -> bytes:
    return hmac.digest(_secret(place, _Purpose.OPENING), _bytes(at), "sha256")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _secret(place: LinkPlace | DigestPlace, purpose: _Purpose) -> bytes:
    key = hashlib.sha256(purpose + b"\0" + settings.signing_key()).digest()
    return hmac.digest(key, "/".join(place).encode(), "sha256")


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
