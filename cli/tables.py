"""Tables for people: whole in a pipe, and as wide as the terminal, without ever cutting an id, a day or an amount.

Where a table is too wide, columns of text wrap; where that is not enough, spare columns are left out; and where that is
not enough either, each row is written as a list of its cells.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells

GAP = "  "
LONGEST_WORD = 24
"""In character cells: a column of text is never so narrow that a word up to this length breaks; others have to go."""


@dataclass(frozen=True)
class Column:
    """A column that is never cut and never wraps; with `wraps` it may be; with `spare` it may be left out.

    Of several spare columns the one with the highest number goes first.
    """

    name: str
    wraps: bool = False
    spare: int = 0


@dataclass(frozen=True)
class Layout:
    """The lines of a table, and the names of the columns that had no room."""

    lines: Sequence[str]
    left_out: Sequence[str] = ()


def lay_out(columns: Sequence[str | Column], rows: Iterable[Sequence[str]], *, width: int | None) -> Layout:
    """Without a width, each row is one line, however long."""
    table = [one if isinstance(one, Column) else Column(one) for one in columns]
    cells = [[_on_one_line(cell) for cell in row] for row in rows]
    natural = [
        max(cell_len(text) for text in (column.name, *(row[at] for row in cells))) for at, column in enumerate(table)
    ]
    least = [
        min(
            LONGEST_WORD,
            max(cell_len(word) for text in (column.name, *(row[at] for row in cells)) for word in text.split(" ")),
        )
        if column.wraps
        else natural[at]
        for at, column in enumerate(table)
    ]
    kept = list(range(len(table)))
    while width is not None and sum(least[at] for at in kept) + len(GAP) * (len(kept) - 1) > width:
        spare = [at for at in kept if table[at].spare]
        if not spare:
            return Layout(_as_lists(table, cells))
        kept.remove(max(spare, key=lambda at: (table[at].spare, at)))
    widths = [natural[at] for at in kept] if width is None else _widths(natural, least, kept, width)
    lines = [
        line for row in ([column.name for column in table], *cells) for line in _lines([row[at] for at in kept], widths)
    ]
    return Layout(lines, [column.name for at, column in enumerate(table) if at not in kept])


def _on_one_line(cell: str) -> str:
    return " ".join(cell.splitlines())


def _widths(natural: Sequence[int], least: Sequence[int], kept: Sequence[int], width: int) -> list[int]:
    """What room there is beyond the least goes to the columns that can use it, to the most modest first."""
    widths = {at: least[at] for at in kept}
    room = width - len(GAP) * (len(kept) - 1) - sum(widths.values())
    wanting = sorted(kept, key=lambda at: natural[at] - least[at])
    for number, at in enumerate(wanting):
        more = min(natural[at] - least[at], room // (len(wanting) - number))
        widths[at] += more
        room -= more
    return [widths[at] for at in kept]


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    parts = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, parts))
    return [
        GAP.join(
            _padded(part[number] if number < len(part) else "", width)
            for part, width in zip(parts, widths, strict=True)
        ).rstrip()
        for number in range(height)
    ]


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width:
            lines[-1] = longer
        elif cell_len(word) <= width:
            lines.append(word)
        else:
            pieces = chop_cells(word, width)
            lines = [*lines, *pieces] if lines[-1] else [*lines[:-1], *pieces]
    return lines


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _as_lists(table: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[str]:
    name_width = max(cell_len(column.name) for column in table)
    blocks = [
        [f"{_padded(column.name, name_width)}{GAP}{cell}".rstrip() for column, cell in zip(table, row, strict=True)]
        for row in cells
    ]
    return [line for number, block in enumerate(blocks) for line in (["", *block] if number else block)]
