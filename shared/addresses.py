"""E-mail addresses: one recipient, one spelling."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

MAX_LENGTH = 254
SIGN_IN_MAX_LENGTH = 128
"""Of a user name in a Cognito user pool (the API reference's UsernameType)."""


class InvalidAddressError(ValueError):
    """A text that is not one deliverable e-mail address; `reason` tells the person who typed it what is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def email_address(value: str) -> str:
    """The address in lower case, its domain as A-labels: people are told apart by it, so it has one spelling.

    Exactly one address, without display name, quoting, comments or IP literals, in ASCII before the at sign: it can
    stand in a header or as a recipient as it is. Nothing is looked up. The reserved `.example` is allowed.

    Raises InvalidAddressError.
    """
    # The library needs about 35 ms to load, which requests without an address should not pay.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    text = value.strip()
    if len(text) > MAX_LENGTH:
        # Before anything else, because the library's time grows with the square of the length.
        raise InvalidAddressError(f"The e-mail address is longer than {MAX_LENGTH} characters.")
    if not text.isprintable():
        raise InvalidAddressError("The e-mail address contains a control or an invisible character. Remove it.")
    try:
        address = validate_email(
            text,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=True,
            check_deliverability=False,
        )
    except EmailNotValidError as error:
        raise InvalidAddressError(str(error)) from None
    # Without SMTPUTF8 the library always gives the ASCII form.
    return str(address.ascii_email).lower()


def mailbox_of(address: str) -> str:
    """The mailbox that such an address reaches: without what stands behind a plus sign, which anybody can vary."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def sign_in_address(value: str) -> str:
    """The address of somebody who signs in with it, in the one spelling. Raises InvalidAddressError."""
    address = email_address(value)
    if len(address) > SIGN_IN_MAX_LENGTH:
        reason = f"The e-mail address is longer than {SIGN_IN_MAX_LENGTH} characters; nobody could sign in with it."
        raise InvalidAddressError(reason)
    return address


_EMAIL: JsonDict = {"format": "email", "maxLength": MAX_LENGTH}
_SIGN_IN: JsonDict = {"format": "email", "maxLength": SIGN_IN_MAX_LENGTH}

Email = Annotated[str, Field(json_schema_extra=_EMAIL), AfterValidator(email_address)]
SignInEmail = Annotated[str, Field(json_schema_extra=_SIGN_IN), AfterValidator(sign_in_address)]
