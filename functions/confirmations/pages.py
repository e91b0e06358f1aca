"""From stored links to the customer's page."""

from functions.confirmations import customer_page
from functions.confirmations.customer_page import (
    Action,
    ConfirmationRequest,
    FailedForm,
    FormLimits,
    PreviewOf,
    RequestedProduct,
    StandingDecision,
)
from shared import settings
from shared.domain.languages import Language
from shared.domain.links import Decision, Link, LinkDraft, subject_of
from shared.domain.partners import Partner
from shared.program import ConfirmationLinks as LinkRules
from shared.table.chain import Chain
from shared.table.session import TableSession

LONGEST_SIGNER_NAME = 200


def limits(rules: LinkRules) -> FormLimits:
    return FormLimits(signer_name=LONGEST_SIGNER_NAME, reason=rules.rejection_reason_length)


def question_page(
    link: Link,
    partner: Partner,
    *,
    page_path: str,
    rules: LinkRules,
    failed: FailedForm | None = None,
    not_recorded: Action | None = None,
) -> str:
    """The page of a pending link."""
    return customer_page.render_question(
        request=_request_of(link, partner),
        page_path=page_path,
        limits=limits(rules),
        failed=failed,
        not_recorded=not_recorded,
    )


def decision_page(
    link: Link, partner: Partner, decision: Decision, *, page_path: str, not_recorded: Action | None = None
) -> str:
    """The page of a decided link; it leads to the certificate."""
    return customer_page.render_decision(
        request=_request_of(link, partner),
        decision=_standing(decision),
        certificate_path=f"{page_path}/certificate",
        not_recorded=not_recorded,
    )


def certificate_page(session: TableSession, link: Link, partner: Partner, decision: Decision) -> str:
    """Who decided what and when, with the seal of the decision's audit entry once there is one."""
    sealed = Chain(session, partner.partner_id).find_seal(
        subject_of(link.link_id), action=f"link.{decision.status}", at=decision.decided_at
    )
    return customer_page.render_certificate(
        request=_request_of(link, partner), decision=_standing(decision), link_id=link.link_id, seal=sealed
    )


def reminders_page(link: Link, partner: Partner, *, page_path: str, stopped: bool) -> str:
    """Ending the reminders of a link, or that they have ended."""
    return customer_page.render_reminders(request=_request_of(link, partner), page_path=page_path, stopped=stopped)


def stored_preview(link: Link, partner: Partner, *, preview_of: PreviewOf, rules: LinkRules) -> str:
    """A stored link as its customer sees it, with nothing that acts."""
    return customer_page.render_preview(
        request=_request_of(link, partner),
        preview_of=preview_of,
        decision=_standing(link.decision) if link.decision else None,
        limits=limits(rules),
    )


def draft_preview(draft: LinkDraft, partner: Partner, *, requested_by: str, rules: LinkRules) -> str:
    """A link that is not stored yet."""
    return customer_page.render_preview(
        request=_request(draft, partner, requested_by=requested_by),
        preview_of=PreviewOf.DRAFT,
        decision=None,
        limits=limits(rules),
    )


def _request_of(link: Link, partner: Partner) -> ConfirmationRequest:
    return _request(link.draft, partner, requested_by=link.creator_name, link=link)


def _request(draft: LinkDraft, partner: Partner, *, requested_by: str, link: Link | None = None) -> ConfirmationRequest:
    return ConfirmationRequest(
        language=Language(draft.client.language),
        vendor_name=settings.vendor_name(),
        partner_name=partner.name,
        requested_by=requested_by,
        company=draft.client.company,
        contact_name=draft.client.contact_name,
        products=tuple(
            RequestedProduct(product=one.product, edition=one.edition, onboarding_type=one.onboarding_type)
            for one in draft.products
        ),
        providing_onboarding=draft.providing_onboarding,
        estimated_onboarding_duration=draft.estimated_onboarding_duration,
        expires_at=link.expires_at if link else None,
        time_zone=partner.time_zone,
    )


def _standing(decision: Decision) -> StandingDecision:
    return StandingDecision(
        signed=decision.signed,
        signer_name=decision.signer_name,
        reason=decision.reason,
        decided_at=decision.decided_at,
    )
