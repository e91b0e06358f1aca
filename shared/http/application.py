"""The application factory: from the routers of a room to its Lambda entry."""

import json
import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIResponseValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError, ResponseValidationError

from shared import settings
from shared.clock import Clock, utc_now
from shared.errors import (
    IdempotencyInProgressError,
    MethodNotAllowedError,
    NotFoundError,
    ProblemError,
)
from shared.http.access import OPERATORS, PUBLIC_ROUTES, ROLES_BY_ROUTE
from shared.http.conditions import unless_known
from shared.http.exchange import OperatorCheck, ReadAhead, open_exchange, serve
from shared.http.guard import JSON, guard
from shared.http.problems import problem_answer
from shared.http.refusals import validation_problem
from shared.http.reporting import report
from shared.http.validation import check_request
from shared.log import logger
from shared.table.client import dynamodb
from shared.table.replays import AlreadyAnsweredError, KeptAnswer, Replay
from shared.table.session import TableSession

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
Completion = Callable[[str, dict[str, Any]], dict[str, Any]]
"""From a partner id and a kept answer to the answer with what may not be kept, such as a link's URL."""

_UNMATCHED = "unmatched"
_NEVER_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""On every answer that says nothing else: it is for its caller alone, and is what it says it is."""
_ADDRESS = "<email>"
"""How the last part of a path is declared that is an e-mail address."""


class UndeclaredRouteError(RuntimeError):
    """A route whose roles nobody has declared: it must not start, for it would be open to everybody."""

    def __init__(self, routes: Sequence[str]) -> None:
        super().__init__(f"{', '.join(routes)}: access.py says neither who may call it nor that it is public")


class UncheckedOperatorsError(RuntimeError):
    """A room of the vendor's operators that asks nothing of their sign-in: it must not start."""

    def __init__(self) -> None:
        super().__init__("routes of operators need create_handler(operators=require_authenticator)")


class UnexpectedError(ProblemError):
    """A fault of ours. The answer says nothing but the request id, under which the log has the rest."""

    status = 500
    code = "internal_error"
    title = "Something went wrong on our side"

    def __init__(self) -> None:
        super().__init__("Nothing you can mend. Report the request id in `instance` if it happens again.")


class Application(APIGatewayHttpResolver):
    """Powertools' resolver with admission before validation, and every refusal as problem+json."""

    def __init__(
        self,
        routers: Sequence[Router],
        *,
        ahead: Mapping[str, ReadAhead],
        completing: Mapping[str, Completion],
        operators: OperatorCheck | None,
        clock: Clock,
    ) -> None:
        super().__init__(serializer=_json)
        self._routers = routers
        self._ahead = ahead
        self._completing = completing
        self._operators = operators
        self._clock = clock

        def admit(_: Application, next_middleware: NextMiddleware) -> Response[Any]:
            return self._admit(next_middleware)

        def check(_: Application, next_middleware: NextMiddleware) -> Response[Any]:
            return next_middleware(self) if self.route_name == _UNMATCHED else check_request(self, next_middleware)

        self.use(
            middlewares=[
                admit,  # a function: a method Powertools would inspect again at every request
                check,
                OpenAPIResponseValidationMiddleware(has_response_validation_error=True),
            ]
        )
        for router in routers:
            self.include_router(router)
        declared = ROLES_BY_ROUTE.keys() | PUBLIC_ROUTES
        names = [f"{route.method} {route.openapi_path}" for route in (*self._static_routes, *self._dynamic_routes)]
        if undeclared := [name for name in names if name not in declared]:
            raise UndeclaredRouteError(undeclared)
        if operators is None and any(ROLES_BY_ROUTE.get(name) == OPERATORS for name in names):
            raise UncheckedOperatorsError
        self.not_found(self._refuse_unmatched)
        self.exception_handler(ProblemError)(self._answer_problem)
        self.exception_handler(RequestValidationError)(self._answer_invalid_request)
        self.exception_handler([ResponseValidationError, Exception])(self._answer_unexpected)

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = "^{}$") -> re.Pattern[str]:
        """Powertools' own, but for an address, which may hold any character.

        The path comes decoded from the gateway, and in Powertools' pattern `/` ends a part and `#` stands in none.
        """
        if _ADDRESS in rule:
            return re.compile(base_regex.format(rule.replace(_ADDRESS, f"(?P{_ADDRESS}.+)")))
        compiled: re.Pattern[str] = super(Application, Application)._compile_regex(rule, base_regex)
        return compiled

    @property
    def request_id(self) -> str:
        return str(self.current_event.raw_event["requestContext"]["requestId"])

    @property
    def route_name(self) -> str:
        """Verb and pattern of the matched route, such as `GET /v1/registrations/{domain}`, never the path itself."""
        route = self.context.get("_route")
        if route is None or route not in (*self._static_routes, *self._dynamic_routes):
            return _UNMATCHED
        return f"{route.method} {route.openapi_path}"

    def _admit(self, next_middleware: NextMiddleware) -> Response[Any]:
        """Find out who is calling before the request's content is looked at; answer a repeated request as before."""
        route = self.route_name
        logger().append_keys(route=route)
        if route == _UNMATCHED or route in PUBLIC_ROUTES:
            return next_middleware(self)
        session = TableSession(dynamodb(), settings.table_name())
        try:
            exchange = open_exchange(
                self.current_event.raw_event,
                session=session,
                route=route,
                path=self.context["_route_args"],
                ahead=self._ahead.get(route),
                operators=self._operators,
                now=self._clock(),
            )
            serve(exchange)
            for router in self._routers:  # Powertools ties a router to the application that was made of it last
                router.context = self.context
            answer = next_middleware(self)
            answer.headers.update(exchange.headers)
            if session.replay is None:
                return answer
            kept = session.replay.answer or session.replay.keep(session, _kept(answer, self._serializer))
            return self._told(kept, session.replay)
        except AlreadyAnsweredError as answered:
            return self._told(answered.kept, session.replay)
        except ProblemError as problem:
            if (
                session.replay is None
                or problem.status not in {404, 409}
                or isinstance(problem, IdempotencyInProgressError)
            ):
                raise
            refusal = self._answer_problem(problem)
            try:
                session.replay.keep(session, _kept(refusal, str))
            except AlreadyAnsweredError as answered:
                return self._told(answered.kept, session.replay)
            return refusal

    def _told(self, kept: KeptAnswer, replay: Replay | None) -> Response[str]:
        """A kept answer, completed with what is never kept."""
        body = kept.body
        if kept.status >= 400:  # noqa: PLR2004 - a refusal counts as one however often it is told
            logger().append_keys(code=json.loads(body)["code"])
        complete = self._completing.get(self.route_name)
        if complete and replay and kept.status < 300:  # noqa: PLR2004 - refusals are complete
            body = _json(complete(replay.tenant, json.loads(body)))
        headers = {"Content-Type": JSON, **kept.headers}
        return Response(status_code=kept.status, headers=headers, body=body)

    def _refuse_unmatched(self, _: Exception) -> Response[str]:
        if self.current_event.http_method == "OPTIONS":  # a browser's question, to which the gateway adds its answer
            return Response(status_code=204)
        path = self.context["_path"]
        fixed = {route.method for route in self._static_routes if route.rule.match(path)}
        allowed = fixed or {route.method for route in self._dynamic_routes if route.rule.match(path)}
        if not allowed:
            raise NotFoundError("No route has this path. GET /openapi.json lists them all.")
        verbs = ", ".join(sorted(allowed | ({"HEAD", "OPTIONS"} if "GET" in allowed else {"OPTIONS"})))
        if self.current_event.http_method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": verbs}, body="")
        raise MethodNotAllowedError(f"This path takes {verbs}.", headers={"Allow": verbs})

    def _answer_problem(self, problem: ProblemError) -> Response[str]:
        logger().append_keys(code=problem.code)
        return problem_answer(problem, request_id=self.request_id)

    def _answer_invalid_request(self, error: RequestValidationError) -> Response[str]:
        return self._answer_problem(validation_problem(error.errors()))

    def _answer_unexpected(self, error: Exception) -> Response[str]:
        """Log where it happened, but no message and no values: they may hold addresses and names."""
        frames = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        logger().error("unexpected error", error=type(error).__qualname__, frames=frames)
        return self._answer_problem(UnexpectedError())


def _json(value: Any) -> str:
    """Compact, and readable in any language."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kept(answer: Response[Any], serializer: Callable[[Any], str]) -> KeptAnswer:
    body = answer.body if isinstance(answer.body, str) else serializer(answer.body)
    headers = {name: str(value) for name, value in answer.headers.items()}
    return KeptAnswer(status=answer.status_code, headers=headers, body=body)


def create_handler(
    routers: Sequence[Router],
    *,
    ahead: Mapping[str, ReadAhead] | None = None,
    completing: Mapping[str, Completion] | None = None,
    operators: OperatorCheck | None = None,
    accepts: frozenset[str] = frozenset({JSON}),
    clock: Clock = utc_now,
) -> Handler:
    """The Lambda entry of a room.

    `ahead` names, by route, what is read in the same call as the caller; `completing` what an answer kept under an
    Idempotency-Key still lacks; `operators` what is asked of the sign-in of the vendor's operators; `accepts` the media
    types of bodies.
    """
    application = Application(routers, ahead=ahead or {}, completing=completing or {}, operators=operators, clock=clock)

    def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = time.perf_counter()
        request_id = event["requestContext"]["requestId"]
        logger().append_keys(request_id=request_id)
        method = event["requestContext"]["http"]["method"]
        is_head = method == "HEAD"
        try:
            guarded = guard(_as_get(event) if is_head else event, accepts=accepts)
            # In a context of its own: what the request sets in it ends with it.
            answer = copy_context().run(application.resolve, guarded, context)
        except ProblemError as problem:  # the guard's, before there is a route
            logger().append_keys(route=_UNMATCHED, code=problem.code)
            refusal = problem_answer(problem, request_id=request_id)
            answer = {
                "statusCode": refusal.status_code,
                "headers": {"Content-Type": refusal.content_type, **refusal.headers},
                "body": refusal.body,
                "isBase64Encoded": False,
            }
        answer["headers"] = {**_NEVER_KEPT, **answer["headers"], "X-Request-Id": request_id}
        if method in {"GET", "HEAD"}:
            answer = unless_known(answer, event.get("headers", {}))
        if is_head or answer["body"] is None:  # a gateway may take a missing body for a broken answer
            answer["body"] = ""
        known = logger().get_current_keys()
        report(
            request_id=request_id,
            route=str(known.get("route", _UNMATCHED)),
            status=answer["statusCode"],
            outcome=str(known.get("code", "ok")),
            started=started,
        )
        logger().remove_keys(["request_id", "route", "code"])
        return answer

    return lambda_handler


def _as_get(event: Mapping[str, Any]) -> dict[str, Any]:
    context = event["requestContext"]
    return {**event, "body": None, "requestContext": {**context, "http": {**context["http"], "method": "GET"}}}
