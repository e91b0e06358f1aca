import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.spreadsheet import Row, RowError, SpreadsheetError, read_csv, write_csv

reproducibly = settings(derandomize=True, deadline=None)

STRAY_QUOTE = (
    "A quotation mark is not closed, or stands inside a cell. Put the cell in quotation marks and double those inside."
)
# NUL is refused on reading, and a lone surrogate has no UTF-8.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("'=+-@\t\r\n\",;\ufeff "))


def read(text: str | bytes, **options: int) -> list[Row | RowError]:
    return list(read_csv(text, required=["website", "company"], optional=["country"], **options))


def row(line: int, *cells: str) -> Row:
    return Row(line=line, cells=dict(zip(["website", "company", "country"], cells, strict=False)))


def refusal_of(text: str | bytes) -> str:
    with pytest.raises(SpreadsheetError) as refusal:
        read_csv(text, required=["website", "company"], optional=["country"])
    return refusal.value.reason


def test_rows_are_written_as_rfc_4180_says() -> None:
    written = write_csv(["website", "company"], [["acme.example", 'Acme "X", Ltd'], ["", "two\r\nlines"]])
    assert written == 'website,company\r\nacme.example,"Acme ""X"", Ltd"\r\n,"two\r\nlines"\r\n'


def test_a_table_without_rows_is_its_header() -> None:
    assert write_csv(["website", "company"], []) == "website,company\r\n"


@pytest.mark.parametrize("cell", ["=1+1", "+49 30 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-1"])
def test_what_a_spreadsheet_would_execute_is_written_as_text(cell: str) -> None:
    written = write_csv(["company"], [[cell]])
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["Acme", "a=1", "'Acme'", "'", " =1", "O'Neill"])
def test_other_cells_are_written_as_they_are(cell: str) -> None:
    assert write_csv(["company"], [[cell]]) == f"company\r\n{cell}\r\n"


def test_columns_are_read_by_their_names_in_any_order() -> None:
    assert read("company,country, website\r\nAcme,DE,acme.example\r\n") == [
        Row(line=2, cells={"company": "Acme", "country": "DE", "website": "acme.example"})
    ]


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r"])
def test_rows_may_end_in_any_line_break_and_the_last_in_none(line_break: str) -> None:
    text = line_break.join(["website,company", "a.example,A", "", "b.example,"])
    assert read(text) == [row(2, "a.example", "A"), row(4, "b.example", "")]


@pytest.mark.parametrize("source", ["\ufeffwebsite,company\na.example,Ä\n", "website,company\na.example,Ä\n"])
def test_a_byte_order_mark_belongs_to_no_column(source: str) -> None:
    assert read(source) == read(source.encode()) == [row(2, "a.example", "Ä")]


def test_a_quoted_cell_may_have_several_lines() -> None:
    text = 'website,company\na.example,"A\n\n""B"",\r\nC"\nd.example,D\n'
    assert read(text) == [row(2, "a.example", 'A\n\n"B",\r\nC'), row(6, "d.example", "D")]


@pytest.mark.parametrize(
    "wrong", ['a.example,"A', '"a.example,A', 'a.example,"A"B', 'a.example,A"B', 'a.example,"A""', 'a.example,"']
)
@pytest.mark.parametrize(
    ("following", "cells"),
    [
        ("b.example,B", ("b.example", "B")),
        ('"b.example",B', ("b.example", "B")),
        ('b.example,"B"', ("b.example", "B")),
        ('"b.example","B"', ("b.example", "B")),
        ('b.example,"B, ""C"""', ("b.example", 'B, "C"')),
        ('b.example,""', ("b.example", "")),
    ],
)
def test_a_quotation_mark_that_is_not_closed_costs_one_row(wrong: str, following: str, cells: tuple[str, str]) -> None:
    text = f"website,company\n{wrong}\n{following}\n{following}\n"
    assert read(text) == [
        RowError(line=2, column=None, reason=STRAY_QUOTE),
        row(3, *cells),
        row(4, *cells),
    ]


def test_each_row_with_a_stray_quotation_mark_is_reported() -> None:
    text = 'website,company\na.example,"A\nb.example,B\nc.example,"C\nd.example,D\n'
    assert read(text) == [
        RowError(line=2, column=None, reason=STRAY_QUOTE),
        row(3, "b.example", "B"),
        RowError(line=4, column=None, reason=STRAY_QUOTE),
        row(5, "d.example", "D"),
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("a.example", "Cells in this row: 1, in the header: 2. They must be as many."),
        ("a.example,A,DE", "Cells in this row: 3, in the header: 2. They must be as many."),
        (",,", "Cells in this row: 3, in the header: 2. They must be as many."),
    ],
)
def test_a_row_of_another_width_than_the_header_is_refused(cells: str, reason: str) -> None:
    assert read(f"website,company\n{cells}\nb.example,B\n") == [
        RowError(line=2, column=None, reason=reason),
        row(3, "b.example", "B"),
    ]


def test_a_nul_is_refused_with_its_column() -> None:
    assert read("website,company\na.example,A\0\nb.example,B\n") == [
        RowError(line=2, column="company", reason="The cell contains a NUL character. Remove it."),
        row(3, "b.example", "B"),
    ]


def test_a_cell_that_is_too_long_is_refused_with_its_column() -> None:
    assert read(f"website,company\n{'a' * 11},A\n{'b' * 10},B\n", max_cell_length=10) == [
        RowError(line=2, column="website", reason="The cell is longer than 10 characters."),
        row(3, "b" * 10, "B"),
    ]


def test_the_apostrophe_before_a_formula_does_not_count_as_length() -> None:
    assert read("website,company\na.example,'=1234567\n", max_cell_length=9) == [row(2, "a.example", "=1234567")]


def test_bytes_that_are_not_utf_8_cost_one_row() -> None:
    source = "website,company\na.example,Ä\n".encode("latin-1") + "b.example,Ä\n".encode()
    assert read(source) == [
        RowError(line=2, column="company", reason="The cell is not UTF-8. Save the file as CSV in UTF-8."),
        row(3, "b.example", "Ä"),
    ]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "The file is empty. Its first row names the columns."),
        ("\ufeff\r\n\n", "The file is empty. Its first row names the columns."),
        ("company\nAcme", "Columns are missing: website. The first row names them, between commas."),
        ("website;company\n", "Columns are missing: website, company. The first row names them, between commas."),
        (
            "website,company,colour\n",
            "The column 'colour' is not known here. Known are website, company, country.",
        ),
        ("website,company,\n", "The column '' is not known here. Known are website, company, country."),
        ("website,company,website\n", "The header names a column twice."),
        ('website,"company\na.example,A\n', f"The header cannot be read. {STRAY_QUOTE}"),
        ("website,company\n".encode("utf-16"), "The file is in UTF-16. Save it as CSV in UTF-8."),
    ],
)
def test_a_file_without_a_proper_header_is_refused_as_a_whole(source: str | bytes, reason: str) -> None:
    assert refusal_of(source) == reason


@reproducibly
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
@example(rows=[("", "", ""), ("'", "''=", "'''a"), ("\ufeff=", '"', "\r")])
def test_what_was_written_is_read_unchanged(rows: list[tuple[str, str, str]]) -> None:
    header = ["website", "company", "country"]
    written = write_csv(header, rows)
    for source in (written, written.encode(), "\ufeff" + written):
        found = read(source)
        assert [list(one.cells.values()) for one in found if isinstance(one, Row)] == [list(cells) for cells in rows]
        assert len(found) == len(rows)


@reproducibly
@given(cells=st.lists(CELLS, max_size=5))
def test_a_single_column_is_read_unchanged_even_where_it_is_empty(cells: list[str]) -> None:
    written = write_csv(["company"], [[cell] for cell in cells])
    found = list(read_csv(written, required=["company"]))
    assert [dict(one.cells) for one in found if isinstance(one, Row)] == [{"company": cell} for cell in cells]


@reproducibly
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_what_is_written_is_what_other_readers_understand(rows: list[tuple[str, str]]) -> None:
    others = list(csv.reader(io.StringIO(write_csv(["website", "company"], rows), newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in cells] for cells in others] == [
        [cell.removeprefix("'") for cell in cells] for cells in rows
    ]


@reproducibly
@given(body=st.binary(max_size=80) | st.text(st.sampled_from("ab\",\r\n\0'="), max_size=80).map(str.encode))
def test_a_wrong_row_never_swallows_the_last_one(body: bytes) -> None:
    found = read(b"website,company\n" + body + b"\nlast.example,Last\n")
    lines = [one.line for one in found]
    assert lines == sorted(set(lines))
    assert found[-1] == row(lines[-1], "last.example", "Last")
