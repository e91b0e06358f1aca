"""Blocks of a document run as a reader would: typed into one shell, their output compared with what is printed there.

In a block marked `console`, `$ ` begins a command, `> ` goes on with it, and the lines below are its output. In
expected output `…` stands for any text within a line, and a line of nothing else for any number of lines.
"""

import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

COLUMNS = 80
LONGEST_WAIT = 120
"""Seconds for one command."""

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANY = "…"


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is typed, and the lines that it should print."""

    line: int
    typed: str
    expected: tuple[str, ...]


def commands_of(document: Path) -> Iterator[Command]:
    """Every command of a document's console blocks, in order; `line` is where it stands."""
    text = document.read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1)) + 1
        yield from _commands(block[1].splitlines(), first)


def _commands(lines: list[str], first: int) -> Iterator[Command]:
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        typed, rest = [lines[start][2:]], start + 1
        while rest < end and (lines[rest].startswith("> ") or typed[-1].endswith("\\")):
            typed.append(lines[rest].removeprefix("> "))
            rest += 1
        yield Command(line=first + start, typed="\n".join(typed), expected=tuple(lines[rest:end]))


def is_as_printed(expected: tuple[str, ...], printed: list[str]) -> bool:
    """Whether the output is what the document prints."""
    patterns = [
        r"(?:.*\n)*?" if line.strip() == _ANY else ".*?".join(map(re.escape, line.rstrip().split(_ANY))) + r"\n"
        for line in expected
    ]
    return re.fullmatch("".join(patterns), "".join(f"{line}\n" for line in printed)) is not None


class Shell:
    """One bash with a terminal to print on, in a folder of its own."""

    def __init__(self, *, folder: Path, environment: Mapping[str, str]) -> None:
        self._screen, terminal = pty.openpty()
        ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        attributes = termios.tcgetattr(terminal)
        attributes[1] &= ~termios.OPOST  # line ends as programs write them
        termios.tcsetattr(terminal, termios.TCSANOW, attributes)
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={**environment, "TERM": "dumb", "COLUMNS": str(COLUMNS)},
            stdin=subprocess.PIPE,
            stdout=terminal,
            stderr=terminal,
            text=True,
        )
        os.close(terminal)

    def run(self, typed: str) -> list[str]:
        """The lines that the command prints, without blanks at their ends."""
        mark = f"end-{time.monotonic_ns()}"
        assert self._process.stdin is not None
        self._process.stdin.write(f"{typed}\nprintf '%s\\n' {mark}\n")
        self._process.stdin.flush()
        text, deadline = "", time.monotonic() + LONGEST_WAIT
        while f"{mark}\n" not in text:
            assert time.monotonic() < deadline, f"no end of {typed!r} after {LONGEST_WAIT} s; so far:\n{text}"
            if select.select([self._screen], [], [], 1)[0]:
                text += os.read(self._screen, 65_536).decode()
        return [line.rstrip() for line in text.partition(mark)[0].splitlines()]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=LONGEST_WAIT)
        os.close(self._screen)
