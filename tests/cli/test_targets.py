"""Which API a command talks to."""

import json
from pathlib import Path

import pytest

from cli.exits import WrongUsageError
from cli.targets import Target, checked_api_url, find_target, profiles_file, save_profile
from tests.cli.conftest import Run
from tests.cli.fake_program import API_HOST, EMAIL, PASSWORD, FakeProgram

OPTIONS = ("--api", "https://api.vendor.example/v1/", "--pool-region", "eu-central-1", "--client-id", "client-9")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a stack, in or above it."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


def test_a_saved_profile_reaches_its_api_and_its_pool() -> None:
    save_profile("live", {"api": "https://api.vendor.example", "pool_region": "eu-west-1", "client_id": "client-9"})

    assert find_target("live") == Target(
        key="profile:live",
        api_url="https://api.vendor.example",
        pool_url="https://cognito-idp.eu-west-1.amazonaws.com/",
        client_id="client-9",
        host=None,
    )


def test_the_stack_of_the_folder_comes_before_the_default_profile() -> None:
    save_profile("default", {"api": "https://api.vendor.example", "pool_region": "eu-west-1", "client_id": "client-9"})

    assert find_target(None).name == f"http://{API_HOST}"


@pytest.mark.usefixtures("elsewhere")
def test_the_default_profile_serves_everywhere_else() -> None:
    save_profile("default", {"api": "https://api.vendor.example", "pool_region": "eu-west-1", "client_id": "client-9"})

    assert find_target(None).name == "https://api.vendor.example"


@pytest.mark.usefixtures("elsewhere")
def test_without_any_api_the_way_to_one_is_shown(run: Run) -> None:
    result = run("capacity")

    assert result.exit_code == 2
    assert "partnerdesk login --api URL --pool-region REGION --client-id ID" in result.stderr


def test_an_unknown_profile_is_refused_with_the_known_ones(run: Run) -> None:
    save_profile("live", {"api": "https://api.vendor.example", "pool_region": "eu-west-1", "client_id": "client-9"})

    result = run("capacity", "--profile", "life")

    assert result.exit_code == 2
    assert "There is no profile 'life' (saved: live)." in result.stderr


def test_several_people_can_be_signed_in_at_one_stack(run: Run, computer: Path) -> None:
    first = run("login", EMAIL, "--profile", "gold", typed=f"{PASSWORD}\n")
    unsigned = run("capacity", "--profile", "gold"), run("capacity")

    assert first.exit_code == 0
    assert [result.exit_code for result in unsigned] == [0, 3]
    assert json.loads(profiles_file().read_text()) == {"gold": {"stack": str(computer / ".local" / "stack.json")}}


@pytest.mark.usefixtures("elsewhere")
def test_a_new_profile_is_saved_once_the_sign_in_worked(run: Run, program: FakeProgram) -> None:
    program.api_host = "api.vendor.example"
    program.pool_host = "cognito-idp.eu-central-1.amazonaws.com"
    program.client_id = "client-9"

    refused = run("login", EMAIL, *OPTIONS, typed="wrong\n")
    saved_by_refused = profiles_file().exists()
    accepted = run("login", EMAIL, *OPTIONS, typed=f"{PASSWORD}\n")

    assert (refused.exit_code, saved_by_refused, accepted.exit_code) == (3, False, 0)
    assert json.loads(profiles_file().read_text()) == {
        "default": {"api": "https://api.vendor.example", "pool_region": "eu-central-1", "client_id": "client-9"}
    }
    assert run("capacity").exit_code == 0


def test_a_new_default_profile_says_that_the_stack_of_the_folder_comes_first(run: Run, program: FakeProgram) -> None:
    program.pool_host = "cognito-idp.eu-central-1.amazonaws.com"
    program.client_id = "client-9"

    result = run("login", EMAIL, *OPTIONS, typed=f"{PASSWORD}\n")

    assert result.exit_code == 0
    assert "add --profile default for this API" in result.stderr


def test_a_new_profile_needs_all_three_of_its_options(run: Run) -> None:
    result = run("login", EMAIL, "--api", "https://api.vendor.example")

    assert result.exit_code == 2
    assert "missing: --pool-region, --client-id." in result.stderr


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.vendor.example", "https://api.vendor.example"),
        ("https://api.vendor.example/", "https://api.vendor.example"),
        ("https://api.vendor.example/live/v1/", "https://api.vendor.example/live"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
    ],
)
def test_an_api_address_is_kept_without_its_version(given: str, kept: str) -> None:
    assert checked_api_url(given) == kept


@pytest.mark.parametrize("given", ["http://api.vendor.example", "api.vendor.example", "ftp://api.vendor.example", ""])
def test_an_address_that_is_none_or_unencrypted_is_refused(given: str) -> None:
    with pytest.raises(WrongUsageError, match="--api must"):
        checked_api_url(given)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"connect": 1}'])
def test_a_damaged_stack_file_is_named(run: Run, computer: Path, content: str) -> None:
    (computer / ".local" / "stack.json").write_text(content)

    result = run("capacity")

    assert result.exit_code == 2
    assert "does not describe a local stack" in result.stderr
    assert "Run `make up` again." in result.stderr


@pytest.mark.parametrize("part", ["connect", "endpoint_url"])
def test_a_stack_file_that_leads_away_from_this_machine_is_not_followed(
    run: Run, computer: Path, program: FakeProgram, part: str
) -> None:
    stack_file = computer / ".local" / "stack.json"
    away = {"connect": "collect.example:80", "endpoint_url": "http://collect.example"}[part]
    stack_file.write_text(json.dumps({**json.loads(stack_file.read_text()), part: away}))

    result = run("login", EMAIL, typed=f"{PASSWORD}\n")

    assert result.exit_code == 2
    assert "leads away from this machine" in result.stderr
    assert program.requests == []


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_profile_file_is_named(run: Run, content: str) -> None:
    profiles_file().parent.mkdir(parents=True)
    profiles_file().write_text(content)

    result = run("capacity", "--profile", "live")

    assert result.exit_code == 2
    assert "profiles.json is damaged" in result.stderr


def test_a_profile_with_a_part_missing_is_named(run: Run) -> None:
    save_profile("live", {"api": "https://api.vendor.example"})

    result = run("capacity", "--profile", "live")

    assert result.exit_code == 2
    assert "The profile 'live' lacks 'pool_region'." in result.stderr
