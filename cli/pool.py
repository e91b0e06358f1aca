"""Signing in at the Amazon Cognito user pool, by its plain HTTPS interface.

Requests: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html and its
neighbours RespondToAuthChallenge, RevokeToken, ForgotPassword, ConfirmForgotPassword, AssociateSoftwareToken,
VerifySoftwareToken and SetUserMFAPreference; none of them needs an AWS signature.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from cli.exits import ApiFailedError, CliError, NotSignedInError, UnreachableError, WrongUsageError
from cli.patience import Patience
from cli.sign_ins import SignIn

SERVICE = "AWSCognitoIdentityProviderService"
NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"  # noqa: S105 - the name of a challenge
AUTHENTICATOR = "SOFTWARE_TOKEN_MFA"
AUTHENTICATOR_MISSING = "MFA_SETUP"
NO_ANSWER = "NoAnswer"
BUSY = frozenset({NO_ANSWER, "TooManyRequestsException", "InternalErrorException", "ThrottlingException"})
PASSWORD_RULES = frozenset({"InvalidPasswordException", "PasswordHistoryPolicyViolationException"})
WRONG_CODE = frozenset({"CodeMismatchException", "EnableSoftwareTokenMFAException", "ExpiredCodeException"})
NOT_MAILED = frozenset({"CodeDeliveryFailureException", "InvalidEmailRoleAccessPolicyException"})
ADVICE = {
    "NotAuthorizedException": "The e-mail or the password is wrong, or the invitation has expired.",
    "UserNotFoundException": "The e-mail or the password is wrong, or the invitation has expired.",
    "PasswordResetRequiredException": "This password has to be reset first: run `partnerdesk password reset`.",
    "UserNotConfirmedException": "This account is not confirmed yet: follow the invitation that was mailed to you.",
    "LimitExceededException": "Too many attempts. Wait a few minutes and try again.",
    "ResourceNotFoundException": "The pool does not know this client id: check --client-id and --pool-region.",
}


NOTHING_TO_RESET = (
    "Who has not signed in yet has no password to reset: an admin of the partner can mail the invitation again."
)
RESET_ADVICE = {
    **ADVICE,
    "InvalidParameterException": NOTHING_TO_RESET,
    "NotAuthorizedException": NOTHING_TO_RESET,
    "UserNotFoundException": NOTHING_TO_RESET,
}


class PasswordRefusedError(WrongUsageError):
    """The pool's rules for passwords are not met; its own words say which."""

    code = "password_refused"


class CodeRefusedError(WrongUsageError):
    """The code of the authenticator app or of the mail is not the one that the pool expects, or is too old."""

    code = "code_refused"


@dataclass(frozen=True)
class Answers:
    """Where answers to the pool's questions come from; each is asked with the pool's complaint about the one before."""

    new_password: Callable[[str], str]
    code: Callable[[str], str]
    show_secret: Callable[[str], None]
    """Shows the secret that an authenticator app is set up with."""


class Pool:
    def __init__(self, *, http: httpx.Client, client_id: str, patience: Patience) -> None:
        self._http = http
        self._client_id = client_id
        self._patience = patience

    def sign_in(self, *, email: str, password: str, answers: Answers) -> SignIn:
        """Signs in; the pool may want a first password of one's own, a code, or an authenticator app set up."""
        answer = self._start(email=email, password=password)
        complaint = ""
        while challenge := answer.get("ChallengeName"):
            try:
                if challenge == NEW_PASSWORD:
                    chosen = answers.new_password(complaint)
                    answer = self._respond(answer, email, {"NEW_PASSWORD": chosen})
                    password = chosen
                elif challenge == AUTHENTICATOR:
                    code = answers.code(complaint)
                    answer = self._respond(answer, email, {"SOFTWARE_TOKEN_MFA_CODE": code})
                elif challenge == AUTHENTICATOR_MISSING:
                    session = self._set_up({"Session": answer.get("Session", "")}, answers)
                    answer = self._respond({**answer, "Session": session}, email, {})
                else:
                    raise NotSignedInError(f"The pool asks for {challenge}, which this client cannot answer.")
                complaint = ""
            except (PasswordRefusedError, CodeRefusedError) as error:
                complaint = str(error)
                answer = self._start(email=email, password=password)
        return self._read_tokens(answer, email=email, refresh_token=None)

    def set_up_authenticator(self, sign_in: SignIn, answers: Answers) -> None:
        """From the next sign-in on, the pool asks for a code of the app. Raises CodeRefusedError for a wrong one."""
        whose = {"AccessToken": sign_in.access_token}
        self._set_up(whose, answers)
        self._prefer(whose, enabled=True)

    def switch_off_authenticator(self, sign_in: SignIn) -> None:
        """From the next sign-in on, the password is enough."""
        self._prefer({"AccessToken": sign_in.access_token}, enabled=False)

    def mail_code(self, email: str) -> str:
        """Has the pool mail a code to reset a forgotten password. Returns to where, as far as it says so."""
        answer = self._call("ForgotPassword", {"ClientId": self._client_id, "Username": email}, RESET_ADVICE)
        return str((answer.get("CodeDeliveryDetails") or {}).get("Destination") or "")

    def reset_password(self, email: str, *, code: str, password: str) -> None:
        """Raises CodeRefusedError, PasswordRefusedError."""
        body = {"ClientId": self._client_id, "Username": email, "ConfirmationCode": code, "Password": password}
        self._call("ConfirmForgotPassword", body)

    def _set_up(self, whose: dict[str, str], answers: Answers) -> str:
        """The session in which the sign-in goes on, where there is one."""
        answer = self._call("AssociateSoftwareToken", whose)
        answers.show_secret(str(answer.get("SecretCode", "")))
        whose = {**whose, "Session": answer["Session"]} if answer.get("Session") else whose
        body = {**whose, "UserCode": answers.code(""), "FriendlyDeviceName": "partnerdesk"}
        return str(self._call("VerifySoftwareToken", body).get("Session", ""))

    def _prefer(self, whose: dict[str, str], *, enabled: bool) -> None:
        settings = {"Enabled": enabled, "PreferredMfa": enabled}
        self._call("SetUserMFAPreference", {**whose, "SoftwareTokenMfaSettings": settings})

    def _start(self, *, email: str, password: str) -> dict[str, Any]:
        return self._call(
            "InitiateAuth",
            {
                "AuthFlow": "USER_PASSWORD_AUTH",
                "ClientId": self._client_id,
                "AuthParameters": {"USERNAME": email, "PASSWORD": password},
            },
        )

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

    def _respond(self, challenge: dict[str, Any], email: str, responses: dict[str, str]) -> dict[str, Any]:
        parameters = challenge.get("ChallengeParameters") or {}
        return self._call(
            "RespondToAuthChallenge",
            {
                "ChallengeName": challenge["ChallengeName"],
                "ClientId": self._client_id,
                "Session": challenge.get("Session", ""),
                "ChallengeResponses": {"USERNAME": parameters.get("USER_ID_FOR_SRP") or email, **responses},
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

    def _call(self, action: str, body: dict[str, Any], advice: Mapping[str, str] = ADVICE) -> dict[str, Any]:
        attempt = 1
        while True:
            kind, message, answer = self._send(action, body)
            if kind is None:
                return answer
            pause = self._patience.pause_before(attempt + 1, asked=None)
            if kind not in BUSY or pause is None:
                raise self._refusal(kind, message, advice)
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

    def _refusal(self, kind: str, message: str, advice: Mapping[str, str]) -> CliError:
        if kind == NO_ANSWER:
            return UnreachableError(
                f"The user pool at {self._http.base_url} does not answer ({message}). Check the network and try again."
            )
        if kind in BUSY:
            return UnreachableError("The user pool is busy. Try again in a minute.")
        if kind in NOT_MAILED:
            return UnreachableError("The user pool could not mail the code. Try again in a minute.")
        if kind in WRONG_CODE:
            return CodeRefusedError("The code is wrong or too old. Take the one that the app, or the last mail, shows.")
        if kind in PASSWORD_RULES:
            return PasswordRefusedError(message or "The pool refuses this password.")
        return NotSignedInError(advice.get(kind) or f"The user pool refused: {message or kind}")
