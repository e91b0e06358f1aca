"""From a warning before a review to its mail."""

from typing import Any

import pytest
from msgspec.structs import replace

from functions.notifications.composing import compose
from functions.notifications.contents import Reader
from shared.domain.languages import Language
from shared.domain.notices import Notice, NoticeKind
from shared.mail.mime import text_part
from shared.table.notices import UnreadableNoticeError
from tests.clocks import StoppedClock
from tests.functions.notifications.outbox import CREATOR, VENDOR

WARNING: dict[str, Any] = {
    "partner_name": "Nordwind Beratung GmbH",
    "review_on": "2026-07-15",
    "credited_tier": "gold",
    "tier_then": "silver",
    "reason": "bar_missed_in_window",
    "points": {"total": 110, "sold": 82},
    "missing": {"total": 13, "sold": 0},
    "certification_expires_on": "2026-11-01",
}


def warning(**changes: Any) -> Notice:
    return Notice(
        notice_id="n-1",
        kind=NoticeKind.TIER_WARNING,
        partner_id="p-nordwind",
        created_at=StoppedClock.now,
        content={**WARNING, **changes},
    )


def mail(notice: Notice, language: Language) -> str:
    reader = Reader(name="Karla Vogt", email=CREATOR, language=language)
    return " ".join(text_part(compose(notice, reader, vendor_name=VENDOR).content()).split())


def test_an_admin_reads_what_is_missing() -> None:
    told = mail(warning(), Language.ENGLISH)

    for text in (
        "Hello Karla Vogt,",
        "The tier of Nordwind Beratung GmbH is reviewed on July 15, 2026. As things stand, Gold becomes Silver.",
        (
            "To keep Gold, Nordwind Beratung GmbH needs the points of that tier at the end of any month before the "
            "review, or on the day of the review."
        ),
        "Points missing: 13",
        "Certified until: November 1, 2026",
    ):
        assert text in told


def test_an_admin_reads_it_in_german() -> None:
    told = mail(warning(missing={"total": 13.5, "sold": 0}), Language.GERMAN)

    assert "Die Stufe von Nordwind Beratung GmbH wird am 15. Juli 2026 überprüft." in told
    assert "Fehlende Punkte: 13,5" in told


def test_a_lapsing_certificate_is_named_as_the_reason() -> None:
    told = mail(warning(reason="not_certified", tier_then="untiered", certification_expires_on=None), Language.ENGLISH)

    assert "The certification of Nordwind Beratung GmbH ends before that day." in told
    assert "Certified until" not in told


def test_a_warning_that_lacks_something_is_named() -> None:
    notice = replace(warning(), content={**WARNING, "reason": "mood"})

    with pytest.raises(UnreadableNoticeError, match="n-1"):
        mail(notice, Language.ENGLISH)
