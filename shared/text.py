"""Text as people type it: checked and normalised on the way in, folded for search and order."""

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, Field

from shared.characters import first_unwanted

_ACCENTS = re.compile("[\u0300-\u036f]")
_WITHOUT_ACCENTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "\u0131": "i"}
)
"""Letters that are one with what is drawn through or joined to them."""

_LINE_BREAK = re.compile(r"\r\n?")


def one_line(value: object) -> object:
    """Text in NFC without surrounding white space. Raises ValueError for a character that no single line holds.

    Whatever is no text comes back as it is, for the model to refuse.
    """
    return _clean(value) if isinstance(value, str) else value


def several_lines(value: object) -> object:
    """As `one_line`, but tabs may stand in it and lines end in a line feed, however they were sent."""
    return _clean(_LINE_BREAK.sub("\n", value), layout="\t\n") if isinstance(value, str) else value


def _clean(value: str, *, layout: str = "") -> str:
    """`layout` holds the control characters that may stand in the text."""
    stripped = value.strip()
    unwanted = first_unwanted(stripped, allowed=layout)
    if unwanted:
        raise ValueError(f"contains the character U+{ord(unwanted):04X}, which is not text; remove it")
    if stripped and not any(unicodedata.category(character)[0] in "LNPS" for character in stripped):
        raise ValueError("contains nothing that can be seen")
    return unicodedata.normalize("NFC", stripped)


def folded(text: str) -> str:
    """The text for order and for telling alike: letter case, compatibility forms and white space make no difference.

    Folding what is folded changes nothing, so a stored result can be compared with a fresh one.
    """
    # Decomposed first: compatibility forms such as ㎒ hide capitals that folding would miss.
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", decomposed).split())


def searchable(text: str) -> str:
    """The folded text without accents, for search: `Łódź` is `lodz`.

    The marks of scripts that cannot be read without them, such as Hindi and Japanese, stay.
    """
    decomposed = unicodedata.normalize("NFKD", folded(text))
    return folded(_ACCENTS.sub("", decomposed).translate(_WITHOUT_ACCENTS))


OneLine = BeforeValidator(one_line)
"""For text with bounds of its own: `Annotated[str, Field(max_length=40), OneLine]`; the bounds count what is left."""

Line = Annotated[str, Field(min_length=1, max_length=200), OneLine]
"""A name, a company, a title."""

Paragraph = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(several_lines)]
"""A reason or a remark; it may have several lines."""
