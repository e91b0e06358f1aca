"""A computer of its own for every test: an empty home, a stack file, and a program behind the transport."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from cli.patience import Patience
from cli.session import Surroundings
from tests.cli.fake_program import API_HOST, CLIENT_ID, EMAIL, PASSWORD, POOL_HOST, FakeClock, FakeProgram

Run = Callable[..., Result]


@pytest.fixture
def clock_of_program() -> FakeClock:
    return FakeClock()


@pytest.fixture
def program(clock_of_program: FakeClock) -> FakeProgram:
    return FakeProgram(clock=clock_of_program)


@pytest.fixture(autouse=True)
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with a running stack, in which the commands run."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("EMAIL", "PASSWORD", "NEW_PASSWORD", "PARTNER", "PROFILE"):
        monkeypatch.delenv(f"PARTNERDESK_{name}", raising=False)
    folder = tmp_path / "project"
    write_stack(folder)
    monkeypatch.chdir(folder)
    return folder


def write_stack(folder: Path) -> None:
    (folder / ".local").mkdir(parents=True)
    stack = {
        "connect": "127.0.0.1:4566",
        "host": API_HOST,
        "endpoint_url": f"http://{POOL_HOST}",
        "user_pool_client_id": CLIENT_ID,
    }
    (folder / ".local" / "stack.json").write_text(json.dumps(stack))


@pytest.fixture
def run(program: FakeProgram) -> Run:
    """Runs a command line; errors that are not the client's own come out as they are."""

    def invoke(*arguments: str, typed: str | None = None) -> Result:
        patience = Patience(sleep=program.clock.sleep, now=program.clock.now, spread=lambda most: most)
        outside = Surroundings(patience=patience, transport=program.transport())
        return CliRunner().invoke(app, arguments, input=typed, obj=outside, catch_exceptions=False)

    return invoke


@pytest.fixture
def signed_in(run: Run, program: FakeProgram, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run`, with Lena of North Star signed in."""
    monkeypatch.setenv("PARTNERDESK_PASSWORD", PASSWORD)
    assert run("login", EMAIL).exit_code == 0
    monkeypatch.delenv("PARTNERDESK_PASSWORD")
    program.requests.clear()
    return run
