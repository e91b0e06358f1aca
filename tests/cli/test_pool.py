"""What the user pool may answer besides tokens."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli.exits import ApiFailedError, CliError, NotSignedInError, UnreachableError
from cli.patience import Patience
from cli.pool import Answers, CodeRefusedError, Pool
from cli.sign_ins import SignIn
from tests.cli.fake_program import FakeClock

TOKENS = {"AuthenticationResult": {"AccessToken": "access-2", "ExpiresIn": 300, "RefreshToken": "refresh-2"}}
SIGN_IN = SignIn(
    email="lena@north.example",
    access_token="access-1",
    refresh_token="refresh-1",
    expires_at=0.0,
    client_id="client-1",
)


def error(kind: str, message: str = "") -> httpx.Response:
    return httpx.Response(400, json={"__type": kind, "message": message})


def pool_answering(*answers: httpx.Response | Exception) -> tuple[Pool, list[dict[str, Any]], FakeClock]:
    """A pool that gives these answers in turn, what it was sent, and the clock of its client."""
    left, sent, clock = list(answers), [], FakeClock()

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["X-Amz-Target"].startswith("AWSCognitoIdentityProviderService.")
        sent.append(json.loads(request.content))
        following = left.pop(0)
        if isinstance(following, Exception):
            raise following
        return following

    http = httpx.Client(base_url="https://pool.example/", transport=httpx.MockTransport(answer))
    patience = Patience(sleep=clock.sleep, now=clock.now, spread=lambda most: most, attempts=3)
    return Pool(http=http, client_id="client-1", patience=patience), sent, clock


def nobody_asks(complaint: str) -> str:
    raise AssertionError(complaint)


def sign_in_at(pool: Pool, **given: Callable[[str], Any]) -> SignIn:
    answers = Answers(**{"new_password": nobody_asks, "code": nobody_asks, "show_secret": nobody_asks, **given})
    return pool.sign_in(email="lena@north.example", password="secret", answers=answers)


def test_a_pool_that_rotates_refresh_tokens_is_followed() -> None:
    pool, sent, clock = pool_answering(httpx.Response(200, json=TOKENS))

    assert pool.renew(SIGN_IN) == SignIn(
        email="lena@north.example",
        access_token="access-2",
        refresh_token="refresh-2",
        expires_at=clock.seconds + 300,
        client_id="client-1",
    )
    assert sent == [
        {
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "ClientId": "client-1",
            "AuthParameters": {"REFRESH_TOKEN": "refresh-1"},
        }
    ]


@pytest.mark.parametrize(
    "trouble",
    [httpx.ConnectError("refused"), error("TooManyRequestsException"), error("InternalErrorException")],
)
def test_passing_trouble_of_the_pool_is_waited_out(trouble: httpx.Response | Exception) -> None:
    pool, sent, clock = pool_answering(trouble, trouble, httpx.Response(200, json=TOKENS))

    assert sign_in_at(pool).access_token == "access-2"
    assert len(sent) == 3
    assert clock.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("answers", "failure", "words"),
    [
        ([httpx.ReadTimeout("late")] * 3, UnreachableError, r"pool\.example/ does not answer \(ReadTimeout\)"),
        ([error("TooManyRequestsException")] * 3, UnreachableError, "busy"),
        ([error("PasswordResetRequiredException")], NotSignedInError, "reset"),
        ([error("com.amazonaws#UserNotFoundException")], NotSignedInError, "e-mail or the password is wrong"),
        ([error("ResourceNotFoundException")], NotSignedInError, "check --client-id"),
        ([error("InvalidParameterException", "Flow not enabled")], NotSignedInError, "Flow not enabled"),
        ([httpx.Response(200, json={"ChallengeName": "SMS_MFA"})], NotSignedInError, "SMS_MFA"),
        ([httpx.Response(200, json={})], ApiFailedError, "without tokens"),
        ([httpx.Response(200, json={"AuthenticationResult": None})], ApiFailedError, "without tokens"),
        ([httpx.Response(403, content=b"<html>")], ApiFailedError, "403 with an unreadable body"),
        ([httpx.Response(404, json={})], NotSignedInError, "status 404"),
    ],
)
def test_every_other_answer_says_what_to_do(
    answers: list[httpx.Response | Exception], failure: type[CliError], words: str
) -> None:
    pool, _, _ = pool_answering(*answers)

    with pytest.raises(failure, match=words):
        sign_in_at(pool)


def test_a_temporary_password_is_traded_under_the_pool_s_name_for_the_user() -> None:
    challenge = {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "session-1",
        "ChallengeParameters": {"USER_ID_FOR_SRP": "u-1"},
    }
    pool, sent, _ = pool_answering(httpx.Response(200, json=challenge), httpx.Response(200, json=TOKENS))
    ask: Callable[[str], str] = {"": "a-longer-password"}.__getitem__

    sign_in_at(pool, new_password=ask)

    assert sent[1] == {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ClientId": "client-1",
        "Session": "session-1",
        "ChallengeResponses": {"USERNAME": "u-1", "NEW_PASSWORD": "a-longer-password"},
    }


AUTHENTICATOR = {
    "ChallengeName": "SOFTWARE_TOKEN_MFA",
    "Session": "session-1",
    "ChallengeParameters": {"USER_ID_FOR_SRP": "u-1"},
}
SET_UP = {"ChallengeName": "MFA_SETUP", "Session": "session-1", "ChallengeParameters": {}}


def ok(body: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json=body)


def test_the_code_of_an_authenticator_is_asked_for_until_the_pool_takes_it() -> None:
    pool, sent, _ = pool_answering(
        ok(AUTHENTICATOR), error("CodeMismatchException", "Invalid code"), ok(AUTHENTICATOR), ok(TOKENS)
    )
    codes, complaints = iter(["000000", "123456"]), list[str]()

    def code(complaint: str) -> str:
        complaints.append(complaint)
        return next(codes)

    assert sign_in_at(pool, code=code).access_token == "access-2"

    assert complaints == ["", "The code is wrong or too old. Take the one that the app, or the last mail, shows."]
    assert sent[3] == {
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "ClientId": "client-1",
        "Session": "session-1",
        "ChallengeResponses": {"USERNAME": "u-1", "SOFTWARE_TOKEN_MFA_CODE": "123456"},
    }


def test_a_pool_that_requires_an_authenticator_has_it_set_up_in_the_sign_in() -> None:
    pool, sent, _ = pool_answering(
        ok(SET_UP),
        ok({"SecretCode": "JBSWY3DP", "Session": "session-2"}),
        ok({"Status": "SUCCESS", "Session": "session-3"}),
        ok(TOKENS),
    )
    shown: list[str] = []

    sign_in_at(pool, code=lambda _: "123456", show_secret=shown.append)

    assert shown == ["JBSWY3DP"]
    assert sent[1:] == [
        {"Session": "session-1"},
        {"Session": "session-2", "UserCode": "123456", "FriendlyDeviceName": "partnerdesk"},
        {
            "ChallengeName": "MFA_SETUP",
            "ClientId": "client-1",
            "Session": "session-3",
            "ChallengeResponses": {"USERNAME": "lena@north.example"},
        },
    ]


def test_an_authenticator_is_set_up_and_switched_off_with_the_access_token() -> None:
    pool, sent, _ = pool_answering(ok({"SecretCode": "JBSWY3DP"}), ok({"Status": "SUCCESS"}), ok({}), ok({}))
    answers = Answers(new_password=nobody_asks, code=lambda _: "123456", show_secret=lambda _: None)

    pool.set_up_authenticator(SIGN_IN, answers)
    pool.switch_off_authenticator(SIGN_IN)

    assert sent == [
        {"AccessToken": "access-1"},
        {"AccessToken": "access-1", "UserCode": "123456", "FriendlyDeviceName": "partnerdesk"},
        {"AccessToken": "access-1", "SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}},
        {"AccessToken": "access-1", "SoftwareTokenMfaSettings": {"Enabled": False, "PreferredMfa": False}},
    ]


def test_a_wrong_first_code_sets_up_nothing() -> None:
    pool, sent, _ = pool_answering(ok({"SecretCode": "JBSWY3DP"}), error("EnableSoftwareTokenMFAException"))
    answers = Answers(new_password=nobody_asks, code=lambda _: "000000", show_secret=lambda _: None)

    with pytest.raises(CodeRefusedError):
        pool.set_up_authenticator(SIGN_IN, answers)
    assert len(sent) == 2


def test_a_forgotten_password_is_reset_with_a_mailed_code() -> None:
    pool, sent, _ = pool_answering(ok({"CodeDeliveryDetails": {"Destination": "l***@n***"}}), ok({}))

    assert pool.mail_code("lena@north.example") == "l***@n***"
    pool.reset_password("lena@north.example", code="123456", password="a-longer-password")

    assert sent == [
        {"ClientId": "client-1", "Username": "lena@north.example"},
        {
            "ClientId": "client-1",
            "Username": "lena@north.example",
            "ConfirmationCode": "123456",
            "Password": "a-longer-password",
        },
    ]


@pytest.mark.parametrize(
    ("kind", "failure", "words"),
    [
        ("CodeDeliveryFailureException", UnreachableError, "could not mail the code"),
        ("LimitExceededException", NotSignedInError, "Too many attempts"),
        ("InvalidParameterException", NotSignedInError, "mail the invitation again"),
    ],
)
def test_a_code_that_was_not_mailed_is_told_so(kind: str, failure: type[CliError], words: str) -> None:
    pool, _, _ = pool_answering(error(kind))

    with pytest.raises(failure, match=words):
        pool.mail_code("lena@north.example")
