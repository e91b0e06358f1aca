from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from local.example_clients import (
    CLIENTS,
    DAYS_OF_RENEWALS,
    NO_DECISION_MAKER,
    REGIONS,
    TWO_PARTNERS,
    bring_clients,
    client_of,
)
from local.example_data import PARTNERS
from shared.program import program
from shared.table.client_lists import Clients
from shared.table.clients import AllClients
from shared.table.session import TableSession
from tests.memory_table import MemoryTable

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
FOUND = {example.hub_id: client_of(example, NOW) for example in CLIENTS}


def test_three_partners_have_sixty_clients_and_one_client_has_two_partners() -> None:
    partners = [sorted(client.relations) for client in FOUND.values()]

    assert len(FOUND) == 60
    assert {len(one) for hub_id, one in zip(FOUND, partners, strict=True) if hub_id != TWO_PARTNERS} == {1}
    assert sorted(FOUND[TWO_PARTNERS].relations) == ["p-hafen", "p-orchard"]
    assert {partner_id for one in partners for partner_id in one} <= {partner.partner_id for partner in PARTNERS}


def test_every_address_is_one_that_nobody_can_own() -> None:
    addresses = [address for client in FOUND.values() for address in client.profile.portal_users]
    addresses += [
        one.renewal_manager.email
        for client in FOUND.values()
        for one in client.subscriptions.values()
        if one.renewal_manager
    ]
    websites = [str(client.profile.website) for client in FOUND.values()]

    assert [text for text in (*addresses, *websites) if not text.endswith(".example")] == []
    assert len(set(websites)) == len(websites)


def test_only_one_client_has_named_no_decision_maker() -> None:
    assert [hub_id for hub_id, client in FOUND.items() if client.renewal_flags] == [NO_DECISION_MAKER]


def test_employees_in_portals_are_users_of_the_partner_that_serves_the_client() -> None:
    users = {partner.partner_id: {user.email for user in partner.users} for partner in PARTNERS}

    assert all(set(region.employees) <= users[region.partner_id] for region in REGIONS)
    assert {address for client in FOUND.values() for address in client.profile.portal_users} > {
        employee for region in REGIONS for employee in region.employees
    }


def test_renewals_are_spread_over_all_of_the_days() -> None:
    today = NOW.date()
    days = sorted(
        (one.renews_on - today).days
        for client in FOUND.values()
        for one in client.subscriptions.values()
        if one.renews_on
    )

    assert (days[0], days[-1] < DAYS_OF_RENEWALS, len(set(days)) >= 20) == (1, True, True)
    assert max(later - earlier for earlier, later in pairwise(days)) <= 8


def test_there_is_every_band_some_growth_market_and_a_currency_for_each_region() -> None:
    bands, points = program().engagement, program().points
    scores = [client.usage.score for client in FOUND.values() if client.usage and client.usage.score is not None]
    countries = {client.profile.country for client in FOUND.values()}

    assert min(scores) < bands.medium_from <= sorted(scores)[len(scores) // 2] < bands.high_from <= max(scores)
    assert any(client.usage is None for client in FOUND.values())
    assert countries & points.growth_market_countries
    assert countries - points.growth_market_countries
    assert {one.mrr.currency for client in FOUND.values() for one in client.subscriptions.values()} == {
        "EUR",
        "USD",
        "AUD",
    }


def test_they_are_brought_once() -> None:
    table: Any = MemoryTable()
    session = TableSession(table, "example")
    bring_clients(session, now=NOW)
    before = deepcopy(table.items)

    bring_clients(session, now=NOW + timedelta(days=1))

    assert table.items == before
    assert [Clients(session, partner_id).count() for partner_id in ("p-hafen", "p-lumen", "p-tide", "p-orchard")] == [
        20,
        20,
        20,
        1,
    ]
    found = AllClients(session).find(TWO_PARTNERS)
    assert found is not None
    assert found.subscriptions == FOUND[TWO_PARTNERS].subscriptions
