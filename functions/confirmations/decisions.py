"""The customer's one decision."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.confirmations import notices
from shared.domain.links import Decision, Link, LinkPlace, subject_of
from shared.domain.notices import NoticeKind
from shared.domain.operations import Operation
from shared.domain.partners import Partner
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.ids import new_id
from shared.table import keys
from shared.table.links import Links, stored_link
from shared.table.notices import post
from shared.table.partners import Partners
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item

CUSTOMER = "customer"
"""The actor in the audit trail: the customer has no account; the typed name stands in the entry."""


class OpenedLink(Struct, frozen=True):
    """A link that its token opens, with the partner who asks."""

    link: Link
    partner: Partner


def open_link(session: TableSession, place: LinkPlace, *, now: datetime) -> OpenedLink | None:
    """One read. None for a link that does not work (any more): unknown, deleted, revoked or expired."""
    session.read_ahead([keys.link(*place), keys.partner(place.partner_id)])
    link = Links(session, place.partner_id).find(place.link_id)
    partner = Partners(session, place.partner_id).find()
    if link is None or partner is None or not (link.decision or link.is_pending_at(now)):
        return None
    return OpenedLink(link, partner)


def decide(session: TableSession, opened: OpenedLink, decision: Decision, *, request_id: str) -> Decision:
    """Record the decision and what it sets off: a mail to the link's creator and a receipt to the customer.

    Answers the decision that stands, which is another one where somebody was faster. Raises ChangedMeanwhileError
    when the partner has changed or withdrawn the link since it was read.
    """
    if opened.link.decision:
        return opened.link.decision
    link, partner = opened.link, opened.partner
    now = decision.decided_at
    decided = replace(link, stored_status=decision.status, decision=decision, version=link.version + 1)
    operation = Operation(id=new_id("o"), actor=CUSTOMER, actor_role=CUSTOMER, at=now, request_id=request_id)
    transaction = Transaction(session, operation)
    Links(session, partner.partner_id).decide(transaction, decided, known=link, now=now, refusal=_standing)
    kind = NoticeKind.LINK_SIGNED if decision.signed else NoticeKind.LINK_REJECTED
    post(transaction, notices.to_creator(kind, decided, partner, now=now))
    post(transaction, notices.to_customer(NoticeKind.DECISION_RECEIPT, decided, partner, now=now))
    transaction.record(
        partner_id=partner.partner_id,
        action=f"link.{decision.status}",
        subject=subject_of(link.link_id),
        before={"status": "pending"},
        after={"status": decision.status, "signer_name": decision.signer_name, "reason": decision.reason},
    )
    try:
        transaction.commit()
    except AlreadyDecidedError as already:
        return already.decision
    return decision


class AlreadyDecidedError(ProblemError):
    """Somebody decided first; `decision` stands."""

    status = 409
    code = "already_decided"
    title = "Already decided"

    def __init__(self, decision: Decision) -> None:
        super().__init__("The link has been decided already.")
        self.decision = decision


def _standing(item: Item | None) -> ProblemError:
    standing = stored_link(item) if item else None
    if standing and standing.decision:
        return AlreadyDecidedError(standing.decision)
    return ChangedMeanwhileError()
