"""Header values written here rather than by the standard library's folding.

That folding loses spaces between the encoded words of a long subject, and some versions encode the comma between two
addresses. Here a value is either plain ASCII or encoded words throughout, so that there is nothing to interpret.
"""

import base64
import re
import textwrap

from email_validator import EmailNotValidError, validate_email
from msgspec import Struct
from msgspec.structs import force_setattr

from shared.characters import first_unwanted
from shared.mail.errors import UnusableAddressError, UnusableHeaderTextError

_PLAIN_TEXT = re.compile(r"[!-~]+(?: [!-~]+)*")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_LINE = 66  # with `Reply-To: ` before it a line stays within the 78 characters of RFC 5322
_WORD_BYTES = 36  # 60 characters as an encoded word, of the 75 that RFC 2047 allows


class Mailbox(Struct, frozen=True):
    """One address with the name shown beside it, which may be empty. Its domain is made of A-labels."""

    name: str
    address: str

    def __post_init__(self) -> None:
        check_header_text(self.name)
        try:
            valid = validate_email(self.address, check_deliverability=False, allow_smtputf8=False, strict=True)
        except EmailNotValidError:
            raise UnusableAddressError from None
        if valid.ascii_email is None:
            raise UnusableAddressError
        force_setattr(self, "address", valid.ascii_email)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def header_value(self) -> str:
        if not self.name:
            return self.address
        plain = len(self.name) <= _LINE and _PLAIN_NAME.fullmatch(self.name)
        return f"{self.name if plain else _encoded_words(self.name)}\r\n <{self.address}>"


def subject_value(subject: str) -> str:
    check_header_text(subject)
    if _PLAIN_TEXT.fullmatch(subject) and "=?" not in subject:
        return "\r\n ".join(textwrap.wrap(subject, _LINE, break_long_words=False, break_on_hyphens=False))
    return _encoded_words(subject)


def check_header_text(text: str) -> None:
    """Refuse what could end a header or show it other than it is: all that the API takes for no text."""
    unwanted = first_unwanted(text)
    if unwanted:
        raise UnusableHeaderTextError(code_point=ord(unwanted))


def _encoded_words(text: str) -> str:
    """RFC 2047 words, one a line, no character split over two; readers drop the line breaks between them."""
    chunks: list[bytes] = []
    chunk = b""
    for character in text:
        encoded = character.encode()
        if len(chunk) + len(encoded) > _WORD_BYTES:
            chunks.append(chunk)
            chunk = b""
        chunk += encoded
    chunks.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in chunks)
