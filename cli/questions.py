"""Questions before what cannot be taken back."""

import sys

import typer

from cli.exits import REFUSED, WrongUsageError
from cli.output import say


def confirm(question: str, *, otherwise: str) -> None:
    """Anything but a clear yes ends the command; `otherwise` says that nothing was done.

    Raises WrongUsageError where there is nobody to ask.
    """
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        raise WrongUsageError(f"Nobody can be asked here: add --yes if you are sure. {otherwise}") from None
    if not agreed:
        say(otherwise)
        raise typer.Exit(REFUSED)
