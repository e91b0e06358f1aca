"""The stack on this machine is down: the client says so at once and how it is started."""

from pathlib import Path

import httpx
import pytest

from cli.patience import Patience
from cli.session import Surroundings, open_http
from cli.targets import save_profile
from tests.cli.conftest import Run
from tests.cli.fake_program import EMAIL, PASSWORD, FakeProgram


@pytest.fixture
def project(computer: Path) -> Path:
    """The project's own folder."""
    (computer / "template.yaml").touch()
    (computer / "local").mkdir()
    (computer / "local" / "stack.py").touch()
    return computer


@pytest.fixture
def refused(
    request: pytest.FixtureRequest, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> list[httpx.Request]:
    """Somebody has signed in, and nothing listens any more; the attempts are noted."""
    request.getfixturevalue("signed_in")
    attempts: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(program, "transport", lambda: httpx.MockTransport(refuse))
    return attempts


@pytest.mark.usefixtures("project")
def test_a_command_asks_once_and_names_make_dev(
    signed_in: Run, program: FakeProgram, refused: list[httpx.Request]
) -> None:
    before = program.clock.now()
    result = signed_in("capacity")
    assert result.exit_code == 4
    assert result.stderr == ("Nothing answers at 127.0.0.1:4566: the stack is down. Start it with `make dev`.\n")
    assert len(refused) == 1
    assert program.clock.now() == before


@pytest.mark.usefixtures("project")
def test_so_does_the_sign_in(run: Run, refused: list[httpx.Request]) -> None:
    result = run("login", EMAIL, "--password-stdin", typed=f"{PASSWORD}\n")
    assert result.exit_code == 4
    assert "the stack is down. Start it with `make dev`.\n" in result.stderr
    assert len(refused) == 1


@pytest.mark.usefixtures("refused")
def test_a_script_knows_it_by_its_code(signed_in: Run) -> None:
    result = signed_in("capacity", "--json")
    assert result.exit_code == 4
    assert '"stack_down"' in result.stdout + result.stderr


@pytest.mark.usefixtures("refused")
def test_elsewhere_the_projects_folder_is_named(signed_in: Run) -> None:
    result = signed_in("capacity")
    assert result.stderr.endswith("the stack is down. Start it with `make dev` in the project's folder.\n")


def test_a_stack_that_was_stopped_is_down_too(run: Run, project: Path) -> None:
    (project / ".local" / "stack.json").unlink()
    (project / "functions").mkdir()
    result = run("capacity")
    assert result.exit_code == 4
    assert result.stderr == "The stack on this machine is down. Start it with `make dev`.\n"


def test_the_stack_of_a_profile_that_was_stopped_is_down(run: Run, project: Path) -> None:
    path = project / ".local" / "stack.json"
    save_profile("desk", {"stack": str(path)})
    path.unlink()
    result = run("capacity", "--profile", "desk")
    assert result.exit_code == 4
    assert result.stderr == f"The stack of this profile is down: {path} is missing. Start it with `make dev`.\n"


def test_an_api_on_the_network_that_refuses_may_answer_later() -> None:
    """What is no stack on this machine is asked again: its refusal passes on as the network's."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    outside = Surroundings(Patience(sleep=lambda _: None, now=lambda: 0.0), transport=httpx.MockTransport(refuse))
    with (
        open_http("https://api.vendor.example", target=None, outside=outside) as http,
        pytest.raises(httpx.ConnectError),
    ):
        http.get("/v1/capacity")
