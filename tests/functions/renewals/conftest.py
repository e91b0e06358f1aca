"""Partners, clients and renewals in memory."""

import pytest

from shared.domain.people import Role
from tests.client_factories import ClientSeed
from tests.functions.client import Api
from tests.functions.renewals.renewal_world import RenewalWorld


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> RenewalWorld:
    """Partner p-hill with its admin Ada and its member Max; its client Acme, which the vendor tells of renewals."""
    monkeypatch.setenv("VENDOR_NAME", "Contoso Software")
    made = RenewalWorld()
    made.people.partner("p-hill", name="Hill Consulting")
    made.people.user("ada@hill.example", name="Ada Hill")
    made.people.user("max@hill.example", name="Max Moss", role=Role.PARTNER_MEMBER)
    made.clients.client()
    return made


@pytest.fixture
def seed(api: Api) -> ClientSeed:
    return ClientSeed(table=api.table, at=api.clock.now)


@pytest.fixture
def acme(seed: ClientSeed) -> str:
    """A client that p-hill manages, with a subscription that renews in 90 days; answers its id."""
    client_id = seed.client()
    seed.subscription()
    return client_id
