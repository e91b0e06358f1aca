"""A CRM's export of what was sold, read as deals: which of its columns means what is said on the command line."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cli.exits import WrongUsageError
from cli.money import digits_of, minor_units
from shared.spreadsheet import RowError, SpreadsheetError, read_csv

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
DEAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_CELL = 3_000

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How to read a file: which column holds a field, which text stands for one in every row, and which rows count.

    In a text `{column}` is the cell of that column, in lower case and without spaces.
    """

    columns: Mapping[str, str]
    texts: Mapping[str, str]
    only: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DealRow:
    """A row that can be sent: its first line in the file, the deal's id, and the body."""

    line: int
    deal_id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WrongRow:
    """A row that cannot be sent, and what is wrong with it."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class DealFile:
    """`left_out` counts the rows that were not asked for."""

    deals: Sequence[DealRow]
    wrong: Sequence[WrongRow]
    left_out: int


def read_deal_file(path: Path, reading: Reading) -> DealFile:
    """Raises WrongUsageError where the file as a whole is no table, or a column that is named is not there."""
    deals: list[DealRow] = []
    wrong: list[WrongRow] = []
    left_out = 0
    for row in _rows(path, reading):
        if isinstance(row, RowError):
            wrong.append(WrongRow(line=row.line, reason=row.reason))
        elif any(row.cells[column].strip() != wanted for column, wanted in reading.only.items()):
            left_out += 1
        else:
            try:
                deals.append(_deal(row.line, row.cells, reading))
            except ValueError as error:
                wrong.append(WrongRow(line=row.line, reason=str(error)))
    return DealFile(deals=deals, wrong=wrong, left_out=left_out)


def _rows(path: Path, reading: Reading) -> Any:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongUsageError(f"{path} cannot be read: {error.strerror}.") from None
    named = {*reading.only}
    named |= {column for field, column in reading.columns.items() if field not in OPTIONAL or column != field}
    named |= {column for text in reading.texts.values() for column in _PLACEHOLDER.findall(text)}
    first_line = content.decode("utf-8", errors="replace").removeprefix("\ufeff").partition("\n")[0]
    header = [name.strip() for name in next(csv.reader([first_line]), [])]
    try:
        return list(read_csv(content, required=sorted(named), optional=header, max_cell_length=LONGEST_CELL))
    except SpreadsheetError as error:
        raise WrongUsageError(f"{path}: {error.reason} --map says which column holds what.") from None


def _deal(line: int, cells: Mapping[str, str], reading: Reading) -> DealRow:
    """Raises ValueError, which says what is wrong."""
    deal = {field: _value(field, cells, reading) for field in FIELDS}
    missing = [field for field, value in deal.items() if not value and field not in OPTIONAL]
    if missing:
        raise ValueError(f"{', '.join(missing)}: empty")
    if not DEAL_ID.fullmatch(deal["deal_id"]):
        raise ValueError("deal_id: letters, digits, points, dashes and underscores only, 64 at most")
    try:
        closed_on = date.fromisoformat(deal["closed_on"])
    except ValueError:
        raise ValueError("closed_on: must be a day such as 2026-01-31") from None
    amount = minor_units(deal["mrr"], deal["currency"])
    if amount is None:
        digits = digits_of(deal["currency"])
        raise ValueError(f"mrr: must be an amount such as 1272.50, with {digits} digits after the point at most")
    body = {
        "partner_id": deal["partner_id"],
        "hub_id": deal["hub_id"],
        "domain": deal["domain"],
        "deal_type": deal["deal_type"],
        "mrr": {"amount": amount, "currency": deal["currency"]},
        "closed_on": closed_on.isoformat(),
        "product": deal["product"] or None,
    }
    return DealRow(line=line, deal_id=deal["deal_id"], body=body)


def _value(field: str, cells: Mapping[str, str], reading: Reading) -> str:
    text = reading.texts.get(field)
    if text is None:
        return cells.get(reading.columns[field], "").strip()
    return _PLACEHOLDER.sub(lambda place: re.sub(r"\s+", "", cells[place[1]]).lower(), text)
