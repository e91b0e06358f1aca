"""From stored links to the customer's page."""

from functions.confirmations import customer_page
from functions.confirmations.customer_page import Action, ConfirmationRequest, FormLimits, PreviewOf, TypedForm
from functions.confirmations.decisions import OpenedLink
from functions.confirmations.terms import terms_of
from shared.domain.links import Decision, LinkDraft, LinkPlace, subject_of
from shared.domain.partners import Partner
from shared.link_tokens import check_url
from shared.program import ConfirmationLinks as LinkRules
from shared.table.chain import Chain
from shared.table.session import TableSession

LONGEST_SIGNER_NAME = 200
DECIDED = ("link.signed", "link.rejected")


def limits(rules: LinkRules) -> FormLimits:
    return FormLimits(signer_name=LONGEST_SIGNER_NAME, reason=rules.rejection_reason_length)


def question_page(
    opened: OpenedLink,
    *,
    page_path: str,
    rules: LinkRules,
    opening: str,
    typed: TypedForm | None = None,
    not_recorded: bool = False,
) -> str:
    """The page of a pending link. `opening` is the mark by which its forms say when it was opened."""
    return customer_page.render_question(
        request=_request_of(opened),
        page_path=page_path,
        limits=limits(rules),
        opening=opening,
        typed=typed,
        not_recorded=not_recorded,
    )


def decision_page(opened: OpenedLink, decision: Decision, *, page_path: str, not_recorded: Action | None = None) -> str:
    """The page of a decided link; it leads to the certificate."""
    return customer_page.render_decision(
        request=_request_of(opened),
        decision=decision,
        certificate_path=f"{page_path}/certificate",
        not_recorded=not_recorded,
    )


def certificate_page(session: TableSession, opened: OpenedLink, decision: Decision) -> str:
    """Who decided what and when, as the decision's sealed audit entry says it.

    Until the entry is sealed it is as the link says; where the entry is not as it was sealed the page warns of itself.
    """
    place = LinkPlace(opened.partner.partner_id, opened.link.link_id)
    proof = Chain(session, place.partner_id).proof_at(
        subject_of(place.link_id), action=f"link.{decision.status}", at=decision.decided_at
    )
    return customer_page.render_certificate(
        decision=Decision.of_record(proof.entry["after"]) if proof.entry else decision,
        link_id=place.link_id,
        proof=proof,
        check_url=check_url(place, proof.seal.entry_hash) if proof.seal else None,
    )


def check_page(session: TableSession, place: LinkPlace, *, entry_hash: str | None) -> str | None:
    """Whether the chain holds the decision of a certificate with this hash; without one, only what the chain holds.

    None where there is no decision.
    """
    proof = Chain(session, place.partner_id).proof_of(subject_of(place.link_id), actions=DECIDED)
    if proof is None:
        return None
    return customer_page.render_check(
        decision=Decision.of_record(proof.entry["after"]) if proof.entry else None,
        link_id=place.link_id,
        proof=proof,
        compares_nothing=not entry_hash,
        is_another=bool(proof.seal and entry_hash and entry_hash != proof.seal.entry_hash),
    )


def reminders_page(opened: OpenedLink, *, page_path: str, stopped: bool) -> str:
    """Ending the reminders of a link, or that they have ended."""
    return customer_page.render_reminders(request=_request_of(opened), page_path=page_path, stopped=stopped)


def stored_preview(opened: OpenedLink, *, preview_of: PreviewOf, rules: LinkRules) -> str:
    """A stored link as its customer sees it, with nothing that acts."""
    return customer_page.render_preview(
        request=_request_of(opened), preview_of=preview_of, decision=opened.link.decision, limits=limits(rules)
    )


def draft_preview(draft: LinkDraft, partner: Partner, *, requested_by: str, rules: LinkRules) -> str:
    """A link that is not stored yet."""
    request = ConfirmationRequest(
        terms=terms_of(draft, partner, asked_by=requested_by), expires_at=None, time_zone=partner.time_zone
    )
    return customer_page.render_preview(
        request=request, preview_of=PreviewOf.DRAFT, decision=None, limits=limits(rules)
    )


def _request_of(opened: OpenedLink) -> ConfirmationRequest:
    return ConfirmationRequest(
        terms=opened.terms, expires_at=opened.link.expires_at, time_zone=opened.partner.time_zone
    )
