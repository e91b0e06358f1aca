"""What a function is told by its environment, typed and read on first use."""

import os
from functools import cache


class MissingSettingError(RuntimeError):
    """The function's environment lacks a variable that template.yaml should set."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"environment variable {name} is not set; template.yaml sets it for every function that needs it"
        )


def _setting(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise MissingSettingError(name) from None


@cache
def table_name() -> str:
    return _setting("TABLE_NAME")


@cache
def user_pool_id() -> str:
    return _setting("USER_POOL_ID")


@cache
def operators_need_authenticator() -> bool:
    """Whether an operator's request takes an authenticator app at the operator's sign-in."""
    return _setting("REQUIRE_AUTHENTICATOR") != "nobody"


@cache
def signing_key() -> bytes:
    """The secret that authenticates cursors and derives the tokens of confirmation links."""
    return _setting("SIGNING_KEY").encode()


@cache
def public_base_url() -> str:
    """Where the system is reached from outside, without a trailing slash; never taken from a Host header."""
    return _setting("PUBLIC_BASE_URL").rstrip("/")


@cache
def vendor_name() -> str:
    """The company whose software is sold, as customers read it."""
    return _setting("VENDOR_NAME")


@cache
def vendor_logo_url() -> str:
    """Where the vendor's logo lies; empty for none."""
    return _setting("VENDOR_LOGO_URL")


@cache
def vendor_color() -> str:
    """The vendor's colour, as `#rrggbb`."""
    return _setting("VENDOR_COLOR")


@cache
def imprint_url() -> str:
    """The vendor's imprint; empty for none."""
    return _setting("IMPRINT_URL")


@cache
def privacy_url() -> str:
    """The vendor's privacy notice; empty for none."""
    return _setting("PRIVACY_URL")


@cache
def mail_sender() -> str:
    """The address that mails come from, at an identity that SES has verified."""
    return _setting("MAIL_SENDER")


@cache
def ses_configuration_set() -> str:
    """The SES configuration set that reports bounces and complaints."""
    return _setting("SES_CONFIGURATION_SET")


@cache
def renewals_queue_url() -> str:
    """The queue that takes the due renewals of a day with too many for one run."""
    return _setting("RENEWALS_QUEUE_URL")
