"""What each notice becomes, in the reader's language."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from functions.notifications.composing import compose
from functions.notifications.contents import Reader, customer_of
from functions.notifications.partner_pages import PartnerPage
from functions.reference.document import document
from functions.reference.views import areas
from shared.domain.languages import Language
from shared.domain.links import LinkDraft, LinkPlace
from shared.domain.notices import NoticeKind
from shared.link_tokens import link_url, stop_reminders_url
from shared.mail.confirmation import MailedProduct, Statement
from shared.mail.customer_mails import DecisionReceipt, LinkReminder, LinkSent
from shared.mail.mime import text_part
from shared.mail.partner_mails import LinkExpired, LinkRejected, LinkSigned
from shared.table.notices import UnreadableNoticeError
from shared.table.values import Item
from shared.web.zones import Zone
from tests.functions.notifications.outbox import CREATOR, CUSTOMER, DECIDED_AT, VENDOR, content, link, notice

STATEMENT = Statement(
    vendor_name=VENDOR,
    partner_name="Nordwind Beratung GmbH",
    company="Müller & Söhne AG",
    products=(
        MailedProduct(product="marketing_hub", edition="professional", onboarding_type="technical_consulting"),
        MailedProduct(product="sales_hub", edition="starter", onboarding_type="none"),
    ),
    providing_onboarding=True,
    estimated_onboarding_duration="2_months",
)
# The link expires on 1 April at 21:59 in UTC, one minute before the day ends in Berlin.
LAST_DAY = date(2026, 4, 1)
LANGUAGES = list(Language)


def karla(language: Language) -> Reader:
    return Reader(name="Karla Vogt", email=CREATOR, language=language)


PLACE = LinkPlace("p-nordwind", "l-1")


def url() -> str:
    return link_url(PLACE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sent_link_asks_the_customer(language: Language) -> None:
    posted = notice(NoticeKind.LINK_SENT, about=link(language=language))

    assert compose(posted, customer_of(posted, email=CUSTOMER), vendor_name=VENDOR) == LinkSent(
        language=language,
        contact_name="Jonas Müller",
        requested_by="Karla Vogt",
        statement=STATEMENT,
        url=url(),
        decide_before=LAST_DAY,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_can_be_stopped(language: Language) -> None:
    posted = notice(NoticeKind.LINK_REMINDER, about=link(language=language))

    assert compose(posted, customer_of(posted, email=CUSTOMER), vendor_name=VENDOR) == LinkReminder(
        language=language,
        contact_name="Jonas Müller",
        statement=STATEMENT,
        url=url(),
        decide_before=LAST_DAY,
        unsubscribe_url=stop_reminders_url(PLACE),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_tells_the_customer_what_was_decided(language: Language) -> None:
    posted = notice(NoticeKind.DECISION_RECEIPT, about=link(language=language))

    assert compose(posted, customer_of(posted, email=CUSTOMER), vendor_name=VENDOR) == DecisionReceipt(
        language=language,
        contact_name="Jonas Müller",
        statement=STATEMENT,
        signed=True,
        signer_name="Jonas Müller",
        reason=None,
        decided_at=DECIDED_AT,
        zone=Zone("Europe/Berlin") if language is Language.GERMAN else Zone("Europe/Berlin", with_utc=True),
        url=url(),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signature_is_told_to_the_creator(language: Language) -> None:
    assert compose(notice(NoticeKind.LINK_SIGNED), karla(language), vendor_name=VENDOR) == LinkSigned(
        language=language,
        user_name="Karla Vogt",
        link_name="Müller: Marketing and Sales",
        statement=STATEMENT,
        signer_name="Jonas Müller",
        decided_at=DECIDED_AT,
        time_zone="Europe/Berlin",
        url=url(),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rejection_is_told_to_the_creator_with_its_reason(language: Language) -> None:
    assert compose(notice(NoticeKind.LINK_REJECTED), karla(language), vendor_name=VENDOR) == LinkRejected(
        language=language,
        user_name="Karla Vogt",
        link_name="Müller: Marketing and Sales",
        statement=STATEMENT,
        signer_name="Jonas Müller",
        reason="We did it ourselves.",
        decided_at=DECIDED_AT,
        time_zone="Europe/Berlin",
        url=url(),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_expiry_is_told_to_the_creator(language: Language) -> None:
    assert compose(notice(NoticeKind.LINK_EXPIRED), karla(language), vendor_name=VENDOR) == LinkExpired(
        language=language,
        user_name="Karla Vogt",
        link_name="Müller: Marketing and Sales",
        statement=STATEMENT,
        expired_on=LAST_DAY,
        page=PartnerPage.LINKS.url,
    )


def test_a_providers_link_says_nothing_of_onboarding() -> None:
    asked = link(language=Language.ENGLISH)
    products = tuple(replace(product, onboarding_type=None) for product in asked.draft.products)
    draft: LinkDraft = replace(
        asked.draft, products=products, providing_onboarding=None, estimated_onboarding_duration=None
    )
    posted = notice(about=replace(asked, draft=draft))

    mail = compose(posted, customer_of(posted, email=CUSTOMER), vendor_name=VENDOR)

    assert "nboarding" not in text_part(mail.content())


def without(*path: str) -> Item:
    whole = content(link())
    *parents, last = path
    part: Any = whole
    for name in parents:
        part = part[name]
    del part[last]
    return whole


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"link": "l-1"},
        without("partner_name"),
        without("time_zone"),
        without("link", "products"),
        without("link", "client", "company"),
        {**content(link()), "time_zone": "Europe/Nowhere"},
        {**content(link()), "link": {**content(link())["link"], "expires_at": "soon"}},
    ],
)
def test_content_that_lacks_something_names_the_notice_and_nothing_else(told: Item) -> None:
    posted = notice(told=told)
    reader = Reader(name="Jonas Müller", email=CUSTOMER, language=Language.GERMAN)

    with pytest.raises(UnreadableNoticeError) as raised:
        compose(posted, reader, vendor_name=VENDOR)

    assert str(raised.value) == "notice n-1 cannot be read"
    assert raised.value.__cause__ is None


def test_the_pages_that_mails_name_are_there() -> None:
    assert {page.value for page in PartnerPage} <= {area.slug for area in areas(document())}
