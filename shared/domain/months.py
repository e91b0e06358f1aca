"""Days counted in months."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS_A_YEAR = 12


def months_after(day: date, months: int) -> date:
    """The same day so many months later, earlier where `months` is negative; the month's last where it has no such day.

    So 29 February and twelve months make 28 February.
    """
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(first: date, last: date) -> Iterator[date]:
    """The last days of calendar months from `first` to `last`, both included."""
    end = month_end(first)
    while end <= last:
        yield end
        end = month_end(end + timedelta(days=1))
