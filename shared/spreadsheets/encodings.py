"""In which of the usual encodings a text file is written: UTF-8, UTF-16 or Windows-1252."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from shared.spreadsheets.faults import SpreadsheetError

CHUNK_BYTES = 64 * 1024

LOST = re.compile(r"[\ud800-\udfff]")
"""Stands for what the encoding does not know."""

_FOREIGN = re.compile(r"[^\x00-\x7f\ud800-\udfff]")
_UTF_32_MARK = b"\xff\xfe\x00\x00"
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ERRORS = {"utf-16-le": "surrogatepass", "utf-16-be": "surrogatepass"}
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}


class Encoding(Struct, frozen=True):
    """`codec` as Python calls it; `length_of_mark` in bytes."""

    codec: str
    length_of_mark: int = 0

    @property
    def name(self) -> str:
        """As people call it."""
        return _NAMES[self.codec]


def encoding_of(stream: BinaryIO) -> Encoding:
    """Reads as much of the stream as it takes to know; where the stream then stands does not matter.

    Raises SpreadsheetError for UTF-32.
    """
    stream.seek(0)
    start = stream.read(4)
    if start == _UTF_32_MARK:
        raise SpreadsheetError("The file is in UTF-32. Save it as CSV in UTF-8.")
    for mark, codec in _MARKS.items():
        if start.startswith(mark):
            return Encoding(codec, len(mark))
    # Headers begin with letters that UTF-16 writes with one byte of zero.
    match [byte != 0 for byte in start]:
        case [True, False, True, False]:
            return Encoding("utf-16-le")
        case [False, True, False, True]:
            return Encoding("utf-16-be")
    return Encoding("utf-8" if _is_rather_utf_8(stream) else "cp1252")


def texts(stream: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The text of the stream in parts. What cannot be decoded becomes characters that `LOST` matches."""
    decoder = codecs.getincrementaldecoder(encoding.codec)(_ERRORS.get(encoding.codec, "surrogateescape"))
    stream.seek(encoding.length_of_mark)
    while content := stream.read(CHUNK_BYTES):
        yield decoder.decode(content)
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:  # half a character of UTF-16
        yield "\udcff"


def _is_rather_utf_8(stream: BinaryIO) -> bool:
    """Characters of UTF-8 by accident are rare: where there are as many of them as damaged ones, it is UTF-8."""
    known = lost = 0
    for text in texts(stream, Encoding("utf-8")):
        if not text.isascii():
            known += len(_FOREIGN.findall(text))
            lost += len(LOST.findall(text))
    return known >= lost
