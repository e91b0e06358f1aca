"""Identifiers that no honest client sends, as they stand in a path: short, long, and of many kinds of characters."""

from urllib.parse import quote

_LENGTHS = (64, 65, 128, 129, 256, 257, 340, 400, 401, 683, 1_024, 1_025, 2_000)
"""On both sides of what an identifier, a part of a key, a sort key and a partition key hold, in bytes or characters."""

_CHARACTERS = ("a", "%", "#", "\u00e9", "\u4e2d", "\U0001f600", "\u0301")
"""Of one to four bytes, and one that is three times as long in a key as in a text."""

_WORDS = (
    "", " ", ".", "..", "...", "-", "/", "//", "a/b", "../u-1", "\\", "?", "a?b=c", ";a=b", "*", "%2F", "%00", "&", "+",
    "#", "a#b", "PARTNER#p-hill", "USER#u-1", "CLIENT#4711", "PROFILE", "c-", "c-c-4711", "r-", "l-", "u-", "t-",
    "r-l-1",
    "\0", "a\0b", "\r\nX-Injected: 1", "\u200e", "a\u200eb", "\u200f", "\u061c", "\u202e\u2066", "\ufeff", "\ufffd",
    "e\u0301", "\u0301", "\uac00\u11a8", "\ufdfa", "\u2028", "\ue000", "\U000e0041", "\uffff",
    "-1", "0", "-0", "007", "1.5", "1e309", "NaN", "9" * 40, "-" + "9" * 40, "0x10", "\u0663", "\uff11", "true", "null",
    "__proto__", "' OR 1=1--", "${jndi:x}", "{{7*7}}", "@", "a@b", "ann@hill.example",
)  # fmt: skip

_RAW = ("%", "%z", "%zz", "%ff", "%C0%AF", "%ED%A0%80", "%ED%B0%80", "%25252F")
"""What is not the escaped form of any text."""


def odd_identifiers() -> list[str]:
    """Each as it stands in the URL."""
    long = [character * length for character in _CHARACTERS for length in _LENGTHS]
    return [*_RAW, *(quote(text, safe="") for text in (*_WORDS, *long))]
