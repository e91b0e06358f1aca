"""What the mails about confirmation links have in common."""

from msgspec import Struct

from shared.domain.languages import Language
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
            values=tuple(_product_line(item, language=language) for item in statement.products),
        ),
    ]
    if statement.providing_onboarding is not None:
        provided = (
            texts.gettext("%(partner)s provides it")
            if statement.providing_onboarding
            else texts.gettext("%(partner)s does not provide it")
        )
        facts.append(Fact(label=texts.gettext("Onboarding"), values=(provided % {"partner": statement.partner_name},)))
    if statement.estimated_onboarding_duration:
        duration = duration_label(statement.estimated_onboarding_duration, language=language)
        facts.append(Fact(label=texts.gettext("Estimated duration"), values=(duration,)))
    return tuple(facts)


def _product_line(item: MailedProduct, *, language: Language) -> str:
    """`Marketing Hub Professional, Guided onboarding`."""
    name = f"{product_label(item.product)} {product_label(item.edition)}"
    if item.onboarding_type is None:
        return name
    return f"{name}, {onboarding_type_label(item.onboarding_type, language=language)}"
