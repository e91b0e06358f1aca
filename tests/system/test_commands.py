"""`make up`, `down`, `dev` and `reset` as people run them, one after the other on one folder of data."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.cloud import client
from local.environments import STACK
from local.place import PROJECT, Place
from local.processes import group_is_running
from local.server import Server, find_server, start_server
from tests.engines import table_settings
from tests.system.conftest import free_port, stop

ITEM = {"pk": {"S": "EXAMPLE"}, "sk": {"S": "EXAMPLE"}}


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Runs the commands on a folder of data and a port of their own."""

    place: Place
    environment: dict[str, str] = field(default_factory=lambda: {**os.environ, "PYTHONUNBUFFERED": "1"})

    def line(self, command: str, *, port: int | None = None) -> list[str]:
        port_option = ["--port", str(port or self.place.port)] if command != "down" else []
        return [sys.executable, "-m", "local.stack", command, "--home", str(self.place.home), *port_option]

    def run(self, command: str, *, port: int | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.line(command, port=port),
            cwd=PROJECT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )

    @property
    def server(self) -> Server:
        server = find_server(self.place.home)
        assert server is not None
        return server

    @property
    def description(self) -> dict[str, Any]:
        description: dict[str, Any] = json.loads(self.place.description_file.read_text(encoding="utf-8"))
        return description

    def tables(self) -> Any:
        return client("dynamodb", endpoint_url=self.place.endpoint_url)

    def has_item(self) -> bool:
        return "Item" in self.tables().get_item(TableName=self.description["table_name"], Key=ITEM)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    place = Place(home=tmp_path_factory.mktemp("commands"), port=free_port())
    yield Commands(place=place)
    stop(place)


@pytest.fixture
def running(commands: Commands) -> Commands:
    """A stack that runs, whatever the test before left behind."""
    if find_server(commands.place.home) is None:
        done = commands.run("up")
        assert done.returncode == 0, done.stdout + done.stderr
    return commands


@pytest.fixture
def stopped(commands: Commands) -> Commands:
    stop(commands.place)
    return commands


def test_reset_of_a_stopped_stack_empties_the_next_up_which_tells_where_it_answers_and_who_can_sign_in(
    stopped: Commands,
) -> None:
    start_server(stopped.place, python=PROJECT / STACK.folder / "bin" / "python")
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
    user = before["users"][1]
    signed_in = client("cognito-idp", endpoint_url=running.place.endpoint_url).initiate_auth(
        ClientId=before["user_pool_client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user["email"], "PASSWORD": user["password"]},
    )
    assert "AccessToken" in signed_in["AuthenticationResult"]


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
    operator = {"pk": {"S": "PERSON#olivia@vendor.example"}, "sk": {"S": "PERSON"}}
    assert "Item" in running.tables().get_item(TableName=running.description["table_name"], Key=operator)


def test_down_without_a_stack_says_so(stopped: Commands) -> None:
    done = stopped.run("down")
    assert (done.returncode, done.stdout) == (0, "The stack is not running; there is nothing to stop.\n")


def test_a_taken_port_is_named_with_a_way_out(stopped: Commands) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = stopped.run("up", port=port)
    assert (done.returncode, done.stderr) == (
        1,
        f"Port {port} is in use by another program. Stop it, or choose another port: make up PORT=4600\n",
    )


@pytest.mark.parametrize("port", [65536, 999999])
def test_a_number_that_is_no_port_is_refused(stopped: Commands, port: int) -> None:
    done = stopped.run("up", port=port)
    assert (done.returncode, done.stderr) == (
        1,
        f"{port} is not a port; choose one from 1024 to 65535, such as PORT=4600.\n",
    )


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_dev_leaves_nothing_running_however_it_is_ended(stopped: Commands, ending: signal.Signals) -> None:
    with subprocess.Popen(
        stopped.line("dev"), cwd=PROJECT, env=stopped.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = next(line for line in process.stdout if line.startswith("Following"))
        assert told.endswith("Ctrl-C stops the stack and keeps its data.\n")
        group = stopped.server.number
        process.send_signal(ending)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest == "\nThe stack is stopped. Its data is kept.\n"
    assert not group_is_running(group)
    assert find_server(stopped.place.home) is None


def test_dev_takes_over_a_stack_that_runs_already(running: Commands) -> None:
    before = running.server
    with subprocess.Popen(
        running.line("dev"), cwd=PROJECT, env=running.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("Following"))
        assert running.server == before
        assert running.run("down").returncode == 0
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest.endswith("The stack was stopped by another command.\n")


@pytest.mark.parametrize(("command", "code"), [("dev", 0), ("up", 1)])
def test_an_interrupted_start_leaves_nothing_running(stopped: Commands, command: str, code: int) -> None:
    process_file = stopped.place.home / "process.json"
    with subprocess.Popen(
        stopped.line(command),
        cwd=PROJECT,
        env=stopped.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        while not process_file.exists():
            assert process.poll() is None
        group = stopped.server.number
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == code
    assert not process_file.exists()
    assert not group_is_running(group)


def test_the_data_folder_can_be_anywhere(tmp_path: Path) -> None:
    elsewhere = Commands(place=Place(home=tmp_path / "not made yet", port=free_port()))
    done = elsewhere.run("down")
    assert (done.returncode, done.stdout) == (0, "The stack is not running; there is nothing to stop.\n")
