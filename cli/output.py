"""What a command prints: JSON or a table on stdout, everything else on stderr."""

import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console

from cli.exits import OutputError
from cli.tables import GAP, Column, lay_out


def err_console() -> Console:
    """For what moves, such as a bar of progress."""
    return Console(stderr=True, markup=False, emoji=False, highlight=False)


def say(message: str) -> None:
    """To whoever reads along; where nobody can, the command goes on."""
    with suppress(OSError):
        sys.stderr.write(printable(message) + "\n")
        sys.stderr.flush()


def write_json(value: object) -> None:
    """In ASCII, which every encoding holds."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def write_bytes(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def write_table(columns: Sequence[str | Column], rows: Iterable[Sequence[object]]) -> None:
    """None is shown as a dash. A table in a pipe has whole rows, so that a filter sees them."""
    texts = [["-" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    layout = lay_out(columns, texts, width=terminal_width())
    write_lines(layout.lines)
    if layout.left_out:
        say(f"No room for: {', '.join(layout.left_out)}. A wider window shows them, and so does --json.")


def write_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Name and value, one pair a line; pairs without a value are left out. Values are whole, however long."""
    shown = [(name, printable(str(value))) for name, value in facts if value is not None]
    width = max((cell_len(name) for name, _ in shown), default=0)
    for name, value in shown:
        first, *rest = value.split("\n")
        write_lines([f"{name.ljust(width)}{GAP}{first}", *(f"{' ' * width}{GAP}{line}" for line in rest)])


def write_lines(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in lines)


def terminal_width() -> int | None:
    """In character cells; None where the output goes into a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def can_print(text: str) -> bool:
    """Whether the output's encoding has these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def printable(text: str) -> str:
    """Without control characters: a name in the data must not steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text)


@contextmanager
def whole_output() -> Iterator[None]:
    """Around a command: what its output cannot hold becomes a question mark, and what fails to be written is told.

    Raises OutputError where the output is full or its reader has gone.
    """
    sys.stdout, sys.stderr = _patient(sys.stdout), _patient(sys.stderr)
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:
            raise
        _abandon_stdout()
        raise OutputError(error) from None


def _patient(stream: TextIO | None) -> TextIO:
    """None is what Python makes of a stream that was closed by whoever started the command."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for as long as the process lives
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _abandon_stdout() -> None:
    """What is left to write goes nowhere: Python would fail over it again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
