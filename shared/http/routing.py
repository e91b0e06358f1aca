"""The router that a room declares its routes on."""

from aws_lambda_powertools.event_handler.api_gateway import Router

from shared.http.exchange import Exchange


class RoomRouter(Router):
    """Powertools' router, with the request at hand."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Powertools leaves it untyped

    @property
    def exchange(self) -> Exchange:
        """The request being answered; only routes of the access table have one."""
        exchange: Exchange = self.context["exchange"]
        return exchange
