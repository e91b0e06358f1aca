"""Mails about renewals as partners and clients get them; tests change what they are about."""

from datetime import date, timedelta

from shared.domain.languages import Language
from shared.domain.money import Money
from shared.mail.renewal_mails import (
    DigestedRenewal,
    MailedRenewal,
    RenewalDigest,
    RenewalForClient,
    RenewalForPartner,
)

STOP_URL = (
    "http://0000beef.execute-api.localhost:4566/d/cC1ub3Jkd2luZC1iZXJhdHVuZy91LWthcmxhLXZvZ3QtbnVtbWVyLXp3ZWk"
    ".3q2-7w4z0aSpEJeijkyFLF4mkjQJ68KughUvwGO_q-S"
)

PAGE = "https://partners.contoso.example/reference/renewals"

RENEWAL = MailedRenewal(
    renewal_id="r-s-1",
    vendor_name="Contoso Software",
    partner_name="Nordwind Beratung GmbH",
    company="Müller & Söhne AG",
    product="marketing_hub",
    edition="professional",
    current_mrr=Money(127_200, "EUR"),
    renewal_mrr=Money(140_000, "EUR"),
    term_months=12,
    starts_on=date(2026, 6, 15),
    decide_by=date(2026, 5, 1),
    renewal_manager="Rea Roth, rea@contoso.example",
)


def digested(company: str, *, days: int) -> DigestedRenewal:
    return DigestedRenewal(
        company=company,
        product="marketing_hub",
        edition="professional",
        current_mrr=Money(127_200, "EUR"),
        renewal_mrr=Money(140_000, "EUR"),
        decide_by=date(2026, 4, 19) + timedelta(days=days),
        days_to_decide=days,
    )


def digest(language: Language = Language.ENGLISH) -> RenewalDigest:
    return RenewalDigest(
        language=language,
        user_name="Karla Vogt",
        partner_name="Nordwind Beratung GmbH",
        renewals=[digested("Acme", days=0), digested("Müller & Söhne AG", days=1), digested("Globex", days=12)],
        more=True,
        page=PAGE,
        unsubscribe_url=STOP_URL,
    )


def for_client(language: Language = Language.ENGLISH) -> RenewalForClient:
    return RenewalForClient(language=language, contact_name="Jonas Müller", renewal=RENEWAL, copied=True)


def for_partner(language: Language = Language.ENGLISH) -> RenewalForPartner:
    return RenewalForPartner(language=language, user_name="Karla Vogt", renewal=RENEWAL, is_own=True, page=PAGE)
