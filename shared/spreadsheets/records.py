"""The records of a delimited text (RFC 4180 and its relatives), one after the other, however long the text is."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from msgspec import Struct

SEPARATORS = (",", ";", "\t")
LONGEST_RECORD = 1_000_000
"""In characters. After so many without an end, a record counts as one that has none."""

STRAY_QUOTE = (
    "A quotation mark is not closed, or stands inside a cell. Put the cell in quotation marks and double those inside."
)
TOO_LONG = f"The row is longer than {LONGEST_RECORD:,} characters."

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_OPEN_QUOTE = re.compile(r'"[^"]*+(?:""[^"]*+)*+"?\Z')


class Record(Struct, frozen=True, kw_only=True):
    """The cells that begin in a line, or none and what is wrong."""

    line: int
    cells: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but separators and white space."""
        return not self.fault and not any(cell.strip() for cell in self.cells)


@cache
def _cell_pattern(separator: str) -> re.Pattern[str]:
    # Possessive, so that the time stays linear in the text's length.
    end = re.escape(separator)
    return re.compile(rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<plain>[^"{end}\r\n]*+))(?P<end>{end}|\r\n|\n|\r|\Z)')


def records(parts: Iterable[str], *, separator: str, line: int = 1) -> Iterator[Record]:
    """Each record of the text, empty lines included. `line` is the number of its first line.

    A wrong record costs that record alone: after a quotation mark that is never closed, reading goes on in the next
    line.
    """
    return _Reader(iter(parts), separator=separator, line=line).records()


class _Reader:
    """Holds the part of the text that is not read yet, never much more than a record."""

    def __init__(self, parts: Iterator[str], *, separator: str, line: int) -> None:
        self._parts = parts
        self._cell = _cell_pattern(separator)
        self._separator = separator
        self._line = line
        self._text = ""
        self._position = 0
        self._has_ended = False

    def records(self) -> Iterator[Record]:
        while self._position < len(self._text) or self._fill():
            cells, end, may_go_on = self._next()
            if may_go_on and not self._has_ended and len(self._text) - self._position <= LONGEST_RECORD:
                self._fill()
                continue
            if cells is not None and end - self._position <= LONGEST_RECORD:
                yield Record(line=self._line, cells=tuple(cells))
                self._go_to(end)
                continue
            is_quoted = '"' in self._text[self._position : self._position + LONGEST_RECORD]
            yield Record(line=self._line, fault=STRAY_QUOTE if cells is None and is_quoted else TOO_LONG)
            self._skip_line()

    def _next(self) -> tuple[list[str] | None, int, bool]:
        """The cells of the record that begins here and its end; and whether more text could change them."""
        cells: list[str] = []
        position = self._position
        while cell := self._cell.match(self._text, position):
            quoted = cell["quoted"]
            cells.append(cell["plain"] if quoted is None else quoted.replace('""', '"'))
            position = cell.end()
            if cell["end"] != self._separator:
                return cells, position, position == len(self._text)
        return None, position, bool(_OPEN_QUOTE.match(self._text, position))

    def _fill(self) -> bool:
        """Takes the next part of the text; false where there is none."""
        part = next(self._parts, None)
        while part == "":
            part = next(self._parts, None)
        if part is None:
            self._has_ended = True
            return False
        self._text = self._text[self._position :] + part
        self._position = 0
        return True

    def _go_to(self, end: int) -> None:
        self._line += len(_LINE_BREAK.findall(self._text, self._position, end))
        self._position = end

    def _skip_line(self) -> None:
        while not (line_break := _LINE_BREAK.search(self._text, self._position)) or (
            line_break.end() == len(self._text) and line_break[0] == "\r" and not self._has_ended
        ):
            if not line_break:
                self._position = len(self._text)
            if not self._fill():
                self._go_to(len(self._text))
                return
        self._go_to(line_break.end())


def likely_separator(sample: str) -> str:
    """The one that cuts the rows at the start of a file into as many cells as the header, and the most of them."""

    def fitness(separator: str) -> tuple[float, int]:
        found = [one for one in records([sample], separator=separator) if not one.is_blank][:20]
        if not found:  # it explains all that is there
            return (2, 0)
        header, *rows = found
        width = len(header.cells)
        # A single column fits always; and what was read of the last row may be its beginning only.
        rows = rows[:-1] or rows
        alike = sum(len(row.cells) == width for row in rows) / len(rows) if rows else 1
        return (alike if width > 1 else 0, width)

    return max(SEPARATORS, key=fitness)
