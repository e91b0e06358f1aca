"""What the user pool may answer besides tokens."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli.exits import ApiFailedError, CliError, NotSignedInError, UnreachableError
from cli.patience import Patience
from cli.pool import Pool
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


def sign_in_at(pool: Pool) -> SignIn:
    def nobody_asks(complaint: str) -> str:
        raise AssertionError(complaint)

    return pool.sign_in(email="lena@north.example", password="secret", ask_new_password=nobody_asks)


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

    pool.sign_in(email="lena@north.example", password="secret", ask_new_password=ask)

    assert sent[1] == {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ClientId": "client-1",
        "Session": "session-1",
        "ChallengeResponses": {"USERNAME": "u-1", "NEW_PASSWORD": "a-longer-password"},
    }
