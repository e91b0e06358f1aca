"""Which characters are text: one answer for what the API takes and for what a mail's header carries.

Refused are control characters, line and paragraph separators, what embeds or overrides the direction of neighbouring
text, surrogates, private use, tags, marks of byte order and of annotations, and code points that are not assigned.
Marks of direction and joiners stay: names in some scripts and many emoji need them.
"""

import unicodedata

_NOT_TEXT = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
"""General categories, all of which Python calls unprintable."""

_NOT_TEXT_EITHER = frozenset(
    map(
        chr,
        (
            *range(0x202A, 0x202F),  # embeddings and overrides of direction
            *range(0x2066, 0x2070),  # isolates, and formats that are deprecated
            0xFEFF,  # the byte order mark
            *range(0xFFF9, 0xFFFC),  # annotations between lines
            *range(0xE0000, 0xE0080),  # tags
        ),
    )
)


def first_unwanted(text: str, *, allowed: str = "") -> str | None:
    """The first character that is not text, or None; `allowed` are control characters that may stand in it."""
    if text.isprintable():
        return None
    for character in text:
        if character.isprintable() or character in allowed:
            continue
        if unicodedata.category(character) in _NOT_TEXT or character in _NOT_TEXT_EITHER:
            return character
    return None
