"""`make up`, `down` and `reset` as people run them, one after the other on one folder of data."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.cloud import client
from local.environments import STACK
from local.place import PROJECT, Place
from local.processes import group_is_running
from local.server import start_server
from tests.ending import lifeline
from tests.engines import table_settings
from tests.system.commands import ITEM, SECONDS_TO_ANSWER, Commands
from tests.system.conftest import free_port, stop


def can_sign_in(running: Commands) -> bool:
    """Whether the stack knows every user of the example data."""
    description = running.description
    pool = client("cognito-idp", endpoint_url=running.place.endpoint_url)
    answers = [
        pool.initiate_auth(
            ClientId=description["user_pool_client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user["email"], "PASSWORD": user["password"]},
        )
        for user in description["users"]
    ]
    return bool(answers) and all("AccessToken" in answer["AuthenticationResult"] for answer in answers)


def test_reset_of_a_stopped_stack_empties_the_next_up_which_tells_where_it_answers_and_who_can_sign_in(
    stopped: Commands,
) -> None:
    start_server(stopped.place, python=PROJECT / STACK.folder / "bin" / "python", lifeline=lifeline())
    stopped.tables().create_table(TableName="earlier", **table_settings())
    stop(stopped.place)

    done = stopped.run("reset")
    assert (done.returncode, done.stdout) == (0, "The stack is empty. The next start brings the example data.\n")

    done = stopped.run("up")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Partnerdesk answers at http://0000beef.execute-api.localhost:{stopped.place.port}" in done.stdout
    assert "olivia@vendor.example" in done.stdout
    assert stopped.tables().list_tables()["TableNames"] == [stopped.description["table_name"]]


def test_data_and_sign_ins_survive_down_and_up(running: Commands) -> None:
    before = running.description
    running.tables().put_item(TableName=before["table_name"], Item=ITEM)
    group = running.server.number

    down = running.run("down")
    assert (down.returncode, down.stdout) == (
        0,
        "The stack is stopped. Its data is kept for the next start; make reset empties it.\n",
    )
    assert not group_is_running(group)
    assert not running.place.description_file.exists()

    assert running.run("up").returncode == 0
    assert running.description == before
    assert running.has_item()
    assert can_sign_in(running)


def test_a_killed_stack_is_noticed_and_starts_again(running: Commands) -> None:
    os.killpg(running.server.number, signal.SIGKILL)
    down = running.run("down")
    assert down.returncode == 0
    assert down.stdout.splitlines() == [
        "The stack ended without `make down`; what changed since it was started last is lost.",
        "The stack is not running; there is nothing to stop.",
    ]
    assert running.run("up").returncode == 0


def test_up_again_changes_nothing(running: Commands) -> None:
    before = (running.server, running.description)
    assert running.run("up").returncode == 0
    assert (running.server, running.description) == before


def test_a_second_port_for_the_same_data_is_refused(running: Commands) -> None:
    port = running.place.port
    done = running.run("up", port=port + 1)
    assert (done.returncode, done.stderr) == (
        1,
        f"The stack runs already, on port {port}. To move it: make down, then make up PORT={port + 1}\n",
    )


def test_reset_of_a_running_stack_leaves_the_example_data_alone(running: Commands) -> None:
    running.tables().put_item(TableName=running.description["table_name"], Item=ITEM)
    assert running.run("reset").returncode == 0
    assert not running.has_item()
    assert can_sign_in(running)


def test_down_without_a_stack_says_so(stopped: Commands) -> None:
    done = stopped.run("down")
    assert (done.returncode, done.stdout) == (0, "The stack is not running; there is nothing to stop.\n")


def test_a_taken_port_is_named_with_a_way_out(stopped: Commands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = stopped.run("up", port=port)
    told = re.fullmatch(
        f"Port {port} is in use by another program. Stop it, or choose another port, such as PORT=(\\d+).\n",
        done.stderr,
    )
    assert done.returncode == 1
    assert told is not None, done.stderr
    assert told[1] != str(port)


@pytest.mark.parametrize("command", ["dev", "up", "reset"])
@pytest.mark.parametrize("port", [0, 80, 65536])
def test_a_number_that_is_no_port_is_refused_by_each_command(stopped: Commands, command: str, port: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.stack", command, "--home", str(stopped.place.home), "--port", str(port)],
        cwd=PROJECT,
        env=stopped.environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_ANSWER,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"The stack cannot listen on port {port}; choose one from 1024 to 65535, such as ")


def test_a_second_stack_elsewhere_disturbs_nothing(running: Commands, tmp_path: Path) -> None:
    before = (running.server, running.description)
    elsewhere = Place(home=tmp_path / "another checkout", port=free_port())
    elsewhere.home.mkdir()
    try:
        start_server(elsewhere, python=PROJECT / STACK.folder / "bin" / "python", lifeline=lifeline())
        tables = client("dynamodb", endpoint_url=elsewhere.endpoint_url)
        assert tables.list_tables()["TableNames"] == []
    finally:
        stop(elsewhere)
    assert (running.server, running.description) == before
    assert running.tables().list_tables()["TableNames"] == [before[1]["table_name"]]


def test_the_data_folder_can_be_anywhere(tmp_path: Path) -> None:
    elsewhere = Commands(place=Place(home=tmp_path / "not made yet", port=free_port()))
    done = elsewhere.run("down")
    assert (done.returncode, done.stdout) == (0, "The stack is not running; there is nothing to stop.\n")
