"""Workbooks (.xlsx): the rows of the first sheet that holds any, as texts."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import count
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from shared.spreadsheets.faults import SpreadsheetError
from shared.spreadsheets.records import Record

LARGEST_UNPACKED = 1_000_000_000
"""Bytes. A small archive may unpack to more than any machine holds."""

DAMAGED = (
    "The workbook is damaged or protected by a password. Open it, remove the password, and save it as CSV in UTF-8."
)
# What openpyxl and the libraries below it raise for archives that are none, entries that are missing and XML that is
# wrong; it has no error of its own for them.
_ERRORS = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    EOFError,
    OSError,
)


def is_workbook(stream: BinaryIO) -> bool:
    """Whether this is a zip archive that has a workbook's parts."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return "[Content_Types].xml" in archive.namelist() and any(
                name.startswith("xl/") for name in archive.namelist()
            )
    except _ERRORS:
        return False


def sheet_records(stream: BinaryIO) -> tuple[str, Iterator[Record]]:
    """The name of the sheet, and its rows, blank ones included. Raises SpreadsheetError, while it is read too."""
    try:
        _check_size(stream)
        with _without_warnings():
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        for name in book.sheetnames:
            if any(not record.is_blank for record in _rows_of(book, name)):
                return name, _read(book, name)
    except SpreadsheetError:
        raise
    except _ERRORS:
        raise SpreadsheetError(DAMAGED) from None
    raise SpreadsheetError("No sheet of the workbook holds anything. The first row of a table names its columns.")


def _check_size(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        raise SpreadsheetError("The workbook is too large. Save it as CSV in UTF-8.")


def _read(book: Workbook, name: str) -> Iterator[Record]:
    try:
        yield from _rows_of(book, name)
    except _ERRORS:
        raise SpreadsheetError(DAMAGED) from None


def _rows_of(book: Workbook, name: str) -> Iterator[Record]:
    sheet = book[name]
    if not hasattr(sheet, "iter_rows"):  # a sheet of a chart
        return
    sheet.reset_dimensions()  # which programs other than Excel write wrongly
    rows = sheet.iter_rows(values_only=True)
    for line in count(1):
        with _without_warnings():
            row = next(rows, None)
        if row is None:
            return
        yield Record(line=line, cells=tuple(map(_text, row)))


@contextmanager
def _without_warnings() -> Iterator[None]:
    """The library's remarks about styles and dates help nobody who has sent a table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _text(value: object) -> str:
    """As the same table would have it in a CSV file; days and instants as ISO 8601."""
    match value:
        case None:
            text = ""
        case bool():
            text = "TRUE" if value else "FALSE"
        case datetime() if value.time() == time.min:
            text = value.date().isoformat()
        case datetime():
            text = value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            text = value.isoformat()
        case float() if value.is_integer():
            text = str(int(value))
        case _:
            text = str(value)
    return text
