"""One reader for every table that comes in: CSV of any dialect, or a workbook.

Separators are commas, semicolons or tabs, or what a line `sep=` says; lines end in any line break; the text is in
UTF-8, UTF-16 or Windows-1252. What was recognised can be told. Rows come one by one: however long the file, little of
it is in memory (a workbook's texts are).
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from msgspec import Struct

from shared.spreadsheets.encodings import LOST, encoding_of, texts
from shared.spreadsheets.faults import RowError, SpreadsheetError
from shared.spreadsheets.formulas import as_it_was
from shared.spreadsheets.records import Record, likely_separator, records

_SEPARATOR_LINE = re.compile(r'\s*"?sep=([^"\r\n])"?[;,\t ]*(?:\r\n|\n|\r|\Z)', re.IGNORECASE)
_SEPARATOR_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}
_LEADING_LINES = re.compile(r"(?:[^\S\r\n]*(?:\r\n|\n|\r))+")
_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "a workbook of the old kind (.xls), or one that is protected by a password",
    b"PK\x03\x04": "a zip archive, and no workbook (.xlsx)",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rt": "a text document (RTF)",
}


class Recognised(Struct, frozen=True, kw_only=True):
    """What kind of file it is; a CSV file has an encoding and a separator, a workbook a sheet."""

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        if self.sheet is not None:
            return f"a workbook, sheet {self.sheet!r}"
        assert self.separator is not None  # noqa: S101 - either a sheet or a separator
        name = _SEPARATOR_NAMES.get(self.separator, repr(self.separator))
        return f"CSV in {self.encoding}, separated by {name}"


class Row(Struct, frozen=True, kw_only=True):
    """A row by its first line in the file, from 1; as many cells as the table has columns."""

    line: int
    cells: tuple[str, ...]


class Table(Struct, frozen=True, kw_only=True):
    """`columns` as the header names them, white space tidied; some may have no name, or the same. `rows` ends once."""

    recognised: Recognised
    columns: tuple[str, ...]
    rows: Iterator[Row | RowError]


def read_table(source: bytes | BinaryIO) -> Table:
    """The table in the bytes or the seekable stream; rows without text are left out.

    A wrong row costs that row alone. Raises SpreadsheetError where the file as a whole is no table; where a workbook
    turns out to be damaged, while the rows are read.
    """
    stream = BytesIO(source) if isinstance(source, bytes) else source
    recognised, found = _found_records(stream)
    filled = (record for record in found if not record.is_blank)
    header = next(filled, None)
    if header is None:
        raise SpreadsheetError("The file is empty. Its first row names the columns.")
    if header.fault:
        raise SpreadsheetError(f"The header cannot be read. {header.fault}")
    columns = tuple(_column_name(cell) for cell in header.cells)
    while columns and not columns[-1]:
        columns = columns[:-1]
    is_padded = recognised.sheet is not None
    rows = (_row(record, columns=len(columns), width=len(header.cells), is_padded=is_padded) for record in filled)
    return Table(recognised=recognised, columns=columns, rows=rows)


def _found_records(stream: BinaryIO) -> tuple[Recognised, Iterator[Record]]:
    stream.seek(0)
    start = stream.read(4)
    if start == b"PK\x03\x04":
        # Only who has a workbook waits for what reads it.
        from shared.spreadsheets.workbooks import is_workbook, sheet_records  # noqa: PLC0415

        if is_workbook(stream):
            sheet, found = sheet_records(stream)
            return Recognised(sheet=sheet), found
    if start in _OTHER_FILES:
        raise SpreadsheetError(
            f"The file is {_OTHER_FILES[start]}. "
            "Open it in a spreadsheet program and save it as a workbook (.xlsx) or as CSV in UTF-8."
        )
    return _csv_records(stream)


def _csv_records(stream: BinaryIO) -> tuple[Recognised, Iterator[Record]]:
    encoding = encoding_of(stream)
    parts = texts(stream, encoding)
    sample = next(parts, "")
    leading = _LEADING_LINES.match(sample)
    said = _SEPARATOR_LINE.match(sample, leading.end() if leading else 0)
    begin = said.end() if said else 0
    line = len(re.findall(r"\r\n|\n|\r", sample[:begin])) + 1
    rest = sample[begin:]
    separator = said[1] if said else likely_separator(rest)
    found = records(chain([rest], parts), separator=separator, line=line)
    return Recognised(encoding=encoding.name, separator=separator), found


def _column_name(cell: str) -> str:
    return " ".join(LOST.sub("\ufffd", as_it_was(cell)).split())


def _row(record: Record, *, columns: int, width: int, is_padded: bool) -> Row | RowError:
    """`width` counts the header's cells, with those at its end that have no name."""
    if record.fault:
        return RowError(line=record.line, column=None, reason=record.fault)
    cells = record.cells
    if is_padded:
        cells = (*cells, *("" for _ in range(columns - len(cells))))
    if len(cells) < columns or any(cell.strip() for cell in cells[width:]):
        reason = f"Cells in this row: {len(cells)}, in the header: {columns}. They must be as many."
        return RowError(line=record.line, column=None, reason=reason)
    return Row(line=record.line, cells=tuple(as_it_was(cell) for cell in cells[:columns]))
