"""A run without time enough: it stops between two items, and the next tick goes on where it stopped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.capacity import expiry
from functions.confirmations import reminders
from functions.renewals import digest
from functions.renewals.notices import attend_day
from functions.tiers import review
from shared.table.session import TableSession
from shared.table.unfinished_runs import UnfinishedRuns
from tests.client_factories import ClientSeed
from tests.factories import domains, lead
from tests.faults import Crash, Moment, crashing
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api
from tests.functions.confirmations.conftest import LINKS, draft
from tests.functions.renewals.renewal_world import HeldQueue

TICK = {"unfinished": True}


def time_for(items: int) -> Callable[[], bool]:
    """There is time for so many items, and for none after them."""
    left = iter([True] * items)
    return lambda: next(left, False)


def session_of(api: Api) -> TableSession:
    return TableSession(api.table.client, api.table.name)


def unfinished(api: Api) -> list[tuple[str, str]]:
    return [(one["pk"], one["sk"]) for one in api.table.items() if one["pk"].startswith("RUN#")]


def reviewed(api: Api) -> set[str]:
    return {one["pk"].removeprefix("PARTNER#") for one in api.table.items() if one["sk"].startswith("REVIEW#")}


@pytest.fixture
def partners(api: Api) -> set[str]:
    """Nine partners, in several shards."""
    made = {"p-hill", "p-lake", *(f"p-{number}" for number in range(7))}
    for partner_id in made - {"p-hill", "p-lake"}:
        api.seed.partner(partner_id, name=partner_id)
    return made


def attend_review(api: Api, event: dict[str, Any], has_time: Callable[[], bool] = lambda: True) -> dict[str, Any]:
    return review.attend_due(event, session=session_of(api), has_time=has_time, clock=api.clock)


def test_a_review_goes_on_with_the_partners_that_are_left_on_the_day_that_was_meant(
    api: Api, partners: set[str]
) -> None:
    first = attend_review(api, {"as_of": "2026-07-15"}, time_for(4))
    assert (first["reviewed"], first["cut_off"], len(reviewed(api))) == (4, 1, 4)
    assert unfinished(api) == [("RUN#tier_review", "2026-07-15")]

    api.clock.advance(timedelta(days=1))
    second = attend_review(api, TICK, time_for(3))
    assert (second["as_of"], second["reviewed"], second["cut_off"], len(reviewed(api))) == ("2026-07-15", 3, 1, 7)

    third = attend_review(api, TICK)
    assert (third["reviewed"], "cut_off" in third, reviewed(api), unfinished(api)) == (2, False, partners, [])
    assert attend_review(api, TICK) == {}


def test_partners_that_were_attended_to_are_not_read_again(
    api: Api, partners: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    attended = list[str]()
    attend = review._attend

    def counted(run: Any, listed: Any) -> None:
        attended.append(listed.partner_id)
        attend(run, listed)

    monkeypatch.setattr(review, "_attend", counted)
    for event in ({"as_of": "2026-07-15"}, TICK, TICK, TICK, TICK):
        attend_review(api, event, time_for(2))

    assert sorted(attended) == sorted(partners)


def test_a_review_that_dies_and_is_repeated_goes_on_after_what_was_noted(
    api: Api, partners: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "_NOTED_AFTER", 1)
    event = {"as_of": "2026-07-15"}
    with crashing(api.table.client, at=14, when=Moment.AFTER), pytest.raises(Crash):
        attend_review(api, event)
    done = len(reviewed(api))
    assert 0 < done < len(partners)

    again = attend_review(api, event)

    assert again["reviewed"] <= len(partners) - done + 1
    assert (reviewed(api), unfinished(api)) == (partners, [])


def test_a_tick_leaves_a_run_alone_that_may_still_be_at_work(
    api: Api, partners: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "_NOTED_AFTER", 1)
    with crashing(api.table.client, at=14, when=Moment.AFTER), pytest.raises(Crash):
        attend_review(api, {"as_of": "2026-07-15"})

    assert attend_review(api, TICK) == {}
    api.clock.advance(timedelta(minutes=15))
    assert attend_review(api, TICK)["as_of"] == "2026-07-15"
    assert (reviewed(api), unfinished(api)) == (partners, [])


def test_a_dry_run_that_is_cut_off_writes_nothing(api: Api, partners: set[str]) -> None:
    before = api.table.items()

    answer = attend_review(api, {"as_of": "2026-07-15", "dry_run": True}, time_for(4))

    assert (answer["reviewed"], answer["cut_off"]) == (4, 1)
    assert api.table.items() == before
    assert partners


@pytest.fixture
def expiring(change_program: Callable[[str, str], None]) -> None:
    change_program("enabled = false", "enabled = true")


@pytest.mark.usefixtures("expiring")
def test_registrations_that_there_was_no_time_for_end_with_the_next_tick(api: Api) -> None:
    for email, some in ((ADMIN, domains(4)[:2]), (RIVAL, domains(4)[2:])):
        for domain in some:
            assert api.post("/v1/registrations", lead(domain), email=email).status == 201
    args: dict[str, Any] = {"session": session_of(api), "clock": api.clock}

    first = expiry.attend_due({"as_of": "2026-07-01"}, has_time=time_for(1), **args)
    assert first["cut_off"] == 1
    expiry.attend_due(TICK, has_time=lambda: True, **args)

    assert [one["sk"] for one in api.table.items() if one["sk"].startswith("REGISTRATION#")] == []
    assert unfinished(api) == []


def test_links_that_there_was_no_time_for_are_reminded_of_with_the_next_tick(api: Api) -> None:
    for _ in range(3):
        api.post(f"{LINKS}/{api.post(LINKS, draft()).json['id']}/send")
    args: dict[str, Any] = {"session": session_of(api), "clock": api.clock}

    first = reminders.attend_due({"as_of": "2026-03-22"}, has_time=time_for(2), **args)
    second = reminders.attend_due(TICK, has_time=lambda: True, **args)

    assert first == {"reminded": 2, "expired": 0, "cut_off": 1}
    assert second == {"reminded": 1, "expired": 0}
    assert reminders.attend_due(TICK, has_time=lambda: True, **args) == {"reminded": 0, "expired": 0}
    assert unfinished(api) == []


def test_digests_that_there_was_no_time_for_go_out_with_the_next_tick(api: Api) -> None:
    for email in (ADMIN, MEMBER, RIVAL):
        api.put("/v1/renewals/digest", {"weekly": True}, email=email)
    args: dict[str, Any] = {"session": session_of(api), "clock": api.clock}

    first = digest.attend_due({"as_of": "2026-03-23"}, has_time=time_for(1), **args)
    second = digest.attend_due(TICK, has_time=lambda: True, **args)

    assert (first["without_renewals"], first["cut_off"]) == (1, 1)
    assert (second["without_renewals"], unfinished(api)) == (2, [])


def test_renewals_that_there_was_no_time_for_go_to_the_queue(api: Api) -> None:
    seed, queue = ClientSeed(table=api.table, at=api.clock.now), HeldQueue()
    seed.client()
    for name in ("s-1", "s-2", "s-3"):
        seed.subscription(name)

    counts = attend_day({}, session=session_of(api), queue=queue, clock=api.clock, has_time=time_for(1))  # type: ignore[arg-type] # plays the queue

    assert counts == {"notified": 1, "renewed": 0, "queued": 1, "failed": 0}
    [message] = queue.messages
    assert message.count("s-") == 2


def test_of_several_unfinished_days_the_oldest_goes_on_first(api: Api, partners: set[str]) -> None:
    for day in ("2026-07-16", "2026-07-15"):
        attend_review(api, {"as_of": day}, time_for(1))
    assert len(partners) == 9

    oldest = UnfinishedRuns(session_of(api), "tier_review").oldest(now=api.clock.now)

    assert oldest is not None
    assert (oldest.day.isoformat(), oldest.event) == ("2026-07-15", {"as_of": "2026-07-15"})
