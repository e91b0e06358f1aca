"""Registrations and their sentinels, on every engine."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from functions.capacity import registering, service
from functions.capacity.errors import AlreadyRegisteredError, CapacityReachedError, DomainUnavailableError
from shared.table.registrations import (
    DueRegistration,
    RegistrationOrder,
    Registrations,
    Search,
    SearchField,
    due_registrations,
)
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, domains, registration_of
from tests.table.races import holdings

NOW = StoppedClock.now


@pytest.fixture
def seed(table: StoredTable) -> Seed:
    """p-hill has room for 12, p-lake for 50."""
    seed = Seed(table=table)
    seed.partner(limit=12)
    seed.partner("p-lake")
    return seed


@pytest.fixture
def registrations(seed: Seed) -> Registrations:
    return Registrations(seed.session, "p-hill")


def test_what_was_registered_is_found_by_its_partner_alone(seed: Seed, registrations: Registrations) -> None:
    [made] = seed.registrations(["acme.example"])

    assert registrations.find("acme.example") == made
    assert Registrations(seed.session, "p-lake").find("acme.example") is None


@pytest.mark.parametrize("refused", [AlreadyRegisteredError, DomainUnavailableError, CapacityReachedError])
def test_a_refused_registration_writes_nothing_at_all(table: StoredTable, seed: Seed, refused: type[Exception]) -> None:
    partner_id = "p-lake" if refused is DomainUnavailableError else "p-hill"
    seed.registrations(["acme.example"])
    if refused is CapacityReachedError:
        seed.registrations(domains(11))
    before = table.items()
    desk = seed.desk(partner_id)

    with pytest.raises(refused):
        registering.register(
            desk, registration_of(desk, "new.example" if refused is CapacityReachedError else "acme.example")
        )
    assert table.items() == before


def test_a_domain_given_up_is_free_and_the_lead_is_remembered(
    table: StoredTable, seed: Seed, registrations: Registrations
) -> None:
    [made] = seed.registrations(["acme.example"])
    later = NOW + timedelta(days=3)

    assert service.deregister(seed.desk(at=later), ["acme.example", "other.example"]) == {"acme.example": later}

    former = registrations.find_former("acme.example")
    assert former is not None
    assert (former.registration, former.deregistered_at) == (made, later)
    assert [(one.held_from, one.held_until) for one in former.holdings] == [(NOW, later)]
    assert holdings(table.items(), "p-hill").sentinels == []
    assert registrations.find_many(["acme.example", "other.example"]) == [(None, former), (None, None)]


def test_nobody_frees_a_domain_that_somebody_else_owns(table: StoredTable, seed: Seed) -> None:
    seed.registrations(["acme.example"])
    before = table.items()

    assert service.deregister(seed.desk("p-lake"), ["acme.example"]) == {}
    assert table.items() == before


@pytest.mark.parametrize("order", RegistrationOrder)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_in_every_order_lose_and_repeat_nothing(
    seed: Seed, registrations: Registrations, order: RegistrationOrder, *, descending: bool
) -> None:
    for number, name in enumerate(domains(11)):
        seed.registrations([name], company=f"Company {number % 3}", country=("DE", None)[number % 2])
    seed.registrations(["foreign.example"], partner_id="p-lake")

    found: list[str] = []
    start, sizes = None, []
    while True:
        page = registrations.page(order=order, descending=descending, limit=4, start=start)
        found += [one.registered_domain for one in page.registrations]
        sizes.append(len(page.registrations))
        start = page.last
        if start is None:
            break

    assert (sorted(found), sizes) == (domains(11), [4, 4, 3])
    whole = registrations.page(order=order, descending=descending, limit=100).registrations
    assert found == [one.registered_domain for one in whole]


@pytest.mark.parametrize(
    ("by", "text", "count"),
    [
        (SearchField.DOMAIN, "MÜLLER", 1),
        (SearchField.DOMAIN, "xn--mller", 1),
        (SearchField.COMPANY, "straße", 2),
        (SearchField.CONTACT, "ann hill", 3),
        (SearchField.COUNTRY, "germany", 3),
        (None, "müller", 1),
        (None, "nothing of the kind", 0),
        (None, " ", 3),
    ],
)
def test_a_search_folds_letters_as_people_do(
    seed: Seed, registrations: Registrations, by: SearchField | None, text: str, count: int
) -> None:
    seed.registrations(["müller.de"], company="Eck")
    seed.registrations(["a.example", "b.example"], company="STRASSE 7")

    assert len(registrations.page(search=Search(by, text), limit=10).registrations) == count


def test_the_index_of_what_is_due_holds_what_expires_alone(seed: Seed) -> None:
    desk = seed.desk()
    for name, days in (("soon.example", 5), ("later.example", 9)):
        registering.register(desk, replace(registration_of(desk, name), expires_at=NOW + timedelta(days=days)))
    seed.registrations(["never.example"])

    due = [
        one for shard in range(8) for one in due_registrations(seed.session, shard=shard, until=NOW + timedelta(days=6))
    ]

    assert due == [DueRegistration("p-hill", "soon.example")]
