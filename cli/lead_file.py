"""The table of leads that an import reads, and the file with the refused rows that it leaves."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.exits import WrongUsageError
from cli.import_journal import Refusal
from cli.import_run import Lead
from cli.table_file import open_table
from shared.spreadsheets.columns import select
from shared.spreadsheets.exports import LEADS, exporter_of, known_names
from shared.spreadsheets.faults import RowError
from shared.spreadsheets.writing import write_csv

REQUIRED = ("website", "company", "first_name", "last_name", "email")
COUNTRY = "country"
FIELDS = (*REQUIRED, COUNTRY)
EXPLAINING = ("line", "column", "code", "reason")
"""Columns that the file of refused rows has at the end; a corrected file of refused rows imports like any other."""
UNREADABLE = "unreadable_row"


@dataclass(frozen=True, kw_only=True)
class LeadFile:
    """`read_as` says what was recognised, `rows` holds the cells of every readable row by its line.

    `identity` is the same for the same content read in the same way.
    """

    path: Path
    identity: str
    read_as: Mapping[str, Any]
    columns: Sequence[str]
    column_of: Callable[[str], str]
    leads: tuple[Lead, ...]
    rows: Mapping[int, Sequence[str]]
    unreadable: tuple[Refusal, ...]


def read_lead_file(path: Path, *, said: Mapping[str, str]) -> LeadFile:
    """`said` names the columns of fields. Raises WrongUsageError where the file as a whole is no table of leads."""
    with open_table(path) as (table, content_hash):
        exporter = exporter_of(table.columns)
        selection = select(
            table.columns,
            required=REQUIRED,
            optional=(COUNTRY,),
            known_as=known_names(LEADS, exporter=exporter),
            said=said,
        )
        leads, rows, unreadable = [], {}, []
        for row in table.rows:
            cells = row if isinstance(row, RowError) else selection.cells_of(row)
            if not isinstance(row, RowError):
                rows[row.line] = row.cells
            if isinstance(cells, RowError):
                unreadable.append(Refusal(cells.line, UNREADABLE, cells.reason, cells.column or ""))
            else:
                leads.append(Lead(line=row.line, item=_item(cells)))
    chosen = sorted((field, selection.column_of(field)) for field in selection.chosen)
    return LeadFile(
        path=path,
        identity=hashlib.sha256(f"{content_hash} {chosen}".encode()).hexdigest(),
        read_as={"file": str(table.recognised), "export_of": exporter, "columns": selection.renamed()},
        columns=table.columns,
        column_of=selection.column_of,
        leads=tuple(leads),
        rows=rows,
        unreadable=tuple(unreadable),
    )


def refused_file_of(path: Path) -> Path:
    """`leads.refused.csv` beside `leads.csv`."""
    stem = path.stem if path.suffix.lower() == ".csv" else path.name
    return path.with_name(f"{stem}.refused.csv")


def write_refused_file(file: LeadFile, refusals: Sequence[Refusal]) -> None:
    """The refused rows as they were, each with line, column, code and reason.

    Without any, an earlier such file is removed. A row that could not be read has empty cells: its line says where to
    look.
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
    own = file.columns[: -len(EXPLAINING)] if tuple(file.columns[-len(EXPLAINING) :]) == EXPLAINING else file.columns
    unreadable = {refusal.line for refusal in file.unreadable}

    def row(refusal: Refusal) -> list[str]:
        cells = file.rows.get(refusal.line, ()) if refusal.line not in unreadable else ()
        explanation = [str(refusal.line), refusal.column, refusal.code, refusal.reason]
        return [*(cells[: len(own)] or [""] * len(own)), *explanation]

    header = [*own, *EXPLAINING]
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(write_csv(header, map(row, refusals)), encoding="utf-8", errors="replace", newline="")
    fresh.replace(path)


def _item(cells: Mapping[str, str]) -> dict[str, Any]:
    """The row as the API takes it; an empty country is left out, other empty cells are the API's to refuse."""
    item: dict[str, Any] = {
        "website": cells["website"],
        "company": cells["company"],
        "contact": {name: cells[name] for name in ("first_name", "last_name", "email")},
    }
    return {**item, COUNTRY: _country(cells[COUNTRY])} if cells.get(COUNTRY) else item


def _country(text: str) -> str:
    """The code of a country by its name; what names none is the API's to refuse."""
    from shared.countries import country_code  # noqa: PLC0415 - pydantic takes longer to load than `--help` may take

    return country_code(text) or text
