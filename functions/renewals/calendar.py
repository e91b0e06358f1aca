"""Decision deadlines as an iCalendar file (RFC 5545).

Written here: the format takes these few lines, and a library would bring a megabyte of time zone rules along for events
that have no time of day.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from shared import settings
from shared.domain.languages import Language
from shared.domain.renewals import renewal_id
from shared.table.client_lists import RenewalRow
from shared.web.formats import day_text, money_text
from shared.web.labels import product_label
from shared.web.languages import translations

CONTENT_TYPE = "text/calendar; charset=utf-8"
_LINE_BYTES = 75


class Deadline(NamedTuple):
    """A renewal that waits for a decision, and the last day for it."""

    renewal: RenewalRow
    day: date


def write_calendar(deadlines: Sequence[Deadline], *, language: Language, at: datetime) -> str:
    """The whole file. An event keeps its UID when its renewal moves, so that calendars move it too."""
    name = translations(language).gettext("Renewal decisions")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Partnerdesk//Renewals//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for deadline in deadlines:
        lines.extend(_event(deadline, language=language, at=at))
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(deadline: Deadline, *, language: Language, at: datetime) -> Iterator[str]:
    texts, row = translations(language), deadline.renewal
    names = {
        "company": row.company,
        "product": f"{product_label(row.product)} {product_label(row.edition)}",
        "day": day_text(row.starts_on, language=language),
        "now": money_text(row.current_mrr.amount, row.current_mrr.currency, language=language),
        "then": money_text(row.renewal_mrr.amount, row.renewal_mrr.currency, language=language),
    }
    summary = texts.gettext("Last day to decide: %(company)s, %(product)s") % names
    description = texts.gettext("Renews on %(day)s: now %(now)s a month, then %(then)s.") % names
    yield "BEGIN:VEVENT"
    yield f"UID:{renewal_id(row.subscription_id)}@{urlsplit(settings.public_base_url()).hostname}"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{deadline.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{deadline.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(summary)}"
    yield f"DESCRIPTION:{_escaped(description)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """No line longer than 75 bytes, and no character split over two: what goes on begins with a space."""
    parts: list[str] = []
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE_BYTES:
            parts.append(part)
            part, size = " ", 1
        part += character
        size += width
    return "\r\n".join([*parts, part])
