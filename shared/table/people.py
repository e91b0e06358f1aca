"""People and their places in partners.

A membership stands twice, written together: in the person's item, which the caller look-up reads with one key, and
as the user's row of the partner, which lists read.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.domain.people import Language, Membership, Person, Role, User
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.updates import ConditionFailedError, update
from shared.table.values import Item
from shared.text import sortable


class Identity(NamedTuple):
    """The address of a user id, and the one before as long as its sign-in may still be there."""

    email: str
    left_email: str | None


@dataclass(frozen=True, slots=True)
class People:
    """The repository of persons across all partners, for the caller look-up and for making users."""

    session: TableSession

    def find(self, email: str) -> Person | None:
        item = self.session.get(keys.person(email))
        return _person(item) if item else None

    def identity(self, user_id: str) -> Identity | None:
        item = self.session.get(keys.identity(user_id))
        return Identity(item["email"], item.get("left_email")) if item else None

    def add(self, transaction: Transaction, person: Person, *, taken: Refusal) -> None:
        """A new person with a new identity; `taken` says what it means that either exists."""
        transaction.put(keys.identity(person.user_id), {"email": person.email}, condition=ABSENT, refusal=taken)
        transaction.put(keys.person(person.email), _person_item(person), condition=ABSENT, refusal=taken)

    def change_address(self, transaction: Transaction, person: Person, email: str, *, taken: Refusal) -> None:
        """Move the person to another address, with the rows of every partner; stale reads are ChangedMeanwhileError."""
        stale: Refusal = lambda _: ChangedMeanwhileError()  # noqa: E731 - three uses, one meaning
        moved = {**_person_item(person), "email": email, "version": person.version + 1}
        transaction.put(keys.person(email), moved, condition=ABSENT, refusal=taken)
        transaction.delete(
            keys.person(person.email), condition="version = :known", values={":known": person.version}, refusal=stale
        )
        transaction.put(
            keys.identity(person.user_id),
            {"email": email, "left_email": person.email},
            condition="email = :known",
            values={":known": person.email},
            refusal=stale,
        )

    def forget_left_email(self, user_id: str, left_email: str) -> None:
        """Nothing remains to be done about the address that a person left."""
        with contextlib.suppress(ConditionFailedError):  # it is forgotten already
            update(
                self.session,
                keys.identity(user_id),
                "REMOVE left_email",
                condition="left_email = :left",
                values={":left": left_email},
            )

    def put_membership(self, transaction: Transaction, person: Person, membership: Membership) -> None:
        """Add or change one membership of a person who exists."""
        transaction.update(
            keys.person(person.email),
            "SET memberships.#partner = :membership, version = version + :one",
            condition="user_id = :user",
            names={"#partner": membership.partner_id},
            values={":membership": _membership_item(membership), ":one": 1, ":user": person.user_id},
            refusal=lambda _: ChangedMeanwhileError(),
        )


class UserPage(NamedTuple):
    users: list[User]
    last: Item | None


@dataclass(frozen=True, slots=True)
class Users:
    """The repository of one partner's users."""

    session: TableSession
    partner_id: str

    def find(self, user_id: str) -> User | None:
        item = self.session.get(keys.user(self.partner_id, user_id))
        return _user(item) if item else None

    def page(self, *, limit: int, start: Item | None = None) -> UserPage:
        """Users by name."""
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.USER_PREFIX,
            index="by_name",
            descending=False,
            limit=limit,
            start=start,
        )
        return UserPage([_user(item) for item in page.items], page.last)

    def save(self, transaction: Transaction, user: User, *, known: User | None, refusal: Refusal) -> None:
        """The user's row, new or over the version that was read."""
        transaction.put(
            keys.user(self.partner_id, user.user_id),
            _user_item(user),
            condition="version = :known" if known else ABSENT,
            values={":known": known.version} if known else None,
            refusal=refusal,
        )

    def readdress(self, transaction: Transaction, user_id: str, email: str) -> None:
        """The row's copy of an address that changed."""
        transaction.update(
            keys.user(self.partner_id, user_id),
            "SET email = :email, version = version + :one",
            condition=PRESENT,
            values={":email": email, ":one": 1},
            refusal=lambda _: ChangedMeanwhileError(),
        )

    def remove(self, transaction: Transaction, user: User) -> None:
        """Row and membership together: from here on the person is refused for this partner."""
        transaction.delete(
            keys.user(self.partner_id, user.user_id),
            condition="version = :known",
            values={":known": user.version},
            refusal=lambda _: ChangedMeanwhileError(),
        )
        transaction.update(
            keys.person(user.email),
            "REMOVE memberships.#partner SET version = version + :one",
            condition="attribute_exists(memberships.#partner)",
            names={"#partner": self.partner_id},
            values={":one": 1},
            refusal=lambda _: ChangedMeanwhileError(),
        )


def membership_of(partner_id: str, user: User) -> Membership:
    """The person's copy of a user's row."""
    return Membership(
        partner_id=partner_id,
        role=user.role,
        name=user.name,
        language=user.language,
        partner_employee=user.partner_employee,
    )


def _membership_item(membership: Membership) -> dict[str, Any]:
    return {
        "role": membership.role,
        "name": membership.name,
        "language": membership.language,
        "partner_employee": membership.partner_employee,
    }


def _person_item(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "user_id": person.user_id,
        "operator_name": person.operator_name,
        "memberships": {one.partner_id: _membership_item(one) for one in person.memberships.values()},
        "version": person.version,
    }


def _person(item: Mapping[str, Any]) -> Person:
    return Person(
        email=item["email"],
        user_id=item["user_id"],
        operator_name=item["operator_name"],
        memberships={
            partner_id: Membership(
                partner_id=partner_id,
                role=Role(one["role"]),
                name=one["name"],
                language=Language(one["language"]),
                partner_employee=one["partner_employee"],
            )
            for partner_id, one in sorted(item["memberships"].items())  # a stored map has no order
        },
        version=item["version"],
    )


def _user_item(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "partner_employee": user.partner_employee,
        "by_name": keys.user_order(sortable(user.name), user.user_id),
        "version": user.version,
    }


def _user(item: Mapping[str, Any]) -> User:
    return User(
        user_id=item["user_id"],
        email=item["email"],
        name=item["name"],
        role=Role(item["role"]),
        language=Language(item["language"]),
        partner_employee=item["partner_employee"],
        version=item["version"],
    )
