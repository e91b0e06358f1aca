"""People and users as the table keeps them."""

from collections.abc import Mapping
from typing import Any

from shared.clock import instant
from shared.domain.languages import Language
from shared.domain.people import Membership, Person, Role, User, UserStatus
from shared.table import keys
from shared.text import folded


def membership_record(membership: Membership) -> dict[str, Any]:
    return {
        "role": membership.role,
        "name": membership.name,
        "language": membership.language,
        "partner_employee": membership.partner_employee,
    }


def person_record(person: Person) -> dict[str, Any]:
    return {
        "sub": person.sub,
        "email": person.email,
        "user_id": person.user_id,
        "operator_name": person.operator_name,
        "memberships": {one.partner_id: membership_record(one) for one in person.memberships.values()},
        "invitations": {one.partner_id: membership_record(one) for one in person.invitations.values()},
        "version": person.version,
    }


def stored_person(item: Mapping[str, Any]) -> Person:
    return Person(
        sub=item["sub"],
        email=item["email"],
        user_id=item["user_id"],
        operator_name=item["operator_name"],
        memberships=_stored_memberships(item["memberships"]),
        invitations=_stored_memberships(item["invitations"]),
        authenticator_since=instant(item["authenticator_since"]) if item.get("authenticator_since") else None,
        version=item["version"],
    )


def _stored_memberships(kept: Mapping[str, Any]) -> dict[str, Membership]:
    return {
        partner_id: Membership(
            partner_id=partner_id,
            role=Role(one["role"]),
            name=one["name"],
            language=Language(one["language"]),
            partner_employee=one["partner_employee"],
        )
        for partner_id, one in sorted(kept.items())  # a stored map has no order
    }


def user_record(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "sub": user.sub,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "partner_employee": user.partner_employee,
        "agreed": user.agreed,
        "by_name": keys.user_order(folded(user.name), user.user_id),
        **({"by_group": keys.employee_order(folded(user.name), user.user_id)} if user.partner_employee else {}),
        "version": user.version,
    }


def stored_user(item: Mapping[str, Any]) -> User:
    """Of a user, and of somebody invited, whose row counts no clients."""
    return User(
        user_id=item["user_id"],
        sub=item["sub"],
        email=item["email"],
        name=item["name"],
        role=Role(item["role"]),
        language=Language(item["language"]),
        partner_employee=item["partner_employee"],
        version=item["version"],
        clients=item.get("clients", 0),
        agreed=item["agreed"],
        status=UserStatus.ACTIVE if "clients" in item else UserStatus.INVITED,
    )
