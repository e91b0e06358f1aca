"""The router that a room declares its routes on."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from shared.errors import ProblemError
from shared.http.exchange import Exchange, served

PROBLEMS = "x-problems"
"""Where an operation of the OpenAPI document lists its refusals: `[{"status", "code", "title"}]`."""


class RoomRouter(Router):
    """Powertools' router, with the request at hand."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Powertools leaves it untyped

    @property
    def exchange(self) -> Exchange:
        """The request being answered; only routes of the access table have one."""
        return served()


def refuses(*problems: type[ProblemError]) -> dict[str, Any]:
    """A route's own refusals, for its `openapi_extensions`; those that many routes share need not be named."""
    return {PROBLEMS: [{"status": one.status, "code": one.code, "title": one.title} for one in problems]}
