"""Who is calling: the token says which person, the table says what the person may do, on every request."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.domain.people import Caller, Membership, Person, Role
from shared.errors import NotAMemberError, PartnerRequiredError, RoleRequiredError

PARTNER_HEADER = "x-partner-id"


def caller_sub(event: Mapping[str, Any]) -> str:
    """Whose access token it is, which the gateway has verified. The user name in it may be somebody else's by now."""
    claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    if claims.get("token_use") != "access" or "sub" not in claims:
        raise NotAMemberError("Sign in and send the access token; an identity token does not say who may call.")
    return str(claims["sub"])


def signed_in_at(event: Mapping[str, Any]) -> datetime:
    """When the owner of the access token gave a password, whatever it was renewed since."""
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    return datetime.fromtimestamp(int(claims.get("auth_time", 0)), UTC)


def find_caller(person: Person | None, *, asked_partner: str | None, roles: frozenset[Role]) -> Caller:
    """The caller as this route sees it.

    Raises NotAMemberError, PartnerRequiredError or RoleRequiredError.
    """
    if person is None or not (person.is_operator or person.memberships or person.invitations):
        raise NotAMemberError("You do not belong to any partner (any more). Ask an admin of the partner to add you.")
    if person.operator_name is not None and (Role.VENDOR_OPERATOR in roles or not person.memberships):
        if Role.VENDOR_OPERATOR not in roles:
            raise RoleRequiredError("This route is for the users of a partner; operators use those under /v1/vendor.")
        return _caller(person, None, name=person.operator_name, role=Role.VENDOR_OPERATOR)
    membership = _chosen(person, asked_partner)
    if membership is None:
        if Role.VENDOR_OPERATOR in roles and Role.PARTNER_MEMBER in roles:
            names = [one.name for one in (*person.memberships.values(), *person.invitations.values())]
            return _caller(person, None, name=names[0], role=None)
        if roles == {Role.VENDOR_OPERATOR}:
            raise RoleRequiredError("This route is for the vendor's operators.")
        if not person.memberships:
            raise NotAMemberError("You are invited and do not belong to a partner yet. Accept the invitation first.")
        raise PartnerRequiredError("You belong to several partners. Say which one you mean in X-Partner-Id.")
    if membership.role not in roles:
        needed = " or ".join(sorted(role.value for role in roles))
        raise RoleRequiredError(f"This needs the role {needed}.")
    return _caller(person, membership.partner_id, name=membership.name, role=membership.role)


def _chosen(person: Person, asked_partner: str | None) -> Membership | None:
    """The membership that is meant; None where several are possible. Raises NotAMemberError."""
    if asked_partner is not None:
        try:
            return person.memberships[asked_partner]
        except KeyError:
            raise NotAMemberError("You do not belong to the partner named in X-Partner-Id.") from None
    if len(person.memberships) == 1:
        (only,) = person.memberships.values()
        return only
    return None


def _caller(person: Person, partner_id: str | None, *, name: str, role: Role | None) -> Caller:
    return Caller(
        user_id=person.user_id,
        sub=person.sub,
        email=person.email,
        name=name,
        role=role,
        partner_id=partner_id,
        memberships=person.memberships,
        invitations=person.invitations,
    )
