"""Places that a partner offers to people who have to say yes first.

An invitation stands twice, written together: in the person's item, and as a row of the partner that lists show among
the users. No function that looks for a user finds it, so it counts for nothing.
"""

from msgspec import Struct

from shared.domain.people import Membership, Person, User
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.table import keys
from shared.table.people_records import membership_record, stored_user, user_record
from shared.table.persons import People, stale
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction

MOST_INVITATIONS = 25
"""Of one person at a time."""


class TooManyInvitationsError(ProblemError):
    status = 409
    code = "too_many_invitations"
    title = "Too many invitations wait for the person"

    def __init__(self) -> None:
        super().__init__(
            f"{MOST_INVITATIONS} invitations at most can wait for one person's answer. The person has to accept or "
            "decline some of them first."
        )


class Invitations(Struct, frozen=True):
    """The repository of one partner's invitations."""

    session: TableSession
    partner_id: str

    def find(self, user_id: str) -> User | None:
        item = self.session.get(keys.invitation(self.partner_id, user_id))
        return stored_user(item) if item else None

    def add_row(self, transaction: Transaction, user: User, *, refusal: Refusal) -> None:
        """The partner's row alone: for a person whose own item is written with the invitation in it."""
        transaction.put(
            keys.invitation(self.partner_id, user.user_id), user_record(user), condition=ABSENT, refusal=refusal
        )

    def make(
        self, transaction: Transaction, person: Person, offered: Membership, user: User, *, refusal: Refusal
    ) -> None:
        """Offer the person a place; `refusal` says what it means that there is one, or an invitation, already.

        Refused with TooManyInvitationsError too, and with ChangedMeanwhileError where the person is gone.
        """
        self.add_row(transaction, user, refusal=refusal)
        transaction.update(
            keys.person(person.sub),
            "SET invitations.#partner = :offered, version = version + :one",
            condition="user_id = :user AND attribute_not_exists(memberships.#partner) "
            "AND attribute_not_exists(invitations.#partner) AND size(invitations) < :most",
            names={"#partner": self.partner_id},
            values={
                ":offered": membership_record(offered),
                ":one": 1,
                ":user": person.user_id,
                ":most": MOST_INVITATIONS,
            },
            refusal=lambda standing: (
                TooManyInvitationsError()
                if standing and len(standing["invitations"]) >= MOST_INVITATIONS
                else ChangedMeanwhileError()
            ),
        )

    def change(
        self, transaction: Transaction, person: Person, offered: Membership, changed: User, *, known: User
    ) -> None:
        """Offer something else; refused with ChangedMeanwhileError."""
        transaction.put(
            keys.invitation(self.partner_id, changed.user_id),
            user_record(changed),
            condition="version = :known",
            values={":known": known.version},
            refusal=stale,
        )
        transaction.update(
            keys.person(person.sub),
            "SET invitations.#partner = :offered, version = version + :one",
            condition="attribute_exists(invitations.#partner)",
            names={"#partner": self.partner_id},
            values={":offered": membership_record(offered), ":one": 1},
            refusal=stale,
        )

    def end(self, transaction: Transaction, person: Person) -> None:
        """The invitation is over, and with it a person who has no other place; refused with ChangedMeanwhileError."""
        if person.has_nothing_but(self.partner_id):
            end_person(transaction, person, leaving=self.partner_id)
        else:
            transaction.update(
                keys.person(person.sub),
                "REMOVE invitations.#partner SET version = version + :one",
                condition="version = :known",
                names={"#partner": self.partner_id},
                values={":one": 1, ":known": person.version},
                refusal=stale,
            )
        self.remove_row(transaction, person)

    def remove_row(self, transaction: Transaction, person: Person) -> None:
        """The partner's row alone: for what is written to the person's item in another way."""
        transaction.delete(keys.invitation(self.partner_id, person.user_id), condition=PRESENT, refusal=stale)

    def readdress(self, transaction: Transaction, person: Person) -> None:
        """The row's copy of a sign-in that changed."""
        transaction.update(
            keys.invitation(self.partner_id, person.user_id),
            "SET email = :email, #sub = :sub, version = version + :one",
            condition=PRESENT,
            names={"#sub": "sub"},
            values={":email": person.email, ":sub": person.sub, ":one": 1},
            refusal=stale,
        )


def end_person(transaction: Transaction, person: Person, *, leaving: str) -> None:
    """The person has lost the last place, at the partner `leaving`: all that others offered is withdrawn with it."""
    People(transaction.session).end(transaction, person)
    for partner_id, offered in person.invitations.items():
        if partner_id != leaving:
            Invitations(transaction.session, partner_id).remove_row(transaction, person)
            transaction.record(
                partner_id=partner_id,
                action="user.invitation_withdrawn",
                subject=f"user/{person.user_id}",
                before={"email": person.email, "name": offered.name, "role": offered.role},
                after=None,
            )
