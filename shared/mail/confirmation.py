"""What the mails about confirmation links have in common."""

from msgspec import Struct

from shared.domain.languages import Language
from shared.domain.terms import NO_ONBOARDING
from shared.mail.content import Fact
from shared.web.labels import duration_label, onboarding_type_label, product_label
from shared.web.languages import translations


class MailedProduct(Struct, frozen=True, kw_only=True):
    """Codes of the product catalogue; `onboarding_type` is None on the links of a solutions provider."""

    product: str
    edition: str
    onboarding_type: str | None


class Statement(Struct, frozen=True, kw_only=True):
    """What a link asks to confirm. `providing_onboarding` is None on the links of a solutions provider."""

    vendor_name: str
    partner_name: str
    company: str
    products: tuple[MailedProduct, ...]
    providing_onboarding: bool | None
    estimated_onboarding_duration: str | None


def statement_facts(statement: Statement, *, language: Language) -> tuple[Fact, ...]:
    """The statement as the customer's page shows it."""
    texts = translations(language)
    facts = [
        Fact(label=texts.gettext("For"), values=(statement.company,)),
        Fact(
            label=texts.gettext("Products"),
            values=tuple(_product_line(item, statement, language=language) for item in statement.products),
        ),
    ]
    if statement.estimated_onboarding_duration and any(map(_has_onboarding, statement.products)):
        duration = duration_label(statement.estimated_onboarding_duration, language=language)
        facts.append(Fact(label=texts.gettext("Onboarding takes"), values=(duration,)))
    return tuple(facts)


def _has_onboarding(item: MailedProduct) -> bool:
    return item.onboarding_type not in {None, NO_ONBOARDING}


def _product_line(item: MailedProduct, statement: Statement, *, language: Language) -> str:
    """`Marketing Hub Professional: Guided onboarding, provided by Nordwind`."""
    name = f"{product_label(item.product, language=language)} {product_label(item.edition, language=language)}"
    if item.onboarding_type is None:
        return name
    kind = onboarding_type_label(item.onboarding_type, language=language)
    if not _has_onboarding(item):
        return f"{name}: {kind}"
    texts = translations(language)
    provided = (
        texts.gettext("%(kind)s, provided by %(partner)s")
        if statement.providing_onboarding
        else texts.gettext("%(kind)s, not provided by %(partner)s")
    )
    return f"{name}: {provided % {'kind': kind, 'partner': statement.partner_name}}"
