"""What a link's page says is confirmed, as it stands now: with the names of the partner, the vendor and the program."""

from shared import settings
from shared.domain.languages import Language
from shared.domain.links import Link, LinkDraft, LinkProduct
from shared.domain.partners import Partner
from shared.domain.terms import Choice, Terms, TermsProduct
from shared.web.labels import duration_label, onboarding_type_label, product_label


def current_terms(link: Link, partner: Partner) -> Terms:
    """The terms that a decision would be about now; those of a decision that was made stand with it."""
    return terms_of(link.draft, partner, asked_by=link.creator_name)


def terms_of(draft: LinkDraft, partner: Partner, *, asked_by: str) -> Terms:
    client = draft.client
    language = Language(client.language)
    return Terms(
        language=language,
        vendor=settings.vendor_name(),
        partner=partner.name,
        asked_by=asked_by,
        company=client.company,
        contact_name=client.contact_name,
        contact_email=client.email,
        products=tuple(_product(one, language) for one in draft.products),
        providing_onboarding=draft.providing_onboarding,
        onboarding_duration=_duration(draft.estimated_onboarding_duration, language),
    )


def _product(one: LinkProduct, language: Language) -> TermsProduct:
    onboarding = one.onboarding_type
    return TermsProduct(
        product=Choice(code=one.product, name=product_label(one.product, language=language)),
        edition=Choice(code=one.edition, name=product_label(one.edition, language=language)),
        onboarding=Choice(code=onboarding, name=onboarding_type_label(onboarding, language=language))
        if onboarding
        else None,
    )


def _duration(code: str | None, language: Language) -> Choice | None:
    return Choice(code=code, name=duration_label(code, language=language)) if code else None
