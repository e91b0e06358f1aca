"""The ETag of an object that is gone fits none that comes after it under the same id."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.client_factories import ClientSeed
from tests.factories import lead
from tests.functions.client import ADMIN, OPERATOR, Api, problem

LEAD = "/v1/registrations/acme.example"
NIA = "/v1/users/u-nia"
OWNER = "/v1/clients/c-4711/renewal-owner"


def registered(api: Api) -> None:
    assert api.post("/v1/registrations", lead("acme.example")).status == 201


def deregistered(api: Api) -> None:
    body = {"domains": ["acme.example"], "confirm": True}
    assert api.post("/v1/registrations/deregister", body).json["results"][0]["status"] == "deregistered"


def joined(api: Api) -> None:
    body = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
    assert api.put("/v1/vendor/partners/p-hill/users/u-nia", body).status == 201


def left(api: Api) -> None:
    assert api.delete(NIA).status == 204


def related(api: Api) -> None:
    body = {"relationship": "managed"}
    assert api.put("/v1/vendor/clients/4711/partners/p-hill", body, email=OPERATOR).status == 201


def ended(api: Api) -> None:
    assert api.post("/v1/clients/c-4711/end-services", {"confirm": True}).status in {200, 204}


@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize(
    ("path", "begin", "end", "change"),
    [
        (LEAD, registered, deregistered, ("PATCH", {"company": "Acme"})),
        (NIA, joined, left, ("PATCH", {"name": "Nia"})),
        (OWNER, related, ended, ("PUT", {"owner": "vendor", "notify_user_id": "u-ada"})),
    ],
    ids=["registration", "user", "renewal owner"],
)
def test_the_tag_of_what_is_gone_fits_no_successor(
    api: Api, path: str, begin: Callable[[Api], None], end: Callable[[Api], None], change: tuple[str, object]
) -> None:
    ClientSeed(table=api.table).client(partners={})
    begin(api)
    former = api.get(path).headers["etag"]
    end(api)
    api.clock.advance(timedelta(milliseconds=1))
    begin(api)
    before = api.table.items()
    method, body = change

    refused = api.request(method, path, body=body, match=former)

    assert problem(refused) == (412, "precondition_failed")
    assert api.table.items() == before
    assert api.request(method, path, body=body, email=ADMIN, match=api.get(path).headers["etag"]).status == 200
