"""The end of a weekly digest, without a login: the address in the mail is the right, and it can do no more.

GET and HEAD change nothing: mail scanners fetch. Mail programs end it with one POST of their own (RFC 8058), people
with the button on the page; the address says it all, so no body is read. Whatever does not work answers one page, the
same bytes for every cause.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from functions.renewals.digests import DigestReader, choose, is_wanted
from shared import settings
from shared.clock import Clock, utc_now
from shared.domain.languages import Language
from shared.domain.operations import Operation
from shared.errors import ProblemError
from shared.http.reporting import report
from shared.ids import new_id
from shared.link_tokens import DigestPlace, read_digest_token
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.people import Users
from shared.table.session import TableSession
from shared.web.answers import HTML
from shared.web.headers import security_headers
from shared.web.languages import SOURCE_LANGUAGE
from shared.web.rendering import render

Answer = dict[str, Any]

PREFIX = "/d/"
_TEMPLATES = Path(__file__).parent / "templates"


def create_handler(clock: Clock = utc_now) -> Callable[[dict[str, Any], Any], Answer]:
    """The Lambda entry of the public page."""

    def lambda_handler(event: dict[str, Any], _: Any) -> Answer:
        started = time.perf_counter()
        request_id = event["requestContext"]["requestId"]
        method = event["requestContext"]["http"]["method"]
        try:
            answer = _answer(event, method=method, now=clock())
        except ProblemError as problem:
            answer = _not_found(problem.status, headers=problem.headers)
        answer["headers"]["X-Request-Id"] = request_id
        if method == "HEAD":
            answer["body"] = ""
        status = answer["statusCode"]
        route = f"{method} {PREFIX}{{token}}"
        report(request_id=request_id, route=route, status=status, outcome=str(status), started=started)
        return answer

    return lambda_handler


def _answer(event: Mapping[str, Any], *, method: str, now: datetime) -> Answer:
    place = read_digest_token(event["rawPath"].removeprefix(PREFIX))
    if place is None:
        return _not_found(404)
    if method not in {"GET", "HEAD", "POST"}:
        return _not_found(405, headers={"Allow": "GET, HEAD, POST"})
    session = TableSession(dynamodb(), settings.table_name())
    session.read_ahead([keys.digest(*place), keys.user(*place)])
    reader = DigestReader(session, *place)
    language = _language(session, place)
    stopped = method == "POST"
    if stopped:
        request_id = event["requestContext"]["requestId"]
        operation = Operation(id=new_id("o"), actor=place.user_id, actor_role="reader", at=now, request_id=request_id)
        choose(reader, weekly=False, operation=operation)
    else:
        stopped = not is_wanted(reader)
    context = {"stopped": stopped, "page_path": event["rawPath"]}
    return _html(200, render("digest.html", language=language, templates=_TEMPLATES, context=context))


def _language(session: TableSession, place: DigestPlace) -> Language:
    """The user's; English for one who has left."""
    user = Users(session, place.partner_id).find(place.user_id)
    return user.language if user else SOURCE_LANGUAGE


def _not_found(status: int, *, headers: Mapping[str, str] | None = None) -> Answer:
    page = render("not_found.html", language=SOURCE_LANGUAGE, templates=_TEMPLATES, context={})
    return _html(status, page, headers=headers)


def _html(status: int, page: str, *, headers: Mapping[str, str] | None = None) -> Answer:
    return {
        "statusCode": status,
        "headers": {"Content-Type": HTML, **security_headers(), **(headers or {})},
        "body": page,
        "isBase64Encoded": False,
    }


lambda_handler = create_handler()
