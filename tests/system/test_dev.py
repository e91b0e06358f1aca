"""`make dev` as people run it: alone, beside another one, interrupted and killed."""

import signal

import pytest

from local.processes import group_is_running
from local.server import find_server
from tests.system.commands import ITEM, Commands, until


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_dev_leaves_nothing_running_however_it_is_ended(stopped: Commands, ending: signal.Signals) -> None:
    with stopped.following() as dev:
        assert dev.lines[-1].endswith("Ctrl-C stops the stack and keeps its data.")
        group = stopped.server.number
        dev.process.send_signal(ending)
        rest = dev.rest()
    assert dev.process.returncode == 0
    assert rest[-2:] == ["", "The stack is stopped. Its data is kept."]
    assert not group_is_running(group)
    assert find_server(stopped.place.home) is None


def test_a_killed_dev_ends_its_stack_in_good_order(stopped: Commands) -> None:
    with stopped.following() as dev:
        stopped.tables().put_item(TableName=stopped.description["table_name"], Item=ITEM)
        group = stopped.server.number
        dev.process.kill()
        until(lambda: not group_is_running(group), "the end of the stack")

    up = stopped.run("up")
    assert up.returncode == 0
    assert "is lost" not in up.stdout
    assert stopped.has_item()


def test_dev_joins_a_stack_that_runs_already_and_leaves_it_running(running: Commands) -> None:
    before = running.server
    with running.following() as dev:
        assert dev.lines[-1].endswith("Ctrl-C ends this command and leaves the stack running.")
        dev.process.send_signal(signal.SIGINT)
        rest = dev.rest()
    assert dev.process.returncode == 0
    assert rest[-2:] == ["", "The stack goes on running; make down stops it."]
    assert running.server == before


def test_ctrl_c_in_a_second_dev_ends_nobody_elses_stack_and_the_first_ends_both(stopped: Commands) -> None:
    with stopped.following() as first, stopped.following() as second, stopped.following() as third:
        server = stopped.server
        second.process.send_signal(signal.SIGINT)
        assert second.rest()[-2:] == ["", "The stack goes on running; make down stops it."]
        assert stopped.server == server

        first.process.send_signal(signal.SIGINT)
        assert first.rest()[-2:] == ["", "The stack is stopped. Its data is kept."]
        assert third.rest()[-1:] == ["The stack was stopped by another command."]
    assert [one.process.returncode for one in (first, second, third)] == [0, 0, 0]
    assert not group_is_running(server.number)


def test_two_devs_at_once_start_one_stack(stopped: Commands) -> None:
    with stopped.started("dev") as one, stopped.started("dev") as other:
        said = [dev.says("Following") for dev in (one, other)]
        joined = "The stack ran already: Ctrl-C ends this command and leaves the stack running."
        alone = "Ctrl-C stops the stack and keeps its data."
        assert sorted(
            line.removeprefix("Following the functions' logs and reloading changed code. ") for line in said
        ) == [
            alone,
            joined,
        ]
        waiting = one if said[0].endswith(joined) else other
        assert [line for line in waiting.lines if line.startswith("Waiting for make dev (process ")]
        for dev in (one, other):
            dev.process.send_signal(signal.SIGINT)
        for dev in (one, other):
            dev.rest()
    assert (one.process.returncode, other.process.returncode) == (0, 0)
    assert find_server(stopped.place.home) is None


def test_down_ends_a_stack_that_dev_follows_and_dev_says_so(running: Commands) -> None:
    with running.following() as dev:
        down = running.run("down")
        assert (down.returncode, down.stderr) == (0, "")
        assert dev.rest()[-1:] == ["The stack was stopped by another command."]
    assert dev.process.returncode == 0


@pytest.mark.parametrize(("command", "code"), [("dev", 0), ("up", 1)])
def test_an_interrupted_start_leaves_nothing_running(stopped: Commands, command: str, code: int) -> None:
    with stopped.started(command) as start:
        until(lambda: find_server(stopped.place.home), "the start of the stack")
        group = stopped.server.number
        start.process.send_signal(signal.SIGINT)
        start.rest()
    assert start.process.returncode == code
    assert find_server(stopped.place.home) is None
    assert not group_is_running(group)
