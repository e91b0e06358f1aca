"""The landing page's one answer: alerts, capacity, tier and counts."""

from datetime import timedelta

import pytest

from shared.domain.partners import Tier
from shared.table.client_lists import Clients
from shared.table.links import Links
from tests.client_factories import ClientSeed
from tests.functions.client import MEMBER, RIVAL, Api
from tests.functions.clients.client_table import ListingTable
from tests.functions.confirmations.conftest import LINKS, draft

DASHBOARD = "/v1/dashboard"


def decisions(api: Api, **more: str) -> int:
    found: int = api.get(DASHBOARD, **more).json["alerts"]["upcoming_renewal_decisions"]
    return found


@pytest.mark.feature("A21", "A22", "A34")
def test_a_new_partner_has_an_empty_dashboard(api: Api) -> None:
    answer = api.get(DASHBOARD, email=MEMBER)

    assert (answer.status, answer.json) == (
        200,
        {
            "partner": {"id": "p-hill", "name": "Hill Consulting", "type": "solutions_partner"},
            "alerts": {"upcoming_renewal_decisions": 0},
            "capacity": api.get("/v1/capacity").json,
            "tier": {
                "credited_tier": "untiered",
                "performing_tier": "untiered",
                "points": {"sold": 0, "managed": 0, "total": 0},
            },
            "client_count": 0,
            "pending_links": 0,
        },
    )


@pytest.mark.feature("A21", "A34")
def test_the_dashboard_tells_capacity_tier_clients_and_links(api: Api, seed: ClientSeed) -> None:
    api.seed.partner("p-hill", tier=Tier.GOLD, limit=2, name="Hill Consulting")
    api.seed.registrations(["acme.example", "birch.example"])
    seed.client("1")
    seed.client("2", partners={"p-hill": "sold", "p-lake": "managed"})
    pending, revoked = (api.post(LINKS, draft()).json for _ in range(2))
    api.post(f"{LINKS}/{revoked['id']}/revoke")

    told = api.get(DASHBOARD).json

    assert told["capacity"] == api.get("/v1/capacity").json
    assert (told["capacity"]["used"], told["capacity"]["state"]) == (2, "at_limit")
    assert told["tier"]["credited_tier"] == "gold"
    assert (told["client_count"], told["pending_links"]) == (2, 1)
    assert api.get(DASHBOARD, email=RIVAL).json["client_count"] == 1
    api.clock.advance(timedelta(days=91))
    assert api.get(DASHBOARD).json["pending_links"] == 0
    assert api.get(f"{LINKS}/{pending['id']}").json["status"] == "expired"


@pytest.mark.feature("A23")
def test_alerts_count_the_renewals_that_may_still_be_decided(api: Api, seed: ClientSeed) -> None:
    seed.client("1", partners={"p-hill": "managed"})
    for number, days_left in enumerate([44, 45, 90, 120, 121, None]):
        seed.subscription(f"s-{number}", hub_id="1", renews_in=days_left)
    seed.client("2", partners={"p-lake": "managed"})
    seed.subscription("s-other", hub_id="2", renews_in=60)

    assert (decisions(api), decisions(api, email=RIVAL)) == (3, 1)
    api.clock.advance(timedelta(days=1))
    assert decisions(api) == 3  # that of 45 days is over, that of 121 is visible now
    api.post("/v1/clients/c-1/end-services", {"confirm": True})
    assert decisions(api) == 0


@pytest.mark.feature("A23")
def test_the_day_of_the_alerts_is_the_partners_own(api: Api, seed: ClientSeed) -> None:
    seed.client()
    seed.subscription("s-1", renews_in=45)
    api.clock.advance(timedelta(hours=14))  # 23:30 UTC, and the next day in Berlin
    assert decisions(api) == 1

    partner = {"name": "Hill Consulting", "type": "solutions_partner", "time_zone": "Europe/Berlin"}
    assert api.put("/v1/vendor/partners/p-hill", partner).status == 200

    assert decisions(api) == 0


def test_counting_goes_on_where_a_call_stopped(api: Api, seed: ClientSeed) -> None:
    seed.client()
    for number in range(5):
        seed.subscription(f"s-{number}", renews_in=60 + number)
        api.post(LINKS, draft())
    today = api.clock.now.date()
    memory = ListingTable({(item["pk"], item["sk"]): item for item in api.table.items()}, looks_at=2)
    session = seed.session
    session.client = memory  # type: ignore[assignment] # it stands in for the client

    found = Clients(session, "p-hill").count_open_decisions(first=today, last=today + timedelta(days=63))

    assert (found, memory.calls) == (4, 2)
    assert (Links(session, "p-hill").count_pending(api.clock.now), memory.calls) == (5, 5)
