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
from shared.domain.languages import Language
from shared.domain.links import Decision
from shared.domain.terms import Terms
from shared.table.chain import Proof
from shared.web.languages import SOURCE_LANGUAGE, deferred, translations
from shared.web.rendering import render
from shared.web.zones import Zone, customer_zone

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


class ConfirmationRequest(Struct, frozen=True, kw_only=True):
    """What a customer is asked, or was. `expires_at` is None on a draft; `time_zone` is the partner's, an IANA name."""

    terms: Terms
    expires_at: datetime | None
    time_zone: str

    @property
    def zone(self) -> Zone:
        """In which the customer reads times."""
        return zone_of(self.terms, partner_zone=self.time_zone)

    @property
    def decide_before(self) -> date | None:
        """The day on which the link expires, in the customer's zone: until the day before it works all day long."""
        return self.expires_at.astimezone(ZoneInfo(self.zone.name)).date() if self.expires_at else None


def zone_of(terms: Terms, *, partner_zone: str) -> Zone:
    return customer_zone(email=terms.contact_email, language=terms.language, partner_zone=partner_zone)


class FormLimits(Struct, frozen=True, kw_only=True):
    """The most characters a field takes."""

    signer_name: int
    reason: int


class TypedForm(Struct, frozen=True, kw_only=True):
    """What was typed into one of the forms, and what is wrong with it: `problems` by field, or under `form`."""

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
        ("form", Problem.UNREADABLE): deferred("Your browser sent something that is not text. Fill in the form again."),
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
    opening: str = "",
    typed: TypedForm | None = None,
    not_recorded: bool = False,
) -> str:
    """The page of a pending link, whose forms post to `{page_path}/sign` and `{page_path}/reject`.

    `page_path` is such as `/c/TOKEN`. The forms bear the digest of the terms that the page shows, and `opening`, the
    mark of when it was opened. After an attempt that decided nothing they keep what was typed; `not_recorded` where it
    was about other terms than these.
    """
    return _question(
        request=request,
        page_path=page_path,
        limits=limits,
        opening=opening,
        typed=typed,
        not_recorded=not_recorded,
        preview_note=None,
    )


def render_decision(
    *,
    request: ConfirmationRequest,
    decision: Decision,
    certificate_path: str | None = None,
    not_recorded: Action | None = None,
) -> str:
    """The page of a decided link; `not_recorded` is what somebody tried too late, or about other terms."""
    return _decision(
        request=request,
        decision=decision,
        certificate_path=certificate_path,
        not_recorded=not_recorded,
        preview_note=None,
    )


def render_preview(
    *, request: ConfirmationRequest, preview_of: PreviewOf, decision: Decision | None, limits: FormLimits
) -> str:
    """The page as the customer sees it, with nothing in it that acts and no address of the link."""
    note = translations(request.terms.language).gettext(_PREVIEW_TEXTS[preview_of])
    if decision:
        return _decision(
            request=request, decision=decision, certificate_path=None, not_recorded=None, preview_note=note
        )
    return _question(
        request=request, page_path=None, limits=limits, opening="", typed=None, not_recorded=False, preview_note=note
    )


def render_reminders(*, request: ConfirmationRequest, page_path: str, stopped: bool) -> str:
    """Asks whether the reminders of a link should end, by a form that posts to `page_path`, or says that they have."""
    return render(
        "reminders.html",
        language=request.terms.language,
        templates=_TEMPLATES,
        context={"terms": request.terms, "page_path": page_path, "stopped": stopped},
    )


def render_not_found() -> str:
    """The one page for every link that does not work: the same bytes whatever the cause and whoever asks."""
    return render("not_found.html", language=SOURCE_LANGUAGE, templates=_TEMPLATES, context={})


def render_certificate(*, decision: Decision, link_id: str, proof: Proof, check_url: str | None) -> str:
    """A page to print or file; `check_url` is where anybody can compare it with the chain, once its entry is sealed."""
    return render(
        "certificate.html",
        language=decision.terms.language,
        templates=_TEMPLATES,
        context={
            **_recorded(decision),
            "link_id": link_id,
            "state": proof.state,
            "seal": proof.seal,
            "check_url": check_url,
        },
    )


def render_check(
    *, decision: Decision | None, link_id: str, proof: Proof, compares_nothing: bool, is_another: bool
) -> str:
    """What the chain says about a certificate; `is_another` where it holds another entry than the certificate names.

    `decision` is None where the chain does not hold. `compares_nothing` where it is not said which entry to compare.
    """
    return render(
        "check.html",
        language=decision.terms.language if decision else SOURCE_LANGUAGE,
        templates=_TEMPLATES,
        context={
            **(_recorded(decision) if decision else {"decision": None}),
            "link_id": link_id,
            "state": proof.state,
            "seal": proof.seal,
            "compares_nothing": compares_nothing,
            "is_another": is_another,
        },
    )


def _recorded(decision: Decision) -> Mapping[str, Any]:
    """What the certificate and its check show of a decision."""
    return {
        "terms": decision.terms,
        "decision": decision,
        "zone": zone_of(decision.terms, partner_zone=decision.time_zone),
        "decided_at_utc": instant_text(decision.decided_at),
    }


def _question(
    *,
    request: ConfirmationRequest,
    page_path: str | None,
    limits: FormLimits,
    opening: str,
    typed: TypedForm | None,
    not_recorded: bool,
    preview_note: str | None,
) -> str:
    problems = _problem_texts(typed, limits, request.terms.language) if typed and not not_recorded else {}
    return _page(
        request=request,
        preview_note=preview_note,
        decision=None,
        page_path=page_path,
        limits=limits,
        opening=opening,
        typed=typed,
        not_recorded=not_recorded,
        problems=problems,
        signing=_form(Action.SIGN, typed, problems),
        rejecting=_form(Action.REJECT, typed, problems),
    )


def _decision(
    *,
    request: ConfirmationRequest,
    decision: Decision,
    certificate_path: str | None,
    not_recorded: Action | None,
    preview_note: str | None,
) -> str:
    return _page(
        request=request,
        preview_note=preview_note,
        decision=decision,
        problems={},
        certificate_path=certificate_path,
        not_recorded=not_recorded,
    )


def _page(*, request: ConfirmationRequest, **context: Any) -> str:
    return render(
        "customer_page.html",
        language=request.terms.language,
        templates=_TEMPLATES,
        context={"request": request, "terms": request.terms, **context},
    )


def _form(action: Action, typed: TypedForm | None, problems: Mapping[str, str]) -> Mapping[str, Any]:
    """The values and problems of one form: those of the attempt only where it was this form."""
    tried = typed if typed and typed.action is action else None
    return {
        "signer_name": tried.signer_name if tried else "",
        "reason": tried.reason if tried else "",
        "problems": {field: problems.get(field) if tried else None for field in ("signer_name", "reason")},
    }


def _problem_texts(typed: TypedForm, limits: FormLimits, language: Language) -> Mapping[str, str]:
    """What to correct, by field, in the order of the form."""
    texts = translations(language)
    most = {"signer_name": limits.signer_name, "reason": limits.reason, "form": 0}
    return {
        field: texts.gettext(_PROBLEM_TEXTS[field, typed.problems[field]]) % {"limit": limit}
        for field, limit in most.items()
        if field in typed.problems
    }
