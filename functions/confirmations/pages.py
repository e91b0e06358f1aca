"""From stored links to the customer's page."""

from functions.confirmations import customer_page
from functions.confirmations.customer_page import Action, ConfirmationRequest, FormLimits, PreviewOf, TypedForm
from functions.confirmations.decisions import OpenedLink
from functions.confirmations.terms import terms_of
from shared.domain.links import Decision, LinkDraft, subject_of
from shared.domain.partners import Partner
from shared.program import ConfirmationLinks as LinkRules
from shared.table.chain import Chain
from shared.table.session import TableSession

LONGEST_SIGNER_NAME = 200


def limits(rules: LinkRules) -> FormLimits:
    return FormLimits(signer_name=LONGEST_SIGNER_NAME, reason=rules.rejection_reason_length)


def question_page(
    opened: OpenedLink,
    *,
    page_path: str,
    rules: LinkRules,
    typed: TypedForm | None = None,
    not_recorded: bool = False,
) -> str:
    """The page of a pending link."""
    return customer_page.render_question(
        request=_request_of(opened), page_path=page_path, limits=limits(rules), typed=typed, not_recorded=not_recorded
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
    """Who decided what and when, with the seal of the decision's audit entry once there is one."""
    link_id = opened.link.link_id
    sealed = Chain(session, opened.partner.partner_id).find_seal(
        subject_of(link_id), action=f"link.{decision.status}", at=decision.decided_at
    )
    return customer_page.render_certificate(
        request=_request_of(opened), decision=decision, link_id=link_id, seal=sealed
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
