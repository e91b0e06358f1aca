"""Which column of a table holds what: by its name in any spelling, by what a CRM calls it, or as somebody says."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from msgspec import Struct

from shared.spreadsheets.encodings import LOST
from shared.spreadsheets.faults import RowError, SpreadsheetError
from shared.spreadsheets.reading import Row

LONGEST_CELL = 3_000
"""In characters: more than any field may hold, and so little that one row never exceeds a request."""

_NO_LETTERS = re.compile(r"[\W_]+")

Names = Mapping[str, Sequence[str]]
"""By field: what its column may be called, the likeliest first."""


class MissingColumnsError(SpreadsheetError):
    """The header names no column for a field that every row must have."""


class Selection(Struct, frozen=True, kw_only=True):
    """The chosen columns by what they are chosen for; `columns` are all of the table's."""

    chosen: Mapping[str, int]
    columns: Sequence[str]

    def column_of(self, name: str) -> str:
        """What the file calls it."""
        return self.columns[self.chosen[name]] if name in self.chosen else name

    def renamed(self) -> dict[str, str]:
        """By field, the columns that are called otherwise, and not merely spelled otherwise."""
        return {name: self.column_of(name) for name in self.chosen if spelling(self.column_of(name)) != spelling(name)}

    def cells_of(self, row: Row) -> dict[str, str] | RowError:
        """The chosen cells without white space around them. What stands in other columns hinders nobody."""
        cells = {}
        for name, index in self.chosen.items():
            cell = row.cells[index].strip()
            fault = _fault(cell)
            if fault:
                return RowError(line=row.line, column=self.columns[index], reason=fault)
            cells[name] = cell
        return cells


def spelling(name: str) -> str:
    """Names with the same spelling are the same: case, accents, blanks, dashes and underscores make no difference."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKD", name).casefold())


def select(
    columns: Sequence[str],
    *,
    required: Sequence[str],
    optional: Sequence[str],
    known_as: Names,
    said: Mapping[str, str],
) -> Selection:
    """For each field the column that `said` names, else the one of its own name, else the first of its other names.

    Raises SpreadsheetError where a column is not there that is required or said, or where a chosen one is there twice.
    """
    places: dict[str, list[int]] = {}
    for index, column in enumerate(columns):
        if column:
            places.setdefault(spelling(column), []).append(index)
    chosen: dict[str, int] = {}
    missing = []
    for field in (*required, *optional):
        names = [said[field]] if field in said else [field, *known_as.get(field, ())]
        found = next((places[spelling(name)] for name in names if spelling(name) in places), [])
        if len(found) > 1:
            raise SpreadsheetError(f"The header names the column {columns[found[0]]!r} twice. Rename one of them.")
        if found:
            chosen[field] = found[0]
        elif field in required or field in said:
            missing.append(names[0])
    if missing:
        there = ", ".join(column for column in columns if column) or "none"
        raise MissingColumnsError(f"Columns are missing: {', '.join(missing)}. The file has: {there}.")
    return Selection(chosen=chosen, columns=columns)


def _fault(cell: str) -> str | None:
    if len(cell) > LONGEST_CELL:
        return f"The cell is longer than {LONGEST_CELL:,} characters."
    if "\0" in cell:
        return "The cell contains a NUL character. Remove it."
    if LOST.search(cell):
        return "The cell holds bytes that are no text in the file's encoding. Save the file as CSV in UTF-8."
    return None
