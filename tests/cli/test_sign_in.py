"""Signing in, staying signed in, signing out."""

import json
import stat
from pathlib import Path

import httpx
import pytest

from cli.places import configuration_folder
from tests.cli.conftest import Run
from tests.cli.fake_program import API_HOST, EMAIL, PASSWORD, FakeProgram


def sign_in_files() -> list[Path]:
    return list((configuration_folder() / "sign-ins").glob("*"))


def stored() -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in sign_in_files()]


def test_signing_in_finds_the_stack_of_the_folder_and_keeps_the_tokens_private(run: Run) -> None:
    result = run("login", EMAIL, typed=f"{PASSWORD}\n")

    assert result.exit_code == 0
    assert f"Signed in at http://{API_HOST} as {EMAIL}." in result.stderr
    assert stored() == [
        {
            "email": EMAIL,
            "access_token": "access-1",
            "refresh_token": "refresh-1",
            "expires_at": 1_790_003_600.0,
            "client_id": "client-1",
        }
    ]
    assert [stat.S_IMODE(path.stat().st_mode) for path in sign_in_files()] == [0o600]
    assert stat.S_IMODE((configuration_folder() / "sign-ins").stat().st_mode) == 0o700


def test_the_stack_is_found_from_a_folder_below_it(
    signed_in: Run, computer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = computer / "docs" / "decisions"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    assert signed_in("whoami").exit_code == 0


def test_the_password_comes_from_stdin_for_scripts(run: Run) -> None:
    result = run("login", EMAIL, "--password-stdin", "--json", typed=f"{PASSWORD}\n")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"email": EMAIL, "api": f"http://{API_HOST}", "profile": None}


def test_the_email_is_asked_for(run: Run) -> None:
    result = run("login", typed=f"{EMAIL}\n{PASSWORD}\n")

    assert result.exit_code == 0
    assert f"as {EMAIL}" in result.stderr


def test_without_a_terminal_the_missing_password_is_named(run: Run) -> None:
    result = run("login", EMAIL, typed="")

    assert result.exit_code == 2
    assert "set PARTNERDESK_PASSWORD" in result.stderr


def test_a_wrong_password_signs_nobody_in(run: Run) -> None:
    result = run("login", EMAIL, "--json", typed="wrong\n")

    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "problem": {
            "code": "not_signed_in",
            "detail": "The e-mail or the password is wrong, or the invitation has expired.",
        }
    }
    assert stored() == []


def test_an_invited_user_chooses_a_password_until_the_pool_takes_it(run: Run, program: FakeProgram) -> None:
    program.invited.add(EMAIL)

    result = run("login", EMAIL, typed=f"{PASSWORD}\nshort\nshort\na-longer-password\na-longer-password\n")

    assert result.exit_code == 0
    assert "Password not long enough" in result.stderr
    assert program.passwords[EMAIL] == "a-longer-password"
    assert [one["access_token"] for one in stored()] == ["access-1"]


def test_an_invited_script_takes_the_new_password_from_the_environment(
    run: Run, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.invited.add(EMAIL)
    monkeypatch.setenv("PARTNERDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("PARTNERDESK_NEW_PASSWORD", "short")

    refused = run("login", EMAIL)
    monkeypatch.setenv("PARTNERDESK_NEW_PASSWORD", "a-longer-password")
    accepted = run("login", EMAIL)

    assert (refused.exit_code, accepted.exit_code) == (2, 0)
    assert "PARTNERDESK_NEW_PASSWORD is refused" in refused.stderr


def test_an_expired_token_is_renewed_before_it_is_used(signed_in: Run, program: FakeProgram) -> None:
    program.clock.seconds += 3_590

    assert signed_in("capacity").exit_code == 0
    assert [request.headers.get("Authorization") for request in program.requests] == [None, "Bearer access-2"]
    assert [one["access_token"] for one in stored()] == ["access-2"]
    assert [one["refresh_token"] for one in stored()] == ["refresh-1"]


def test_a_token_that_the_api_no_longer_takes_is_renewed_once(signed_in: Run, program: FakeProgram) -> None:
    program.access_tokens.clear()

    assert signed_in("capacity").exit_code == 0
    assert len(program.sent("/v1/capacity")) == 2


def test_a_sign_in_that_has_ended_says_so(signed_in: Run, program: FakeProgram) -> None:
    program.access_tokens.clear()
    program.refresh_tokens.clear()

    result = signed_in("capacity")

    assert result.exit_code == 3
    assert result.stderr == "Your sign-in has ended. Run `partnerdesk login` again.\n"


def test_a_token_refused_after_renewal_is_not_tried_for_ever(signed_in: Run, program: FakeProgram) -> None:
    program.interference = [lambda _request, _go_on: httpx.Response(401, json={"message": "Unauthorized"})] * 2

    result = signed_in("capacity")

    assert result.exit_code == 3
    assert len(program.sent("/v1/capacity")) == 2


def test_who_is_not_signed_in_learns_how(run: Run) -> None:
    result = run("capacity")

    assert result.exit_code == 3
    assert result.stderr == f"You are not signed in at http://{API_HOST}. Run `partnerdesk login`.\n"


def test_signing_out_ends_the_tokens_here_and_at_the_pool(signed_in: Run, program: FakeProgram) -> None:
    result = signed_in("logout", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"api": f"http://{API_HOST}", "was_signed_in": True}
    assert program.refresh_tokens == set()
    assert stored() == []
    assert "Nobody was signed in" in signed_in("logout").stderr


def test_a_stack_set_up_anew_forgets_the_old_sign_in(signed_in: Run, computer: Path) -> None:
    stack_file = computer / ".local" / "stack.json"
    stack_file.write_text(stack_file.read_text().replace("client-1", "client-2"))

    assert signed_in("capacity").exit_code == 3


def test_whoami_names_the_partner(signed_in: Run) -> None:
    result = signed_in("whoami")

    assert result.exit_code == 0
    assert "North Star (p-1)" in result.stdout


def test_someone_of_several_partners_is_told_how_to_pick_one(signed_in: Run, program: FakeProgram) -> None:
    program.partners["p-2"] = "South Star"

    undecided, decided = signed_in("whoami"), signed_in("whoami", "--partner", "p-2", "--json")

    assert "p-2      South Star  partner member" in undecided.stdout
    assert "pick one with --partner" in undecided.stderr
    assert json.loads(decided.stdout)["partner_name"] == "South Star"


def test_an_empty_stdin_is_no_password(run: Run, program: FakeProgram) -> None:
    result = run("login", EMAIL, "--password-stdin", typed="\n")

    assert result.exit_code == 2
    assert "there was no password on stdin" in result.stderr
    assert program.requests == []


def test_signing_out_works_when_the_pool_does_not_answer(
    signed_in: Run, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(program, "transport", lambda: httpx.MockTransport(silent))

    result = signed_in("logout")

    assert result.exit_code == 0
    assert "gone from this computer, but the user pool did not end them" in result.stderr
    assert stored() == []


def test_a_token_renewed_by_another_command_is_used_as_it_is(signed_in: Run, program: FakeProgram) -> None:
    def renewed_elsewhere(_request: httpx.Request, _go_on: object) -> httpx.Response:
        program.access_tokens["access-9"] = program.clock.now() + 3600
        sign_in_files()[0].write_text(json.dumps({**stored()[0], "access_token": "access-9"}))
        return httpx.Response(401, json={"message": "Unauthorized"})

    program.interference = [renewed_elsewhere]

    assert signed_in("capacity").exit_code == 0
    assert [request.headers.get("Authorization") for request in program.requests] == [
        "Bearer access-1",
        "Bearer access-9",
    ]


@pytest.mark.parametrize("content", ["{", "[]", "{}", "\udc80"])
def test_a_damaged_sign_in_means_nobody_is_signed_in(signed_in: Run, content: str) -> None:
    sign_in_files()[0].write_text(content, errors="surrogateescape")

    assert signed_in("capacity").exit_code == 3


def test_a_configuration_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder should be")

    result = run("login", EMAIL, typed=f"{PASSWORD}\n")

    assert result.exit_code == 2
    assert f"{tmp_path / 'config'}" in result.stderr
