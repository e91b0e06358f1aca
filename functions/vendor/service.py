"""The partners that the vendor's back office puts into the program."""

from msgspec.structs import replace

from functions.vendor.upserts import Outcome
from shared.capacity import capacity_limit
from shared.domain.operations import Operation
from shared.domain.partners import Capacity, Partner
from shared.domain.tiers import is_certified
from shared.program import Capacity as CapacityRules
from shared.program import Program
from shared.table.attempts import until_undisturbed
from shared.table.partners import Partners, partner_record
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.tiers import local_day, promote


def save_partner(
    session: TableSession, operation: Operation, partner: Partner, *, program: Program
) -> tuple[Partner, Outcome]:
    """Make the partner what the vendor says it is, its capacity with it, and promote it where its points earn more.

    Raises UnavailableError.
    """
    saved, outcome = until_undisturbed(lambda: _save_partner(session, operation, partner, program.capacity))
    # Cut off here, a repeat of the request finds the partner unchanged and gets here again.
    today = local_day(saved, operation.at)
    if is_certified(saved, today):
        change = promote(session, operation, saved.partner_id, program=program)
        if change:
            saved = replace(saved, credited_tier=change.after, tier_earned_on=today)
    return saved, outcome


def _save_partner(
    session: TableSession, operation: Operation, partner: Partner, rules: CapacityRules
) -> tuple[Partner, Outcome]:
    partners = Partners(session, partner.partner_id)
    transaction = Transaction(session, operation)
    found = partners.find_with_capacity()
    known = found[0] if found else None
    partner = partner.as_stated_over(known)
    limit = capacity_limit(partner, rules)
    if found is None:
        saved = replace(partner, version=1)
        partners.open_capacity(transaction, Capacity(limit=limit, slots_left=limit))
    else:
        known, capacity = found
        saved = replace(partner, version=known.version + 1)
        if capacity.limit != limit:
            partners.change_limit(transaction, capacity, to=limit, at=operation.at)
        elif replace(partner, version=known.version) == known:
            return known, "unchanged"
    partners.save(transaction, saved, known=known)
    transaction.record(
        partner_id=partner.partner_id,
        action="partner.changed" if known else "partner.created",
        subject=f"partner/{partner.partner_id}",
        before=partner_record(known) if known else None,
        after=partner_record(saved),
    )
    transaction.commit(saved)
    return saved, "updated" if known else "created"
