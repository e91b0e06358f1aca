"""Ids that commands ask for, and what may be one."""

from typing import Annotated

import typer

from cli.exits import WrongUsageError

UserId = Annotated[str, typer.Argument(metavar="USER", help="A user's id, as `partnerdesk users list` shows it.")]
ClientId = Annotated[
    str, typer.Argument(metavar="CLIENT", help="A client's id, as `partnerdesk clients list` shows it.")
]


def checked_id(identifier: str) -> str:
    """The id, if it can stand in an address as it is. Raises WrongUsageError."""
    if not identifier.isascii() or not all(letter.isalnum() or letter in "-_." for letter in identifier):
        raise WrongUsageError(f"{identifier!r} is no id; `partnerdesk users list` and other lists show them.")
    return identifier
