"""The CSV file that an import reads, and the one with the refused rows that it leaves."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.exits import WrongUsageError
from cli.import_journal import Refusal
from cli.import_run import Lead
from shared.spreadsheet import RowError, SpreadsheetError, read_csv, write_csv

REQUIRED = ("website", "company", "first_name", "last_name", "email")
COUNTRY = "country"
EXPORTED = ("registered_domain", "registered_at", "registered_by", "commission_eligible", "expires_at")
"""Columns of an exported file beyond those of a lead: known, so that it imports again, and not sent."""
EXPLAINING = ("line", "code", "reason")
"""Columns that the file of refused rows has at the end: also known, so that the corrected file imports."""
LONGEST_CELL = 3_000
"""In characters: more than any field may hold, and so little that one row never exceeds a request."""
UNREADABLE = "unreadable_row"


@dataclass(frozen=True)
class LeadFile:
    """`rows` holds the cells of every readable row by its line; `sha256` identifies the file's content."""

    path: Path
    sha256: str
    leads: tuple[Lead, ...]
    rows: Mapping[int, Mapping[str, str]]
    unreadable: tuple[Refusal, ...]


def read_lead_file(path: Path) -> LeadFile:
    """Raises WrongUsageError where the file as a whole is no table of leads."""
    try:
        content = path.read_bytes()
        rows_or_errors = read_csv(
            content,
            required=REQUIRED,
            optional=(COUNTRY, *EXPORTED, *EXPLAINING),
            max_cell_length=LONGEST_CELL,
        )
        read = list(rows_or_errors)
    except OSError as error:
        raise WrongUsageError(f"{path} cannot be read: {error.strerror}.") from None
    except SpreadsheetError as error:
        raise WrongUsageError(f"{path}: {error.reason}") from None
    unreadable = [row for row in read if isinstance(row, RowError)]
    rows = {row.line: row.cells for row in read if not isinstance(row, RowError)}
    return LeadFile(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        leads=tuple(Lead(line=line, item=_item(cells)) for line, cells in rows.items()),
        rows=rows,
        unreadable=tuple(
            Refusal(row.line, UNREADABLE, f"{row.column}: {row.reason}" if row.column else row.reason)
            for row in unreadable
        ),
    )


def refused_file_of(path: Path) -> Path:
    """`leads.refused.csv` beside `leads.csv`."""
    stem = path.stem if path.suffix.lower() == ".csv" else path.name
    return path.with_name(f"{stem}.refused.csv")


def write_refused_file(file: LeadFile, refusals: Sequence[Refusal]) -> None:
    """The refused rows as they were, each with line, code and reason; without any, an earlier such file is removed.

    A row that could not be read has empty cells: its line says where to look.
    """
    path = refused_file_of(file.path)
    try:
        _replace_refused_file(path, file, refusals)
    except OSError as error:
        raise WrongUsageError(
            f"The refused rows cannot be written to {path}: {error.strerror}. "
            "Make room for them and run the same command again: nothing is sent twice."
        ) from None


def _replace_refused_file(path: Path, file: LeadFile, refusals: Sequence[Refusal]) -> None:
    if not refusals:
        path.unlink(missing_ok=True)
        return
    columns = [column for column in next(iter(file.rows.values()), REQUIRED) if column not in EXPLAINING]
    empty: Mapping[str, str] = {}
    rows = (
        [
            *(file.rows.get(refusal.line, empty).get(column, "") for column in columns),
            str(refusal.line),
            refusal.code,
            refusal.reason,
        ]
        for refusal in refusals
    )
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(write_csv([*columns, *EXPLAINING], rows), encoding="utf-8", newline="")
    fresh.replace(path)


def _item(cells: Mapping[str, str]) -> dict[str, Any]:
    """The row as the API takes it; an empty country is left out, other empty cells are the API's to refuse."""
    item: dict[str, Any] = {
        "website": cells["website"],
        "company": cells["company"],
        "contact": {name: cells[name] for name in ("first_name", "last_name", "email")},
    }
    country = cells.get(COUNTRY, "").strip()
    return {**item, COUNTRY: country} if country else item
