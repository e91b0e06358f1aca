"""One confirmation link as its page and its mails see it; tests change what they are about."""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from functions.confirmations.customer_page import ConfirmationRequest, FormLimits
from shared.domain.chains import Seal
from shared.domain.languages import Language
from shared.domain.links import Decision
from shared.domain.terms import Choice, Terms, TermsProduct
from shared.mail.confirmation import MailedProduct, Statement
from shared.mail.customer_mails import DecisionReceipt, LinkReminder, LinkSent
from shared.mail.partner_mails import LinkExpired, LinkRejected, LinkSigned
from shared.table.chain import Proof, ProofState
from shared.web.zones import Zone

PAGE_PATH = "/c/3q2-7w4zTokenOfTheExample"
URL = "https://partners.contoso.example/c/3q2-7w4zTokenOfTheExample"
UNSUBSCRIBE_URL = (
    "https://partners.contoso.example/c/cC1ub3Jkd2luZC1iZXJhdHVuZy9sLWFhMTk1MzFlN2M3ZjI3MjdmMTg1"
    ".aq69SpEJeijkyFLF4mkjQJ68KughUvwGO_q-Sx-FLFo/unsubscribe"
)
DECIDED_AT = datetime(2026, 1, 14, 9, 5, tzinfo=UTC)
LIMITS = FormLimits(signer_name=120, reason=500)
REASON = "Das Onboarding macht inzwischen unser eigenes Team.\nBitte nehmen Sie den Sales Hub heraus."


_WORDS = {
    Language.ENGLISH: ("Technical consulting", "No onboarding", "2 months"),
    Language.GERMAN: ("Technische Beratung", "Kein Onboarding", "2 Monate"),
}


def terms(language: Language = Language.ENGLISH) -> Terms:
    consulting, none, two_months = _WORDS[language]
    return Terms(
        language=language,
        vendor="Contoso Software",
        partner="Nordwind Beratung GmbH",
        asked_by="Karla Vogt",
        company="Müller & Söhne AG",
        contact_name="Jonas Müller",
        contact_email="jonas@mueller.example",
        products=(
            TermsProduct(
                product=Choice(code="marketing_hub", name="Marketing Hub"),
                edition=Choice(code="professional", name="Professional"),
                onboarding=Choice(code="technical_consulting", name=consulting),
            ),
            TermsProduct(
                product=Choice(code="sales_hub", name="Sales Hub"),
                edition=Choice(code="starter", name="Starter"),
                onboarding=Choice(code="none", name=none),
            ),
        ),
        providing_onboarding=True,
        onboarding_duration=Choice(code="2_months", name=two_months),
    )


def provider_terms(language: Language = Language.ENGLISH) -> Terms:
    """Those of a solutions provider, who is not asked about onboarding."""
    known = terms(language)
    return replace(
        known,
        products=tuple(replace(one, onboarding=None) for one in known.products),
        providing_onboarding=None,
        onboarding_duration=None,
    )


def decision(language: Language = Language.ENGLISH, *, signed: bool = True) -> Decision:
    return Decision(
        signed=signed,
        signer_name="Jonas Müller",
        reason=None if signed else REASON,
        decided_at=DECIDED_AT,
        terms=terms(language),
        sent_at=datetime(2026, 1, 12, 8, 30, tzinfo=UTC),
        opened_at=datetime(2026, 1, 14, 9, 1, tzinfo=UTC),
        time_zone="Europe/Berlin",
    )


SIGNED, REJECTED = decision(), decision(signed=False)
CHECK_URL = "https://partners.contoso.example/c/3q2-check/check?hash=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
SEAL = Seal(
    entry_id="01KEXAMPLEENTRY0000000000",
    position=418,
    entry_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    previous_hash="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
)
SEALED = Proof(ProofState.SEALED, seal=SEAL)


def confirmation_request(language: Language = Language.ENGLISH, asked: Terms | None = None) -> ConfirmationRequest:
    return ConfirmationRequest(
        terms=asked or terms(language),
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
        zone=Zone("Europe/Berlin"),
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
