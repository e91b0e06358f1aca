"""Cells that a spreadsheet would execute: marked as text when they are written, and unmarked when they are read.

A file that was written with commas may be opened as one with semicolons or tabs. Then a cell is cut at each of those
inside it, and what follows may begin a formula. So an apostrophe goes wherever a formula could begin: at the start of
the cell, and after a semicolon, a tab or a line break. Blanks, quotation marks and direction marks before a formula,
which programs skip, make no difference. Where there is an apostrophe already, one more goes before it, so that taking
one off gives back what was there.
"""

import re

_SKIPPED = (
    "'\""
    r"\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad"  # control characters but tab and line breaks, blanks, soft hyphen
    r"\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"  # invisible, or turning the direction of text
)
_FORMULA = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"  # full-width and small forms too
_PLACE = re.compile(rf"(?:\A|(?<=[;\t\r\n]))(?=[{_SKIPPED}]*+[{_FORMULA}])")
_MARKED = re.compile(rf"(?:\A|(?<=[;\t\r\n]))'(?=[{_SKIPPED}]*+[{_FORMULA}])")


def as_text(cell: str) -> str:
    """The cell so that no spreadsheet takes it, or a part of it, for a formula."""
    return _PLACE.sub("'", cell)


def as_it_was(cell: str) -> str:
    """What `as_text` was given."""
    return _MARKED.sub("", cell)
