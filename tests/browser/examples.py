"""Every state of every page, and every mail as a page, by the path under which the tests open it."""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec.structs import replace

from functions.confirmations.customer_page import (
    Action,
    PreviewOf,
    Problem,
    TypedForm,
    render_certificate,
    render_check,
    render_decision,
    render_not_found,
    render_preview,
    render_question,
    render_reminders,
)
from functions.reference.document import document
from functions.reference.pages import area_page, index_page
from functions.reference.views import areas
from shared.domain.languages import Language
from shared.mail.content import Mail
from shared.mail.mime import html_part
from shared.table.chain import Proof, ProofState
from tests import confirmation_examples as examples
from tests import renewal_examples

_TYPED = TypedForm(action=Action.REJECT, signer_name="Jonas Müller", reason="", problems={"reason": Problem.MISSING})
_EMPTY = TypedForm(action=Action.SIGN, signer_name="", reason="", problems={"signer_name": Problem.MISSING})
_SENT = TypedForm(action=Action.SIGN, signer_name="Jonas Müller", reason="", problems={})
_LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def _pages(language: Language) -> Mapping[str, Callable[[], str]]:
    request = examples.confirmation_request(language)
    question = partial(render_question, request=request, page_path=examples.PAGE_PATH, limits=examples.LIMITS)
    preview = partial(render_preview, request=request, limits=examples.LIMITS, decision=None)
    reminders = partial(render_reminders, request=request, page_path=f"{examples.PAGE_PATH}/unsubscribe")
    signed, rejected = examples.decision(language), examples.decision(language, signed=False)
    certificate = partial(render_certificate, link_id="01KEXAMPLELINK00000000000", check_url=examples.CHECK_URL)
    check = partial(
        render_check, link_id="01KEXAMPLELINK00000000000", decision=signed, compares_nothing=False, is_another=False
    )
    waiting = Proof(ProofState.WAITING)
    provider = examples.confirmation_request(asked=examples.provider_terms(language))
    names = {"partner": _LONG, "company": _LONG + _LONG, "asked_by": _LONG, "contact_name": _LONG}
    long_names = examples.confirmation_request(asked=replace(examples.terms(language), **names))
    return {
        "question": question,
        "question-of-a-provider": partial(question, request=provider),
        "question-with-long-names": partial(question, request=long_names),
        "question-without-name": partial(question, typed=_EMPTY),
        "question-without-reason": partial(question, typed=_TYPED),
        "question-changed-meanwhile": partial(question, typed=_SENT, not_recorded=True),
        "signed": partial(render_decision, request=request, decision=signed, certificate_path="/c/x/certificate"),
        "rejected": partial(render_decision, request=request, decision=rejected),
        "signed-too-late": partial(render_decision, request=request, decision=rejected, not_recorded=Action.SIGN),
        "rejected-too-late": partial(render_decision, request=request, decision=signed, not_recorded=Action.REJECT),
        "reminders": partial(reminders, stopped=False),
        "reminders-ended": partial(reminders, stopped=True),
        "preview-of-draft": partial(preview, preview_of=PreviewOf.DRAFT),
        "preview-of-expired": partial(preview, preview_of=PreviewOf.EXPIRED),
        "preview-of-signed": partial(preview, preview_of=PreviewOf.SIGNED, decision=signed),
        "certificate-signed": partial(certificate, decision=signed, proof=examples.SEALED),
        "certificate-rejected": partial(certificate, decision=rejected, proof=examples.SEALED),
        "certificate-unsealed": partial(certificate, decision=signed, proof=waiting, check_url=None),
        "certificate-broken": partial(certificate, decision=signed, proof=Proof(ProofState.BROKEN), check_url=None),
        "check": partial(check, proof=examples.SEALED),
        "check-nothing": partial(check, proof=examples.SEALED, compares_nothing=True),
        "check-rejected": partial(check, decision=rejected, proof=examples.SEALED),
        "check-of-another": partial(check, proof=examples.SEALED, is_another=True),
        "check-unsealed": partial(check, proof=waiting),
        "check-broken": partial(check, decision=None, proof=Proof(ProofState.BROKEN)),
    }


def _mails(language: Language) -> Mapping[str, Mail]:
    return {
        "mail-sent": examples.link_sent(language),
        "mail-reminder": examples.link_reminder(language),
        "mail-receipt": examples.decision_receipt(language),
        "mail-receipt-rejected": examples.decision_receipt(language, signed=False),
        "mail-signed": examples.link_signed(language),
        "mail-rejected": examples.link_rejected(language),
        "mail-expired": examples.link_expired(language),
        "mail-renewal-for-client": renewal_examples.for_client(language),
        "mail-renewal-for-partner": renewal_examples.for_partner(language),
        "mail-digest": renewal_examples.digest(language),
    }


def _area(slug: str) -> str:
    page = area_page(slug)
    assert page is not None
    return page


def _html(mail: Mail) -> str:
    return html_part(mail.content())


REFERENCE: Mapping[str, Callable[[], str]] = {
    "/reference": index_page,
    **{f"/reference/{area.slug}": partial(_area, area.slug) for area in areas(document())},
}

PAGES: Mapping[str, Callable[[], str]] = {
    "/not-found": render_not_found,
    **REFERENCE,
    **{f"/{language}/{name}": page for language in Language for name, page in _pages(language).items()},
}

MAILS: Mapping[str, Callable[[], str]] = {
    f"/{language}/{name}": partial(_html, mail) for language in Language for name, mail in _mails(language).items()
}
