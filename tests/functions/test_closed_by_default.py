"""A route is open to those whom its roles name, and to nobody where nobody has named any."""

import pytest

from functions.reference.handler import lambda_handler as reference
from shared.http import access
from shared.http.application import UndeclaredRouteError, create_handler
from shared.http.exchange import NoExchangeError, served
from shared.http.routing import RoomRouter
from tests.events import api_event, call
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem


def whoami() -> dict[str, str]:
    return {"user_id": served().caller.user_id}


@pytest.mark.parametrize("path", ["/v1/forgotten", "/v1/forgotten/<thing_id>"])
def test_a_route_without_declared_roles_does_not_start(path: str) -> None:
    router = RoomRouter()
    router.get(path)(whoami if "<" not in path else lambda thing_id: {"thing": thing_id})

    with pytest.raises(UndeclaredRouteError, match="GET /v1/forgotten"):
        create_handler([router])


def test_a_route_for_everybody_knows_no_caller_not_even_the_one_before(
    api: Api,
) -> None:
    router = RoomRouter()
    router.get("/v1/me")(whoami)
    router.get("/reference")(whoami)
    handler = create_handler([router], clock=api.clock)

    before = call(handler, api_event("GET", "/v1/me", email=ADMIN))
    answer = call(handler, api_event("GET", "/reference"))

    assert (before.status, before.json) == (200, {"user_id": "u-ada"})
    assert problem(answer) == (500, "internal_error")
    assert "u-ada" not in answer.body


def test_what_a_request_knows_of_its_caller_is_gone_after_it(api: Api) -> None:
    for email in (ADMIN, MEMBER, RIVAL):
        assert api.get("/v1/me", email=email).status == 200

        with pytest.raises(NoExchangeError):
            served()


def test_a_request_that_is_refused_leaves_nothing_behind_either(api: Api) -> None:
    assert problem(api.post("/v1/users", {}, email=MEMBER)) == (403, "role_required")

    with pytest.raises(NoExchangeError):
        served()


def test_public_routes_are_the_few_that_are_named() -> None:
    named = {"GET /openapi.json", "GET /reference", "GET /reference/{area}", "GET /static/{digest}/{name}"}
    assert named == access.PUBLIC_ROUTES
    assert not access.PUBLIC_ROUTES & access.ROLES_BY_ROUTE.keys()
    assert call(reference, api_event("GET", "/openapi.json")).status == 200
