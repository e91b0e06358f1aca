"""What the vendor's back office says of clients: profiles, relations to partners, subscriptions and usage."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from functions.vendor.errors import (
    ClientTooLargeError,
    SubscriptionElsewhereError,
    UnknownClientError,
    UnknownPartnerError,
)
from functions.vendor.upserts import Outcome
from shared.domain.assignments import Cascade, Step, StepKind
from shared.domain.claims import claimed_by
from shared.domain.clients import Client, Profile, Relation, Relationship, Subscription, Usage
from shared.domain.managed_points import risen
from shared.domain.operations import Operation
from shared.domain.renewals import moved_state
from shared.domain.service import Service
from shared.errors import ChangedMeanwhileError
from shared.program import Program
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.cascades import Cascades
from shared.table.client_records import (
    profile_record,
    relation_record,
    subscription_record,
    usage_record,
)
from shared.table.clients import AllClients
from shared.table.partners import Partners
from shared.table.room import MOST_OF_A_REPORT, MOST_REPORTED, reported_size, size_of
from shared.table.session import TableSession
from shared.table.transactions import MOST_ACTIONS, Transaction
from shared.tiers import promote_risen

MOST_ENTRIES = MOST_ACTIONS - 4
"""What a change may write beside its audit entry, a kept answer and what else ends with a relation."""
_ENTRIES_A_PARTNER = 7
"""The client in its list and their number, its points there, and the partner's totals: of three years, and of tools."""


class _Change(Struct, frozen=True, kw_only=True):
    """The client as it should be, and what the audit trail says about it; nothing changes where both are the same."""

    client: Client
    trail: str
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    new_subscription: str | None = None


def save_client(
    session: TableSession, operation: Operation, *, hub_id: str, profile: Profile, rules: Program
) -> tuple[Client, Outcome]:
    """Make the client what the vendor says it is, and sort the lists of employees anew by its name.

    Cut off in between, a repeat of the request finds the client unchanged and does the rest. Raises
    ClientTooLargeError, UnavailableError.
    """

    def change(known: Client | None) -> _Change:
        return _Change(
            client=replace(known, profile=profile) if known else Client(hub_id=hub_id, profile=profile),
            trail=keys.vendor_trail(hub_id),
            action="client.changed" if known else "client.created",
            subject=f"client/{hub_id}",
            before=profile_record(known.profile) if known else None,
            after=profile_record(profile),
        )

    client, outcome = _saved(session, operation, hub_id, change, rules)
    if under_way := [cascade for cascade in _cascades(session, client).values() if cascade]:
        from shared.cascading import in_a_request, settle  # noqa: PLC0415 - a new name is rare

        has_time = in_a_request()
        for cascade in under_way:
            settle(session, cascade, operation=operation, has_time=has_time)
    return client, outcome


def save_relation(
    session: TableSession,
    operation: Operation,
    *,
    hub_id: str,
    partner_id: str,
    relationship: Relationship,
    rules: Program,
) -> tuple[Client, Outcome]:
    """Say what the partner is to the client, from now on where it had no relation to it.

    Raises UnknownPartnerError, UnknownClientError, ClientTooLargeError, UnavailableError.
    """
    if Partners(session, partner_id).find() is None:
        raise UnknownPartnerError

    def change(known: Client | None) -> _Change:
        client = _existing(known)
        before = client.relations.get(partner_id)
        after = (
            replace(before, relationship=relationship)
            if before
            else Relation(relationship=relationship, since=operation.at, owner_version=operation.first_version)
        )
        return _Change(
            client=replace(client, relations={**client.relations, partner_id: after}),
            trail=partner_id,
            action="client_relation.changed" if before else "client_relation.created",
            subject=f"client/{hub_id}",
            before=relation_record(before) if before else None,
            after=relation_record(after),
        )

    return _saved(session, operation, hub_id, change, rules)


def save_subscription(
    session: TableSession, operation: Operation, *, hub_id: str, subscription: Subscription, rules: Program
) -> tuple[Client, Outcome]:
    """Say what the client pays for. A decision about its renewal stands until the renewal's day has come.

    Raises UnknownClientError, SubscriptionElsewhereError, ClientTooLargeError, UnavailableError.
    """
    subscription_id = subscription.subscription_id

    def change(known: Client | None) -> _Change:
        client = _existing(known)
        before = client.subscriptions.get(subscription_id)
        after = subscription
        if before:
            state = moved_state(
                before.state,
                old_day=before.renews_on,
                new_day=subscription.renews_on,
                today=operation.at.date(),
                decision_deadline_days=rules.renewals.decision_deadline_days,
            )
            after = replace(subscription, state=state)
        return _Change(
            client=replace(client, subscriptions={**client.subscriptions, subscription_id: after}),
            trail=keys.vendor_trail(hub_id),
            action="subscription.changed" if before else "subscription.created",
            subject=f"subscription/{subscription_id}",
            before={"hub_id": hub_id, **subscription_record(before)} if before else None,
            after={"hub_id": hub_id, **subscription_record(after)},
            new_subscription=None if before else subscription_id,
        )

    return _saved(session, operation, hub_id, change, rules)


def save_usage(
    session: TableSession, operation: Operation, *, hub_id: str, usage: Usage, rules: Program
) -> tuple[Client, Outcome]:
    """Say what the client uses. Raises UnknownClientError, ClientTooLargeError, UnavailableError."""

    def change(known: Client | None) -> _Change:
        client = _existing(known)
        return _Change(
            client=replace(client, usage=usage),
            trail=keys.vendor_trail(hub_id),
            action="usage.changed" if client.usage else "usage.created",
            subject=f"client/{hub_id}",
            before=usage_record(client.usage) if client.usage else None,
            after=usage_record(usage),
        )

    return _saved(session, operation, hub_id, change, rules)


def _existing(known: Client | None) -> Client:
    if known is None:
        raise UnknownClientError
    return known


def _saved(
    session: TableSession,
    operation: Operation,
    hub_id: str,
    change: Callable[[Client | None], _Change],
    rules: Program,
) -> tuple[Client, Outcome]:
    """Carry out the change on the client as it stands."""

    def attempt() -> tuple[Client, Outcome]:
        known = AllClients(session).find(hub_id)
        wanted = change(known)
        if known and wanted.before == wanted.after:
            return known, "unchanged"
        client = _write(Transaction(session, operation), wanted, known, rules)
        before = known.service if known else Service()
        lifted = risen(before, client.service, rules, at=operation.at)
        promote_risen(session, operation, lifted, program=rules)
        return client, "created" if wanted.before is None else "updated"

    return until_undisturbed(attempt)


def _write(transaction: Transaction, wanted: _Change, known: Client | None, rules: Program) -> Client:
    clients = AllClients(transaction.session)
    client = replace(wanted.client, version=known.version + 1 if known else 1)
    if wanted.new_subscription:  # first, because of several refusals the first is told
        clients.tie_subscription(
            transaction, wanted.new_subscription, client.hub_id, elsewhere=lambda _: SubscriptionElsewhereError()
        )
    client = clients.save(transaction, client, known=known, program=rules, refusal=lambda _: ChangedMeanwhileError())
    if known and known.profile.company != client.profile.company:
        _leave_sorting(transaction, client)
    if size_of(wanted.after) > MOST_OF_A_REPORT:
        raise ClientTooLargeError(f"{MOST_OF_A_REPORT:,} bytes in one report")
    _require_room(transaction, client, known)
    transaction.record(
        partner_id=wanted.trail,
        action=wanted.action,
        subject=wanted.subject,
        before=wanted.before,
        after=wanted.after,
    )
    transaction.commit(client)
    return client


def _leave_sorting(transaction: Transaction, client: Client) -> None:
    """Note that the rows of the client's employees bear its former name."""
    step = Step(kind=StepKind.RENAMED, at=transaction.operation.at, actor=transaction.operation.actor)
    for partner_id, known in _cascades(transaction.session, client).items():
        Cascades(transaction.session, partner_id).begin(transaction, step, known=known, hub_id=client.hub_id)


def _cascades(session: TableSession, client: Client) -> dict[str, Cascade | None]:
    """What is left to be done for the client's employees, by the partners that have any."""
    partners = [one for one in client.relations if claimed_by(client.service, one)]
    session.read_ahead([keys.client_cascade(one, client.hub_id) for one in partners])
    return {one: Cascades(session, one).of_client(client.hub_id) for one in partners}


def _require_room(transaction: Transaction, client: Client, known: Client | None) -> None:
    """Refuse a change that no transaction holds, and one after which none could rewrite all entries of the client.

    Without the latter a client could grow until its name could not be changed, nor services for it ended, any more.
    """
    entries, entries_before = _entries(client), _entries(known) if known else 0
    if len(transaction) > MOST_ENTRIES or entries_before < entries > MOST_ENTRIES:
        raise ClientTooLargeError(f"{MOST_ENTRIES} entries in all partners' lists and totals")
    size = reported_size(client)
    if size > MOST_REPORTED and size > (reported_size(known) if known else 0):
        raise ClientTooLargeError(f"{MOST_REPORTED:,} bytes")


def _entries(client: Client) -> int:
    """The client itself, and for each partner its own entries and one for each renewal."""
    renewals = sum(1 for one in client.subscriptions.values() if one.renews_on)
    return 1 + len(client.relations) * (_ENTRIES_A_PARTNER + renewals)
