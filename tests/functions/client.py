"""The API as its clients see it, without the gateway: each request goes to the room that has its path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import functions.capacity.ahead
import functions.capacity.api
import functions.clients.ahead
import functions.clients.api
import functions.confirmations.ahead
import functions.confirmations.api
import functions.employees.api
import functions.employees.employees_api
import functions.employees.transfers_api
import functions.renewals.ahead
import functions.renewals.api
import functions.renewals.owner_api
import functions.tiers.ahead
import functions.tiers.api
import functions.vendor.activities_api
import functions.vendor.api
import functions.vendor.clients_api
import functions.vendor.deals_api
import functions.vendor.suppressions
from shared.http.application import Completion, Handler, create_handler
from shared.http.authenticator import require_authenticator
from shared.http.exchange import ReadAhead, entity_tag
from shared.http.routing import RoomRouter
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.events import Answer, Event, FunctionContext, api_event, call
from tests.factories import Seed, operation

ADMIN = "ada@hill.example"
MEMBER = "max@hill.example"
RIVAL = "rita@lake.example"
OPERATOR = "olivia@vendor.example"

PROBLEM_JSON = "application/problem+json"


class Room(NamedTuple):
    """What a room's handler is made of."""

    name: str
    router: RoomRouter
    ahead: Mapping[str, ReadAhead]
    completing: Mapping[str, Completion] | None = None
    more: Sequence[RoomRouter] = ()


capacity = Room("capacity", functions.capacity.api.router, functions.capacity.ahead.READ_AHEAD)
clients = Room("clients", functions.clients.api.router, functions.clients.ahead.READ_AHEAD)
confirmations = Room(
    "confirmations",
    functions.confirmations.api.router,
    functions.confirmations.ahead.READ_AHEAD,
    functions.confirmations.ahead.COMPLETING,
)
employees = Room(
    "employees",
    functions.employees.api.router,
    {
        **functions.employees.api.READ_AHEAD,
        **functions.employees.employees_api.READ_AHEAD,
        **functions.employees.transfers_api.READ_AHEAD,
    },
    more=[functions.employees.employees_api.router, functions.employees.transfers_api.router],
)
renewals = Room(
    "renewals",
    functions.renewals.api.router,
    functions.renewals.ahead.READ_AHEAD,
    more=[functions.renewals.owner_api.router],
)
tiers = Room("tiers", functions.tiers.api.router, functions.tiers.ahead.READ_AHEAD)
vendor = Room(
    "vendor",
    functions.vendor.api.router,
    functions.vendor.api.READ_AHEAD,
    more=[functions.vendor.suppressions.router],
)
vendor_reports = Room(
    "vendor reports",
    functions.vendor.clients_api.router,
    {**functions.vendor.clients_api.READ_AHEAD, **functions.vendor.deals_api.READ_AHEAD},
    more=[functions.vendor.activities_api.router, functions.vendor.deals_api.router],
)

OF_ONE_CLIENT = ("/renewals", "/renewal-owner")
"""How paths below a client end that belong to the renewals."""

ROOMS = {
    "/v1/renewals": renewals,
    "/v1/capacity": capacity,
    "/v1/registrations": capacity,
    "/v1/clients": clients,
    "/v1/dashboard": clients,
    "/v1/products": confirmations,
    "/v1/confirmation-links": confirmations,
    "/v1/me": employees,
    "/v1/users": employees,
    "/v1/employees": employees,
    "/v1/transfer-requests": employees,
    "/v1/tier": tiers,
    "/v1/team": tiers,
    "/v1/vendor/activities": vendor_reports,
    "/v1/vendor/clients": vendor_reports,
    "/v1/vendor/deals": vendor_reports,
    "/v1/vendor/points": vendor_reports,
    "/v1/vendor/subscriptions": vendor_reports,
    "/v1/vendor/usage": vendor_reports,
    "/v1/vendor": vendor,
}


@dataclass(frozen=True, kw_only=True)
class Api:
    table: StoredTable
    clock: StoppedClock
    _handlers: dict[str, Handler] = field(default_factory=dict)

    @cached_property
    def seed(self) -> Seed:
        return Seed(table=self.table, at=self.clock.now)

    def handler(self, path: str) -> Handler:
        room = next(room for prefix, room in ROOMS.items() if path.startswith(prefix))
        if room is clients and path.endswith(OF_ONE_CLIENT):
            room = renewals
        if room.name not in self._handlers:
            self._handlers[room.name] = create_handler(
                [room.router, *room.more],
                ahead=room.ahead,
                completing=room.completing,
                operators=require_authenticator,
                clock=self.clock,
            )
        return self._handlers[room.name]

    def send(self, event: Event, *, request_id: str | None = None) -> Answer:
        if request_id:
            event["requestContext"]["requestId"] = request_id
        return call(self.handler(event["rawPath"]), event, FunctionContext())

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        email: str | None = ADMIN,
        query: Mapping[str, str | Sequence[str]] | None = None,
        key: str | None = None,
        match: str | None = None,
        partner: str | None = None,
        known: str | None = None,
        request_id: str | None = None,
        sub: str | None = None,
    ) -> Answer:
        """`body` is JSON already where it is a text; `key`, `match`, `known` and `partner` stand in their headers.

        The token is of the first sign-in of the address, unless `sub` says of which.
        """
        sent = {"Idempotency-Key": key, "If-Match": match, "If-None-Match": known, "X-Partner-Id": partner}
        headers = {name: value for name, value in sent.items() if value is not None}
        if body is not None:
            headers["Content-Type"] = "application/json"
        event = api_event(method, path, body=body, email=email, sub=sub, query=query, headers=headers)
        return self.send(event, request_id=request_id)

    def get(self, path: str, **more: Any) -> Answer:
        return self.request("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.request("POST", path, body=body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> Answer:
        return self.request("PATCH", path, body=body, **more)

    def put(self, path: str, body: Any, *, email: str = OPERATOR, **more: Any) -> Answer:
        return self.request("PUT", path, body=body, email=email, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.request("DELETE", path, **more)

    def pages(self, path: str, **query: str) -> list[Answer]:
        """Every page, each asked for with the cursor of the one before."""
        answers = [self.get(path, query=query)]
        while cursor := answers[-1].json["next_cursor"]:
            answers.append(self.get(path, query={**query, "cursor": cursor}))
        return answers


def tag(changes: int = 0, *, at: datetime = StoppedClock.now) -> str:
    """The ETag of something that was made at that instant and changed so often since."""
    return entity_tag(operation(at=at).first_version + changes)


def problem(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal, which must be complete."""
    document = answer.json
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail", "code", "instance"}
    assert document["status"] == answer.status
    assert document["instance"] == answer.headers["x-request-id"]
    return answer.status, document["code"]
