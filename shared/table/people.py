"""The users of a partner.

A membership stands twice, written together: in the person's item, which the caller look-up reads with one key (see
`persons`), and as the user's row of the partner, which lists read.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.people import Membership, Person, Role, User, UserStatus
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.table import keys
from shared.table.invitations import Invitations, end_person
from shared.table.people_records import stored_user, user_record
from shared.table.persons import People, SignIn, stale
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.values import Item

_USERS_A_PAGE = 100


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
        """Users by name, and among them those who are invited."""
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.USER_PREFIX,
            index="by_name",
            descending=False,
            limit=limit,
            start=start,
        )
        return UserPage([stored_user(item) for item in page.items], page.last)

    def told(self, user_id: str | None, *, unreachable: Collection[str] = ()) -> User | None:
        """The first in line whom a mail can reach; `unreachable` are ids of users who cannot be mailed."""
        return next((user for user in self.in_line(user_id) if user.user_id not in unreachable), None)

    def in_line(self, user_id: str | None) -> Iterator[User]:
        """The user who was chosen to be told, unless that one has left, and after that one the admins by name."""
        chosen = self.find(user_id) if user_id else None
        if chosen:
            yield chosen
        start = None
        while True:
            page = self.page(limit=_USERS_A_PAGE, start=start)
            admins = (one for one in page.users if one.role is Role.PARTNER_ADMIN and one.status is UserStatus.ACTIVE)
            yield from (one for one in admins if one.user_id != user_id)
            start = page.last
            if start is None:
                return

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

        Refused with NotFoundError where the user is gone, with ChangedMeanwhileError where tag, address or agreement
        is another.
        """
        transaction.update(
            keys.user(self.partner_id, user.user_id),
            "ADD clients :change",
            condition="partner_employee = :tagged AND email = :email AND agreed = :agreed",
            values={
                ":change": change,
                ":tagged": user.partner_employee,
                ":email": user.email,
                ":agreed": user.agreed,
            },
            refusal=lambda standing: ChangedMeanwhileError() if standing else NotFoundError(),
        )

    def readdress(self, transaction: Transaction, user_id: str, to: SignIn) -> None:
        """The row's copy of a sign-in that changed."""
        transaction.update(
            keys.user(self.partner_id, user_id),
            "SET email = :email, #sub = :sub, version = version + :one",
            condition=PRESENT,
            names={"#sub": "sub"},
            values={":email": to.email, ":sub": to.sub, ":one": 1},
            refusal=stale,
        )

    def remove(
        self, transaction: Transaction, user: User, person: Person, *, last_admin: Refusal | None = None
    ) -> None:
        """Row and membership together: from here on the person is refused for this partner.

        Where it was the person's only one, the person ends with it. `last_admin` means what it does in `save`.
        """
        transaction.delete(
            keys.user(self.partner_id, user.user_id),
            condition="version = :known",
            values={":known": user.version},
            refusal=stale,
        )
        if person.has_nothing_but(self.partner_id):
            end_person(transaction, person, leaving=self.partner_id)
        else:
            transaction.update(
                keys.person(person.sub),
                "REMOVE memberships.#partner SET version = version + :one",
                condition="version = :known",
                names={"#partner": self.partner_id},
                values={":one": 1, ":known": person.version},
                refusal=stale,
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


def move_person(transaction: Transaction, person: Person, to: SignIn, *, written: str | None = None) -> None:
    """Give the person another sign-in, and every partner's copy with it, but for a row that is `written` besides.

    Refused with ChangedMeanwhileError. Raises TooManyMembershipsError.
    """
    People(transaction.session).change_sign_in(transaction, person, to, taken=stale)
    moved = replace(person, sub=to.sub, email=to.email)
    for partner_id in person.memberships:
        if partner_id != written:
            Users(transaction.session, partner_id).readdress(transaction, person.user_id, to)
    for partner_id in person.invitations:
        Invitations(transaction.session, partner_id).readdress(transaction, moved)


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
