"""What people read instead of the codes of the product catalogue.

Products and editions are named in the program file, as the vendor writes them. A vendor may add codes to its catalogue:
one that has no name is shown as its words.
"""

from types import MappingProxyType

from shared.domain.languages import Language
from shared.program import program
from shared.web.languages import deferred, translations

_ONBOARDING_TYPES = MappingProxyType(
    {
        "none": deferred("No onboarding"),
        "guided": deferred("Guided onboarding"),
        "customized": deferred("Customized onboarding"),
        "technical_consulting": deferred("Technical consulting"),
    }
)
_DURATIONS = MappingProxyType(
    {
        "2_weeks": deferred("2 weeks"),
        "1_month": deferred("1 month"),
        "2_months": deferred("2 months"),
        "3_months": deferred("3 months"),
        "6_months": deferred("6 months"),
        "longer": deferred("Longer than 6 months"),
    }
)


def product_label(code: str, *, language: Language = Language.ENGLISH) -> str:
    """The name of a product or an edition as the program file has it; `crm_suite` is Crm Suite where it has none."""
    return program().confirmation_links.name(code, language) or _words(code)


def _words(code: str) -> str:
    return code.replace("_", " ").title()


def onboarding_type_label(code: str, *, language: Language) -> str:
    known = _ONBOARDING_TYPES.get(code)
    return translations(language).gettext(known) if known else _words(code)


def duration_label(code: str, *, language: Language) -> str:
    known = _DURATIONS.get(code)
    return translations(language).gettext(known) if known else _words(code)
