"""The customer's one decision."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.confirmations import notices
from functions.confirmations.terms import current_terms
from shared.domain.links import CUSTOMER, Decision, Link, LinkPlace, subject_of
from shared.domain.notices import NoticeKind
from shared.domain.operations import Operation
from shared.domain.partners import Partner
from shared.domain.terms import Terms
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.ids import new_id
from shared.table import keys
from shared.table.links import Links, stored_link
from shared.table.notices import post
from shared.table.partners import Partners
from shared.table.session import TableSession
from shared.table.transactions import Refusal, Transaction
from shared.table.values import Item


class OpenedLink(Struct, frozen=True):
    """A link that its token opens, with the partner who asks."""

    link: Link
    partner: Partner

    @property
    def terms(self) -> Terms:
        """Those that were decided about or, before a decision, those of now."""
        return self.link.decision.terms if self.link.decision else current_terms(self.link, self.partner)

    def decided(self, decision: Decision) -> "OpenedLink":
        return replace(self, link=replace(self.link, stored_status=decision.status, decision=decision))


def open_link(session: TableSession, place: LinkPlace, *, now: datetime) -> OpenedLink | None:
    """One read. None for a link that does not work (any more): unknown, deleted, revoked or expired."""
    session.read_ahead([keys.link(*place), keys.partner(place.partner_id)])
    link = Links(session, place.partner_id).find(place.link_id)
    partner = Partners(session, place.partner_id).find()
    if link is None or partner is None or not (link.decision or link.is_pending_at(now)):
        return None
    return OpenedLink(link, partner)


class Choice(Struct, frozen=True, kw_only=True):
    """What the customer wants to be recorded. `terms` is the digest of the terms on the page that was open.

    `opened_at` is when that page was opened, as far as its form says so.
    """

    signed: bool
    signer_name: str
    reason: str | None
    terms: str
    opened_at: datetime | None = None

    def is_made_by(self, decision: Decision) -> bool:
        """Whether the decision is the same one about the same terms, whoever made it."""
        return (decision.signed, decision.terms.digest) == (self.signed, self.terms)


def decide(session: TableSession, opened: OpenedLink, choice: Choice, *, now: datetime, request_id: str) -> Decision:
    """Record the decision and what it sets off: a mail to the link's creator and a receipt to the customer.

    Returns the decision that stands, which is another one where somebody was faster. Raises ChangedMeanwhileError when
    the choice is about other terms than the link's, or the link has been changed or withdrawn since it was read.
    """
    link, partner = opened.link, opened.partner
    if link.decision:
        return link.decision
    terms = opened.terms
    if terms.digest != choice.terms:
        raise ChangedMeanwhileError
    decision = Decision(
        signed=choice.signed,
        signer_name=choice.signer_name,
        reason=choice.reason,
        decided_at=now,
        terms=terms,
        sent_at=link.sent_at,
        opened_at=choice.opened_at,
        time_zone=partner.time_zone,
    )
    decided = replace(link, stored_status=decision.status, decision=decision, version=link.version + 1)
    operation = Operation(id=new_id("o"), actor=CUSTOMER, actor_role=CUSTOMER, at=now, request_id=request_id)
    transaction = Transaction(session, operation)
    Links(session, partner.partner_id).decide(transaction, link, decision, now=now, refusal=_standing)
    changed: Refusal = lambda _: ChangedMeanwhileError()  # noqa: E731 - the name is one of the terms
    Partners(session, partner.partner_id).require_name(transaction, terms.partner, refusal=changed)
    kind = NoticeKind.LINK_SIGNED if decision.signed else NoticeKind.LINK_REJECTED
    post(transaction, notices.to_creator(kind, decided, partner, now=now))
    post(transaction, notices.to_customer(NoticeKind.DECISION_RECEIPT, decided, partner, now=now))
    transaction.record(
        partner_id=partner.partner_id,
        action=f"link.{decision.status}",
        subject=subject_of(link.link_id),
        before={"status": "pending"},
        after=decision.record(),
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
