"""Days, instants and money as the reader's language writes them.

Babel is imported on first use: answers in JSON need none of it.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.domain.languages import Language
from shared.web.languages import translations
from shared.web.zones import Zone

_UTC = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT"})


def day_text(day: date, *, language: Language) -> str:
    """`January 31, 2026` or `31. Januar 2026`."""
    from babel.dates import format_date  # noqa: PLC0415 - JSON answers never pay for Babel

    return format_date(day, "long", locale=language.value)


def instant_text(instant: datetime, *, zone: Zone, language: Language) -> str:
    """Day, time and whose time it is: `January 14, 2026, 10:05 AM (Berlin time)`, or `(New York time; 15:05 UTC)`."""
    from babel.dates import format_date, format_time, get_timezone_location  # noqa: PLC0415 - see day_text

    there = ZoneInfo(zone.name)
    day = format_date(instant.astimezone(there), "long", locale=language.value)
    time = format_time(instant, "short", tzinfo=there, locale=language.value)
    if zone.name in _UTC:
        return f"{day}, {time} (UTC)"
    city = get_timezone_location(there, locale=language.value, return_city=True)
    texts = translations(language)
    if not zone.with_utc:
        whose = texts.gettext("%(city)s time") % {"city": city}
        return f"{day}, {time} ({whose})"
    in_utc = instant.astimezone(UTC)
    utc = f"{in_utc:%H:%M}"
    if in_utc.date() != instant.astimezone(there).date():
        utc = f"{format_date(in_utc, 'long', locale=language.value)}, {utc}"
    whose = texts.gettext("%(city)s time; %(utc)s UTC") % {"city": city, "utc": utc}
    return f"{day}, {time} ({whose})"


def money_text(amount: int, currency: str, *, language: Language) -> str:
    """`amount` is in minor units of the ISO 4217 `currency`: 127200 and EUR are `€1,272.00` or `1.272,00 €`."""
    from babel.numbers import format_currency, get_currency_precision  # noqa: PLC0415 - JSON answers never pay for Babel

    digits = get_currency_precision(currency)
    return format_currency(Decimal(amount).scaleb(-digits), currency, locale=language.value)


def number_text(number: Decimal, *, language: Language) -> str:
    """`1,272.5` or `1.272,5`."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - JSON answers never pay for Babel

    return format_decimal(number, locale=language.value)
