"""One confirmation link as its page and its mails see it; tests change what they are about."""

from datetime import UTC, date, datetime

from functions.confirmations.customer_page import (
    ConfirmationRequest,
    FormLimits,
    RequestedProduct,
    StandingDecision,
)
from shared.domain.chains import Seal
from shared.domain.languages import Language
from shared.mail.confirmation import MailedProduct, Statement
from shared.mail.customer_mails import DecisionReceipt, LinkReminder, LinkSent
from shared.mail.partner_mails import LinkExpired, LinkRejected, LinkSigned

PAGE_PATH = "/c/3q2-7w4zTokenOfTheExample"
URL = "https://partners.contoso.example/c/3q2-7w4zTokenOfTheExample"
UNSUBSCRIBE_URL = "https://partners.contoso.example/c/3q2-7w4zTokenOfTheExample/stop-reminders"
DECIDED_AT = datetime(2026, 1, 14, 9, 5, tzinfo=UTC)
LIMITS = FormLimits(signer_name=120, reason=500)
REASON = "Das Onboarding macht inzwischen unser eigenes Team.\nBitte nehmen Sie den Sales Hub heraus."

SIGNED = StandingDecision(signed=True, signer_name="Jonas Müller", reason=None, decided_at=DECIDED_AT)
REJECTED = StandingDecision(signed=False, signer_name="Jonas Müller", reason=REASON, decided_at=DECIDED_AT)
SEAL = Seal(
    entry_id="01KEXAMPLEENTRY0000000000",
    position=418,
    entry_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    previous_hash="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
)


def confirmation_request(language: Language = Language.ENGLISH) -> ConfirmationRequest:
    return ConfirmationRequest(
        language=language,
        vendor_name="Contoso Software",
        partner_name="Nordwind Beratung GmbH",
        requested_by="Karla Vogt",
        company="Müller & Söhne AG",
        contact_name="Jonas Müller",
        products=(
            RequestedProduct(product="marketing_hub", edition="professional", onboarding_type="technical_consulting"),
            RequestedProduct(product="sales_hub", edition="starter", onboarding_type="none"),
        ),
        providing_onboarding=True,
        estimated_onboarding_duration="2_months",
        expires_at=datetime(2026, 4, 1, 21, 59, tzinfo=UTC),
        time_zone="Europe/Berlin",
    )


def statement() -> Statement:
    return Statement(
        vendor_name="Contoso Software",
        partner_name="Nordwind Beratung GmbH",
        company="Müller & Söhne AG",
        products=(
            MailedProduct(product="marketing_hub", edition="professional", onboarding_type="technical_consulting"),
            MailedProduct(product="sales_hub", edition="starter", onboarding_type="none"),
        ),
        providing_onboarding=True,
        estimated_onboarding_duration="2_months",
    )


def link_sent(language: Language = Language.ENGLISH) -> LinkSent:
    return LinkSent(
        language=language,
        contact_name="Jonas Müller",
        requested_by="Karla Vogt",
        statement=statement(),
        url=URL,
        decide_before=date(2026, 4, 1),
    )


def link_reminder(language: Language = Language.ENGLISH) -> LinkReminder:
    return LinkReminder(
        language=language,
        contact_name="Jonas Müller",
        statement=statement(),
        url=URL,
        decide_before=date(2026, 4, 1),
        unsubscribe_url=UNSUBSCRIBE_URL,
    )


def decision_receipt(language: Language = Language.ENGLISH, *, signed: bool = True) -> DecisionReceipt:
    return DecisionReceipt(
        language=language,
        contact_name="Jonas Müller",
        statement=statement(),
        signed=signed,
        signer_name="Jonas Müller",
        reason=None if signed else REASON,
        decided_at=DECIDED_AT,
        time_zone="Europe/Berlin",
        url=URL,
    )


def link_signed(language: Language = Language.ENGLISH) -> LinkSigned:
    return LinkSigned(
        language=language,
        user_name="Karla Vogt",
        link_name="Müller: Marketing and Sales",
        statement=statement(),
        signer_name="Jonas Müller",
        decided_at=DECIDED_AT,
        time_zone="Europe/Berlin",
        url=URL,
    )


def link_rejected(language: Language = Language.ENGLISH) -> LinkRejected:
    return LinkRejected(
        language=language,
        user_name="Karla Vogt",
        link_name="Müller: Marketing and Sales",
        statement=statement(),
        signer_name="Jonas Müller",
        reason=REASON,
        decided_at=DECIDED_AT,
        time_zone="Europe/Berlin",
        url=URL,
    )


def link_expired(language: Language = Language.ENGLISH) -> LinkExpired:
    return LinkExpired(
        language=language,
        user_name="Karla Vogt",
        link_name="Müller: Marketing and Sales",
        statement=statement(),
        expired_on=date(2026, 4, 1),
        page="https://partners.contoso.example/reference/confirmation-links",
    )
