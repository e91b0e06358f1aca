"""Workbooks read as tables."""

import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.spreadsheets import workbooks
from shared.spreadsheets.faults import RowError, SpreadsheetError
from shared.spreadsheets.reading import Recognised, Row, read_table

reproducibly = settings(derandomize=True, deadline=None)

HEADER = ["website", "company"]


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for cells in rows:
            sheet.append(list(cells))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


WHOLE = workbook([HEADER, ["acme.example", "Acme"]])


def test_a_workbook_is_read_like_a_csv_file() -> None:
    table = read_table(WHOLE)
    assert table.recognised == Recognised(sheet="Sheet 1")
    assert str(table.recognised) == "a workbook, sheet 'Sheet 1'"
    assert table.columns == ("website", "company")
    assert list(table.rows) == [Row(line=2, cells=("acme.example", "Acme"))]


def test_the_first_sheet_that_holds_anything_is_the_table() -> None:
    table = read_table(workbook([], [[None, " "]], [HEADER, ["acme.example", "Acme"]]))
    assert table.recognised == Recognised(sheet="Sheet 3")
    assert list(table.rows) == [Row(line=2, cells=("acme.example", "Acme"))]


def test_blank_rows_are_left_out_and_short_ones_are_filled_up() -> None:
    table = read_table(workbook([[], HEADER, [None, None], ["acme.example"], ["b.example", "B", None, " "]]))
    assert list(table.rows) == [
        Row(line=4, cells=("acme.example", "")),
        Row(line=5, cells=("b.example", "B")),
    ]


def test_a_cell_without_a_column_is_a_fault_of_its_row() -> None:
    assert list(read_table(workbook([HEADER, ["a.example", "A", "DE"]])).rows) == [
        RowError(line=2, column=None, reason="Cells in this row: 3, in the header: 2. They must be as many.")
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (62000, "62000"),
        (1.23457e14, "123457000000000"),
        (10.5, "10.5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime(2026, 11, 1), "2026-11-01"),  # noqa: DTZ001 - workbooks know no zones
        (datetime(2026, 11, 1, 9, 30), "2026-11-01 09:30:00"),  # noqa: DTZ001 - as above
        (date(2026, 11, 1), "2026-11-01"),
        (time(9, 30), "09:30:00"),
        ("'=1+1", "=1+1"),
        ("Łódź", "Łódź"),
    ],
)
def test_values_become_the_texts_of_a_csv_file(value: object, text: str) -> None:
    assert list(read_table(workbook([HEADER, ["a.example", value]])).rows) == [Row(line=2, cells=("a.example", text))]


def test_a_workbook_without_content_is_refused() -> None:
    with pytest.raises(SpreadsheetError, match=r"^No sheet of the workbook holds anything\."):
        read_table(workbook([], [[None]]))


def test_a_zip_archive_that_is_no_workbook_is_refused_by_name() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("leads.csv", "website,company\n")
    with pytest.raises(SpreadsheetError, match=r"^The file is a zip archive, and no workbook \(\.xlsx\)\."):
        read_table(target.getvalue())


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 1_000)
    with pytest.raises(SpreadsheetError, match=r"^The workbook is too large\."):
        read_table(WHOLE)


@reproducibly
@given(cut=st.integers(0, len(WHOLE)), place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(cut: int, place: int, byte: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] = byte
    for content in (bytes(damaged), WHOLE[:cut], WHOLE[:cut] + WHOLE[cut + 1 :]):
        with suppress(SpreadsheetError):
            assert all(isinstance(one, Row | RowError) for one in read_table(content).rows)


def _replaced(name: str, content: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(WHOLE)) as whole, zipfile.ZipFile(target, "w") as archive:
        for entry in whole.namelist():
            archive.writestr(entry, content if entry == name else whole.read(entry))
    return target.getvalue()


@pytest.mark.parametrize("part", zipfile.ZipFile(BytesIO(WHOLE)).namelist())
@pytest.mark.parametrize("content", ["", "no XML", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_workbook_with_a_wrong_part_is_read_or_refused(part: str, content: str) -> None:
    with suppress(SpreadsheetError):
        assert all(isinstance(one, Row | RowError) for one in read_table(_replaced(part, content)).rows)
