"""Who is signed in where: the tokens, one file for each API, which only its owner may read."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

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


def load_sign_in(target: Target) -> SignIn | None:
    """None where nobody is signed in, where the pool has been replaced since, and where the file is damaged."""
    try:
        sign_in = SignIn(**json.loads(sign_in_file(target).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return sign_in if sign_in.client_id == target.client_id else None


def save_sign_in(target: Target, sign_in: SignIn) -> None:
    write_private(sign_in_file(target), json.dumps(asdict(sign_in), indent=2) + "\n")


def forget_sign_in(target: Target) -> None:
    sign_in_file(target).unlink(missing_ok=True)


def sign_in_file(target: Target) -> Path:
    """A file of its own, so that commands running side by side do not overwrite each other's tokens."""
    name = hashlib.sha256(target.key.encode()).hexdigest()[:32]
    return configuration_folder() / "sign-ins" / f"{name}.json"
