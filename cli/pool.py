"""Signing in at the Amazon Cognito user pool, by its plain HTTPS interface.

Requests: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html and its
neighbours RespondToAuthChallenge and RevokeToken; none of the three needs an AWS signature.
"""

import json
from collections.abc import Callable
from typing import Any

import httpx

from cli.exits import ApiFailedError, CliError, NotSignedInError, UnreachableError, WrongUsageError
from cli.patience import Patience
from cli.sign_ins import SignIn

SERVICE = "AWSCognitoIdentityProviderService"
NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"  # noqa: S105 - the name of a challenge
NO_ANSWER = "NoAnswer"
BUSY = frozenset({NO_ANSWER, "TooManyRequestsException", "InternalErrorException", "ThrottlingException"})
PASSWORD_RULES = frozenset({"InvalidPasswordException", "PasswordHistoryPolicyViolationException"})
ADVICE = {
    "NotAuthorizedException": "The e-mail or the password is wrong, or the invitation has expired.",
    "UserNotFoundException": "The e-mail or the password is wrong, or the invitation has expired.",
    "PasswordResetRequiredException": "This password has to be reset first: ask the vendor's back office.",
    "UserNotConfirmedException": "This account is not confirmed yet: follow the invitation that was mailed to you.",
    "LimitExceededException": "Too many attempts. Wait a few minutes and try again.",
    "ResourceNotFoundException": "The pool does not know this client id: check --client-id and --pool-region.",
}


class PasswordRefusedError(WrongUsageError):
    """The pool's rules for passwords are not met; its own words say which."""

    code = "password_refused"


class Pool:
    def __init__(self, *, http: httpx.Client, client_id: str, patience: Patience) -> None:
        self._http = http
        self._client_id = client_id
        self._patience = patience

    def sign_in(self, *, email: str, password: str, ask_new_password: Callable[[str], str]) -> SignIn:
        """Signs in, choosing a password where the user was invited and has none yet.

        `ask_new_password(complaint)` is called for it, with the pool's own words after each choice that it refused.
        """
        answer = self._start(email=email, password=password)
        complaint = ""
        while "ChallengeName" in answer:
            try:
                answer = self._choose_password(answer, email=email, password=ask_new_password(complaint))
            except PasswordRefusedError as error:
                complaint = str(error)
                answer = self._start(email=email, password=password)
        return self._read_tokens(answer, email=email, refresh_token=None)

    def _start(self, *, email: str, password: str) -> dict[str, Any]:
        answer = self._call(
            "InitiateAuth",
            {
                "AuthFlow": "USER_PASSWORD_AUTH",
                "ClientId": self._client_id,
                "AuthParameters": {"USERNAME": email, "PASSWORD": password},
            },
        )
        challenge = answer.get("ChallengeName")
        if challenge not in (None, NEW_PASSWORD):
            raise NotSignedInError(f"The pool asks for {challenge}, which this client cannot answer. Use the console.")
        return answer

    def renew(self, sign_in: SignIn) -> SignIn:
        """A fresh access token; where the pool rotates refresh tokens, also the next of those."""
        try:
            answer = self._call(
                "InitiateAuth",
                {
                    "AuthFlow": "REFRESH_TOKEN_AUTH",
                    "ClientId": self._client_id,
                    "AuthParameters": {"REFRESH_TOKEN": sign_in.refresh_token},
                },
            )
        except NotSignedInError:
            raise NotSignedInError("Your sign-in has ended. Run `partnerdesk login` again.") from None
        return self._read_tokens(answer, email=sign_in.email, refresh_token=sign_in.refresh_token)

    def revoke(self, sign_in: SignIn) -> None:
        """Ends the refresh token at the pool, and every access token that came from it."""
        self._call("RevokeToken", {"Token": sign_in.refresh_token, "ClientId": self._client_id})

    def _choose_password(self, answer: dict[str, Any], *, email: str, password: str) -> dict[str, Any]:
        parameters = answer.get("ChallengeParameters") or {}
        return self._call(
            "RespondToAuthChallenge",
            {
                "ChallengeName": NEW_PASSWORD,
                "ClientId": self._client_id,
                "Session": answer.get("Session", ""),
                "ChallengeResponses": {
                    "USERNAME": parameters.get("USER_ID_FOR_SRP") or email,
                    "NEW_PASSWORD": password,
                },
            },
        )

    def _read_tokens(self, answer: dict[str, Any], *, email: str, refresh_token: str | None) -> SignIn:
        try:
            result = answer["AuthenticationResult"]
            return SignIn(
                email=email,
                access_token=result["AccessToken"],
                refresh_token=result.get("RefreshToken") or refresh_token or "",
                expires_at=self._patience.now() + result["ExpiresIn"],
                client_id=self._client_id,
            )
        except (KeyError, TypeError):
            raise ApiFailedError(
                "The user pool answered without tokens. Check --pool-region and --client-id."
            ) from None

    def _call(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        attempt = 1
        while True:
            kind, message, answer = self._send(action, body)
            if kind is None:
                return answer
            pause = self._patience.pause_before(attempt + 1, asked=None)
            if kind not in BUSY or pause is None:
                raise self._refusal(kind, message)
            attempt += 1
            self._patience.sleep(pause)

    def _send(self, action: str, body: dict[str, Any]) -> tuple[str | None, str, dict[str, Any]]:
        """The kind of failure (None for success), the pool's words for it, and the answer."""
        try:
            response = self._http.post(
                "/",
                content=json.dumps(body).encode(),
                headers={"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{SERVICE}.{action}"},
            )
            answer = response.json() if response.content else {}
        except httpx.TransportError as error:
            return NO_ANSWER, type(error).__name__, {}
        except ValueError:
            raise ApiFailedError(f"The user pool answered {response.status_code} with an unreadable body.") from None
        if response.is_success:
            return None, "", answer
        kind = str(answer.get("__type", f"status {response.status_code}")).rpartition("#")[2]
        return kind, str(answer.get("message") or answer.get("Message") or ""), answer

    def _refusal(self, kind: str, message: str) -> CliError:
        if kind == NO_ANSWER:
            return UnreachableError(
                f"The user pool at {self._http.base_url} does not answer ({message}). Check the network and try again."
            )
        if kind in BUSY:
            return UnreachableError("The user pool is busy. Try again in a minute.")
        if kind in PASSWORD_RULES:
            return PasswordRefusedError(message or "The pool refuses this password.")
        return NotSignedInError(ADVICE.get(kind) or f"The user pool refused: {message or kind}")
