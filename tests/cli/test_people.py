"""Users, invitations, forgotten passwords and authenticator apps from the command line."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Run
from tests.cli.fake_program import EMAIL, FakeClock, FakeProgram

USER = {
    "id": "u-nia",
    "email": "nia@north.example",
    "name": "Nia Nord",
    "role": "partner_member",
    "language": "en",
    "partner_employee": False,
    "status": "active",
}
INVITED = {"partner_id": "p-2", "partner_name": "Lake & Co", "role": "partner_admin", "status": "invited"}


@dataclass
class ProgramOfPeople(FakeProgram):
    """Nobody is removed but Nia; whoever has an address at lake.example is known already."""

    wrote: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    pooled: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def _api(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            self.removed.append(request.url.path)
            return httpx.Response(204)
        return super()._api(request)

    def _read(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/users/u-nia":
            return httpx.Response(200, json=USER)
        if request.url.path == "/v1/me":
            own = {"partner_id": "p-1", "partner_name": "North Star", "role": "partner_admin", "status": "active"}
            return httpx.Response(200, json={"memberships": [own, INVITED]})
        return super()._read(request)

    def _write(self, path: str, body: dict[str, Any]) -> httpx.Response:
        self.wrote.append((path, body))
        if path == "/v1/users":
            status = "invited" if body["email"].endswith("@lake.example") else "active"
            return httpx.Response(201, json={**USER, **body, "status": status})
        if path == "/v1/users/u-nia/resend-invitation":
            return httpx.Response(200, json=USER)
        word = path.rpartition("/")[2]
        assert path == f"/v1/me/memberships/p-2/{word}"
        return httpx.Response(200, json={**INVITED, "status": {"accept": "active", "decline": "declined"}[word]})

    def _pool(self, request: httpx.Request) -> httpx.Response:
        action, body = request.headers["X-Amz-Target"].rpartition(".")[2], json.loads(request.content)
        if action in {"InitiateAuth", "RespondToAuthChallenge", "RevokeToken"}:
            return super()._pool(request)
        self.pooled.append((action, body))
        wrong = body.get("ConfirmationCode", body.get("UserCode", "123456")) != "123456"
        if wrong:
            return httpx.Response(400, json={"__type": "CodeMismatchException", "message": "Invalid code"})
        answers: dict[str, dict[str, Any]] = {
            "ForgotPassword": {"CodeDeliveryDetails": {"Destination": "l***@n***"}},
            "AssociateSoftwareToken": {"SecretCode": "JBSWY3DP"},
            "VerifySoftwareToken": {"Status": "SUCCESS"},
        }
        return httpx.Response(200, json=answers.get(action, {}))


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramOfPeople:
    return ProgramOfPeople(clock=clock_of_program)


def test_somebody_new_is_added(signed_in: Run, program: ProgramOfPeople) -> None:
    result = signed_in("users", "add", "nia@north.example", "Nia Nord", "--role", "admin", "--language", "de")

    assert result.exit_code == 0
    assert result.stderr == "Nia Nord is added (u-nia). A first password is on its way to nia@north.example.\n"
    body = {"email": "nia@north.example", "name": "Nia Nord", "role": "partner_admin", "language": "de"}
    assert program.wrote == [("/v1/users", body)]


def test_somebody_known_is_invited(signed_in: Run) -> None:
    result = signed_in("users", "add", "rita@lake.example", "Rita Lake")

    assert result.stderr == "rita@lake.example is invited (u-nia), and counts for nothing here until they accept.\n"


def test_an_invitation_is_mailed_again(signed_in: Run) -> None:
    assert signed_in("users", "resend", "u-nia").stderr == "The invitation is on its way to nia@north.example.\n"


def test_a_user_is_removed_after_a_question(signed_in: Run, program: ProgramOfPeople) -> None:
    kept = signed_in("users", "remove", "u-nia", typed="n\n")
    removed = signed_in("users", "remove", "u-nia", "--yes", "--json")

    assert (kept.exit_code, removed.exit_code) == (1, 0)
    assert "Remove Nia Nord (nia@north.example)?" in kept.stderr
    assert json.loads(removed.stdout) == {"id": "u-nia", "status": "removed"}
    assert program.removed == ["/v1/users/u-nia"]


def test_what_is_no_id_is_not_sent(signed_in: Run, program: ProgramOfPeople) -> None:
    for command in (("users", "resend", "a/b"), ("users", "remove", "a b"), ("invitations", "accept", "..%2f")):
        assert signed_in(*command).exit_code == 2
    assert program.requests == []


def test_invitations_are_listed_and_answered(signed_in: Run) -> None:
    assert signed_in("invitations", "list").stdout.splitlines() == [
        "Partner  Name       Role",
        "p-2      Lake & Co  partner admin",
    ]
    assert json.loads(signed_in("invitations", "list", "--json").stdout) == {"data": [INVITED]}
    assert signed_in("invitations", "accept", "p-2").stderr == "You belong to Lake & Co now: partner admin.\n"
    assert signed_in("invitations", "decline", "p-2").stderr == "Declined: you do not join Lake & Co.\n"


def test_a_forgotten_password_is_reset_with_the_code_of_a_mail(run: Run, program: ProgramOfPeople) -> None:
    typed = "000000\na-longer-password\na-longer-password\n123456\n"

    result = run("password", "reset", "Lena@NORTH.example", typed=typed)

    assert result.exit_code == 0
    assert "A code is on its way to l***@n***, if somebody signs in with that address." in result.stderr
    assert "The code is wrong or too old." in result.stderr
    assert [action for action, _ in program.pooled] == [
        "ForgotPassword",
        "ConfirmForgotPassword",
        "ConfirmForgotPassword",
    ]
    assert {body["Username"] for _, body in program.pooled} == {EMAIL}
    assert program.pooled[-1][1]["Password"] == "a-longer-password"


def test_a_script_resets_a_password_from_its_environment(
    run: Run, program: ProgramOfPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERDESK_NEW_PASSWORD", "a-longer-password")
    monkeypatch.setenv("PARTNERDESK_CODE", "000000")
    refused = run("password", "reset", EMAIL, "--have-code")
    monkeypatch.setenv("PARTNERDESK_CODE", "123456")
    accepted = run("password", "reset", EMAIL, "--have-code", "--json")

    assert (refused.exit_code, accepted.exit_code) == (2, 0)
    assert "PARTNERDESK_CODE is refused: The code is wrong or too old." in refused.stderr
    assert json.loads(accepted.stdout)["status"] == "reset"
    assert [action for action, _ in program.pooled] == ["ConfirmForgotPassword"] * 2


def test_what_is_no_address_is_not_sent(run: Run, program: ProgramOfPeople) -> None:
    assert run("password", "reset", "lena").exit_code == 2
    assert run("login", "lena", typed="secret\n").exit_code == 2
    assert program.requests == []


def test_an_authenticator_app_is_set_up_and_switched_off(signed_in: Run, program: ProgramOfPeople) -> None:
    on = signed_in("authenticator", "set-up", typed="123456\n")
    off = signed_in("authenticator", "switch-off", "--json")

    assert (on.exit_code, off.exit_code) == (0, 0)
    assert "  JBSWY3DP" in on.stderr
    assert f"otpauth://totp/Partnerdesk:{EMAIL}?secret=JBSWY3DP&issuer=Partnerdesk" in on.stderr
    assert json.loads(off.stdout) == {"email": EMAIL, "authenticator": "off"}
    assert [action for action, _ in program.pooled] == [
        "AssociateSoftwareToken",
        "VerifySoftwareToken",
        "SetUserMFAPreference",
        "SetUserMFAPreference",
    ]


def test_a_wrong_first_code_sets_nothing_up(signed_in: Run, program: ProgramOfPeople) -> None:
    result = signed_in("authenticator", "set-up", typed="000000\n")

    assert result.exit_code == 2
    assert [action for action, _ in program.pooled] == ["AssociateSoftwareToken", "VerifySoftwareToken"]


def test_nobody_sets_up_an_app_without_a_sign_in(run: Run) -> None:
    assert run("authenticator", "set-up").exit_code == 3
