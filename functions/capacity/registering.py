"""Registering leads: one, or a batch in which earlier items win the last places."""

from collections.abc import Sequence

from msgspec import Struct

from functions.capacity.errors import AlreadyRegisteredError, CapacityReachedError, DomainUnavailableError
from functions.capacity.service import LEADS_A_TRANSACTION, CapacityDesk, current_capacity
from shared.domain.registrations import Registration
from shared.errors import ProblemError
from shared.table.transactions import Transaction

Fate = Registration | ProblemError
"""What became of one item: the registration that stands now, or what kept it out."""


def register(desk: CapacityDesk, registration: Registration) -> Registration:
    """Register one lead.

    Raises AlreadyRegisteredError, DomainUnavailableError or CapacityReachedError, the first that holds.
    """
    current_capacity(desk)
    transaction = desk.transaction()
    _add(desk, transaction, registration)
    desk.partners.take_slots(transaction, 1, refusal=lambda _: CapacityReachedError())
    transaction.commit(registration)
    return registration


def register_batch(desk: CapacityDesk, registrations: Sequence[Registration]) -> list[Fate]:
    """Register as many as there is room for, up to 24 a transaction; the fate of each, in order.

    A domain that stands twice shares the fate of its first item, and is `already_registered` where that one came in.
    """
    current_capacity(desk)
    fates: list[Fate] = list(registrations)
    first_of: dict[str, int] = {}
    waiting: list[int] = []
    for position, registration in enumerate(registrations):
        if first_of.setdefault(registration.registered_domain, position) == position:
            waiting.append(position)
    repeats = {position for position in range(len(registrations)) if position not in waiting}
    while waiting:
        chunk, waiting = waiting[:LEADS_A_TRANSACTION], waiting[LEADS_A_TRANSACTION:]
        while chunk:
            chunk = _register_together(desk, registrations, chunk, fates)
    for position in repeats:
        domain = registrations[position].registered_domain
        first = fates[first_of[domain]]
        fates[position] = first if isinstance(first, ProblemError) else AlreadyRegisteredError(domain)
    return fates


class _Places(Struct, frozen=True):
    """Where one lead's row and sentinel stand among a transaction's actions."""

    row: int
    owner: int


def _register_together(
    desk: CapacityDesk, registrations: Sequence[Registration], chunk: Sequence[int], fates: list[Fate]
) -> list[int]:
    """Try these together. Writes the fates of those refused and answers who should be tried again without them."""
    transaction = desk.transaction()
    places = [_add(desk, transaction, registrations[position]) for position in chunk]
    slots = desk.partners.take_slots(transaction, len(chunk), refusal=lambda _: CapacityReachedError())
    refused = transaction.attempt()
    if not refused:
        return []
    fitting: list[int] = []
    for position, place in zip(chunk, places, strict=True):
        domain = registrations[position].registered_domain
        if place.row in refused:
            own = desk.registrations.written_by(desk.operation, refused[place.row])
            fates[position] = own or AlreadyRegisteredError(domain)
        elif place.owner in refused:
            fates[position] = DomainUnavailableError(domain)
        else:
            fitting.append(position)
    if slots in refused:
        counter = refused[slots]
        room = max(counter["slots_left"], 0) if counter else 0
        for position in fitting[room:]:
            fates[position] = CapacityReachedError()
        fitting = fitting[:room]
    return fitting


def _add(desk: CapacityDesk, transaction: Transaction, registration: Registration) -> _Places:
    domain = registration.registered_domain
    row, owner = desk.registrations.add(
        transaction,
        registration,
        held=lambda _: AlreadyRegisteredError(domain),
        owned=lambda _: DomainUnavailableError(domain),
    )
    transaction.record(
        partner_id=desk.partner_id,
        action="registration.created",
        subject=f"registration/{domain}",
        before=None,
        after=registration.lead.record(),
    )
    return _Places(row, owner)
