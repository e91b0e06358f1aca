"""A CRM's export of what was sold, read as deals: which of its columns means what is known or said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.import_journal import Refusal
from cli.money import digits_of, minor_units
from cli.table_file import open_table
from shared.spreadsheets.columns import Selection, select
from shared.spreadsheets.exports import DEALS, exporter_of, known_names
from shared.spreadsheets.faults import RowError
from shared.spreadsheets.values import DayFormat, day_in

FIELDS = (
    "deal_id",
    "partner_id",
    "hub_id",
    "domain",
    "deal_type",
    "mrr",
    "currency",
    "closed_on",
    "product",
)
"""What a deal consists of; `mrr` is a month's price in whole units such as 1272.50."""
OPTIONAL = frozenset({"product"})
"""Fields that a file may have no column for, and a row nothing."""
UNREADABLE = "unreadable_row"
INVALID_ROW = "validation_failed"
DEAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How to read a file: which column holds a field, which text stands for one in every row, and which rows count.

    In a text `{column}` is the cell of that column, in lower case and without spaces.
    """

    columns: Mapping[str, str]
    texts: Mapping[str, str]
    only: Mapping[str, str]
    days: DayFormat | None = None
    decimal_comma: bool = False


@dataclass(frozen=True, kw_only=True)
class DealRow:
    """A row that can be sent: its first line in the file, the deal's id, and the body."""

    line: int
    deal_id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WrongRow:
    """A row that cannot be sent; the deal's id where it could be read."""

    deal_id: str | None
    refusal: Refusal


@dataclass(frozen=True, kw_only=True)
class DealFile:
    """`read_as` says what was recognised; `left_out` counts the rows that were not asked for."""

    read_as: Mapping[str, Any]
    selection: Selection
    deals: Sequence[DealRow]
    wrong: Sequence[WrongRow]
    left_out: int


def read_deal_file(path: Path, reading: Reading) -> DealFile:
    """Raises WrongUsageError where the file as a whole is no table, or a column that is named is not there."""
    deals: list[DealRow] = []
    wrong: list[WrongRow] = []
    left_out = 0
    with open_table(path) as (table, _):
        exporter = exporter_of(table.columns)
        selection = _selection(table.columns, reading, exporter)
        for row in table.rows:
            cells = row if isinstance(row, RowError) else selection.cells_of(row)
            if isinstance(cells, RowError):
                refusal = Refusal(cells.line, UNREADABLE, cells.reason, cells.column or "")
                wrong.append(WrongRow(deal_id=None, refusal=refusal))
            elif any(cells[_cell_of(column)] != wanted for column, wanted in reading.only.items()):
                left_out += 1
            else:
                deal = _deal(row.line, cells, reading, selection)
                if isinstance(deal, WrongRow):
                    wrong.append(deal)
                else:
                    deals.append(deal)
    columns = {field: column for field, column in selection.renamed().items() if field in FIELDS}
    read_as = {"file": str(table.recognised), "export_of": exporter, "columns": columns}
    return DealFile(read_as=read_as, selection=selection, deals=deals, wrong=wrong, left_out=left_out)


def _refusal(line: int, faults: Mapping[str, str], selection: Selection) -> Refusal:
    """Of a row whose fields are wrong, under the names that the file gives their columns."""
    wrong = [field for field in FIELDS if field in faults]
    columns = ", ".join(selection.column_of(field) for field in wrong)
    return Refusal(line, INVALID_ROW, " ".join(faults[field] for field in wrong), columns)


def _cell_of(column: str) -> str:
    """Under which name a column is selected that is no field's: as `--set` writes it."""
    return f"{{{column}}}"


def _selection(columns: Sequence[str], reading: Reading, exporter: str | None) -> Selection:
    named = {*reading.only, *(column for text in reading.texts.values() for column in _PLACEHOLDER.findall(text))}
    fields = [field for field in FIELDS if field not in reading.texts]
    return select(
        columns,
        required=[*(field for field in fields if field not in OPTIONAL), *map(_cell_of, sorted(named))],
        optional=[field for field in fields if field in OPTIONAL],
        known_as=known_names(DEALS, exporter=exporter),
        said={**reading.columns, **{_cell_of(column): column for column in named}},
    )


def _deal(line: int, cells: Mapping[str, str], reading: Reading, selection: Selection) -> DealRow | WrongRow:
    from cli.row_rules import faults_of_deal  # noqa: PLC0415 - pydantic takes longer to load than `--help` may take

    deal = {field: _value(field, cells, reading) for field in FIELDS}
    day = day_in(deal["closed_on"], reading.days)
    amount = minor_units(deal["mrr"], deal["currency"], decimal_comma=reading.decimal_comma)
    body = {
        "partner_id": deal["partner_id"],
        "hub_id": deal["hub_id"],
        "domain": deal["domain"],
        "deal_type": deal["deal_type"],
        "mrr": {"amount": amount or 0, "currency": deal["currency"]},
        "closed_on": day.isoformat() if day else "2000-01-01",
        "product": deal["product"] or None,
    }
    faults = faults_of_deal(body)
    if not DEAL_ID.fullmatch(deal["deal_id"]):
        faults["deal_id"] = (
            "The deal id must have 1 to 64 letters, digits, dots, underscores and hyphens, and start with a letter or "
            "a digit."
        )
    if day is None:
        faults["closed_on"] = _no_day(deal["closed_on"])
    if amount is None:
        faults["mrr"] = _no_amount(deal["mrr"], digits=digits_of(deal["currency"]))
    for field, value in deal.items():
        if not value and field not in OPTIONAL:
            faults[field] = "The cell is empty."
    if faults:
        return WrongRow(deal_id=deal["deal_id"] or None, refusal=_refusal(line, faults, selection))
    return DealRow(line=line, deal_id=deal["deal_id"], body=body)


def _no_day(text: str) -> str:
    if SERIAL.fullmatch(text):
        return "The day must be written as 2026-01-31; --date-format serial reads a spreadsheet's numbers of days."
    return "The day must be written as 2026-01-31; --date-format says how else, such as DD.MM.YYYY."


def _no_amount(text: str, *, digits: int) -> str:
    otherwise = "; --decimal-comma reads 1.272,50" if "," in text else ""
    return f"The amount must be written as 1272.50, with at most {digits} digits after the point{otherwise}."


def _value(field: str, cells: Mapping[str, str], reading: Reading) -> str:
    text = reading.texts.get(field)
    if text is None:
        return cells.get(field, "")
    return _PLACEHOLDER.sub(lambda place: re.sub(r"\s+", "", cells[place[0]]).lower(), text)
