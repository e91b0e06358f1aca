"""These tests run against the deployed system: the real template and code on a stack of their own, on a free port."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.bring_up import bring_up
from local.cloud import client
from local.environments import RUNTIME, STACK
from local.place import PROJECT, Place
from local.server import find_server, start_server, stop_server
from tests.ending import lifeline
from tests.system.commands import Commands
from tests.system.door import door_to

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.path.is_relative_to(HERE):
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"]))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`body` is what JSON gives, or the text where it is none."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A running stack as a client sees it; `description` is what its stack.json holds."""

    place: Place
    description: dict[str, Any]

    def aws(self, service: str) -> Any:
        return client(service, endpoint_url=self.place.endpoint_url)

    def token(self, email: str) -> str:
        """An access token of one of the example users."""
        password = next(user["password"] for user in self.description["users"] if user["email"] == email)
        answer = self.aws("cognito-idp").initiate_auth(
            ClientId=self.description["user_pool_client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        token: str = answer["AuthenticationResult"]["AccessToken"]
        return token

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: Any = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request over the loopback interface, with `body` as JSON or `content` as it is.

        Header names of the answer are in lower case.
        """
        sent = {"Host": self.description["host"], **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            content = json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.description["connect"], timeout=60)
        try:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        received = {name.lower(): value for name, value in answer.getheaders()}
        is_json = received.get("content-type", "").split(";")[0].endswith("json")
        return Answer(status=answer.status, headers=received, body=json.loads(text) if is_json and text else text)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(place: Place) -> None:
    server = find_server(place.home)
    if server is not None:
        stop_server(place, server)


@contextmanager
def stack_in(home: Path) -> Iterator[Stack]:
    """A stack with the example data, as long as this is open."""
    place = Place(home=home, port=free_port())
    try:
        bring_up(place, project=PROJECT, lifeline=lifeline())
        yield Stack(place=place, description=json.loads(place.description_file.read_text(encoding="utf-8")))
    finally:
        stop(place)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The system with the example data; tests leave the example users able to sign in and read."""
    with stack_in(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Another one, for tests that use up its example data."""
    with stack_in(tmp_path_factory.mktemp("own-stack")) as stack:
        yield stack


@pytest.fixture(scope="module")
def door(own_stack: Stack) -> Iterator[str]:
    """Where any HTTP client reaches that stack."""
    with door_to(own_stack.description["connect"], own_stack.description["host"]) as address:
        yield address


@pytest.fixture(scope="module")
def empty_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running ministack with nothing deployed."""
    place = Place(home=tmp_path_factory.mktemp("empty"), port=free_port())
    try:
        start_server(place, python=PROJECT / STACK.folder / "bin" / "python", lifeline=lifeline())
        yield place
    finally:
        stop(place)


@pytest.fixture(scope="session")
def packages() -> Path:
    """What deployed functions carry beside our own code."""
    return PROJECT / RUNTIME.folder


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    place = Place(home=tmp_path_factory.mktemp("commands"), port=free_port())
    yield Commands(place=place)
    stop(place)


@pytest.fixture(name="running")
def running_commands(commands: Commands) -> Commands:
    """A stack that runs, whatever the test before left behind."""
    if find_server(commands.place.home) is None:
        done = commands.run("up")
        assert done.returncode == 0, done.stdout + done.stderr
    return commands


@pytest.fixture(name="stopped")
def stopped_commands(commands: Commands) -> Commands:
    stop(commands.place)
    return commands
