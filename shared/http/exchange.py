"""One request and what its routes need of it: caller, table session, operation, preconditions, kept answers."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Protocol

from msgspec import Struct, field
from pydantic import BaseModel

from shared.domain.operations import Operation
from shared.domain.people import Caller, Person, Role
from shared.errors import (
    MalformedRequestError,
    NotFoundError,
    OutdatedTagError,
    PartnerRequiredError,
    PreconditionRequiredError,
)
from shared.http.access import ANYONE_KNOWN, OPERATORS, ROLES_BY_ROUTE
from shared.http.caller import PARTNER_HEADER, caller_sub, find_caller, signed_in_at
from shared.ids import new_id
from shared.program import program
from shared.table import keys
from shared.table.keys import InvalidKeyPartError, Key
from shared.table.persons import People
from shared.table.replays import AlreadyAnsweredError, KeptAnswer, Replay
from shared.table.session import TableSession

ReadAhead = Callable[[str, Mapping[str, str]], Sequence[Key]]
"""From partner id and path parameters to the keys that a route will read, so that one call reads all of them.

Beside those of the path stand the parameters of the query, unchecked, and as `today` the present day in UTC.
"""


class OperatorCheck(Protocol):
    """Refuses an operator who has not signed in as the deployment requires, before anything is answered."""

    def __call__(self, session: TableSession, operator: Person, *, signed_in_at: datetime, now: datetime) -> None: ...


_IDEMPOTENCY_HEADER = "idempotency-key"
_LONGEST_IDEMPOTENCY_KEY = 255
_MOST_REMEMBERED = 10_000

_usual_partners: dict[str, str] = {}
"""By `sub`, the partner of a person's last request: only a guess of which keys to read along with the person.

What was read by a wrong guess is never looked at; the membership read in the same call decides.
"""


class Exchange(Struct, kw_only=True):
    """Everything about one authenticated request. `headers` go out with the answer."""

    caller: Caller
    session: TableSession
    operation: Operation
    request_headers: Mapping[str, str]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def partner_id(self) -> str:
        """The partner that the caller works for. Raises PartnerRequiredError for those without one."""
        if self.caller.partner_id is None:
            raise PartnerRequiredError("Say in X-Partner-Id which partner you mean.")
        return self.caller.partner_id

    @property
    def now(self) -> datetime:
        return self.operation.at

    def tells(
        self,
        told: Callable[[Any], BaseModel],
        *,
        status: int,
        etag: Callable[[Any], int] | None = None,
        location: Callable[[Any], str] | None = None,
    ) -> None:
        """Say how the operation's result is answered, so that the transaction with the effect keeps the answer too.

        `etag` names the result's version, `location` the path where it can be read.
        """
        if self.session.replay is not None:

            def kept(result: Any) -> KeptAnswer:
                headers = {"ETag": entity_tag(etag(result))} if etag else {}
                if location:
                    headers["Location"] = location(result)
                return KeptAnswer(status=status, headers=headers, body=told(result).model_dump_json())

            self.session.replay.tells = kept

    def tag(self, version: int) -> None:
        """Send the object's version as its ETag."""
        self.headers["ETag"] = entity_tag(version)

    def locate(self, path: str) -> None:
        """Say where what was made can be read."""
        self.headers["Location"] = path

    def check_match(self, version: int) -> None:
        """Raises OutdatedTagError when If-Match is sent and names another version."""
        sent = self.request_headers.get("if-match", "*")
        if sent.strip() != "*" and entity_tag(version) not in {tag.strip() for tag in sent.split(",")}:
            raise OutdatedTagError

    def require_match(self, version: int) -> None:
        """As `check_match`. Raises PreconditionRequiredError without If-Match."""
        if "if-match" not in self.request_headers:
            raise PreconditionRequiredError
        self.check_match(version)


_served: ContextVar[Exchange] = ContextVar("exchange")


class NoExchangeError(RuntimeError):
    """A public route asked for the caller, or code that runs outside a request."""


def serve(exchange: Exchange) -> None:
    """From here on, the request being answered is this one, until the context that the handler runs it in ends."""
    _served.set(exchange)


def served() -> Exchange:
    """Returns the request being answered. Raises NoExchangeError where there is none with a caller."""
    exchange = _served.get(None)
    if exchange is None:
        raise NoExchangeError("No request with a known caller is being answered here.")
    return exchange


def entity_tag(version: int) -> str:
    return f'"v{version}"'


def open_exchange(
    event: Mapping[str, Any],
    *,
    session: TableSession,
    route: str,
    path: Mapping[str, str],
    ahead: ReadAhead | None,
    operators: OperatorCheck | None = None,
    now: datetime,
) -> Exchange:
    """Read the caller, and with it what the route reads ahead and the answer kept for a repeated request.

    Raises the refusals of `find_caller` and of `operators`, and AlreadyAnsweredError with the kept answer.
    """
    headers: Mapping[str, str] = event.get("headers", {})
    sub = caller_sub(event)
    asked_partner = headers.get(PARTNER_HEADER)
    roles = ROLES_BY_ROUTE[route]
    repeat = _repeat(event, headers) if route.startswith("POST ") else None
    asked = {**(event.get("queryStringParameters") or {}), **path, "today": now.date().isoformat()}

    def along(tenant: str | None) -> list[Key]:
        wanted: list[Key] = []
        if tenant is not None:
            if repeat and roles != ANYONE_KNOWN:
                wanted.append(keys.replay(tenant, route, repeat.digest))
            if ahead:
                wanted.extend(_possible(ahead, tenant, asked))
        elif ahead and roles == OPERATORS:  # what operators read belongs to the path's partner, not to theirs
            wanted.extend(_possible(ahead, "", asked))
        return wanted

    guess = asked_partner or _usual_partners.get(sub)
    person_key = keys.person(sub)
    session.read_ahead([person_key, *_if_valid(along, guess)])
    person = People(session).find(sub)
    caller = find_caller(person, asked_partner=asked_partner, roles=roles)
    _check_operator(operators, session, person, event=event, roles=roles, now=now)
    tenant = _tenant(caller, roles)
    if caller.partner_id and caller.partner_id != guess:
        session.forget_ahead()
        session.read_ahead(along(caller.partner_id))
        if asked_partner is None:
            _remember(sub, caller.partner_id)
    operation_id = new_id("o")
    if repeat:
        session.replay = Replay(
            tenant=tenant,
            key=keys.replay(tenant, route, repeat.digest),
            fingerprint=repeat.fingerprint,
            now=now,
            hours=program().api.idempotency_hours,
        )
        kept = session.replay.answered(session.get(session.replay.key))
        if kept:
            raise AlreadyAnsweredError(kept)
        content = f"{tenant} {route} {repeat.digest} {repeat.fingerprint}"
        operation_id = "o-" + hashlib.sha256(content.encode()).hexdigest()[:20]
    operation = Operation(
        id=operation_id,
        actor=caller.user_id,
        actor_role=caller.role or "none",
        at=now,
        request_id=event["requestContext"]["requestId"],
        repeats_for=timedelta(hours=program().api.idempotency_hours),
    )
    return Exchange(caller=caller, session=session, operation=operation, request_headers=headers)


def _check_operator(
    check: OperatorCheck | None,
    session: TableSession,
    person: Person | None,
    *,
    event: Mapping[str, Any],
    roles: frozenset[Role],
    now: datetime,
) -> None:
    if check and person and roles == OPERATORS:
        check(session, person, signed_in_at=signed_in_at(event), now=now)


def _tenant(caller: Caller, roles: frozenset[Role]) -> str:
    """Whose keys a repeated request is found under: the partner's, or the person's where no partner is meant.

    What everybody may do is the person's own affair: which partner is meant may change by it.
    """
    if caller.partner_id is None or roles == ANYONE_KNOWN:
        return f"person-{caller.user_id}"
    return caller.partner_id


class _Repeat(Struct, frozen=True):
    digest: str
    fingerprint: str


def _repeat(event: Mapping[str, Any], headers: Mapping[str, str]) -> _Repeat | None:
    sent = headers.get(_IDEMPOTENCY_HEADER)
    if sent is None:
        return None
    if not 1 <= len(sent) <= _LONGEST_IDEMPOTENCY_KEY:
        raise MalformedRequestError(f"Idempotency-Key takes 1 to {_LONGEST_IDEMPOTENCY_KEY} characters.")
    content = "\n".join((event["rawPath"], event.get("rawQueryString", ""), event.get("body") or ""))
    return _Repeat(
        digest=hashlib.sha256(sent.encode()).hexdigest(), fingerprint=hashlib.sha256(content.encode()).hexdigest()
    )


def _possible(ahead: ReadAhead, tenant: str, path: Mapping[str, str]) -> Sequence[Key]:
    """What the route reads ahead; nothing where the path names what cannot exist, which the route will say itself."""
    try:
        return ahead(tenant, path)
    except NotFoundError:
        return []


def _if_valid(along: Callable[[str | None], list[Key]], guess: str | None) -> list[Key]:
    try:
        return along(guess)
    except InvalidKeyPartError:
        return []


def _remember(sub: str, partner_id: str) -> None:
    if len(_usual_partners) >= _MOST_REMEMBERED:
        _usual_partners.clear()
    _usual_partners[sub] = partner_id
