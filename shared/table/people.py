"""People and their places in partners.

A membership stands twice, written together: in the person's item, which the caller look-up reads with one key, and
as the user's row of the partner, which lists read.
"""

import contextlib
from typing import NamedTuple

from msgspec import Struct

from shared.domain.people import Membership, Person, Role, User
from shared.errors import ChangedMeanwhileError, NotFoundError, ProblemError
from shared.table import keys
from shared.table.people_records import membership_record, person_record, stored_person, stored_user, user_record
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.updates import ConditionFailedError, update
from shared.table.values import Item

_USERS_A_PAGE = 100

MOST_MEMBERSHIPS = 25
"""Of one person: a change of address rewrites them all in one transaction."""


class TooManyMembershipsError(ProblemError):
    status = 409
    code = "too_many_memberships"
    title = "The person belongs to too many partners"

    def __init__(self) -> None:
        super().__init__(
            f"One person can belong to {MOST_MEMBERSHIPS} partners at most. Another one has to remove the person first."
        )


class Identity(NamedTuple):
    """The address of a user id, and the one before as long as its sign-in may still be there."""

    email: str
    left_email: str | None


class People(Struct, frozen=True):
    """The repository of persons across all partners, for the caller look-up and for making users."""

    session: TableSession

    def find(self, email: str) -> Person | None:
        item = self.session.get(keys.person(email))
        return stored_person(item) if item else None

    def identity(self, user_id: str) -> Identity | None:
        item = self.session.get(keys.identity(user_id))
        return Identity(item["email"], item.get("left_email")) if item else None

    def add(self, transaction: Transaction, person: Person, *, taken: Refusal) -> None:
        """A new person with a new identity; `taken` says what it means that either exists."""
        transaction.put(keys.identity(person.user_id), {"email": person.email}, condition=ABSENT, refusal=taken)
        transaction.put(keys.person(person.email), person_record(person), condition=ABSENT, refusal=taken)

    def change_address(self, transaction: Transaction, person: Person, email: str, *, taken: Refusal) -> None:
        """Move the person to another address, with the rows of every partner; stale reads are ChangedMeanwhileError.

        Raises TooManyMembershipsError.
        """
        if len(person.memberships) > MOST_MEMBERSHIPS:
            raise TooManyMembershipsError
        stale: Refusal = lambda _: ChangedMeanwhileError()  # noqa: E731 - three uses, one meaning
        moved = {**person_record(person), "email": email, "version": person.version + 1}
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
        """Add or change one membership of a person who exists.

        Refused with TooManyMembershipsError, or with ChangedMeanwhileError where the address has somebody else now.
        """
        transaction.update(
            keys.person(person.email),
            "SET memberships.#partner = :membership, version = version + :one",
            condition="user_id = :user AND (attribute_exists(memberships.#partner) OR size(memberships) < :most)",
            names={"#partner": membership.partner_id},
            values={
                ":membership": membership_record(membership),
                ":one": 1,
                ":user": person.user_id,
                ":most": MOST_MEMBERSHIPS,
            },
            refusal=lambda standing: (
                TooManyMembershipsError()
                if standing and standing["user_id"] == person.user_id
                else ChangedMeanwhileError()
            ),
        )


class UserPage(NamedTuple):
    users: list[User]
    last: Item | None


class Users(Struct, frozen=True):
    """The repository of one partner's users."""

    session: TableSession
    partner_id: str

    def find(self, user_id: str) -> User | None:
        item = self.session.get(keys.user(self.partner_id, user_id))
        return stored_user(item) if item else None

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
        return UserPage([stored_user(item) for item in page.items], page.last)

    def told(self, user_id: str | None) -> User | None:
        """The user who was chosen to be told or, where nobody was or the user has left, the first admin by name."""
        return (self.find(user_id) if user_id else None) or self._first_admin()

    def _first_admin(self) -> User | None:
        start = None
        while True:
            page = self.page(limit=_USERS_A_PAGE, start=start)
            for user in page.users:
                if user.role is Role.PARTNER_ADMIN:
                    return user
            start = page.last
            if start is None:
                return None

    def employees(self, *, limit: int, start: Item | None = None) -> UserPage:
        """Users who are tagged as partner employees, by name; no other row is read."""
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.EMPLOYEE_PREFIX,
            index="by_group",
            descending=False,
            limit=limit,
            start=start,
        )
        return UserPage([stored_user(item) for item in page.items], page.last)

    def save(
        self,
        transaction: Transaction,
        user: User,
        *,
        known: User | None,
        refusal: Refusal,
        last_admin: Refusal | None = None,
    ) -> None:
        """The user's row, new or over the version that was read.

        `last_admin` says what it means that the partner would have no admin left; without it that is allowed.
        """
        key, item = keys.user(self.partner_id, user.user_id), user_record(user)
        if known is None:
            transaction.put(key, {**item, "clients": 0}, condition=ABSENT, refusal=refusal)
        else:
            # In place, because clients are counted on the row without a new version.
            change = "SET " + ", ".join(f"#{name} = :{name}" for name in item)
            transaction.update(
                key,
                change if user.partner_employee else f"{change} REMOVE by_group",
                condition="version = :known",
                names={f"#{name}": name for name in item},
                values={":known": known.version, **{f":{name}": value for name, value in item.items()}},
                refusal=refusal,
            )
        self._count_admins(transaction, known, user, last_admin)

    def count_clients(self, transaction: Transaction, user: User, *, change: int) -> None:
        """The user works for so many clients more, or with a minus fewer.

        Refused with NotFoundError where the user is gone, with ChangedMeanwhileError where tag or address is another.
        """
        transaction.update(
            keys.user(self.partner_id, user.user_id),
            "ADD clients :change",
            condition="partner_employee = :tagged AND email = :email",
            values={":change": change, ":tagged": user.partner_employee, ":email": user.email},
            refusal=lambda standing: ChangedMeanwhileError() if standing else NotFoundError(),
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

    def remove(self, transaction: Transaction, user: User, *, last_admin: Refusal | None = None) -> None:
        """Row and membership together: from here on the person is refused for this partner.

        `last_admin` means what it does in `save`.
        """
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
        self._count_admins(transaction, user, None, last_admin)

    def _count_admins(
        self, transaction: Transaction, before: User | None, after: User | None, last_admin: Refusal | None
    ) -> None:
        """The count follows the rows, so that of two admins who remove each other at the same time one is refused."""
        change = _is_admin(after) - _is_admin(before)
        if not change:
            return
        if change > 0:
            condition, least = "attribute_not_exists(admins) OR admins >= :least", 0
        else:
            condition, least = "admins >= :least", 2 if last_admin else 1
        transaction.update(
            keys.admins(self.partner_id),
            "ADD admins :change",
            condition=condition,
            values={":change": change, ":least": least},
            refusal=last_admin or (lambda _: ChangedMeanwhileError()),
        )


def _is_admin(user: User | None) -> bool:
    return user is not None and user.role is Role.PARTNER_ADMIN


def membership_of(partner_id: str, user: User) -> Membership:
    """The person's copy of a user's row."""
    return Membership(
        partner_id=partner_id,
        role=user.role,
        name=user.name,
        language=user.language,
        partner_employee=user.partner_employee,
    )
