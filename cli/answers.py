"""What people type when the user pool asks: from the terminal, or for scripts from the environment."""

import os
import sys
from typing import TYPE_CHECKING

import typer

from cli.exits import WrongUsageError
from cli.output import say

if TYPE_CHECKING:
    from cli.pool import Answers

PASSWORD = "PARTNERDESK_PASSWORD"  # noqa: S105 - the name of a variable
NEW_PASSWORD = "PARTNERDESK_NEW_PASSWORD"  # noqa: S105 - the name of a variable
CODE = "PARTNERDESK_CODE"
VARIABLES = {"E-mail": "PARTNERDESK_EMAIL", "Password": PASSWORD, "New password": NEW_PASSWORD, "Code": CODE}
ISSUER = "Partnerdesk"


def terminal_answers(email: str) -> "Answers":
    """Those of the person at the terminal, who signs in as `email`."""
    from cli.pool import Answers  # noqa: PLC0415 - httpx takes longer to load than `--help` may take

    def show_secret(secret: str) -> None:
        say("Add an account to your authenticator app with this secret:")
        say(f"  {secret}")
        say(f"  otpauth://totp/{ISSUER}:{email}?secret={secret}&issuer={ISSUER}")

    return Answers(new_password=choose_password, code=read_code, show_secret=show_secret)


def choose_password(complaint: str) -> str:
    if not os.environ.get(NEW_PASSWORD):
        say(complaint or "Choose a password of your own.")
    return _answer("New password", NEW_PASSWORD, complaint, hidden=True, twice=True)


def read_code(complaint: str) -> str:
    if complaint and not os.environ.get(CODE):
        say(complaint)
    return _answer("Code", CODE, complaint).replace(" ", "")


def ask(what: str, *, hidden: bool = False, twice: bool = False) -> str:
    """An answer from the terminal; where there is none, what to do instead."""
    try:
        return str(typer.prompt(what, hide_input=hidden, confirmation_prompt=twice, err=True))
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        raise WrongUsageError(f"{what} is needed and nobody can be asked here: set {VARIABLES[what]}.") from None


def sign_in_email(typed: str) -> str:
    """The address in the one spelling that the program knows people by."""
    from shared.addresses import InvalidAddressError, sign_in_address  # noqa: PLC0415 - it takes 35 ms to load

    try:
        return sign_in_address(typed)
    except InvalidAddressError as error:
        raise WrongUsageError(error.reason) from None


def _answer(what: str, variable: str, complaint: str, *, hidden: bool = False, twice: bool = False) -> str:
    from_environment = os.environ.get(variable)
    if from_environment and complaint:
        raise WrongUsageError(f"{variable} is refused: {complaint}")
    return from_environment or ask(what, hidden=hidden, twice=twice)
