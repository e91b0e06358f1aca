"""Identifiers."""

import secrets


def new_id(prefix: str) -> str:
    """An unguessable identifier such as `u-6f1c0a9be2d34c7f8e15`: prefix and 80 random bits."""
    return f"{prefix}-{secrets.token_hex(10)}"
