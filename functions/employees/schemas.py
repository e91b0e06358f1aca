"""What the routes about users take and answer."""

from typing import Annotated, Literal, Self

from pydantic import Field

from shared.addresses import SignInEmail
from shared.domain.languages import Language
from shared.domain.people import Membership, Role, User, UserStatus
from shared.http.schemas import UNCHANGED, Answer, Body, Changes, or_default
from shared.text import Line

PartnerRole = Literal[Role.PARTNER_ADMIN, Role.PARTNER_MEMBER]


class NewUserBody(Body):
    """A person to add. Somebody whom the program knows is invited, and keeps the sign-in and the user id."""

    email: Annotated[SignInEmail, Field(description="The name to sign in with.")]
    name: Line
    role: Annotated[PartnerRole, Field(description="A member reads everything and works with leads and links.")]
    language: Annotated[Language, Field(description="Of the mails to this user."), or_default(Language.ENGLISH)] = (
        Language.ENGLISH
    )


class UserChanges(Changes):
    """What is left out stays as it is. The e-mail address is the sign-in; the vendor changes it."""

    name: Line = UNCHANGED
    role: PartnerRole = UNCHANGED
    language: Language = UNCHANGED


class UserAnswer(Answer):
    """A user of this partner, or somebody who is invited. `id` names the person: the same in every partner."""

    id: str
    email: str
    name: str
    role: PartnerRole
    language: Language
    partner_employee: Annotated[bool, Field(description="Whether the user is tracked as a partner employee.")]
    status: Annotated[UserStatus, Field(description="`invited` until the person has accepted.")]

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            id=user.user_id,
            email=user.email,
            name=user.name,
            role=user.role,
            language=user.language,
            partner_employee=user.partner_employee,
            status=user.status,
        )


InvitationOutcome = Literal["active", "declined"]


class MembershipAnswer(Answer):
    """A partner that the caller belongs to, or is invited by."""

    partner_id: str
    partner_name: str
    role: PartnerRole
    status: Annotated[Literal["active", "invited"], Field(description="`invited` until the caller has accepted.")]

    @classmethod
    def of(cls, one: Membership, partner_name: str, status: Literal["active", "invited"]) -> Self:
        return cls(partner_id=one.partner_id, partner_name=partner_name, role=one.role, status=status)


class AnsweredInvitation(Answer):
    """What the caller has made of an invitation."""

    partner_id: str
    partner_name: str
    role: PartnerRole
    status: InvitationOutcome

    @classmethod
    def of(cls, one: Membership, partner_name: str, status: InvitationOutcome) -> Self:
        return cls(partner_id=one.partner_id, partner_name=partner_name, role=one.role, status=status)


class MeAnswer(Answer):
    """Who is calling. Partner fields and role are null where a person of several partners has not said which."""

    user_id: str
    email: str
    name: str
    role: Annotated[Role | None, Field(description="The role in the partner that is meant.")]
    partner_id: str | None
    partner_name: str | None
    memberships: list[MembershipAnswer]
