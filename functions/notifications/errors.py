"""Why a notice is given up; the code stands in the notice."""

from typing import ClassVar


class UndeliverableError(Exception):
    """No attempt can deliver this notice. It names nobody: the code says all."""

    code: ClassVar[str]

    def __init__(self, silenced: tuple[str, ...] = ()) -> None:
        """`silenced` are the partner's users who should have been told."""
        super().__init__(self.code)
        self.silenced = silenced


class RecipientGoneError(UndeliverableError):
    """The user to be told has left, and the partner has no admin."""

    code = "recipient_gone"


class AddressSuppressedError(UndeliverableError):
    """Mail to this address came back for good before, or its reader complained."""

    code = "address_suppressed"


class TooLateError(UndeliverableError):
    """The link that the mail asks to open has expired."""

    code = "too_late"
