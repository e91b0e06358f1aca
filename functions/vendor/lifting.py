"""Mailing a suppressed address again."""

from functools import partial

from msgspec.structs import replace

from functions.vendor.errors import NotSuppressedError
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.program import program
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.clients import AllClients
from shared.table.persons import People
from shared.table.renewal_settings import RenewalDefaults
from shared.table.session import TableSession
from shared.table.suppressions import Suppressions
from shared.table.transactions import Transaction


def lift_suppression(session: TableSession, operation: Operation, email: str) -> None:
    """Mail the address again, and first the clients of which it is the decision maker's: cut off, it can be repeated.

    Raises NotSuppressedError, UnavailableError.
    """
    until_undisturbed(lambda: _lift(session, operation, email))


def _lift(session: TableSession, operation: Operation, email: str) -> None:
    """Raises NotSuppressedError; ChangedMeanwhileError where one client more shows it meanwhile."""
    suppression = Suppressions(session).find(email)
    if suppression is None:
        raise NotSuppressedError
    people = People(session)
    holder = people.holder(email)
    person = people.find(holder.sub) if holder else None
    if person:
        for partner_id in person.memberships:
            until_undisturbed(partial(_show_reachable, session, operation, partner_id, person.user_id))
    for hub_id in suppression.hub_ids:
        until_undisturbed(partial(_show_deliverable, session, operation, hub_id, email))
    transaction = Transaction(session, operation)
    Suppressions(session).lift(
        transaction, suppression, refusal=lambda item: ChangedMeanwhileError() if item else NotSuppressedError()
    )
    transaction.record(
        partner_id=keys.vendor_trail(email),
        action="suppression.lifted",
        subject=f"suppression/{email}",
        before=suppression.record(),
        after=None,
    )
    transaction.commit()


def _show_reachable(session: TableSession, operation: Operation, partner_id: str, user_id: str) -> None:
    """The partner's settings do not show any more that the user cannot be mailed. Raises ChangedMeanwhileError."""
    defaults = RenewalDefaults(session, partner_id)
    known = defaults.find()
    if user_id not in known.unreachable:
        return
    transaction = Transaction(session, operation)
    changed = replace(known, unreachable=known.unreachable - {user_id}, version=known.version + 1)
    defaults.save(transaction, changed, known=known, refusal=lambda _: ChangedMeanwhileError())
    transaction.record(
        partner_id=partner_id,
        action="renewal_settings.reach_changed",
        subject=f"renewal_settings/{partner_id}",
        before={"unreachable": sorted(known.unreachable)},
        after={"unreachable": sorted(changed.unreachable)},
    )
    transaction.commit()


def _show_deliverable(session: TableSession, operation: Operation, hub_id: str, email: str) -> None:
    """The client's renewals do not show any more that no mail arrives there. Raises ChangedMeanwhileError."""
    clients = AllClients(session)
    client = clients.find(hub_id)
    if client is None or client.bounced != email:
        return
    transaction = Transaction(session, operation)
    clients.save(
        transaction,
        replace(client, bounced=None, version=client.version + 1),
        known=client,
        program=program(),
        refusal=lambda _: ChangedMeanwhileError(),
    )
    transaction.record(
        partner_id=keys.vendor_trail(hub_id),
        action="client.decision_maker_deliverable",
        subject=f"client/{hub_id}",
        before={"bounced": email},
        after={"bounced": None},
    )
    transaction.commit()
