"""Which user of a partner works for which client: rows that are written with the client whose facts they follow."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.assignments import Assignment
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, Refusal, Transaction
from shared.table.values import Item
from shared.text import folded

_A_PAGE = 100


class AssignmentPage(NamedTuple):
    assignments: list[Assignment]
    last: Item | None


class Assignments(Struct, frozen=True):
    """The repository of one partner's assignments; another partner's are out of its reach."""

    session: TableSession
    partner_id: str

    def find(self, user_id: str, hub_id: str) -> Assignment | None:
        item = self.session.get(keys.assignment(self.partner_id, user_id, hub_id))
        return _assignment(item) if item else None

    def page(self, user_id: str, *, limit: int, start: Item | None = None) -> AssignmentPage:
        """A user's clients, by the company's name."""
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.assignments_of(user_id),
            index="by_name",
            descending=False,
            limit=limit,
            start=start,
        )
        return AssignmentPage([_assignment(item) for item in page.items], page.last)

    def of_user(self, user_id: str) -> Iterator[list[Assignment]]:
        """All of a user's, a page at a time; those of a page may be removed before the next is asked for."""
        return self._pages(keys.assignments_of(user_id), index=None)

    def of_client(self, hub_id: str) -> Iterator[list[Assignment]]:
        """All to a client, a page at a time; those of a page may be removed before the next is asked for."""
        return self._pages(keys.client_assignments(hub_id), index="by_group")

    def save(self, transaction: Transaction, assignment: Assignment, *, known: Assignment | None) -> None:
        """The row, new or over the one that was read; refused with ChangedMeanwhileError."""
        transaction.put(
            keys.assignment(self.partner_id, assignment.user_id, assignment.hub_id),
            _item(assignment),
            condition=_AS_READ if known else ABSENT,
            values=_as_read(known) if known else None,
            refusal=_stale,
        )

    def remove(self, transaction: Transaction, assignment: Assignment) -> None:
        """Refused with ChangedMeanwhileError where it is no longer as it was read."""
        transaction.delete(
            keys.assignment(self.partner_id, assignment.user_id, assignment.hub_id),
            condition=_AS_READ,
            values=_as_read(assignment),
            refusal=_stale,
        )

    def _pages(self, prefix: str, *, index: str | None) -> Iterator[list[Assignment]]:
        start = None
        while True:
            page = self.session.list_page(
                pk=keys.partner(self.partner_id).pk,
                prefix=prefix,
                index=index,
                descending=False,
                limit=_A_PAGE,
                start=start,
            )
            yield [_assignment(item) for item in page.items]
            start = page.last
            if start is None:
                return


_AS_READ = "write_id = :known"
"""Every write of a row leaves an identifier of its own behind."""


def _as_read(known: Assignment) -> Item:
    return {":known": known.written_by}


_stale: Refusal = lambda _: ChangedMeanwhileError()  # noqa: E731 - one meaning for all


def _item(one: Assignment) -> dict[str, Any]:
    return {
        "user_id": one.user_id,
        "hub_id": one.hub_id,
        "email": one.email,
        "company": one.company,
        "assigned_at": instant_text(one.assigned_at),
        "access_requested_at": instant_text(one.access_requested_at) if one.access_requested_at else None,
        "asked_client": one.asked_client,
        "transfer_id": one.transfer_id,
        "asked_partner_id": one.asked_partner_id,
        "by_name": keys.assignment_order(one.user_id, folded(one.company), one.hub_id),
        "by_group": keys.client_assignments(one.hub_id) + keys.part(one.user_id),
    }


def _assignment(item: Item) -> Assignment:
    requested = item["access_requested_at"]
    return Assignment(
        user_id=item["user_id"],
        hub_id=item["hub_id"],
        email=item["email"],
        company=item["company"],
        assigned_at=instant(item["assigned_at"]),
        access_requested_at=instant(requested) if requested else None,
        asked_client=item["asked_client"],
        transfer_id=item["transfer_id"],
        asked_partner_id=item["asked_partner_id"],
        written_by=item["write_id"],
    )
