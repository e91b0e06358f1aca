"""What the API takes for text, and what a mail's header carries, are one and the same."""

import sys
import unicodedata

import pytest

from shared.characters import first_unwanted
from shared.mail.errors import UnusableHeaderTextError
from shared.mail.header_values import check_header_text
from shared.text import one_line, several_lines

REFUSED = (
    *"\0\x07\x1b\x7f\x85\u2028\u2029",
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206f",
    *"\ud800\udfff\ue000\uf8ff\ufdd0\ufeff\ufff9\ufffe\uffff\U000f0000\U0010ffff",
    *"\u0378\U000e0001\U000e0041\U000e007f",
)
TAKEN = (*"a\u00e4\u4e2d\u05d0\U0001f600\u0301\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufe0f\U000e0100",)


def is_taken(text: str) -> bool:
    try:
        one_line(text)
    except ValueError:
        return False
    return True


def is_carried(text: str) -> bool:
    try:
        check_header_text(text)
    except UnusableHeaderTextError:
        return False
    return True


@pytest.mark.parametrize("character", REFUSED)
def test_what_is_no_text_is_found(character: str) -> None:
    assert first_unwanted(f"a{character}b") == character


@pytest.mark.parametrize("character", TAKEN)
def test_what_names_and_emoji_need_is_text(character: str) -> None:
    assert first_unwanted(f"a{character}b") is None


def test_of_all_characters_a_line_takes_what_a_header_carries_and_no_other() -> None:
    characters = [chr(point) for point in range(sys.maxunicode + 1)]

    assert [one for one in characters if is_taken(f"a{one}b") != is_carried(f"a{one}b")] == []


def test_what_is_composed_of_text_is_text() -> None:
    """A text is checked before it is brought into its composed form."""
    taken = [one for one in map(chr, range(sys.maxunicode + 1)) if first_unwanted(one) is None]

    assert [one for one in taken if first_unwanted(unicodedata.normalize("NFC", one)) is not None] == []


def test_several_lines_may_hold_tabs_and_line_feeds_and_nothing_else_beyond_a_line() -> None:
    assert several_lines("a\tb\nc") == "a\tb\nc"
    for character in REFUSED:
        with pytest.raises(ValueError, match=rf"U\+{ord(character):04X}"):
            several_lines(f"a\n{character}b")
