"""CSV files that go out: what they look like, and that no spreadsheet executes a part of them."""

import csv
import io
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.spreadsheets.formulas import as_it_was, as_text
from shared.spreadsheets.reading import Row, read_table
from shared.spreadsheets.writing import write_csv

reproducibly = settings(derandomize=True, deadline=None)

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
INVISIBLE = "\u200e\u200f\u061c\u202a\u202e\u2066\u2069\ufeff\u200b\u00ad\u00a0\u3000 "
# NUL is refused on reading, and a lone surrogate has no UTF-8.
CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(f"{SIGNS}{INVISIBLE}'\t\r\n\",;")
)


def cells_under(separator: str, written: str) -> list[str]:
    """All cells that a program sees which splits at this separator."""
    rows = csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline=""), delimiter=separator)
    return [cell for row in rows for cell in row]


def would_run(cell: str) -> bool:
    """As the least careful program looks at it: what cannot be seen, blanks and quotation marks do not count."""
    return re.sub(rf"[{INVISIBLE}\"\x00-\x1f\x7f-\x9f]", "", cell)[:1] in {*SIGNS}


def test_rows_are_written_as_rfc_4180_says_after_a_byte_order_mark() -> None:
    written = write_csv(["website", "company"], [["acme.example", 'Acme "X", Ltd'], ["", "two\r\nlines"]])
    assert written == '\ufeffwebsite,company\r\nacme.example,"Acme ""X"", Ltd"\r\n,"two\r\nlines"\r\n'


def test_the_mark_can_be_left_out() -> None:
    assert write_csv(["website", "company"], [], mark=False) == "website,company\r\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1", "'+49 30 1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff20SUM(A1)", "'\uff20SUM(A1)"),
        (" =1", "' =1"),
        ("\u200e=1", "'\u200e=1"),
        ("\u202e\u2066=1", "'\u202e\u2066=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\t=1", "\t'=1"),
        ("\r=1", "\r'=1"),
        ("a\n=1", "a\n'=1"),
        ("'=1", "''=1"),
        ("''-1", "'''-1"),
        ("Acme;=1+1;x", "Acme;'=1+1;x"),
        ("Ltd;@SUM(1)", "Ltd;'@SUM(1)"),
        ("=1+1;=1+2", "'=1+1;'=1+2"),
        ('Acme;"=1+1";x', 'Acme;\'"=1+1";x'),
        ("Acme;\u200f =1", "Acme;'\u200f =1"),
    ],
)
def test_what_a_spreadsheet_would_execute_is_written_as_text(cell: str, text: str) -> None:
    written = write_csv(["company"], [[cell]])
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == [text]


@pytest.mark.parametrize("cell", ["Acme", "a=1", "'Acme'", "'", "O'Neill", "Meyer - Sohn", "1+1=2"])
def test_other_cells_are_written_as_they_are(cell: str) -> None:
    assert write_csv(["company"], [[cell]], mark=False) == f"company\r\n{cell}\r\n"


@pytest.mark.parametrize("cell", ["a;b", "a\tb", "a,b", 'a"b', "a\nb"])
def test_a_cell_with_any_of_the_separators_is_quoted(cell: str) -> None:
    quoted = cell.replace('"', '""')
    assert write_csv(["company"], [[cell]], mark=False) == f'company\r\n"{quoted}"\r\n'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@reproducibly
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
@example(rows=[("Acme;=1+1;x", 'x;"=1";y'), ("\t\u200e=1", "a\r=1")])
def test_nothing_runs_under_any_separator(separator: str, rows: list[tuple[str, str]]) -> None:
    written = write_csv(["website", "company"], rows)
    assert [cell for cell in cells_under(separator, written) if would_run(cell)] == []


@reproducibly
@given(cell=CELLS)
@example(cell="';'=;''=")
def test_marking_can_be_undone(cell: str) -> None:
    assert as_it_was(as_text(cell)) == cell


@pytest.mark.parametrize("mark", [True, False])
@reproducibly
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
@example(rows=[("'", "''=", "'''a"), ("\ufeff=", '"', "\r")])
def test_what_was_written_is_read_unchanged(rows: list[tuple[str, str, str]], *, mark: bool) -> None:
    filled = [cells for cells in rows if any(cell.strip() for cell in cells)]
    table = read_table(write_csv(["website", "company", "country"], filled, mark=mark).encode())
    assert table.columns == ("website", "company", "country")
    assert [row.cells for row in table.rows if isinstance(row, Row)] == filled
