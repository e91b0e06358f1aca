"""What is wrong in the program file, and at which line: people edit it by hand, so a refusal points at the place."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Struct, ValidationError, convert

Key = tuple[str | int, ...]
"""Where a value stands: `("capacity", "limit", "gold")`, positions in lists as numbers."""

Fault = tuple[Key, str, str]
"""The key, what is wrong with it, and the value as JSON, empty where it does not matter."""

Made = Callable[[type[Any], Any], Any]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_ASSIGNMENT = re.compile(r"\s*([\w.\"' -]+?)\s*=")
_NUMBER = re.compile(r"\d+")
_PLACE = re.compile(r"(, got `\w+`)?( - at .*)?$")

_PLAINER = (
    ("Expected `str` matching regex", "must match"),
    ("Expected", "must be"),
    ("`int`", "an integer"),
    ("`bool`", "true or false"),
    ("`str`", "a text"),
    ("`array`", "a list"),
    ("`object`", "a table"),
    (" of length >= ", " with at least "),
    (" >= ", " of at least "),
    (" <= ", " of at most "),
    (r"\\", "\\"),
)
"""The library's wording and ours."""

_NOT_KNOWN = "is not known here"


def syntax_fault(error: tomllib.TOMLDecodeError, *, text: str) -> tuple[int, str]:
    """Line number, from 1, and what to say about text that is no TOML."""
    # The message ends in the place, which is a line and a column or the end of the document.
    reason, _, place = str(error).rpartition(" (at ")
    numbers = _NUMBER.findall(place)
    if not numbers:
        return text.count("\n") + 1, f"{reason}, at the end of the file"
    line, column = numbers
    return int(line), f"{reason}, at column {column}"


def value_faults(document: Any, kind: Any, *, text: str, made: Made) -> list[tuple[int, str]]:
    """Line numbers, from 1, and what to say about each wrong value of `document`, in the order of the file.

    `kind` is what the whole should become; `made` makes the types of our own.
    """
    lines, lines_by_key = text.splitlines(), dict(_keys(text))
    return sorted(
        (
            _line(key, got=got, lines=lines, lines_by_key=lines_by_key),
            f"{'.'.join(map(str, key))} {reason}" + (f", got {got}" if got else ""),
        )
        for key, reason, got in _faults(document, kind, key=(), made=made)
    )


def _faults(value: Any, kind: Any, *, key: Key, made: Made) -> Iterator[Fault]:
    """Those of the parts, or where each part is right, that of the whole."""
    beneath = [*_unknown_and_missing(value, kind, key=key)]
    for name, part, kind_of_part in _parts(value, kind):
        beneath += _faults(part, kind_of_part, key=(*key, name), made=made)
    if beneath:
        yield from beneath
        return
    try:
        convert(value, kind, dec_hook=made)
    except ValidationError as error:
        contradicting: Key | None = getattr(error.__cause__, "key", None)
        if contradicting is not None:
            yield (*key, *contradicting), str(error.__cause__), ""
        else:
            yield key, _plain(str(error)), json.dumps(value, default=str, ensure_ascii=False)


def _unknown_and_missing(value: Any, kind: Any, *, key: Key) -> Iterator[Fault]:
    if not isinstance(value, dict):
        return
    if _is_section(kind):
        for name in value.keys() - set(kind.__struct_fields__):
            yield (*key, name), _NOT_KNOWN, ""
        for name in kind.__struct_fields__:
            if name not in value:
                yield (*key, name), "is missing", ""
    elif get_origin(_bare(kind)) is Mapping:
        for name in value:
            try:
                convert(name, get_args(_bare(kind))[0])
            except ValidationError:
                yield (*key, name), _NOT_KNOWN, ""


def _parts(value: Any, kind: Any) -> Iterator[tuple[str | int, Any, Any]]:
    """Name or position of each part of a table or list, the part, and what it should become."""
    kinds = get_args(_bare(kind))
    if isinstance(value, dict) and _is_section(kind):
        hints = get_type_hints(kind, include_extras=True)
        yield from ((name, value[name], hints[name]) for name in kind.__struct_fields__ if name in value)
    elif isinstance(value, dict) and kinds:
        yield from ((name, part, kinds[1]) for name, part in value.items())
    elif isinstance(value, list) and kinds:
        yield from ((position, part, kinds[0]) for position, part in enumerate(value))


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _bare(kind: Any) -> Any:
    return kind.__origin__ if get_origin(kind) is Annotated else kind


def _plain(reason: str) -> str:
    reason = _PLACE.sub("", reason)
    for wording, plainer in _PLAINER:
        reason = reason.replace(wording, plainer)
    return reason


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
            table = _names(header[2])
            if header[1] == "[[":
                repeated[table] = repeated.get(table, -1) + 1
                table = (*table, repeated[table])
            yield table, number
            continue
        assignment = _ASSIGNMENT.match(line)
        if assignment:
            yield (*table, *_names(assignment[1])), number


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip(" \"'") for part in dotted.split("."))
