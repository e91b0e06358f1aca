"""The daily run that ends registrations whose time is over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import functions.capacity.expiry as daily_run
from shared.runs import UnfinishedRunError
from shared.table.client import dynamodb
from shared.table.registrations import due_registrations
from tests.factories import domains, lead
from tests.faults import no_writes_of
from tests.functions.client import Api, problem
from tests.functions.notifications.outbox import RunContext


@pytest.fixture(autouse=True)
def registrations_expire(change_program: Callable[[str, str], None]) -> None:
    change_program("enabled = false", "enabled = true")


@pytest.fixture
def run(api: Api, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, int]]:
    """The scheduled function, by the clock of the test."""
    monkeypatch.setattr(daily_run, "utc_now", api.clock)

    def run(**event: Any) -> dict[str, int]:
        return daily_run.lambda_handler({"id": "e-1", **event}, RunContext())

    return run


Run = Callable[..., dict[str, int]]


def held(api: Api) -> list[str]:
    return [one["registered_domain"] for one in api.get("/v1/registrations", query={"limit": "100"}).json["data"]]


def test_a_registration_says_when_it_expires(api: Api) -> None:
    answer = api.post("/v1/registrations", lead("acme.example"))

    assert answer.json["expires_at"] == "2026-06-15T09:30:00Z"
    row = api.table.item("PARTNER#p-hill", "REGISTRATION#acme.example")
    assert row is not None
    assert (row["due_at"], row["partner_id"]) == ("2026-06-15T09:30:00.000000Z", "p-hill")


def test_it_ends_when_its_time_is_over_and_not_before(api: Api, run: Run) -> None:
    api.seed.registrations(["acme.example"])
    api.clock.advance(timedelta(days=90, microseconds=-1))
    assert run() == {"expired": 0}
    assert held(api) == ["acme.example"]

    api.clock.advance(timedelta(microseconds=1))
    assert run() == {"expired": 1}
    assert held(api) == []
    assert api.get("/v1/capacity").json["used"] == 0
    assert api.table.item("DOMAIN#acme.example", "OWNER") is None
    [entry] = [item for item in api.table.items() if item.get("action") == "registration.expired"]
    assert (entry["audit_actor"], entry["actor_role"], entry["request_id"]) == ("system", "system", "e-1")
    assert (entry["at"], entry["after"]) == ("2026-06-15T09:30:00.000000Z", None)


def test_running_twice_ends_nothing_twice(api: Api, run: Run) -> None:
    api.seed.registrations(domains(30))
    api.clock.advance(timedelta(days=90))
    assert run() == {"expired": 30}
    before = api.table.items()

    assert run() == {"expired": 0}
    assert api.table.items() == before


def test_after_an_outage_everything_that_was_missed_ends(api: Api, run: Run) -> None:
    for day in range(3):
        at = api.clock.now + timedelta(days=day)
        api.seed.registrations([f"day-{day}.example"], at=at)
        api.seed.registrations([f"lake-{day}.example"], at=at, partner_id="p-lake")
    api.clock.advance(timedelta(days=91))

    assert run() == {"expired": 4}
    assert held(api) == ["day-2.example"]


def test_what_fails_for_one_partner_ends_for_the_others_and_makes_the_run_fail(
    api: Api, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    for partner_id in ("p-hill", "p-lake", "p-none"):
        api.seed.partner(partner_id)
        api.seed.registrations([f"{partner_id}-{number}.example" for number in range(8)], partner_id=partner_id)
    api.clock.advance(timedelta(days=90))

    with no_writes_of(dynamodb(), "p-lake"), pytest.raises(UnfinishedRunError, match=r": p-lake$"):
        run()

    left = [item["sk"] for item in api.table.items() if item["sk"].startswith("REGISTRATION#")]
    assert sorted(left) == [f"REGISTRATION#p-lake-{number}.example" for number in range(8)]
    assert {record.partner_id for record in caplog.records if record.levelname == "ERROR"} == {"p-lake"}  # type: ignore[attr-defined]
    assert run() == {"expired": 8}


def test_a_day_can_be_named(api: Api, run: Run) -> None:
    api.seed.registrations(["acme.example"])

    assert run(as_of="2026-06-14") == {"expired": 0}
    assert run(as_of="2026-06-15") == {"expired": 1}


def test_an_expired_lead_can_be_restored_with_a_new_time(api: Api, run: Run) -> None:
    api.seed.registrations(["acme.example"])
    api.clock.advance(timedelta(days=90))
    run()

    restored = api.post("/v1/registrations/acme.example/restore")

    assert (restored.status, restored.json["expires_at"]) == (200, "2026-09-13T09:30:00Z")
    assert run() == {"expired": 0}
    api.clock.advance(timedelta(days=90))
    assert run() == {"expired": 1}


def test_an_edit_does_not_prolong_a_registration(api: Api, run: Run) -> None:
    api.seed.registrations(["acme.example"])
    api.clock.advance(timedelta(days=10))
    api.patch("/v1/registrations/acme.example", {"company": "Acme"}, match="*")
    api.clock.advance(timedelta(days=80))

    assert run() == {"expired": 1}


def test_a_lead_renewed_meanwhile_does_not_end_by_what_a_late_index_says(
    api: Api, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.seed.registrations(["acme.example", "beta.example"])
    session = api.seed.session
    api.clock.advance(timedelta(days=90))
    ever = datetime(2100, 1, 1, tzinfo=UTC)
    what_was_due = [one for shard in range(8) for one in due_registrations(session, shard=shard, until=ever)]
    run()
    assert api.post("/v1/registrations/acme.example/restore").status == 200
    due = [what_was_due, *[[]] * 7]
    monkeypatch.setattr(daily_run, "due_registrations", lambda *_, shard, **__: due[shard])

    assert run() == {"expired": 0}
    assert held(api) == ["acme.example"]


def test_a_registration_without_an_end_stays(api: Api, run: Run, change_program: Callable[[str, str], None]) -> None:
    change_program("enabled = true", "enabled = false")
    assert api.post("/v1/registrations", lead("acme.example")).json["expires_at"] is None
    api.clock.advance(timedelta(days=10_000))

    assert run() == {"expired": 0}
    assert held(api) == ["acme.example"]


def test_a_wrong_day_is_refused_before_anything_ends(api: Api, run: Run) -> None:
    api.seed.registrations(["acme.example"])

    with pytest.raises(ValueError, match="must be a day"):
        run(as_of="15 June")
    assert held(api) == ["acme.example"]


def test_another_partner_may_have_the_domain_afterwards(api: Api, run: Run) -> None:
    api.seed.registrations(["acme.example"])
    api.clock.advance(timedelta(days=90))
    run()

    assert api.post("/v1/registrations", lead("acme.example"), email="rita@lake.example").status == 201
    assert problem(api.post("/v1/registrations/acme.example/restore")) == (409, "domain_unavailable")
