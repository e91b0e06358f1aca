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

from functions.confirmations import pages
from functions.confirmations.customer_page import Action, Problem, TypedForm, render_not_found
from functions.confirmations.decisions import Choice, OpenedLink, decide, open_link
from functions.confirmations.reminders import stop_reminders
from shared import settings
from shared.clock import Clock, utc_now
from shared.domain.links import LinkPlace
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.http.guard import FORM, guard
from shared.http.reporting import report
from shared.link_tokens import opening_mark, read_check_token, read_link_token, read_opening_mark, read_stop_token
from shared.program import program
from shared.table.backoff import Backoff
from shared.table.client import dynamodb
from shared.table.session import TableSession, TableUnavailableError
from shared.text import one_line, several_lines
from shared.web.answers import HTML
from shared.web.headers import security_headers

Event = Mapping[str, Any]
Answer = dict[str, Any]

PREFIX = "/c/"
UNSUBSCRIBE = "unsubscribe"
CERTIFICATE = "certificate"
CHECK = "check"
_READING = "GET, HEAD"
_PAGES = frozenset({"", UNSUBSCRIBE, CERTIFICATE, CHECK})
_FORMS = frozenset({*Action, UNSUBSCRIBE})
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
        if action == CHECK:
            return _check(event, token)
        visit = _visit(event, token, action, now)
        return {CERTIFICATE: _certify, UNSUBSCRIBE: _show_reminders}.get(action, _show)(visit)
    if action in _FORMS and method == "POST":
        if action == UNSUBSCRIBE:
            return _unsubscribe(_visit(event, token, action, now))
        visit = _visit(event, token, action, now)  # first: an address that opens nothing is answered as one
        form = _form(guard(event, accepts=frozenset({FORM}), most_bytes=_MOST_FORM_BYTES))
        return _decide(visit, Action(action), form)
    if action in _PAGES | _FORMS:
        if action == CHECK:
            _checked_place(token)
        else:
            _visit(event, token, action, now)
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
    if decision := visit.opened.link.decision:
        return _html(200, pages.decision_page(visit.opened, decision, page_path=visit.page_path))
    return _html(200, _question(visit, visit.opened, opened_at=visit.now))


def _question(
    visit: _Visit,
    opened: OpenedLink,
    *,
    opened_at: datetime,
    typed: TypedForm | None = None,
    not_recorded: bool = False,
) -> str:
    return pages.question_page(
        opened,
        page_path=visit.page_path,
        rules=program().confirmation_links,
        opening=opening_mark(visit.place, opened_at),
        typed=typed,
        not_recorded=not_recorded,
    )


def _show_reminders(visit: _Visit) -> Answer:
    link = visit.opened.link
    stopped = bool(link.decision) or link.reminders >= program().confirmation_links.reminders_at_most
    return _html(200, pages.reminders_page(visit.opened, page_path=visit.page_path, stopped=stopped))


def _certify(visit: _Visit) -> Answer:
    """Raises _NotWorkingError before there is a decision."""
    decision = visit.opened.link.decision
    if decision is None:
        raise _NotWorkingError
    return _html(200, pages.certificate_page(visit.session, visit.opened, decision))


def _check(event: Event, token: str) -> Answer:
    """Raises _NotWorkingError."""
    place = _checked_place(token)
    entry_hash = (event.get("queryStringParameters") or {}).get("hash")
    page = pages.check_page(TableSession(dynamodb(), settings.table_name()), place, entry_hash=entry_hash)
    if page is None:
        raise _NotWorkingError
    return _html(200, page)


def _checked_place(token: str) -> LinkPlace:
    """Raises _NotWorkingError."""
    place = read_check_token(token)
    if place is None:
        raise _NotWorkingError
    return place


def _decide(visit: _Visit, action: Action, form: Mapping[str, str]) -> Answer:
    """Record the decision about the terms on the page that was open; for other terms, show the page as it is now."""
    rules = program().confirmation_links
    typed = _typed(action, form, longest_reason=rules.rejection_reason_length)
    choice = Choice(
        signed=action is Action.SIGN,
        signer_name=typed.signer_name,
        reason=typed.reason if action is Action.REJECT else None,
        terms=form.get("terms", ""),
        opened_at=read_opening_mark(visit.place, form.get("opened", ""), now=visit.now),
    )
    opened, backoff = visit.opened, Backoff()
    while opened.terms.digest == choice.terms:
        if typed.problems and not opened.link.decision:
            return _html(422, _question(visit, opened, opened_at=choice.opened_at or visit.now, typed=typed))
        try:
            standing = decide(visit.session, opened, choice, now=visit.now, request_id=visit.request_id)
        except ChangedMeanwhileError:
            if not backoff.wait():
                raise TableUnavailableError from None
            opened = _opened_again(visit)
            continue
        if choice.is_made_by(standing):
            return _to_page(visit)
        opened = opened.decided(standing)
        break
    if decision := opened.link.decision:
        return _html(409, pages.decision_page(opened, decision, page_path=visit.page_path, not_recorded=action))
    return _html(409, _question(visit, opened, opened_at=visit.now, typed=typed, not_recorded=True))


def _opened_again(visit: _Visit) -> OpenedLink:
    """Raises _NotWorkingError."""
    again = open_link(visit.session, visit.place, now=visit.now)
    if again is None:
        raise _NotWorkingError
    return again


def _unsubscribe(visit: _Visit) -> Answer:
    """The end of the reminders: one POST of a mail program (RFC 8058), which follows no redirect, or of the button.

    The address says it all, so no body is read. Raises _NotWorkingError.
    """
    try:
        _stop_reminders(visit, visit.opened)
    except ChangedMeanwhileError:  # such as by the next reminder, on its way at this very moment
        _stop_reminders(visit, _opened_again(visit))
    return _html(200, pages.reminders_page(visit.opened, page_path=visit.page_path, stopped=True))


def _stop_reminders(visit: _Visit, opened: OpenedLink) -> None:
    """Raises ChangedMeanwhileError."""
    stop_reminders(visit.session, opened.link, opened.partner, now=visit.now, request_id=visit.request_id)


def _typed(action: Action, form: Mapping[str, str], *, longest_reason: int) -> TypedForm:
    """The signer's name and the reason, cleaned where they can be, and what is wrong with them."""
    signer_name, reason = form.get("signer_name", ""), form.get("reason", "")
    problems: dict[str, Problem] = {}
    try:
        signer_name = str(one_line(signer_name))
    except ValueError:
        problems["signer_name"] = Problem.UNREADABLE
    else:
        problems |= _length_problem("signer_name", signer_name, most=pages.LONGEST_SIGNER_NAME)
    if action is Action.REJECT:
        try:
            reason = str(several_lines(reason))
        except ValueError:
            problems["reason"] = Problem.UNREADABLE
        else:
            problems |= _length_problem("reason", reason, most=longest_reason)
    if not problems and not all(map(_is_text, (*form.keys(), *form.values()))):
        problems["form"] = Problem.UNREADABLE
    return TypedForm(
        action=action,
        signer_name=_shown_again(signer_name, most=2 * pages.LONGEST_SIGNER_NAME),
        reason=_shown_again(reason, most=2 * longest_reason),
        problems=problems,
    )


def _length_problem(field: str, text: str, *, most: int) -> dict[str, Problem]:
    if not text:
        return {field: Problem.MISSING}
    return {field: Problem.TOO_LONG} if len(text) > most else {}


def _form(event: Event) -> Mapping[str, str]:
    """The first value of each field. Bytes that are no UTF-8 come as surrogates, which are text in no field."""
    fields = parse_qs(event["body"] or "", keep_blank_values=True, errors="surrogateescape")
    return {name: values[0] for name, values in fields.items()}


def _is_text(text: str) -> bool:
    return text.isascii() or text == _shown_again(text, most=len(text))


def _shown_again(text: str, *, most: int) -> str:
    """What of a text can be shown, with a question mark in the place of what is no UTF-8."""
    return text[:most].encode(errors="replace").decode()


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
