"""What the stream missed."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from functions.notifications import sweeper
from functions.notifications.delivery import deliver
from functions.notifications.sweeper import sweep
from shared.domain.notices import NoticeKind
from shared.table.suppressions import Suppressions
from tests.faults import Crash, Moment, crashing
from tests.functions.notifications.conftest import Desk
from tests.functions.notifications.outbox import CREATOR, POISON, RunContext, courier_of, later, notice

NOTHING = {"sent": 0, "given_up": 0, "postponed": 0, "left": 0, "failed": 0}


def test_a_new_notice_is_left_to_the_stream_for_a_minute(desk: Desk) -> None:
    desk.post(notice(NoticeKind.LINK_SIGNED))

    assert desk.sweep() == NOTHING
    desk.clock.advance(timedelta(seconds=59))
    assert desk.sweep() == NOTHING
    desk.clock.advance(timedelta(seconds=1))
    assert desk.sweep() == {**NOTHING, "sent": 1}
    assert desk.sweep() == NOTHING
    assert len(desk.mails) == 1


def test_a_notice_whose_run_died_is_mailed_once_its_lease_is_over(desk: Desk) -> None:
    desk.post(notice(NoticeKind.LINK_SIGNED))
    courier = courier_of(desk.session, ses=desk.courier.sender.client, clock=desk.clock)
    with crashing(desk.table.client, at=2, when=Moment.BEFORE), pytest.raises(Crash):
        deliver(courier, "n-1")

    desk.clock.advance(timedelta(seconds=59))
    assert desk.sweep() == NOTHING
    desk.clock.advance(timedelta(seconds=1))
    assert desk.sweep() == {**NOTHING, "sent": 1}


def test_a_confirmation_whose_answer_was_lost_is_not_mailed_again(desk: Desk) -> None:
    desk.post(notice(NoticeKind.LINK_SIGNED))
    courier = courier_of(desk.session, ses=desk.courier.sender.client, clock=desk.clock)
    # The calls of the table: claim, suppression, user; the fourth confirms.
    with crashing(desk.table.client, at=4, when=Moment.ANSWER_LOST) as calls:
        assert deliver(courier, "n-1") == "sent"

    assert calls.operations == ["UpdateItem", "GetItem", "GetItem", "UpdateItem", "UpdateItem"]
    assert "due_queue" not in desk.notice_item()
    assert len(desk.mails) == 1


def test_poison_does_not_hold_up_the_others(desk: Desk) -> None:
    poison = notice(notice_id="n-1", told=POISON)
    others = [notice(NoticeKind.LINK_SIGNED, notice_id=f"n-{number}", at=later(1)) for number in (2, 3)]
    desk.post(poison, *others)
    desk.clock.advance(timedelta(minutes=2))

    assert desk.sweep() == {**NOTHING, "sent": 2, "failed": 1}

    desk.clock.advance(timedelta(seconds=29))
    assert desk.sweep() == NOTHING
    desk.clock.advance(timedelta(seconds=1))
    assert desk.sweep() == {**NOTHING, "failed": 1}


@pytest.mark.parametrize("spoilt", [{"created_at": None}, {"created_at": 7}, {"attempts": "x"}, {"kind": None}])
def test_a_stored_notice_that_lacks_something_holds_up_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture, spoilt: dict[str, Any]
) -> None:
    desk.post(*(notice(NoticeKind.LINK_SIGNED, notice_id=f"n-{number}") for number in (1, 2, 3)))
    item = {**desk.notice_item("n-2"), **spoilt}
    desk.table.put({name: value for name, value in item.items() if value is not None})
    desk.clock.advance(timedelta(minutes=2))

    assert desk.sweep() == {**NOTHING, "sent": 2, "failed": 1}

    [said] = [vars(one) for one in caplog.records if one.getMessage() == "item failed"]
    assert "n-2" in said["item"]
    assert "@" not in str(said["item"])
    assert "due_queue" in desk.notice_item("n-2")


def test_the_sweeper_finds_the_first_admin_for_who_has_left_and_gives_up_where_nobody_can_be_mailed(
    desk: Desk,
) -> None:
    desk.post(replace(notice(NoticeKind.LINK_SIGNED), user_id="u-gone"))
    desk.clock.advance(timedelta(minutes=2))

    assert desk.sweep() == {**NOTHING, "sent": 1}
    assert [mail.destinations[0] for mail in desk.mails] == ["abel@nordwind.example"]

    for email in ("abel@nordwind.example", "zoe@nordwind.example", CREATOR):
        Suppressions(desk.session).add(email, reason="bounce", notice_id="n-0", at=desk.clock())
    desk.post(notice(NoticeKind.LINK_SIGNED, notice_id="n-2"))
    desk.clock.advance(timedelta(minutes=2))

    assert desk.sweep() == {**NOTHING, "given_up": 1}
    [entry] = [item for item in desk.table.items() if item.get("action") == "notice.not_delivered"]
    assert entry["after"] == {"notice_id": "n-2", "kind": "link_signed", "reason": "address_suppressed"}


def test_a_run_takes_what_has_waited_longest_and_the_next_one_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "MOST_A_RUN", 2)
    numbers = [4, 1, 3, 2, 5]
    desk.post(*(notice(NoticeKind.LINK_SIGNED, notice_id=f"n-{n}", at=later(n)) for n in numbers))
    desk.clock.advance(timedelta(minutes=5))

    swept = []
    for _ in range(4):
        desk.sweep()
        swept.append([f"n-{n}" for n in sorted(numbers) if "due_queue" not in desk.notice_item(f"n-{n}")])

    assert swept == [["n-1", "n-2"], ["n-1", "n-2", "n-3", "n-4"], *[["n-1", "n-2", "n-3", "n-4", "n-5"]] * 2]


def test_a_run_whose_time_is_over_begins_nothing(desk: Desk) -> None:
    desk.post(notice(NoticeKind.LINK_SIGNED))
    desk.clock.advance(timedelta(minutes=5))

    assert desk.sweep(milliseconds_left=19_999) == NOTHING
    assert desk.mails == []


def test_a_day_that_is_tried_takes_nothing_from_a_run_that_has_it(desk: Desk) -> None:
    desk.post(notice(NoticeKind.LINK_SIGNED))
    courier = courier_of(desk.session, ses=desk.courier.sender.client, clock=desk.clock)
    with crashing(desk.table.client, at=2, when=Moment.BEFORE), pytest.raises(Crash):
        deliver(courier, "n-1")

    tried = sweep(RunContext(), courier=desk.courier, until=desk.clock() + timedelta(days=1))

    assert tried == {**NOTHING, "left": 1}


def test_the_entry_takes_a_day(desk: Desk) -> None:
    desk.post(notice(NoticeKind.LINK_SIGNED))

    assert sweeper.lambda_handler({"as_of": "2026-03-16"}, RunContext()) == NOTHING
    assert sweeper.lambda_handler({"as_of": "2026-03-17"}, RunContext()) == {**NOTHING, "sent": 1}
    assert sweeper.lambda_handler({}, RunContext()) == NOTHING
