"""How many domains a partner may register, and where it stands."""

from msgspec.structs import replace

from shared.domain.operations import SYSTEM_ACTOR, Operation
from shared.domain.partners import Capacity, Partner
from shared.errors import ChangedMeanwhileError
from shared.program import Capacity as CapacityRules
from shared.table.attempts import until_undisturbed
from shared.table.partners import Partners
from shared.table.session import TableSession
from shared.table.transactions import Transaction


def capacity_limit(partner: Partner, rules: CapacityRules) -> int:
    """The partner's own override, or what its tier grants (A15 to A18)."""
    if partner.capacity_limit_override is not None:
        return partner.capacity_limit_override
    return rules.limit[partner.credited_tier]


def current_capacity(
    session: TableSession, operation: Operation, *, partner_id: str, rules: CapacityRules
) -> tuple[Partner, Capacity]:
    """The partner and its capacity, the stored limit brought up to date with the program's numbers, and recorded.

    Raises NotFoundError for a partner that the vendor has not made.
    """
    partners = Partners(session, partner_id)

    def attempt() -> tuple[Partner, Capacity]:
        partner, capacity = partners.with_capacity()
        limit = capacity_limit(partner, rules)
        if limit == capacity.limit:
            return partner, capacity
        # The program file asks for it, not the caller whose request happens to be the first to meet the new number.
        transaction = Transaction(session, replace(operation, actor=SYSTEM_ACTOR, actor_role=SYSTEM_ACTOR))
        partners.change_limit(transaction, capacity, to=limit, at=operation.at)
        transaction.record(
            partner_id=partner_id,
            action="capacity.limit_changed",
            subject=f"partner/{partner_id}",
            before={"capacity_limit": capacity.limit},
            after={"capacity_limit": limit},
        )
        if transaction.attempt():
            raise ChangedMeanwhileError
        return partner, capacity.under_limit(limit, at=operation.at)

    return until_undisturbed(attempt)
