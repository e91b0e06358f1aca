"""Tables that come in as text: every dialect that offices and CRMs write, and rows that are wrong."""

import codecs
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.spreadsheets.faults import RowError, SpreadsheetError
from shared.spreadsheets.reading import Recognised, Row, Table, read_table
from shared.spreadsheets.records import LONGEST_RECORD

reproducibly = settings(derandomize=True, deadline=None)

STRAY_QUOTE = (
    "A quotation mark is not closed, or stands inside a cell. Put the cell in quotation marks and double those inside."
)
SAVE_ANEW = "Open it in a spreadsheet program and save it as a workbook (.xlsx) or as CSV in UTF-8."
HEADER = ("website", "company")
LINE_BREAKS = ["\r\n", "\n", "\r"]


def read(text: str | bytes) -> list[Row | RowError]:
    return list(table_of(text).rows)


def table_of(text: str | bytes) -> Table:
    return read_table(text if isinstance(text, bytes) else text.encode())


def row(line: int, *cells: str) -> Row:
    return Row(line=line, cells=cells)


def refusal_of(content: bytes) -> str:
    with pytest.raises(SpreadsheetError) as refusal:
        read_table(content)
    return refusal.value.reason


@pytest.mark.parametrize("line_break", LINE_BREAKS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_and_the_line_breaks_are_recognised(separator: str, line_break: str) -> None:
    text = line_break.join([f"website{separator}company", f"a.example{separator}A", "", f"b.example{separator}"])
    table = table_of(text)
    assert table.recognised == Recognised(encoding="UTF-8", separator=separator)
    assert table.columns == HEADER
    assert list(table.rows) == [row(2, "a.example", "A"), row(4, "b.example", "")]


@pytest.mark.parametrize("said", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
@pytest.mark.parametrize("line_break", LINE_BREAKS)
def test_a_first_line_may_say_the_separator(said: str, line_break: str) -> None:
    table = table_of(line_break.join([said, "a,website;b,company", "x,a.example;y,A"]))
    assert table.recognised == Recognised(encoding="UTF-8", separator=";")
    assert table.columns == ("a,website", "b,company")
    assert list(table.rows) == [row(3, "x,a.example", "y,A")]


def test_it_may_be_a_separator_that_nobody_would_guess() -> None:
    assert read("sep=|\nwebsite|company\na.example|A\n") == [row(3, "a.example", "A")]


def test_the_separator_is_the_one_that_fits_the_rows_too() -> None:
    table = table_of("Name, legal, full;Website\nAcme, Inc.;acme.example\nGlobex;globex.example\n")
    assert table.recognised.separator == ";"
    assert list(table.rows) == [row(2, "Acme, Inc.", "acme.example"), row(3, "Globex", "globex.example")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("website,company\na.example,Ä €\n".encode(), "UTF-8"),
        (codecs.BOM_UTF8 + "website,company\na.example,Ä €\n".encode(), "UTF-8"),
        ("website,company\na.example,Ä €\n".encode("utf-16"), "UTF-16"),
        ("\ufeffwebsite,company\na.example,Ä €\n".encode("utf-16-be"), "UTF-16"),
        ("website,company\na.example,Ä €\n".encode("utf-16-le"), "UTF-16"),
        ("website,company\na.example,Ä €\n".encode("utf-16-be"), "UTF-16"),
        ("website,company\na.example,Ä €\n".encode("cp1252"), "Windows-1252"),
    ],
)
def test_the_encoding_is_recognised(content: bytes, encoding: str) -> None:
    table = read_table(content)
    assert table.recognised.encoding == encoding
    assert table.columns == HEADER
    assert list(table.rows) == [row(2, "a.example", "Ä €")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a;b\n", "CSV in UTF-8, separated by semicolons"),
        (b"a,b\n", "CSV in UTF-8, separated by commas"),
        ("ä\tb\n".encode("utf-16"), "CSV in UTF-16, separated by tabs"),
        (b"sep=|\n\xe4|b\n", "CSV in Windows-1252, separated by '|'"),
    ],
)
def test_what_was_recognised_can_be_told(content: bytes, words: str) -> None:
    assert str(read_table(content).recognised) == words


def test_rows_without_text_are_left_out() -> None:
    text = '\n , \n"",""\nwebsite,company\n,\n , \n"",""\na.example,A\n,,,,\n\n'
    assert read(text) == [row(8, "a.example", "A")]


def test_the_names_of_columns_are_tidied_and_may_have_several_lines() -> None:
    table = table_of('" website ","company\r\n(legal  name)"\na.example,A\n')
    assert table.columns == ("website", "company (legal name)")
    assert list(table.rows) == [row(3, "a.example", "A")]


def test_columns_may_have_no_name_or_the_same_and_the_last_empty_ones_do_not_count() -> None:
    table = table_of("note,,note,website,,\n1,2,3,a.example,,\n4,5,6,b.example\n7,8,9,c.example,x,y\n")
    assert table.columns == ("note", "", "note", "website")
    assert list(table.rows) == [
        row(2, "1", "2", "3", "a.example"),
        row(3, "4", "5", "6", "b.example"),
        row(4, "7", "8", "9", "c.example"),
    ]


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
        (",,DE", "Cells in this row: 3, in the header: 2. They must be as many."),
    ],
)
def test_a_row_of_another_width_than_the_header_is_refused(cells: str, reason: str) -> None:
    assert read(f"website,company\n{cells}\nb.example,B\n") == [
        RowError(line=2, column=None, reason=reason),
        row(3, "b.example", "B"),
    ]


def test_empty_cells_behind_the_last_column_are_no_fault() -> None:
    assert read("website,company\na.example,A,, \n") == [row(2, "a.example", "A")]


@pytest.mark.parametrize("line_break", LINE_BREAKS)
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("x" * (LONGEST_RECORD + 1), "The row is longer than 1,000,000 characters."),
        ('"' + "x" * (LONGEST_RECORD + 1), STRAY_QUOTE),
    ],
)
def test_a_row_without_end_costs_one_row(wrong: str, reason: str, line_break: str) -> None:
    text = line_break.join(["website,company", f"a.example,{wrong}", "b.example,B", "c.example,C"])
    assert read(text) == [
        RowError(line=2, column=None, reason=reason),
        row(3, "b.example", "B"),
        row(4, "c.example", "C"),
    ]


def test_rows_of_any_number_are_read_across_the_parts_of_the_file() -> None:
    lines = [f'a{number}.example,"A\n{number}"' for number in range(20_000)]
    found = read("website,company\n" + "\n".join(lines))
    assert found == [row(2 * number + 2, f"a{number}.example", f"A\n{number}") for number in range(20_000)]


def test_bytes_that_are_no_text_stay_in_their_row() -> None:
    content = "website,company\na.example,Ä\n".encode("latin-1") + "b.example,Ä\n".encode()
    assert read(content) == [row(2, "a.example", "\udcc4"), row(3, "b.example", "Ä")]


def test_half_a_character_of_utf_16_stays_in_its_row() -> None:
    content = "website,company\na.example,A".encode("utf-16") + b"\x41"
    assert read(content) == [row(2, "a.example", "A\udcff")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty. Its first row names the columns."),
        (b"\xef\xbb\xbf\r\n\n,,\n", "The file is empty. Its first row names the columns."),
        (b"sep=;\n", "The file is empty. Its first row names the columns."),
        (b'website,"company\na.example,A\n', f"The header cannot be read. {STRAY_QUOTE}"),
        ("website\n".encode("utf-32"), "The file is in UTF-32. Save it as CSV in UTF-8."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            f"The file is a workbook of the old kind (.xls), or one that is protected by a password. {SAVE_ANEW}",
        ),
        (
            b"%PDF-1.7",
            f"The file is a PDF document. {SAVE_ANEW}",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(content: bytes, reason: str) -> None:
    assert refusal_of(content) == reason


@reproducibly
@given(body=st.binary(max_size=80) | st.text(st.sampled_from("ab\",;\t\r\n\0'="), max_size=80).map(str.encode))
def test_a_wrong_row_never_swallows_the_last_one(body: bytes) -> None:
    found = read(b"website,company\n" + body + b"\nlast.example,Last\n")
    lines = [one.line for one in found]
    assert lines == sorted(set(lines))
    assert found[-1] == row(lines[-1], "last.example", "Last")


@reproducibly
@given(content=st.binary(max_size=200) | st.text(st.sampled_from("sep=,;\t\"\r\nä\0'\ufeff")).map(str.encode))
@example(content=b"sep=")
@example(content=b"PK\x03\x04")
@example(content=b"\xff\xfea")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(SpreadsheetError):
        assert all(isinstance(one, Row | RowError) for one in read_table(content).rows)


@reproducibly
@given(
    rows=st.lists(st.tuples(*[st.text(st.sampled_from('aÄ €"\n,;\t'), min_size=1)] * 2), max_size=4),
    separator=st.sampled_from(",;\t"),
    line_break=st.sampled_from(LINE_BREAKS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
)
def test_a_table_reads_the_same_in_every_dialect(
    rows: list[tuple[str, str]], separator: str, line_break: str, encoding: str
) -> None:
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    lines = [separator.join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in (HEADER, *filled)]
    table = read_table(line_break.join(lines).encode(encoding))
    assert table.columns == HEADER
    assert [one.cells for one in table.rows if isinstance(one, Row)] == filled
