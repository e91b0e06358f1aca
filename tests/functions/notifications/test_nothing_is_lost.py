"""The outbox's promise: no notice is lost, and none is mailed twice but for a fault between sending and confirming."""

import sys
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from functions.notifications.sweeper import sweep
from tests.functions.notifications.outbox import RunContext, notice, put_notice
from tests.functions.notifications.outbox_world import Chances, Ended, OutboxWorld, run_world

RUNS = 2_000
HOURS_OFF = 48


@pytest.fixture(autouse=True)
def patient_and_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No real waiting between the attempts on a busy table, and no line for each of many thousand runs."""
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    time = SimpleNamespace(sleep=lambda _seconds: None, monotonic=lambda: 0.0)
    monkeypatch.setattr("shared.table.backoff.time", time)
    monkeypatch.setattr("builtins.print", lambda *_args, **_more: None)  # metrics are printed


def rate(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.2f} %)"


def test_crashes_between_any_two_steps_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    chances = Chances(crash=0.02, answer_lost=0.02, throttled=0.03, interrupted=0.3)
    runs = [run_world(seed, chances) for seed in range(RUNS)]

    lost = [name for run in runs for name in run.good if not run.mails[name] or name in run.waiting]
    unexplained = [name for run in runs for name in run.good if run.mails[name] - 1 > run.faults[name]]
    assert lost == []
    assert unexplained == []
    _poison_stays_and_harms_nobody(runs)
    notices = sum(len(run.good) for run in runs)
    copies = sum(run.mails.total() for run in runs) - notices
    faults = sum(run.faults.total() for run in runs)
    assert 0 < copies <= faults
    with capsys.disabled():
        sys.stdout.write(
            f"\noutbox, {RUNS} runs: {notices} notices, lost 0, mailed again {rate(copies, notices)}, "
            f"faults between sending and confirming {faults}\n"
        )


def test_without_faults_every_notice_is_mailed_exactly_once() -> None:
    runs = [run_world(seed, Chances(interrupted=0.5)) for seed in range(200)]

    assert [run.mails for run in runs] == [Counter(run.good) for run in runs]
    assert [run.failed_records for run in runs] == [set(run.poisoned) for run in runs]
    _poison_stays_and_harms_nobody(runs)


def _poison_stays_and_harms_nobody(runs: list[Ended]) -> None:
    assert any(run.poisoned for run in runs)
    assert [run.waiting for run in runs] == [set(run.poisoned) for run in runs]
    assert all(not run.mails[name] for run in runs for name in run.poisoned)


def test_a_stream_that_is_off_for_two_days_only_delays_mails_by_two_minutes(outbox_world: OutboxWorld) -> None:
    world = outbox_world
    posted: dict[str, int] = {}
    delays: list[int] = []
    for minute in range(HOURS_OFF * 60):
        if minute % 20 == 0:
            name = f"n-{minute:05}"
            posted[name] = minute
            put_notice(world.session, notice(notice_id=name, at=world.clock()))
        before = set(world.mails)
        sweep(RunContext(), courier=world.courier, until=world.clock())
        delays += [minute - posted[name] for name in set(world.mails) - before]
        world.clock.advance(timedelta(minutes=1))

    assert world.mails == Counter(posted.keys())
    assert max(delays) <= 2


def test_stream_and_sweeper_off_for_two_days_are_caught_up_with_in_few_runs(outbox_world: OutboxWorld) -> None:
    world = outbox_world
    names = [f"n-{number:05}" for number in range(600)]
    for name in names:
        put_notice(world.session, notice(notice_id=name, at=world.clock()))
        world.clock.advance(timedelta(hours=HOURS_OFF) / len(names))

    world.clock.advance(timedelta(minutes=2))
    counts = []
    while any("due_queue" in item for item in world.table.items.values()):
        counts.append(sweep(RunContext(), courier=world.courier, until=world.clock())["sent"])
        world.clock.advance(timedelta(minutes=1))

    assert world.mails == Counter(names)
    assert counts == [500, 100]
