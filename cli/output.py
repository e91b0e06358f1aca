"""What a command prints: JSON or a table on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

PIPE_COLUMNS = 240
"""The width of a table that goes into a pipe or a file, so that a filter sees whole rows."""


def out_console() -> Console:
    return _console(stderr=False)


def err_console() -> Console:
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    """Text from the API is data: no markup, emoji codes or colour guesses in it."""
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(
        stderr=stderr, markup=False, emoji=False, highlight=False, width=None if is_terminal else PIPE_COLUMNS
    )


def say(message: str) -> None:
    err_console().print(printable(message), soft_wrap=True)


def write_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def write_bytes(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """None is shown as a dash."""
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("-" if cell is None else printable(str(cell)) for cell in row))
    out_console().print(table)


def write_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Name and value, one pair a line; pairs without a value are left out."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in facts:
        if value is not None:
            table.add_row(name, printable(str(value)))
    out_console().print(table)


def printable(text: str) -> str:
    """Without control characters: a name in the data must not steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text)
