"""Registering, changing and giving up leads within a partner's capacity."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

import shared.capacity
from functions.capacity.errors import (
    AlreadyRegisteredError,
    CapacityReachedError,
    DomainUnavailableError,
    RestoreWindowOverError,
)
from shared.domain.operations import Operation
from shared.domain.partners import Capacity, Partner
from shared.domain.registrations import FormerRegistration, Lead, Registration
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.http.leads import domain_of
from shared.program import Capacity as CapacityRules
from shared.table.attempts import until_undisturbed
from shared.table.partners import Partners
from shared.table.registrations import Registrations
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import Transaction

MOST_RETRIES = 5
"""How often a change is made again because what it was based on has changed meanwhile."""


class CapacityDesk(Struct, frozen=True):
    """One partner's capacity manager: what its functions need, for one operation."""

    session: TableSession
    partner_id: str
    operation: Operation
    rules: CapacityRules

    @property
    def registrations(self) -> Registrations:
        return Registrations(self.session, self.partner_id)

    @property
    def partners(self) -> Partners:
        return Partners(self.session, self.partner_id)

    def transaction(self) -> Transaction:
        return Transaction(self.session, self.operation)


def current_capacity(desk: CapacityDesk) -> tuple[Partner, Capacity]:
    """The partner and its capacity. Raises NotFoundError for a partner that the vendor has not made."""
    return shared.capacity.current_capacity(desk.session, desk.operation, partner_id=desk.partner_id, rules=desk.rules)


def new_registration(desk: CapacityDesk, lead: Lead) -> Registration:
    """The registration that the lead would become. Raises InvalidWebsiteError."""
    at = desk.operation.at
    return Registration(
        registered_domain=domain_of(lead.website, desk.rules),
        lead=lead,
        registered_at=at,
        registered_by=desk.operation.actor,
        held_since=at,
        expires_at=_expiry(desk, at=at),
        version=desk.operation.first_version,
    )


def change_lead(
    desk: CapacityDesk, domain: str, wanted: Callable[[Lead], Lead], *, unchanged: Callable[[int], None]
) -> Registration:
    """Edit what is said of the lead, to what `wanted` makes of it; the registered domain stays (A12).

    `unchanged` raises where the version that was read is not the one that the caller means. Raises NotFoundError,
    InvalidWebsiteError, what `unchanged` raises, and UnavailableError.
    """

    def change() -> Registration:
        known = desk.registrations.find(domain)
        if known is None:
            raise NotFoundError
        unchanged(known.version)
        return _change_lead(desk, known, wanted(known.lead))

    return until_undisturbed(change)


def _change_lead(desk: CapacityDesk, known: Registration, lead: Lead) -> Registration:
    if lead.website != known.lead.website:
        domain_of(lead.website, desk.rules)
    if lead == known.lead:
        return known
    changed = replace(known, lead=lead, version=known.version + 1)
    transaction = desk.transaction()
    desk.registrations.replace(transaction, changed, known=known)
    transaction.record(
        partner_id=desk.partner_id,
        action="registration.changed",
        subject=_subject(known),
        before=known.lead.record(),
        after=lead.record(),
    )
    transaction.commit(changed)
    return changed


def deregister(
    desk: CapacityDesk,
    domains: Sequence[str],
    *,
    action: str = "registration.deregistered",
    expired_at: datetime | None = None,
) -> dict[str, datetime]:
    """Free these domains, 24 a transaction, and answer when each was freed; the others were not registered.

    With `expired_at`, only those whose time is over by then. A lead that changes while it is being deregistered is
    read again; TableUnavailableError after five times.
    """
    freed: dict[str, datetime] = {}
    remaining = list(domains)
    for _ in range(MOST_RETRIES):
        found = dict(zip(remaining, desk.registrations.find_many(remaining), strict=True))
        for domain, (row, past) in found.items():
            if row is None and past is not None and desk.operation.wrote(past.freed_by):
                freed[domain] = past.deregistered_at
        current = [(row, past) for row, past in found.values() if row is not None and _is_due(row, by=expired_at)]
        remaining = []
        for start in range(0, len(current), LEADS_A_TRANSACTION):
            chunk = current[start : start + LEADS_A_TRANSACTION]
            names = [row.registered_domain for row, _ in chunk]
            if _deregister_together(desk, chunk, action=action):
                freed |= dict.fromkeys(names, desk.operation.at)
            else:
                remaining.extend(names)
        if not remaining:
            return freed
    raise TableUnavailableError


LEADS_A_TRANSACTION = 24
"""Four actions each (row, domain, former row, audit entry) and one for the capacity stay within DynamoDB's 100."""


def _deregister_together(
    desk: CapacityDesk, chunk: Sequence[tuple[Registration, FormerRegistration | None]], *, action: str
) -> bool:
    transaction = desk.transaction()
    for row, past in chunk:
        desk.registrations.remove(
            transaction,
            row,
            former=past,
            at=desk.operation.at,
            kept_days=desk.rules.former_registration_kept_days,
        )
        transaction.record(
            partner_id=desk.partner_id, action=action, subject=_subject(row), before=row.lead.record(), after=None
        )
    desk.partners.give_slots(transaction, len(chunk))
    return not transaction.attempt()


def restore(desk: CapacityDesk, domain: str) -> Registration:
    """Register a lead again as it was.

    Raises NotFoundError, RestoreWindowOverError, AlreadyRegisteredError, DomainUnavailableError, CapacityReachedError,
    UnavailableError.
    """
    return until_undisturbed(lambda: _restore(desk, domain))


def _restore(desk: CapacityDesk, domain: str) -> Registration:
    """Raises ChangedMeanwhileError where the lead was restored, changed and given up again since it was read."""
    current_capacity(desk)
    former = desk.registrations.find_former(domain)
    if former is None:
        raise NotFoundError
    at = desk.operation.at
    if at > restorable_until(former.deregistered_at, desk.rules):
        if desk.registrations.find(domain):
            raise AlreadyRegisteredError(domain)
        raise RestoreWindowOverError(desk.rules.restore_window_days)
    restored = replace(former.registration, held_since=at, expires_at=_expiry(desk, at=at))
    restored = replace(restored, version=former.registration.version + 1)
    transaction = desk.transaction()
    desk.registrations.add(
        transaction,
        restored,
        held=lambda _: AlreadyRegisteredError(domain),
        owned=lambda _: DomainUnavailableError(domain),
    )
    desk.registrations.require_former(transaction, former, refusal=lambda _: ChangedMeanwhileError())
    transaction.record(
        partner_id=desk.partner_id,
        action="registration.restored",
        subject=_subject(restored),
        before=None,
        after=restored.lead.record(),
    )
    desk.partners.take_slots(transaction, 1, refusal=lambda _: CapacityReachedError())
    transaction.commit(restored)
    return restored


def restorable_until(deregistered_at: datetime, rules: CapacityRules) -> datetime:
    return deregistered_at + timedelta(days=rules.restore_window_days)


def _subject(registration: Registration) -> str:
    return f"registration/{registration.registered_domain}"


def _expiry(desk: CapacityDesk, *, at: datetime) -> datetime | None:
    expiry = desk.rules.registration_expiry
    return at + timedelta(days=expiry.days) if expiry.enabled else None


def _is_due(registration: Registration, *, by: datetime | None) -> bool:
    return by is None or (registration.expires_at is not None and registration.expires_at <= by)
