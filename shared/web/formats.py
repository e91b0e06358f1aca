"""Days, instants and money as the reader's language writes them.

Babel is imported on first use: answers in JSON need none of it.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.domain.languages import Language


def day_text(day: date, *, language: Language) -> str:
    """`January 31, 2026` or `31. Januar 2026`."""
    from babel.dates import format_date  # noqa: PLC0415 - JSON answers never pay for Babel

    return format_date(day, "long", locale=language.value)


def instant_text(instant: datetime, *, time_zone: str, language: Language) -> str:
    """Day, time and the zone's name: `31. Januar 2026, 10:30 (Mitteleuropäische Normalzeit)`; `time_zone` is IANA's."""
    from babel.dates import format_date, format_time  # noqa: PLC0415 - JSON answers never pay for Babel

    zone = ZoneInfo(time_zone)
    day = format_date(instant.astimezone(zone), "long", locale=language.value)
    time = format_time(instant, "short", tzinfo=zone, locale=language.value)
    zone_name = format_time(instant, "zzzz", tzinfo=zone, locale=language.value)
    return f"{day}, {time} ({zone_name})"


def money_text(amount: int, currency: str, *, language: Language) -> str:
    """`amount` is in minor units of the ISO 4217 `currency`: 127200 and EUR are `€1,272.00` or `1.272,00 €`."""
    from babel.numbers import format_currency, get_currency_precision  # noqa: PLC0415 - JSON answers never pay for Babel

    digits = get_currency_precision(currency)
    return format_currency(Decimal(amount).scaleb(-digits), currency, locale=language.value)


def number_text(number: Decimal, *, language: Language) -> str:
    """`1,272.5` or `1.272,5`."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - JSON answers never pay for Babel

    return format_decimal(number, locale=language.value)
