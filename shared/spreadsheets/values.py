"""Days and amounts as office programs and CRMs write them in cells."""

import re
from datetime import date, timedelta
from decimal import Decimal

_ZONE = r"(?: ?(?:[Zz]|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
_TIME = rf"(?:[T ]+[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?{_ZONE})?"
_PARTS = {
    "YYYY": "(?P<year>[0-9]{4})",
    "YY": "(?P<short>[0-9]{2})",
    "MM": "(?P<month>[0-9]{1,2})",
    "DD": "(?P<day>[0-9]{1,2})",
}
_PART = re.compile("YYYY|YY|MM|DD")
_SERIAL = re.compile(r"([0-9]{1,7})(?:[.,][0-9]+)?")
_DAY_ZERO = date(1899, 12, 30)
"""As spreadsheets count days, from 1 March 1900 on."""

_POINT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_COMMA = re.compile(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:\.[0-9]{3}){1,4})(?:,[0-9]{1,9})?")


class DayFormat:
    """How days are written: `DD.MM.YYYY`, `MM/DD/YYYY`, or `serial` for a spreadsheet's own numbers."""

    def __init__(self, text: str) -> None:
        """Raises ValueError, which says what a format looks like."""
        named = [part.upper() for part in _PART.findall(text.upper())]
        self._is_serial = text.lower() == "serial"
        if not self._is_serial and sorted(part[0] for part in named) != ["D", "M", "Y"]:
            raise ValueError(
                f"A format of days has DD, MM and YYYY in it, such as DD.MM.YYYY, or is serial; not {text!r}."
            )
        pieces = [_PARTS.get(piece, re.escape(piece)) for piece in re.split("(YYYY|YY|MM|DD)", text.upper())]
        self._pattern = re.compile("".join(pieces) + _TIME)

    def day(self, text: str) -> date | None:
        """None for a text that is no day in this format."""
        if self._is_serial:
            serial = _SERIAL.fullmatch(text)
            return _added(int(serial[1])) if serial else None
        written = self._pattern.fullmatch(text)
        if written is None:
            return None
        parts = written.groupdict()
        year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
        try:
            return date(year, int(parts["month"]), int(parts["day"]))
        except ValueError:
            return None


ISO_DAY = DayFormat("YYYY-MM-DD")


def day_in(text: str, day_format: DayFormat | None) -> date | None:
    """The day of a cell, with or without a time, in this format or in ISO 8601; the day is the one that is written."""
    return ISO_DAY.day(text) or (day_format.day(text) if day_format else None)


def amount_in(text: str, *, decimal_comma: bool) -> Decimal | None:
    """Of `1272.50`, or with a decimal comma of `1272,50` and `1.272,50`; None for anything else."""
    if decimal_comma:
        return Decimal(text.replace(".", "").replace(",", ".")) if _COMMA.fullmatch(text) else None
    return Decimal(text) if _POINT.fullmatch(text) else None


def _added(days: int) -> date | None:
    try:
        return _DAY_ZERO + timedelta(days=days)
    except OverflowError:
        return None
