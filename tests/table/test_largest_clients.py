"""A client's item stays below DynamoDB's limit whoever changes it, and what ends something can always be written."""

from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from shared.domain import claims
from shared.domain.clients import Client, Profile
from shared.domain.renewals import RenewalDecision, RenewalState, RenewalStatus
from shared.domain.service import Service
from shared.errors import ChangedMeanwhileError
from shared.program import program
from shared.table.clients import AllClients
from shared.table.room import MOST_REPORTED, fitted, has_room_for_workers, reported_size
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.client_factories import ClientSeed
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, operation
from tests.item_sizes import MOST, item_size

NOW = StoppedClock.now
WIDE = "\U00020000"
"""A letter of four bytes."""


def address(number: int) -> str:
    return f"{number:03}-{'a' * 58}@{'long-name.' * 18}example"


def identifier(number: int) -> str:
    return f"u-{number:03}-{'a' * 58}"


def full_of_workers() -> Service:
    """As many as a client takes, each marked and unmarked, in and out of the portal, and active, over and over."""
    service = Service()
    for number in range(claims.MOST_CLAIMS):
        wanted = claims.claim(
            service,
            address(number),
            partner_id=f"p-{'a' * 62}",
            user_id=identifier(number),
            at=NOW,
            tagged=False,
            in_portal=False,
        )
        if not has_room_for_workers(wanted):
            return grown(service)
        service = wanted
    return grown(service)


def grown(service: Service) -> Service:
    days = tuple((date(2000 + year, 1, 1), date(2000 + year, 2, 1)) for year in range(24))
    for email, worker in list(service.workers.items()):
        whose: dict[str, Any] = {"partner_id": worker.claims[0].partner_id, "user_id": worker.claims[0].user_id}
        for step in range(50):
            at, enabled = NOW + timedelta(hours=step + 1), step % 2 == 0
            service = claims.tag_changed(service, email, **whose, enabled=enabled, at=at)
            users = ([], [email]) if enabled else ([email], [])
            service = claims.portal_changed(service, before=users[0], after=users[1], at=at)
        seen = replace(worker, active_days=days, last_qualifying_at=NOW, last_activity_at=NOW)
        service = claims.seen_active(service, email, seen)
    return service


def full_of_reports(client: Client) -> Client:
    """As many renewals as fit, and then users of the portal."""
    one = client.subscriptions["s-1"]
    for number in range(80):
        wanted = replace(
            client,
            subscriptions={**client.subscriptions, f"s-{number}": replace(one, subscription_id=f"s-{number}")},
        )
        if reported_size(wanted) > MOST_REPORTED:
            break
        client = wanted
    tiers = Profile(company="Acme", portal_users=tuple(address(number) for number in range(500)))
    for most in range(0, 500, 25):
        wanted = replace(client, profile=replace(tiers, portal_users=tiers.portal_users[:most]))
        if reported_size(wanted) > MOST_REPORTED:
            break
        client = wanted
    return client


def decided(client: Client) -> Client:
    """Every renewal decided with the longest reason."""
    decision = RenewalDecision(partner_id=f"p-{'a' * 62}", decided_by=identifier(1), decided_at=NOW, reason=WIDE * 500)
    state = RenewalState(status=RenewalStatus.CONFIRMED, decision=decision)
    return replace(client, subscriptions={key: replace(one, state=state) for key, one in client.subscriptions.items()})


def saved(session: TableSession, client: Client, known: Client) -> Client:
    transaction = Transaction(session, operation(at=NOW + timedelta(days=9)))
    AllClients(session).save(
        transaction,
        replace(client, version=known.version + 1),
        known=known,
        program=program(),
        refusal=lambda _: ChangedMeanwhileError(),
    )
    transaction.commit()
    found = AllClients(session).find("4711")
    assert found is not None
    return found


def test_the_largest_client_is_stored_and_every_employee_can_be_taken_away(table: StoredTable) -> None:
    session, seed = TableSession(table.client, table.name), ClientSeed(table=table)
    Seed(table=table).partner("p-hill")
    seed.client("4711", partners={"p-hill": "managed"})
    seed.subscription("s-1")
    known = seed.found()

    reported = saved(session, replace(full_of_reports(known), service=full_of_workers()), known)
    full = saved(session, decided(reported), reported)

    item = table.item("CLIENT#4711", "CLIENT")
    assert item is not None
    assert 0.5 * MOST < item_size(item) < 0.95 * MOST
    standing = claims.standing_claims(full.service)
    assert standing >= 190
    emptied = full
    for partner_id in {one.partner_id for worker in full.service.workers.values() for one in worker.claims}:
        service = claims.partner_left(emptied.service, partner_id=partner_id, at=NOW + timedelta(days=10))
        emptied = saved(session, replace(emptied, service=service), emptied)
    assert claims.standing_claims(emptied.service) == 0


def test_of_too_many_facts_the_oldest_are_forgotten_and_no_claim_that_stands() -> None:
    service = full_of_workers()
    ended = service
    for number in range(50):
        worker = next(iter(ended.workers.values()))
        ended = claims.claim(
            ended,
            f"old-{number:02}{address(number)}"[:250],
            partner_id="p-hill",
            user_id=f"u-old-{number}",
            at=NOW,
            tagged=True,
            in_portal=False,
            seen=replace(worker, claims=()),
        )
        ended = claims.let_go(
            ended,
            f"old-{number:02}{address(number)}"[:250],
            partner_id="p-hill",
            user_id=f"u-old-{number}",
            at=NOW + timedelta(days=number),
        )

    kept = fitted(ended)

    assert claims.standing_claims(kept) == claims.standing_claims(service)
    assert not [email for email in kept.workers if email.startswith("old-")]
    assert fitted(kept) == kept


def test_facts_that_have_room_are_kept_as_they_are() -> None:
    service = claims.claim(
        Service(), "nia@hill.example", partner_id="p-hill", user_id="u-nia", at=NOW, tagged=True, in_portal=True
    )

    assert fitted(service) is service


def test_a_client_takes_three_hundred_employees_with_names_as_people_have_them() -> None:
    service = Service()
    for number in range(claims.MOST_CLAIMS):
        service = claims.claim(
            service,
            f"firstname.lastname{number}@partner.example",
            partner_id="p-hill",
            user_id=f"u-{number:020}",
            at=NOW,
            tagged=True,
            in_portal=True,
        )

    assert has_room_for_workers(service)
