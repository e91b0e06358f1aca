"""Comma-separated values (RFC 4180), written so that a spreadsheet opens them well and executes nothing."""

from collections.abc import Iterable, Sequence

from shared.spreadsheets.formulas import as_text

MARK = "\ufeff"
"""By which spreadsheets know that a file is in UTF-8."""

_TO_QUOTE = frozenset('",;\t\r\n')


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]], *, mark: bool = True) -> str:
    """The rows under the header, each ended by CR LF, after a byte order mark unless `mark` is false.

    A cell with any of the usual separators is quoted, so that programs which split at several of them keep it whole.
    """
    return "".join([MARK if mark else "", *map(_line, (header, *rows))])


def _line(cells: Sequence[str]) -> str:
    line = ",".join(map(_written, cells))
    # A single cell without text would be an empty line, which readers leave out.
    return (line or '""') + "\r\n"


def _written(cell: str) -> str:
    text = as_text(cell)
    return '"' + text.replace('"', '""') + '"' if not _TO_QUOTE.isdisjoint(text) else text
