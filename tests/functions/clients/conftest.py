"""A partner's clients, as the vendor reports them."""

import pytest

from tests.client_factories import ClientSeed
from tests.functions.client import Api

CLIENTS = "/v1/clients"


@pytest.fixture
def seed(api: Api) -> ClientSeed:
    return ClientSeed(table=api.table, at=api.clock.now)


@pytest.fixture
def acme(seed: ClientSeed) -> str:
    """A client that p-hill sold to and manages, with a subscription and measured use; answers its id."""
    client_id = seed.client(partners={"p-hill": "sold_and_managed"})
    seed.subscription()
    seed.usage()
    return client_id
