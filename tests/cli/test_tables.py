"""Tables on terminals of any width and in pipes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from cli.tables import Column, lay_out

COLUMNS = (
    "Link",
    Column("Name", wraps=True),
    Column("Mail", spare=1),
    Column("Created", spare=2),
    "Expires",
)
ROWS = [
    ["l-c80c8d7403cc65114201", "Vetch Dairy, to be sent", "sent", "2026-11-29", "2027-02-27"],
    ["l-efd53d29628ab222d97b", "Ulmen Bücher 東京", "-", "2026-11-29", "2027-02-27"],
]


def test_in_a_pipe_each_row_is_one_whole_line() -> None:
    layout = lay_out(("Id", Column("Name", wraps=True)), [["c-1", "x " * 300], ["c-2", "two\nlines"]], width=None)
    assert layout.lines == ["Id   Name", "c-1  " + ("x " * 300).strip(), "c-2  two lines"]
    assert layout.left_out == []


def test_where_there_is_room_nothing_wraps_and_nothing_is_left_out() -> None:
    layout = lay_out(COLUMNS, ROWS, width=80)
    assert layout.left_out == []
    assert layout.lines == [
        "Link                    Name                     Mail  Created     Expires",
        "l-c80c8d7403cc65114201  Vetch Dairy, to be sent  sent  2026-11-29  2027-02-27",
        "l-efd53d29628ab222d97b  Ulmen Bücher 東京        -     2026-11-29  2027-02-27",
    ]


def test_text_wraps_before_anything_is_left_out() -> None:
    layout = lay_out(COLUMNS, ROWS, width=64)
    assert layout.left_out == []
    assert layout.lines == [
        "Link                    Name        Mail  Created     Expires",
        "l-c80c8d7403cc65114201  Vetch       sent  2026-11-29  2027-02-27",
        "                        Dairy, to",
        "                        be sent",
        "l-efd53d29628ab222d97b  Ulmen       -     2026-11-29  2027-02-27",
        "                        Bücher",
        "                        東京",
    ]


def test_spare_columns_are_left_out_one_by_one() -> None:
    assert lay_out(COLUMNS, ROWS, width=59).left_out == ["Created"]
    assert lay_out(COLUMNS, ROWS, width=46).left_out == ["Mail", "Created"]


def test_where_even_that_is_too_wide_each_row_is_a_list() -> None:
    layout = lay_out(COLUMNS, ROWS, width=40)
    assert list(layout.left_out) == []
    assert layout.lines == [
        "Link     l-c80c8d7403cc65114201",
        "Name     Vetch Dairy, to be sent",
        "Mail     sent",
        "Created  2026-11-29",
        "Expires  2027-02-27",
        "",
        "Link     l-efd53d29628ab222d97b",
        "Name     Ulmen Bücher 東京",
        "Mail     -",
        "Created  2026-11-29",
        "Expires  2027-02-27",
    ]


def test_a_word_that_is_too_long_for_its_column_goes_on_in_the_next_line() -> None:
    rows = [["c-1", "Vetch Donaudampfschifffahrtsgesellschaft"]]
    layout = lay_out(("Id", Column("Name", wraps=True)), rows, width=29)
    assert layout.lines == ["Id   Name", "c-1  Vetch", "     Donaudampfschifffahrtsge", "     sellschaft"]


def test_no_other_word_breaks_and_what_has_no_room_goes() -> None:
    columns = ("Client", Column("Products", wraps=True), Column("Relationship", wraps=True, spare=1))
    rows = [["c-62012", "marketing_hub, sales_hub", "sold and managed"]]
    assert lay_out(columns, rows, width=37).lines == [
        "Client   Products        Relationship",
        "c-62012  marketing_hub,  sold and",
        "         sales_hub       managed",
    ]
    assert lay_out(columns, rows, width=36).left_out == ["Relationship"]


@settings(derandomize=True, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.text(st.sampled_from("aB1 é東\n"), max_size=30)] * 3), max_size=4),
    width=st.integers(1, 120),
)
def test_no_cell_that_must_be_whole_is_ever_cut(rows: list[tuple[str, str, str]], width: int) -> None:
    layout = lay_out(("Id", Column("Name", wraps=True), Column("Note", spare=1)), rows, width=width)
    text = "\n".join(layout.lines)
    for row in rows:
        assert " ".join(row[0].splitlines()).strip() in text
    is_table = layout.lines[:1] and layout.lines[0].startswith("Id ") and "Name" in layout.lines[0]
    if is_table:
        assert max(map(cell_len, layout.lines)) <= max(width, 12)


@pytest.mark.parametrize("width", [None, 80, 5])
def test_a_table_without_rows_has_its_header_where_it_has_room(width: int | None) -> None:
    assert lay_out(("Id", "Name"), [], width=width).lines in (["Id  Name"], [])
