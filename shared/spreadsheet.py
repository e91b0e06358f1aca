"""Comma-separated values (RFC 4180, UTF-8), written so that a spreadsheet executes nothing and read row by row.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and so is one that already
looks like that; reading takes one apostrophe off again. What was written is therefore read unchanged.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

MAX_CELL_LENGTH = 10_000

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_UNDECODED = re.compile(r"[\ud800-\udfff]")
# Possessive, so that the time stays linear in the text's length.
_CELL = re.compile(r'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<plain>[^",\r\n]*+))(?P<end>,|\r\n|\n|\r|\Z)')

_STRAY_QUOTE = (
    "A quotation mark is not closed, or stands inside a cell. Put the cell in quotation marks and double those inside."
)


class SpreadsheetError(ValueError):
    """The file as a whole cannot be read; `reason` tells the person who sent it what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Row(Struct, frozen=True, kw_only=True):
    """A row that could be read: its first line in the file, from 1, and its cells by column."""

    line: int
    cells: Mapping[str, str]


class RowError(Struct, frozen=True, kw_only=True):
    """A row that could not be read. `column` is None where no single cell is at fault."""

    line: int
    column: str | None
    reason: str


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows under the header, each ended by CR LF."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return written.getvalue()


def read_csv(
    source: str | bytes,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    max_cell_length: int = MAX_CELL_LENGTH,
) -> Iterator[Row | RowError]:
    """Each row below the header in the order of the file, those that cannot be read included, empty lines left out.

    The header names every required column and may name the optional ones, in any order. A wrong row costs that row
    alone: after a quotation mark that is never closed, reading goes on in the next line.

    Raises SpreadsheetError, before the first row, when the header is missing or wrong.
    """
    if isinstance(source, bytes):
        if source.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise SpreadsheetError("The file is in UTF-16. Save it as CSV in UTF-8.")
        source = source.decode("utf-8", errors="surrogateescape")
    records = _records(source.removeprefix("\ufeff"))
    header = next(records, None)
    if header is None:
        raise SpreadsheetError("The file is empty. Its first row names the columns.")
    if header.cells is None:
        raise SpreadsheetError(f"The header cannot be read. {_STRAY_QUOTE}")
    columns = [name.strip() for name in header.cells]
    _check_header(columns, required=required, optional=optional)
    return (_row(record, columns=columns, max_cell_length=max_cell_length) for record in records)


def _check_header(columns: list[str], *, required: Sequence[str], optional: Sequence[str]) -> None:
    known = (*required, *optional)
    missing = [name for name in required if name not in columns]
    if missing:
        raise SpreadsheetError(f"Columns are missing: {', '.join(missing)}. The first row names them, between commas.")
    unknown = next((name for name in columns if name not in known), None)
    if unknown is not None:
        raise SpreadsheetError(f"The column {unknown[:40]!r} is not known here. Known are {', '.join(known)}.")
    if len(set(columns)) < len(columns):
        raise SpreadsheetError("The header names a column twice.")


class _Record(Struct, frozen=True, kw_only=True):
    """The cells that begin in a line, or None where its quotation marks do not match."""

    line: int
    cells: list[str] | None


def _records(text: str) -> Iterator[_Record]:
    position, line = 0, 1
    while position < len(text):
        cells, end = _cells(text, position)
        if cells != [""] or text[position] == '"':
            yield _Record(line=line, cells=cells)
        line += len(_LINE_BREAK.findall(text, position, end))
        position = end


def _cells(text: str, position: int) -> tuple[list[str] | None, int]:
    """The cells of the record that begins here and where the next one begins."""
    cells: list[str] = []
    start = position
    while cell := _CELL.match(text, position):
        quoted = cell["quoted"]
        cells.append(cell["plain"] if quoted is None else quoted.replace('""', '"'))
        position = cell.end()
        if cell["end"] != ",":
            return cells, position
    line_break = _LINE_BREAK.search(text, start)
    return None, line_break.end() if line_break else len(text)


def _row(record: _Record, *, columns: list[str], max_cell_length: int) -> Row | RowError:
    if record.cells is None:
        return RowError(line=record.line, column=None, reason=_STRAY_QUOTE)
    if len(record.cells) != len(columns):
        reason = f"Cells in this row: {len(record.cells)}, in the header: {len(columns)}. They must be as many."
        return RowError(line=record.line, column=None, reason=reason)
    cells: dict[str, str] = {}
    for column, written in zip(columns, record.cells, strict=True):
        cell = written[1:] if _NEUTRALISED.match(written) else written
        fault = _fault(cell, max_length=max_cell_length)
        if fault:
            return RowError(line=record.line, column=column, reason=fault)
        cells[column] = cell
    return Row(line=record.line, cells=cells)


def _fault(cell: str, *, max_length: int) -> str | None:
    if len(cell) > max_length:
        return f"The cell is longer than {max_length:,} characters."
    if "\0" in cell:
        return "The cell contains a NUL character. Remove it."
    if _UNDECODED.search(cell):
        return "The cell is not UTF-8. Save the file as CSV in UTF-8."
    return None
