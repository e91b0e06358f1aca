"""Persons across all partners, each under the `sub` of their sign-in, which no token of anybody else ever bears.

An address is a sentinel and no more: it makes sure that two sign-ins never share one. What a person may do stands in
the person's item, which the caller look-up reads with one key; `Users` has each partner's copy of it.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.people import Membership, Person
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.table import keys
from shared.table.cascades import SWEPT_AFTER
from shared.table.people_records import membership_record, person_record, stored_person
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.updates import ConditionFailedError, update
from shared.table.values import Item

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


class SignIn(NamedTuple):
    """A sign-in in the user pool: whose it is, and the address that is its user name."""

    sub: str
    email: str


class Identity(NamedTuple):
    """The sign-in of a user id, or the last one of somebody who has left; `left` is one that may have to be deleted."""

    sign_in: SignIn
    left: SignIn | None


class People(Struct, frozen=True):
    """The repository of persons across all partners, for the caller look-up and for making users."""

    session: TableSession

    def find(self, sub: str) -> Person | None:
        item = self.session.get(keys.person(sub))
        return stored_person(item) if item else None

    def holder(self, email: str) -> SignIn | None:
        """The sign-in that has the address; where no person has that sign-in, its owner has left it."""
        item = self.session.get(keys.sign_in_address(email))
        return SignIn(item["sub"], email) if item else None

    def identity(self, user_id: str) -> Identity | None:
        item = self.session.get(keys.identity(user_id))
        if item is None:
            return None
        left = item.get("left")
        return Identity(SignIn(item["sub"], item["email"]), SignIn(left["sub"], left["email"]) if left else None)

    def left_sign_ins(self, *, until: datetime) -> Iterator[SignIn | UnreadableItem]:
        """Those that should have been deleted by then, from the sparse index: nothing else is read."""
        return self.session.due(keys.LEFT_SIGN_INS, until=until, read=lambda item: SignIn(item["sub"], item["email"]))

    def add(self, transaction: Transaction, person: Person, *, taken: Refusal, former: Identity | None = None) -> None:
        """A new person with a new sign-in; `taken` says what it means that address, sign-in or user id is another's.

        `former` is the identity of somebody who has left and comes back under the same user id.
        """
        address = {"user_id": person.user_id, "sub": person.sub, "email": person.email}
        transaction.put(keys.sign_in_address(person.email), address, condition=ABSENT, refusal=taken)
        transaction.put(keys.person(person.sub), person_record(person), condition=ABSENT, refusal=taken)
        transaction.put(
            keys.identity(person.user_id),
            {"sub": person.sub, "email": person.email},
            condition="#sub = :former" if former else ABSENT,
            names={"#sub": "sub"} if former else None,
            values={":former": former.sign_in.sub} if former else None,
            refusal=taken,
        )

    def change_sign_in(self, transaction: Transaction, person: Person, to: SignIn, *, taken: Refusal) -> None:
        """Move the person to another sign-in; stale reads are ChangedMeanwhileError.

        The address that is left stays taken until its sign-in is deleted: see `forget_sign_in`.

        Raises TooManyMembershipsError.
        """
        if len(person.memberships) > MOST_MEMBERSHIPS:
            raise TooManyMembershipsError
        moved = {**person_record(person), **to._asdict(), "version": person.version + 1}
        transaction.put(keys.person(to.sub), moved, condition=ABSENT, refusal=taken)
        self._delete(transaction, person)
        left = None if to.email == person.email else {"sub": person.sub, "email": person.email}
        address = {"user_id": person.user_id, **to._asdict()}
        if left is None:  # the pool has lost the sign-in, and made another
            self._change_holder(transaction, person, "SET #sub = :to", {":to": to.sub})
        else:
            transaction.put(keys.sign_in_address(to.email), address, condition=ABSENT, refusal=taken)
            self._leave_address(transaction, person)
        transaction.put(
            keys.identity(person.user_id),
            {**to._asdict(), **({"left": left} if left else {})},
            condition="#sub = :known",
            names={"#sub": "sub"},
            values={":known": person.sub},
            refusal=stale,
        )

    def end(self, transaction: Transaction, person: Person) -> None:
        """The person is known no longer, and their sign-in is to be deleted: see `forget_sign_in`."""
        self._delete(transaction, person)
        self._leave_address(transaction, person)

    def forget_sign_in(self, transaction: Transaction, left: SignIn) -> None:
        """Free the address, once its sign-in is deleted; refused with ChangedMeanwhileError where that is done."""
        transaction.delete(
            keys.sign_in_address(left.email),
            condition="#sub = :sub",
            names={"#sub": "sub"},
            values={":sub": left.sub},
            refusal=stale,
        )

    def forget_move(self, user_id: str, left: SignIn) -> None:
        """Nothing remains to be done about the sign-in that a person has moved from."""
        with contextlib.suppress(ConditionFailedError):  # it is forgotten already
            update(
                self.session,
                keys.identity(user_id),
                "REMOVE #left",
                condition="#left.#sub = :sub",
                names={"#left": "left", "#sub": "sub"},
                values={":sub": left.sub},
            )

    def note_authenticator(self, sub: str, *, at: datetime) -> datetime:
        """Since when the sign-in is known to have an authenticator app: now, unless it was known before."""
        item = update(
            self.session,
            keys.person(sub),
            "SET authenticator_since = if_not_exists(authenticator_since, :at)",
            condition=PRESENT,
            values={":at": instant_text(at)},
        )
        return instant(item["authenticator_since"])

    def forget_authenticator(self, sub: str) -> None:
        """The sign-in has no authenticator app any more."""
        with contextlib.suppress(ConditionFailedError):  # that is known
            update(
                self.session,
                keys.person(sub),
                "REMOVE authenticator_since",
                condition="authenticator_since > :never",
                values={":never": ""},
            )

    def put_membership(
        self, transaction: Transaction, person: Person, membership: Membership, *, condition: str | None = None
    ) -> None:
        """Add or change one membership of a person who exists; an invitation by the same partner is over with it.

        Refused with TooManyMembershipsError, or with ChangedMeanwhileError where the person is another by now, or a
        further `condition` does not hold.
        """
        bounds = "user_id = :user AND (attribute_exists(memberships.#partner) OR size(memberships) < :most)"
        transaction.update(
            keys.person(person.sub),
            "SET memberships.#partner = :membership, version = version + :one REMOVE invitations.#partner",
            condition=f"{bounds} AND {condition}" if condition else bounds,
            names={"#partner": membership.partner_id},
            values={
                ":membership": membership_record(membership),
                ":one": 1,
                ":user": person.user_id,
                ":most": MOST_MEMBERSHIPS,
            },
            refusal=lambda standing: (
                TooManyMembershipsError()
                if standing
                and membership.partner_id not in standing["memberships"]
                and len(standing["memberships"]) >= MOST_MEMBERSHIPS
                else ChangedMeanwhileError()
            ),
        )

    @staticmethod
    def _delete(transaction: Transaction, person: Person) -> None:
        transaction.delete(
            keys.person(person.sub), condition="version = :known", values={":known": person.version}, refusal=stale
        )

    def _leave_address(self, transaction: Transaction, person: Person) -> None:
        due = {":queue": keys.LEFT_SIGN_INS, ":due": instant_text(transaction.operation.at + SWEPT_AFTER)}
        self._change_holder(transaction, person, "SET due_queue = :queue, due_at = :due", due)

    @staticmethod
    def _change_holder(transaction: Transaction, person: Person, change: str, values: Item) -> None:
        transaction.update(
            keys.sign_in_address(person.email),
            change,
            condition="#sub = :known",
            names={"#sub": "sub"},
            values={**values, ":known": person.sub},
            refusal=stale,
        )


def stale(_: Item | None) -> ProblemError:
    return ChangedMeanwhileError()
