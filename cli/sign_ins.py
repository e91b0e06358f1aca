"""Who is signed in where: the tokens, kept in one file that only its owner may read."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cli.places import configuration_folder, write_private
from cli.targets import Target

EARLY_SECONDS = 60
"""A token is renewed this long before it expires: clocks differ, and requests take time."""


@dataclass(frozen=True)
class SignIn:
    """`expires_at` is in epoch seconds and belongs to the access token; `client_id` says which pool gave the tokens."""

    email: str
    access_token: str
    refresh_token: str
    expires_at: float
    client_id: str

    def is_expired(self, *, now: float) -> bool:
        return now >= self.expires_at - EARLY_SECONDS


def sign_ins_file() -> Path:
    return configuration_folder() / "credentials.json"


def load_sign_in(target: Target) -> SignIn | None:
    """None where nobody is signed in, and where the pool has been replaced since (a stack set up anew)."""
    try:
        sign_in = SignIn(**_read_all()[target.key])
    except (KeyError, TypeError):
        return None
    return sign_in if sign_in.client_id == target.client_id else None


def save_sign_in(target: Target, sign_in: SignIn) -> None:
    write_private(sign_ins_file(), json.dumps({**_read_all(), target.key: asdict(sign_in)}, indent=2) + "\n")


def forget_sign_in(target: Target) -> None:
    others = {key: value for key, value in _read_all().items() if key != target.key}
    write_private(sign_ins_file(), json.dumps(others, indent=2) + "\n")


def _read_all() -> dict[str, Any]:
    """A damaged file counts as empty: signing in again makes it whole."""
    try:
        content = json.loads(sign_ins_file().read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
