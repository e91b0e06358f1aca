"""Opening a table that a command is given, and telling what it was taken for."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from cli.exits import WrongUsageError
from cli.output import say
from shared.spreadsheets.columns import MissingColumnsError
from shared.spreadsheets.faults import SpreadsheetError
from shared.spreadsheets.reading import Table, read_table


@contextmanager
def open_table(path: Path) -> Iterator[tuple[Table, str]]:
    """The table in the file, and a hash of its content.

    Raises WrongUsageError where there is no such file, or where it holds no table.
    """
    try:
        with path.open("rb") as file:
            whole = file if file.seekable() else BytesIO(file.read())  # a pipe
            content_hash = hashlib.file_digest(whole, "sha256").hexdigest()
            yield read_table(whole), content_hash
    except OSError as error:
        raise WrongUsageError(f"{path} cannot be read: {error.strerror}.") from None
    except MissingColumnsError as error:
        raise WrongUsageError(f"{path}: {error.reason} --map FIELD=COLUMN says which column holds what.") from None
    except SpreadsheetError as error:
        raise WrongUsageError(f"{path}: {error.reason}") from None


def pairs_of(texts: list[str] | None, option: str) -> dict[str, str]:
    """From `FIELD=COLUMN`, as `--map` and its like are given."""
    pairs: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise WrongUsageError(f"{option} takes a name and a text such as closed_on=close_date, not {text!r}.")
        pairs[name] = value
    return pairs


def check_fields(names: Mapping[str, Any], fields: tuple[str, ...]) -> None:
    """Raises WrongUsageError for a name that is no field."""
    unknown = sorted(set(names) - set(fields))
    if unknown:
        raise WrongUsageError(f"There is no field {', '.join(unknown)}. Fields are {', '.join(fields)}.")


def tell_reading(read_as: Mapping[str, Any]) -> None:
    """What the file was recognised as, and which of its columns are read under other names."""
    exporter = f", exported by {read_as['export_of']}" if read_as["export_of"] else ""
    say(f"Read as {read_as['file']}{exporter}.")
    renamed = ", ".join(f"{field} from {column!r}" for field, column in read_as["columns"].items())
    if renamed:
        say(f"Columns: {renamed}.")
