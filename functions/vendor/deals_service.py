"""What a reported deal is credited: decided once, by who held its domain on the day of the sale."""

from datetime import UTC, datetime, time
from typing import Any

from msgspec.structs import replace

from functions.vendor.errors import UnknownClientError, UnknownPartnerError
from functions.vendor.upserts import Outcome
from shared.domain.clients import Client
from shared.domain.deals import Deal, DecidedDeal, decided_credit, decided_share, entries_of, holding_reason
from shared.domain.links import Link
from shared.domain.operations import Operation
from shared.domain.points import DealType
from shared.domains import InvalidDomainError, registrable_domain
from shared.program import Program
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.clients import AllClients
from shared.table.deals import Deals, Ledger, decision_record
from shared.table.links import Links
from shared.table.partners import Partners
from shared.table.points import PointChanges, SoldSlice
from shared.table.registrations import Registrations
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.text import folded
from shared.tiers import promote


def save_deal(
    session: TableSession, operation: Operation, deal: Deal, *, program: Program
) -> tuple[DecidedDeal, Outcome]:
    """Decide about the deal, or correct it, and promote the partner that has earned a higher tier by it.

    The same deal again keeps its decision. Raises UnknownPartnerError, UnknownClientError, UnavailableError.
    """
    decided, outcome = until_undisturbed(lambda: _save(session, operation, deal, program))
    # Cut off here, a repeat of the request finds the deal unchanged and gets here again.
    promote(session, operation, deal.partner_id, program=program)
    return decided, outcome


def _save(session: TableSession, operation: Operation, deal: Deal, program: Program) -> tuple[DecidedDeal, Outcome]:
    known = Deals(session).find(deal.deal_id)
    if known and known.deal == deal:
        return known, "unchanged"
    transaction = Transaction(session, operation)
    if known and replace(known.deal, product=deal.product) == deal:  # nothing that a credit hangs on
        decided = replace(known, deal=deal, version=known.version + 1)
    else:
        decided = _decided(session, operation, deal, program)
        decided = replace(decided, version=known.version + 1 if known else 1)
        _enter(transaction, decided, known, program)
    Deals(session).save(transaction, decided, known=known)
    _record(transaction, decided, known)
    transaction.commit(decided)
    return decided, "updated" if known else "created"


def _decided(session: TableSession, operation: Operation, deal: Deal, program: Program) -> DecidedDeal:
    session.read_ahead(
        [
            keys.partner(deal.partner_id),
            keys.capacity(deal.partner_id),
            keys.client(deal.hub_id),
            keys.registration(deal.partner_id, deal.domain),
            keys.former_registration(deal.partner_id, deal.domain),
        ]
    )
    found = Partners(session, deal.partner_id).find_with_capacity()
    if found is None:
        raise UnknownPartnerError
    partner, capacity = found
    client = AllClients(session).find(deal.hub_id)
    if client is None:
        raise UnknownClientError
    ((current, former),) = Registrations(session, deal.partner_id).find_many([deal.domain])
    is_assisted = deal.deal_type is DealType.PARTNER_ASSISTED
    credit = decided_credit(
        deal,
        holding=holding_reason(deal.closed_on, current, former),
        country=client.profile.country,
        has_signed_link=is_assisted and _has_signed_link(session, deal, client),
        program=program,
    )
    sold_by = min(operation.at, datetime.combine(deal.closed_on, time.max, tzinfo=UTC))
    withheld = capacity.withholds_commission(at=sold_by, grace_days=program.capacity.commission_withheld_after_days)
    return DecidedDeal(
        deal=deal,
        credit=credit,
        revenue_share=decided_share(deal, credit, partner_type=partner.type, withheld=withheld, program=program),
        decided_at=operation.at,
    )


def _has_signed_link(session: TableSession, deal: Deal, client: Client) -> bool:
    """Whether the client has signed a link of this partner: by its company, or by the domain of its address."""
    domains = {deal.domain, _domain_of(client.profile.website or "")} - {None}
    company = folded(client.profile.company)

    def belongs(link: Link) -> bool:
        asked = link.draft.client
        return folded(asked.company) == company or _domain_of(asked.email.rpartition("@")[2]) in domains

    return any(belongs(link) for link in Links(session, deal.partner_id).signed())


def _domain_of(text: str) -> str | None:
    try:
        return registrable_domain(text)
    except InvalidDomainError:
        return None


def _enter(transaction: Transaction, decided: DecidedDeal, known: DecidedDeal | None, program: Program) -> None:
    """Into the ledger and the totals: what was credited before is taken back, what is credited now is added."""
    changes = PointChanges()
    for entry in entries_of(decided, known, at=transaction.operation.at, program=program):
        Ledger(transaction.session, entry.deal.partner_id).add(transaction, entry)
        where = SoldSlice(entry.earned_on, entry.deal.deal_type, entry.rule.market_type)
        changes.sell(entry.deal.partner_id, entry.deal.hub_id, where, entry.points)
    changes.write(transaction)


def _record(transaction: Transaction, decided: DecidedDeal, known: DecidedDeal | None) -> None:
    """In the trail of the partner, and of the one before where the deal was another's."""
    after = _whole(decided)
    for partner_id in sorted({decided.deal.partner_id, known.deal.partner_id if known else decided.deal.partner_id}):
        transaction.record(
            partner_id=partner_id,
            action="deal.changed" if known else "deal.created",
            subject=f"deal/{decided.deal.deal_id}",
            before=_whole(known) if known else None,
            after=after,
        )


def _whole(decided: DecidedDeal) -> dict[str, Any]:
    return {**decided.deal.record(), **decision_record(decided)}
