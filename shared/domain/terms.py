"""The terms of a confirmation link: everything that its page says is confirmed, as the page says it."""

import hashlib
import json
from typing import Any

from msgspec import Struct, to_builtins

from shared.domain.languages import Language

NO_ONBOARDING = "none"


class Choice(Struct, frozen=True, kw_only=True):
    """A code of the program's catalogue, and the name under which the customer reads it."""

    code: str
    name: str


class TermsProduct(Struct, frozen=True, kw_only=True):
    """`onboarding` is None on the links of a solutions provider."""

    product: Choice
    edition: Choice
    onboarding: Choice | None


class Terms(Struct, frozen=True, kw_only=True):
    """What a customer confirms or rejects, with all names as they are at that moment.

    `asked_by` is the partner's user who made the link. The onboarding fields are None on the links of a solutions
    provider.
    """

    language: Language
    vendor: str
    partner: str
    asked_by: str
    company: str
    contact_name: str
    contact_email: str
    products: tuple[TermsProduct, ...]
    providing_onboarding: bool | None
    onboarding_duration: Choice | None

    @property
    def names_an_onboarding(self) -> bool:
        """Whether any product comes with one."""
        return any(one.onboarding is not None and one.onboarding.code != NO_ONBOARDING for one in self.products)

    def record(self) -> dict[str, Any]:
        """The terms as the table and the audit trail keep them."""
        record: dict[str, Any] = to_builtins(self)
        return record

    @property
    def text(self) -> str:
        """The one way to write them: JSON without spaces, the names in alphabetical order."""
        return json.dumps(self.record(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of `text` in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()
