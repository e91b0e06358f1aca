"""Why a mail was not sent, and whether sending it again can help."""


class PermanentMailError(Exception):
    """This mail to this address can never be sent; the message names no address and no text of the mail."""


class UnusableAddressError(PermanentMailError):
    """Not one plain address."""

    def __init__(self) -> None:
        super().__init__("the address is not one address that mail can be sent to")


class UnusableHeaderTextError(PermanentMailError):
    """A name or subject holds a control character or one that turns the writing direction."""

    def __init__(self, *, code_point: int) -> None:
        super().__init__(f"a name or subject holds the character U+{code_point:04X}, which headers may not carry")


class MailRefusedError(PermanentMailError):
    """The mail service has read the mail and will not take it."""

    def __init__(self, *, code: str) -> None:
        super().__init__(f"the mail service refused the mail: {code}")


class TransientMailError(Exception):
    """Not sent now. Send again later, unless the mail's time is over.

    `may_have_been_sent` where no answer came: the service has no idempotency token, so the next attempt may repeat it.
    """

    def __init__(self, *, code: str, may_have_been_sent: bool) -> None:
        super().__init__(f"the mail could not be handed over: {code}")
        self.may_have_been_sent = may_have_been_sent
