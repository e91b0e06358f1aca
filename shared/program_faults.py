"""What is wrong in the program file, and at which line: people edit it by hand, so a refusal points at the place."""

import json
import re
import tomllib
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Key = tuple[str | int, ...]
"""Where a value stands: `("capacity", "limit", "gold")`, positions in lists as numbers."""

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_ASSIGNMENT = re.compile(r"\s*([\w.\"' -]+?)\s*=")
_NUMBER = re.compile(r"\d+")

_PLAINER = (
    ("Value error, ", ""),
    ("Input should", "must"),
    ("String should", "must"),
    ("Tuple should", "must"),
    ("Dictionary should", "must"),
    ("greater than or equal to", "at least"),
    ("less than or equal to", "at most"),
)
"""The library's wording and ours."""


def syntax_fault(error: tomllib.TOMLDecodeError, *, text: str) -> tuple[int, str]:
    """Line number, from 1, and what to say about text that is no TOML."""
    # The message ends in the place, which is a line and a column or the end of the document.
    reason, _, place = str(error).rpartition(" (at ")
    numbers = _NUMBER.findall(place)
    if not numbers:
        return text.count("\n") + 1, f"{reason}, at the end of the file"
    line, column = numbers
    return int(line), f"{reason}, at column {column}"


def value_faults(error: ValidationError, *, text: str) -> list[tuple[int, str]]:
    """Line numbers, from 1, and what to say about each wrong value, in the order of the file."""
    lines_by_key = dict(_keys(text))
    return sorted(
        _value_fault(details, lines=text.splitlines(), lines_by_key=lines_by_key)
        for details in error.errors(include_url=False)
    )


def _value_fault(details: ErrorDetails, *, lines: list[str], lines_by_key: dict[Key, int]) -> tuple[int, str]:
    # A wrong key of a table has its place marked so by the library.
    wrong_key = details["loc"][-1:] == ("[key]",)
    key: Key = details["loc"][:-1] if wrong_key else details["loc"]
    got = ""
    if details["type"] == "missing":
        reason = "is missing"
    elif details["type"] == "extra_forbidden" or wrong_key:
        reason = "is not known here"
    elif details["type"] == "contradiction":
        key = (*key, *details["ctx"]["key"])
        reason = details["msg"]
    else:
        reason = details["msg"]
        for wording, plainer in _PLAINER:
            reason = reason.replace(wording, plainer)
        got = json.dumps(details["input"], default=str, ensure_ascii=False)
    said = f"{'.'.join(map(str, key))} {reason}" + (f", got {got}" if got else "")
    return _line(key, got=got, lines=lines, lines_by_key=lines_by_key), said


def _line(key: Key, *, got: str, lines: list[str], lines_by_key: dict[Key, int]) -> int:
    """The line of the key, or of the innermost table that should hold it."""
    known = key
    while known and known not in lines_by_key:
        known = known[:-1]
    line = lines_by_key.get(known, 1)
    if known != key and got:
        # A value inside a list that runs over several lines stands where its text does.
        return next((number for number in range(line, len(lines) + 1) if got in lines[number - 1]), line)
    return line


def _keys(text: str) -> Iterator[tuple[Key, int]]:
    """Each table and each key of the file with its line number, from 1."""
    table: Key = ()
    repeated: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                repeated[table] = repeated.get(table, -1) + 1
                table = (*table, repeated[table])
            yield table, number
            continue
        assignment = _ASSIGNMENT.match(line)
        if assignment:
            yield (*table, *_parts(assignment[1])), number


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip(" \"'") for part in dotted.split("."))
