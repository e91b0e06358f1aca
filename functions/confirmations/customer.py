"""The customer's page: no login, no script, no cookie. The URL is the right to decide.

GET and HEAD change nothing, ever: mail scanners fetch. Whatever does not work answers one page, the same bytes for
every cause.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct
from pydantic import TypeAdapter, ValidationError

from functions.confirmations import pages
from functions.confirmations.customer_page import Action, FailedForm, Problem, render_not_found
from functions.confirmations.decisions import OpenedLink, decide, open_link
from functions.confirmations.reminders import stop_reminders
from shared import settings
from shared.clock import Clock, utc_now
from shared.domain.links import Decision, LinkPlace
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.http.guard import FORM, guard
from shared.http.reporting import report
from shared.link_tokens import read_link_token, read_stop_token
from shared.program import program
from shared.table.client import dynamodb
from shared.table.session import TableSession
from shared.text import Line, several_lines
from shared.web.answers import HTML
from shared.web.headers import security_headers

Event = Mapping[str, Any]
Answer = dict[str, Any]

PREFIX = "/c/"
UNSUBSCRIBE = "unsubscribe"
CERTIFICATE = "certificate"
_READING = "GET, HEAD"
_PAGES = frozenset({"", UNSUBSCRIBE, CERTIFICATE})
_FORMS = frozenset({*Action, UNSUBSCRIBE})
_LINE = TypeAdapter(Line)
_MOST_FORM_BYTES = 16 * 1024


class _NotWorkingError(Exception):
    """The address opens nothing."""


class _Visit(Struct, frozen=True):
    """One request to a link's page."""

    session: TableSession
    place: LinkPlace
    opened: OpenedLink
    page_path: str
    now: datetime
    request_id: str


def create_handler(clock: Clock = utc_now) -> Callable[[dict[str, Any], Any], Answer]:
    """The Lambda entry of the public page."""

    def lambda_handler(event: dict[str, Any], _: Any) -> Answer:
        started = time.perf_counter()
        request_id = event["requestContext"]["requestId"]
        method = event["requestContext"]["http"]["method"]
        token, _, action = event["rawPath"].removeprefix(PREFIX).partition("/")
        route = f"{method} /c/{{token}}" + (f"/{action}" if action in _PAGES | _FORMS and action else "")
        try:
            answer = _answer(event, method=method, token=token, action=action, now=clock())
        except _NotWorkingError:
            answer = _html(404, render_not_found())
        except ProblemError as problem:
            answer = _html(problem.status, render_not_found(), headers=problem.headers)
        answer["headers"]["X-Request-Id"] = request_id
        if method == "HEAD":
            answer["body"] = ""
        status = answer["statusCode"]
        report(request_id=request_id, route=route, status=status, outcome=str(status), started=started)
        return answer

    return lambda_handler


def _answer(event: Event, *, method: str, token: str, action: str, now: datetime) -> Answer:
    if action in _PAGES and method in {"GET", "HEAD"}:
        visit = _visit(event, token, action, now)
        return {CERTIFICATE: _certify, UNSUBSCRIBE: _show_reminders}.get(action, _show)(visit)
    if action in _FORMS and method == "POST":
        form = _form(guard(event, accepts=frozenset({FORM}), most_bytes=_MOST_FORM_BYTES))
        visit = _visit(event, token, action, now)
        if action == UNSUBSCRIBE:
            return _unsubscribe(visit)
        return _decide(visit, Action(action), form)
    if action in _PAGES | _FORMS:
        allowed = [*([_READING] if action in _PAGES else []), *(["POST"] if action in _FORMS else [])]
        return _html(405, render_not_found(), headers={"Allow": ", ".join(allowed)})
    raise _NotWorkingError


def _visit(event: Event, token: str, action: str, now: datetime) -> _Visit:
    """Raises _NotWorkingError."""
    place = read_stop_token(token) if action == UNSUBSCRIBE else read_link_token(token)
    if place is None:
        raise _NotWorkingError
    session = TableSession(dynamodb(), settings.table_name())
    opened = open_link(session, place, now=now)
    if opened is None:
        raise _NotWorkingError
    page_path = f"{PREFIX}{token}" + (f"/{action}" if action == UNSUBSCRIBE else "")
    return _Visit(session, place, opened, page_path, now, event["requestContext"]["requestId"])


def _show(visit: _Visit) -> Answer:
    link, partner = visit.opened.link, visit.opened.partner
    if link.decision:
        return _html(200, pages.decision_page(link, partner, link.decision, page_path=visit.page_path))
    rules = program().confirmation_links
    return _html(200, pages.question_page(link, partner, page_path=visit.page_path, rules=rules))


def _show_reminders(visit: _Visit) -> Answer:
    link, partner = visit.opened.link, visit.opened.partner
    stopped = bool(link.decision) or link.reminders >= program().confirmation_links.reminders_at_most
    return _html(200, pages.reminders_page(link, partner, page_path=visit.page_path, stopped=stopped))


def _certify(visit: _Visit) -> Answer:
    """Raises _NotWorkingError before there is a decision."""
    link, partner = visit.opened.link, visit.opened.partner
    if link.decision is None:
        raise _NotWorkingError
    return _html(200, pages.certificate_page(visit.session, link, partner, link.decision))


def _decide(visit: _Visit, action: Action, form: Mapping[str, str]) -> Answer:
    rules = program().confirmation_links
    link, partner = visit.opened.link, visit.opened.partner
    signer_name, reason, problems = _typed(action, form, longest_reason=rules.rejection_reason_length)
    if problems and not link.decision:
        failed = FailedForm(
            action=action,
            signer_name=form.get("signer_name", "")[: 2 * pages.LONGEST_SIGNER_NAME],
            reason=form.get("reason", "")[: 2 * rules.rejection_reason_length],
            problems=problems,
        )
        page = pages.question_page(link, partner, page_path=visit.page_path, rules=rules, failed=failed)
        return _html(422, page)
    signed = action is Action.SIGN
    wanted = Decision(signed=signed, signer_name=signer_name, reason=None if signed else reason, decided_at=visit.now)
    opened, standing = _settle(visit, wanted)
    if standing is None:
        page = pages.question_page(
            opened.link, opened.partner, page_path=visit.page_path, rules=rules, not_recorded=action
        )
        return _html(409, page)
    if standing.signed != signed:
        page = pages.decision_page(link, partner, standing, page_path=visit.page_path, not_recorded=action)
        return _html(409, page)
    return _to_page(visit)


def _settle(visit: _Visit, wanted: Decision) -> tuple[OpenedLink, Decision | None]:
    """The link and the decision that stands; None where the partner has changed what the customer was asked.

    Another sending, a reminder or a new name changes the link too, but nothing that the customer has seen: then it is
    tried again.
    Raises _NotWorkingError.
    """
    opened = visit.opened
    while True:
        try:
            return opened, decide(visit.session, opened, wanted, request_id=visit.request_id)
        except ChangedMeanwhileError:
            again = open_link(visit.session, visit.place, now=visit.now)
        if again is None:
            raise _NotWorkingError
        if not again.link.draft.asks_the_same_as(opened.link.draft):
            return again, None
        opened = again


def _unsubscribe(visit: _Visit) -> Answer:
    """Raises _NotWorkingError."""
    try:
        stop_reminders(visit.session, visit.opened, now=visit.now, request_id=visit.request_id)
    except ChangedMeanwhileError:  # such as by the next reminder, on its way at this very moment
        again = open_link(visit.session, visit.place, now=visit.now)
        if again is None:
            raise _NotWorkingError from None
        stop_reminders(visit.session, again, now=visit.now, request_id=visit.request_id)
    return _to_page(visit)


def _typed(action: Action, form: Mapping[str, str], *, longest_reason: int) -> tuple[str, str, dict[str, Problem]]:
    """The signer's name, the reason, and what is wrong with them."""
    problems: dict[str, Problem] = {}
    signer_name = form.get("signer_name", "").strip()
    if not signer_name:
        problems["signer_name"] = Problem.MISSING
    elif len(signer_name) > pages.LONGEST_SIGNER_NAME:
        problems["signer_name"] = Problem.TOO_LONG
    else:
        try:
            signer_name = _LINE.validate_python(signer_name)
        except ValidationError:
            problems["signer_name"] = Problem.UNREADABLE
    reason = form.get("reason", "")
    if action is Action.REJECT:
        try:
            reason = str(several_lines(reason))
        except ValueError:
            problems["reason"] = Problem.UNREADABLE
        else:
            if not reason:
                problems["reason"] = Problem.MISSING
            elif len(reason) > longest_reason:
                problems["reason"] = Problem.TOO_LONG
    return signer_name, reason, problems


def _form(event: Event) -> Mapping[str, str]:
    """The first value of each field."""
    return {name: values[0] for name, values in parse_qs(event["body"] or "", keep_blank_values=True).items()}


def _to_page(visit: _Visit) -> Answer:
    answer = _html(303, "")
    answer["headers"]["Location"] = visit.page_path
    return answer


def _html(status: int, page: str, *, headers: Mapping[str, str] | None = None) -> Answer:
    return {
        "statusCode": status,
        "headers": {"Content-Type": HTML, **security_headers(), **(headers or {})},
        "body": page,
        "isBase64Encoded": False,
    }


lambda_handler = create_handler()
