"""Who works with the program: people, the partners they belong to, and what they may do there."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from shared.domain.languages import Language


class Role(StrEnum):
    VENDOR_OPERATOR = "vendor_operator"
    PARTNER_ADMIN = "partner_admin"
    PARTNER_MEMBER = "partner_member"


class Membership(Struct, frozen=True, kw_only=True):
    """A person's place in one partner. Name and language belong to it, so that no partner changes another's."""

    partner_id: str
    role: Role
    name: str
    language: Language = Language.ENGLISH
    partner_employee: bool = False


class Person(Struct, frozen=True, kw_only=True):
    """One human being, known by e-mail, which is also the user name in the pool; `user_id` is the same everywhere."""

    email: str
    user_id: str
    memberships: Mapping[str, Membership] = field(default_factory=dict)
    operator_name: str | None = None
    version: int = 0

    @property
    def is_operator(self) -> bool:
        return self.operator_name is not None


class User(Struct, frozen=True, kw_only=True):
    """A person as one partner sees it; `clients` counts those that the user is assigned to."""

    user_id: str
    email: str
    name: str
    role: Role
    language: Language
    partner_employee: bool
    version: int
    clients: int = 0

    def record(self) -> dict[str, str | bool]:
        """The user as the audit trail keeps it."""
        return {
            "email": self.email,
            "name": self.name,
            "role": self.role,
            "language": self.language,
            "partner_employee": self.partner_employee,
        }


class Caller(Struct, frozen=True, kw_only=True):
    """Who is calling, read from the table for this very request.

    `partner_id` is None for operators, and where a person of several partners has not said which one is meant.
    """

    user_id: str
    email: str
    name: str
    role: Role | None
    partner_id: str | None
    memberships: Mapping[str, Membership]
