"""A scheduled function that is given a day to come: its entries bear the instant of writing, and the day beside it."""

from collections.abc import Callable
from typing import Any

import pytest

import functions.capacity.expiry as registration_expiry
import functions.confirmations.reminders as link_reminders
import functions.employees.cascades as cascade_sweeper
import functions.renewals.digest as renewal_digest
import functions.renewals.worker as renewal_worker
import functions.tiers.review as tier_review
from functions.notifications import sealing
from functions.renewals.notices import attend_day
from shared.domain.people import Role
from shared.table.session import TableSession
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.factories import lead
from tests.functions.client import OPERATOR, RIVAL, Api
from tests.functions.confirmations.conftest import LINKS, draft
from tests.functions.employees.conftest import NIA, OF_NIA, Office
from tests.functions.notifications.outbox import RunContext
from tests.functions.renewals.renewal_world import HeldQueue
from tests.functions.tiers.conftest import Sales

WRITTEN = "2026-03-17T09:30:00.000000Z"
CONTEXT = RunContext(300_000)


@pytest.fixture(autouse=True)
def clock_of_runs(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scheduled functions go by the clock of the test."""
    for module in (
        registration_expiry,
        link_reminders,
        cascade_sweeper,
        renewal_digest,
        tier_review,
        sealing,
    ):
        monkeypatch.setattr(module, "utc_now", api.clock)


def by_system(api: Api) -> list[Item]:
    return [item for item in api.table.items() if item.get("audit_actor") == "system"]


def require_meant(api: Api, *actions: str, as_of: str) -> None:
    """The system's entries are these, written now and shown now, with the day beside them; so are their notices."""
    written = by_system(api)
    assert sorted(entry["action"] for entry in written) == sorted(actions)
    assert {(entry["at"], entry["audit_at"][:27], entry["audit_day"][:10], entry["as_of"]) for entry in written} == {
        (WRITTEN, WRITTEN, "2026-03-17", as_of)
    }
    shown = [
        (entry["action"], entry["at"], entry["as_of"])
        for entry in api.get("/v1/vendor/audit", email=OPERATOR, query={"limit": "100"}).json["data"]
        if entry["actor"]["user_id"] == "system"
    ]
    assert sorted(shown) == sorted((action, "2026-03-17T09:30:00Z", as_of) for action in actions)
    assert {item["created_at"] for item in api.table.items() if item["sk"] == "NOTICE"} <= {WRITTEN}


def test_registrations_that_expire(api: Api, change_program: Callable[[str, str], None]) -> None:
    change_program("enabled = false", "enabled = true")
    assert api.post("/v1/registrations", lead("acme.example")).status == 201

    assert registration_expiry.lambda_handler({"as_of": "2026-07-01"}, CONTEXT) == {"expired": 1}

    require_meant(api, "registration.expired", as_of="2026-07-01")


def test_links_that_are_reminded_of(api: Api) -> None:
    api.post(f"{LINKS}/{api.post(LINKS, draft()).json['id']}/send")

    link_reminders.lambda_handler({"as_of": "2026-03-22"}, CONTEXT)

    require_meant(api, "link.reminded", as_of="2026-03-22")


def test_links_that_expire(api: Api) -> None:
    api.post(LINKS, draft())

    link_reminders.lambda_handler({"as_of": "2026-06-15"}, CONTEXT)

    require_meant(api, "link.expired", as_of="2026-06-15")


def test_requests_for_a_transfer_that_expire(api: Api) -> None:
    office = Office(api=api)
    office.seed.client("4711", partners={"p-hill": "managed", "p-lake": "managed"}, portal_users=[NIA])
    for partner_id, email in (("p-hill", "ada@hill.example"), ("p-lake", RIVAL)):
        api.seed.user(NIA, partner_id=partner_id, name="Nia Nord", role=Role.PARTNER_MEMBER)
        office.tag(email=email)
        office.assign("4711", email=email)
    assert api.post(f"{OF_NIA}/clients/c-4711/transfer-request", email=RIVAL).status == 201

    assert cascade_sweeper.lambda_handler({"as_of": "2026-04-20"}, CONTEXT)["expired"] == 1

    require_meant(api, "transfer.expired", as_of="2026-04-20")


def test_tiers_that_are_reviewed(api: Api) -> None:
    sales = Sales(api, ClientSeed(table=api.table, at=api.clock.now))
    sales.certify(credited_tier="gold")

    tier_review.lambda_handler({"as_of": "2026-07-15"}, CONTEXT)

    require_meant(api, "tier.demoted", "tier.kept", as_of="2026-07-15")


def test_tiers_that_are_at_risk(api: Api) -> None:
    sales = Sales(api, ClientSeed(table=api.table, at=api.clock.now))
    sales.certify(credited_tier="gold")

    tier_review.lambda_handler({"as_of": "2026-07-08"}, CONTEXT)

    require_meant(api, "tier.warned", as_of="2026-07-08")


@pytest.mark.parametrize("through_the_queue", [False, True])
def test_renewals(api: Api, monkeypatch: pytest.MonkeyPatch, *, through_the_queue: bool) -> None:
    seed, queue = ClientSeed(table=api.table, at=api.clock.now), HeldQueue()
    seed.client()
    seed.subscription()
    if through_the_queue:
        monkeypatch.setattr("functions.renewals.notices.MOST_ATTENDED_HERE", 0)

    session = TableSession(api.table.client, api.table.name)
    attend_day({"as_of": "2026-05-02"}, session=session, queue=queue, clock=api.clock)  # type: ignore[arg-type] # plays the queue
    for body in queue.messages:
        record = {"messageId": "m", "body": body, "eventSource": "aws:sqs", "receiptHandle": "h"}
        renewal_worker.lambda_handler({"Records": [record]}, CONTEXT)

    require_meant(api, "renewal.renewed", as_of="2026-05-02")


def test_digests(api: Api) -> None:
    assert api.put("/v1/renewals/digest", {"weekly": True}, email="max@hill.example").status == 200

    renewal_digest.lambda_handler({"as_of": "2026-03-23"}, CONTEXT)

    require_meant(api, "digest.without_renewals", as_of="2026-03-23")


def test_sealing_and_everything_else_writes_no_entry_for_a_day_to_come(api: Api) -> None:
    api.put("/v1/vendor/partners/p-hill", {"name": "Hill", "type": "solutions_partner"})
    before = trails(api)

    sealing.lambda_handler({"as_of": "2026-05-01"}, CONTEXT)

    assert trails(api) == before


def test_without_a_day_there_is_none_beside_the_entry(api: Api) -> None:
    office = ClientSeed(table=api.table, at=api.clock.now)
    office.client()
    office.subscription(renews_in=44)
    session = TableSession(api.table.client, api.table.name)

    attend_day({}, session=session, queue=HeldQueue(), clock=api.clock)  # type: ignore[arg-type] # plays the queue

    [entry] = by_system(api)
    assert (entry["at"], "as_of" in entry) == (WRITTEN, False)
    shown = api.get("/v1/vendor/audit", email=OPERATOR, query={"actor": "system"}).json["data"]
    assert [one["as_of"] for one in shown] == [None]


def trails(api: Api) -> list[tuple[str, str, Any]]:
    """Every audit entry, by its key and what it says of its time."""
    return [(item["pk"], item["sk"], item["at"]) for item in api.table.items() if "audit_at" in item]
