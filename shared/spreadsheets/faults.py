"""What is wrong with a table, or with one row of it."""

from msgspec import Struct


class SpreadsheetError(ValueError):
    """The file as a whole cannot be read; `reason` tells the person who sent it what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RowError(Struct, frozen=True, kw_only=True):
    """A row that could not be read. `column` is None where no single cell is at fault."""

    line: int
    column: str | None
    reason: str
