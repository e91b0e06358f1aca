"""Who works with the program: people, the partners they belong to, and what they may do there."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from shared.domain.languages import Language


class Role(StrEnum):
    VENDOR_OPERATOR = "vendor_operator"
    PARTNER_ADMIN = "partner_admin"
    PARTNER_MEMBER = "partner_member"


class UserStatus(StrEnum):
    """Whether somebody belongs to the partner, or has been asked to."""

    ACTIVE = "active"
    INVITED = "invited"


class Membership(Struct, frozen=True, kw_only=True):
    """A person's place in one partner. Name and language belong to it, so that no partner changes another's."""

    partner_id: str
    role: Role
    name: str
    language: Language = Language.ENGLISH
    partner_employee: bool = False


class Person(Struct, frozen=True, kw_only=True):
    """One human being: whoever signs in as `sub` in the user pool.

    The address is the user name in the pool for now, and says nothing about who had it before. `user_id` is the same
    in every partner. Invitations are places that partners offer; until the person accepts, they count for nothing.
    """

    sub: str
    email: str
    user_id: str
    memberships: Mapping[str, Membership] = field(default_factory=dict)
    invitations: Mapping[str, Membership] = field(default_factory=dict)
    operator_name: str | None = None
    authenticator_since: datetime | None = None
    """Since when an operator's sign-in is known to take a code of an app, where that is required."""
    version: int = 0

    @property
    def is_operator(self) -> bool:
        return self.operator_name is not None

    @property
    def language(self) -> Language:
        """The language that the person's partners write to them in; what an inviter says of it does not count."""
        known = [one.language for one in self.memberships.values()]
        return known[0] if known else Language.ENGLISH

    def has_nothing_but(self, partner_id: str) -> bool:
        """Whether the person is known for this partner alone, and so leaves altogether where this ends."""
        places = self.memberships.keys() or self.invitations.keys()
        return not self.is_operator and places <= {partner_id}


class User(Struct, frozen=True, kw_only=True):
    """A person as one partner sees it; `clients` counts those that the user is assigned to.

    `agreed` says that the person has accepted the partner, which nobody else can do for them.
    """

    user_id: str
    sub: str
    email: str
    name: str
    role: Role
    language: Language
    partner_employee: bool
    version: int
    clients: int = 0
    status: UserStatus = UserStatus.ACTIVE
    agreed: bool = False

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
    sub: str
    email: str
    name: str
    role: Role | None
    partner_id: str | None
    memberships: Mapping[str, Membership]
    invitations: Mapping[str, Membership]
