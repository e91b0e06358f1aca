"""The customer's page and the certificate, as HTML. Pure: what goes in is all that decides what comes out."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.clock import instant_text
from shared.domain.chains import Seal
from shared.domain.languages import Language
from shared.web.languages import SOURCE_LANGUAGE, deferred, translations
from shared.web.rendering import render

_TEMPLATES = Path(__file__).parent / "templates"


class Action(StrEnum):
    SIGN = "sign"
    REJECT = "reject"


class Problem(StrEnum):
    """What can be wrong with a typed field."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


class PreviewOf(StrEnum):
    """Which link a partner looks at: a draft that is not stored yet, or a stored one in its status."""

    DRAFT = "draft"
    PENDING = "pending"
    SIGNED = "signed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REVOKED = "revoked"


class RequestedProduct(Struct, frozen=True, kw_only=True):
    """Codes of the product catalogue; `onboarding_type` is None on the links of a solutions provider."""

    product: str
    edition: str
    onboarding_type: str | None


class ConfirmationRequest(Struct, frozen=True, kw_only=True):
    """What a customer is asked, and by whom, in the customer's language.

    `providing_onboarding` is None on the links of a solutions provider, `expires_at` on a draft. `time_zone` is the
    partner's, an IANA name.
    """

    language: Language
    vendor_name: str
    partner_name: str
    requested_by: str
    company: str
    contact_name: str
    products: tuple[RequestedProduct, ...]
    providing_onboarding: bool | None
    estimated_onboarding_duration: str | None
    expires_at: datetime | None
    time_zone: str

    @property
    def names_onboarding(self) -> bool:
        return self.providing_onboarding is not None

    @property
    def decide_before(self) -> date | None:
        """The day on which the link expires, in the partner's zone: until the day before it works all day long."""
        return self.expires_at.astimezone(ZoneInfo(self.time_zone)).date() if self.expires_at else None


class StandingDecision(Struct, frozen=True, kw_only=True):
    """`reason` is None where the link was signed."""

    signed: bool
    signer_name: str
    reason: str | None
    decided_at: datetime


class FormLimits(Struct, frozen=True, kw_only=True):
    """The most characters a field takes."""

    signer_name: int
    reason: int


class FailedForm(Struct, frozen=True, kw_only=True):
    """What was typed into one of the forms, and what is wrong with it: `problems` by field."""

    action: Action
    signer_name: str
    reason: str
    problems: Mapping[str, Problem]


_PROBLEM_TEXTS: Mapping[tuple[str, Problem], str] = MappingProxyType(
    {
        ("signer_name", Problem.MISSING): deferred("Type your full name."),
        ("signer_name", Problem.TOO_LONG): deferred("The name has at most %(limit)s characters."),
        ("signer_name", Problem.UNREADABLE): deferred("Type the name in plain letters, on one line."),
        ("reason", Problem.MISSING): deferred("Type the reason."),
        ("reason", Problem.TOO_LONG): deferred("The reason has at most %(limit)s characters."),
        ("reason", Problem.UNREADABLE): deferred("Type the reason in plain text."),
    }
)
_PREVIEW_TEXTS: Mapping[PreviewOf, str] = MappingProxyType(
    {
        PreviewOf.DRAFT: deferred("The customer will see this page. Nothing is stored or sent yet."),
        PreviewOf.PENDING: deferred("The customer sees this page. Only the customer can decide here."),
        PreviewOf.SIGNED: deferred("The customer sees this page."),
        PreviewOf.REJECTED: deferred("The customer sees this page."),
        PreviewOf.EXPIRED: deferred("This link has expired: the customer now sees that it does not work."),
        PreviewOf.REVOKED: deferred("This link was revoked: the customer now sees that it does not work."),
    }
)


def render_question(
    *,
    request: ConfirmationRequest,
    page_path: str,
    limits: FormLimits,
    failed: FailedForm | None = None,
    not_recorded: Action | None = None,
) -> str:
    """The page of a pending link, whose forms post to `{page_path}/sign` and `{page_path}/reject`.

    `page_path` is such as `/c/TOKEN`. After a failed attempt the forms keep what was typed. `not_recorded` is for
    whoever decided about what the partner has changed meanwhile.
    """
    return _question(
        request=request,
        page_path=page_path,
        limits=limits,
        failed=failed,
        not_recorded=not_recorded,
        preview_note=None,
    )


def render_decision(
    *,
    request: ConfirmationRequest,
    decision: StandingDecision,
    certificate_path: str | None = None,
    not_recorded: Action | None = None,
) -> str:
    """The page of a decided link; `not_recorded` is the other action, for whoever tried it too late."""
    return _decision(
        request=request,
        decision=decision,
        certificate_path=certificate_path,
        not_recorded=not_recorded,
        preview_note=None,
    )


def render_preview(
    *, request: ConfirmationRequest, preview_of: PreviewOf, decision: StandingDecision | None, limits: FormLimits
) -> str:
    """The page as the customer sees it, with nothing in it that acts and no address of the link."""
    note = translations(request.language).gettext(_PREVIEW_TEXTS[preview_of])
    if decision:
        return _decision(
            request=request, decision=decision, certificate_path=None, not_recorded=None, preview_note=note
        )
    return _question(request=request, page_path=None, limits=limits, failed=None, not_recorded=None, preview_note=note)


def render_reminders(*, request: ConfirmationRequest, page_path: str, stopped: bool) -> str:
    """Asks whether the reminders of a link should end, by a form that posts to `page_path`, or says that they have."""
    return render(
        "reminders.html",
        language=request.language,
        templates=_TEMPLATES,
        context={"request": request, "page_path": page_path, "stopped": stopped},
    )


def render_not_found() -> str:
    """The one page for every link that does not work: the same bytes whatever the cause and whoever asks."""
    return render("not_found.html", language=SOURCE_LANGUAGE, templates=_TEMPLATES, context={})


def render_certificate(
    *, request: ConfirmationRequest, decision: StandingDecision, link_id: str, seal: Seal | None
) -> str:
    """A page to print or file. Without a `seal` it says that the entry is not sealed yet."""
    return render(
        "certificate.html",
        language=request.language,
        templates=_TEMPLATES,
        context={
            "request": request,
            "decision": decision,
            "decided_at_utc": instant_text(decision.decided_at),
            "link_id": link_id,
            "seal": seal,
        },
    )


def _question(
    *,
    request: ConfirmationRequest,
    page_path: str | None,
    limits: FormLimits,
    failed: FailedForm | None,
    not_recorded: Action | None,
    preview_note: str | None,
) -> str:
    problems = _problem_texts(failed, limits, request.language) if failed else {}
    return _page(
        request=request,
        preview_note=preview_note,
        decision=None,
        page_path=page_path,
        limits=limits,
        failed=failed,
        not_recorded=not_recorded,
        problems=problems,
        signing=_form(Action.SIGN, failed, problems),
        rejecting=_form(Action.REJECT, failed, problems),
    )


def _decision(
    *,
    request: ConfirmationRequest,
    decision: StandingDecision,
    certificate_path: str | None,
    not_recorded: Action | None,
    preview_note: str | None,
) -> str:
    return _page(
        request=request,
        preview_note=preview_note,
        decision=decision,
        failed=None,
        certificate_path=certificate_path,
        not_recorded=not_recorded,
    )


def _page(*, request: ConfirmationRequest, **context: Any) -> str:
    return render(
        "customer_page.html", language=request.language, templates=_TEMPLATES, context={"request": request, **context}
    )


def _form(action: Action, failed: FailedForm | None, problems: Mapping[str, str]) -> Mapping[str, Any]:
    """The values and problems of one form: those of the failed attempt only where it was this form."""
    tried = failed if failed and failed.action is action else None
    return {
        "signer_name": tried.signer_name if tried else "",
        "reason": tried.reason if tried else "",
        "problems": {field: problems.get(field) if tried else None for field in ("signer_name", "reason")},
    }


def _problem_texts(failed: FailedForm, limits: FormLimits, language: Language) -> Mapping[str, str]:
    """What to correct, by field, in the order of the form."""
    texts = translations(language)
    most = {"signer_name": limits.signer_name, "reason": limits.reason}
    return {
        field: texts.gettext(_PROBLEM_TEXTS[field, failed.problems[field]]) % {"limit": limit}
        for field, limit in most.items()
        if field in failed.problems
    }
