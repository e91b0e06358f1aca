"""Sign-ins in the user pool. They prove who a person is; what the person may do stands in the table alone.

A sign-in is named by its `sub`, which the pool takes in the place of the user name: an address may be another's by now.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from msgspec import Struct

from shared import aws, settings
from shared.domain.languages import Language
from shared.errors import ProblemError, UnavailableError, ValidationError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_BUSY = frozenset({"TooManyRequestsException", "InternalErrorException", "ThrottlingException"})
_NOT_MAILED = frozenset(
    {
        "CodeDeliveryFailureException",
        "InvalidEmailRoleAccessPolicyException",
        "InvalidLambdaResponseException",
        "LimitExceededException",
        "UnexpectedLambdaException",
        "UserLambdaValidationException",
    }
)
_UNUSED = "FORCE_CHANGE_PASSWORD"
"""The status of a sign-in whose owner has not chosen a password yet."""

_AUTHENTICATOR = "SOFTWARE_TOKEN_MFA"


class InvitationNotMailedError(ProblemError):
    status = 503
    code = "invitation_not_mailed"
    title = "The invitation could not be mailed"

    def __init__(self) -> None:
        super().__init__(
            "The mail with the first password did not go out, and nothing was changed. Repeat the request in a minute; "
            "where it stays so, the vendor has to look at the user pool's mail settings.",
            headers={"Retry-After": "60"},
        )


class AddressRefusedError(ValidationError):
    """The pool has rules of its own about addresses."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody could sign in with this address.",
            errors=[{"pointer": "#/email", "detail": "The user pool refuses the address."}],
        )


class SignInUsedError(Exception):
    """The owner has chosen a password, so there is no first one to be mailed."""


class PooledSignIn(Struct, frozen=True, kw_only=True):
    """A sign-in as the pool has it. It is unused until its owner has chosen a password.

    With an authenticator app the pool lets nobody sign in without a code of it.
    """

    sub: str
    is_unused: bool
    has_authenticator: bool


@cache
def user_pool() -> "CognitoIdentityProviderClient":
    """The client, made on first use."""
    config = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return cast("CognitoIdentityProviderClient", aws.session().create_client("cognito-idp", config=config))


def create_sign_in(email: str, *, language: Language) -> str | None:
    """Make a sign-in, to which the pool mails a first password in this language.

    Returns its `sub`, or None where there is one already. Raises AddressRefusedError, InvitationNotMailedError,
    UnavailableError.
    """
    answer = _call(
        "admin_create_user",
        unless="UsernameExistsException",
        Username=email,
        UserAttributes=[
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "locale", "Value": language.value},  # which the pool's mails are worded by
        ],
        DesiredDeliveryMediums=["EMAIL"],
    )
    return _sub(answer["User"]["Attributes"]) if answer else None


def find_sign_in(name: str) -> PooledSignIn | None:
    """The sign-in of this address or `sub`. Raises UnavailableError."""
    answer = _call("admin_get_user", unless="UserNotFoundException", Username=name)
    if answer is None:
        return None
    return PooledSignIn(
        sub=_sub(answer["UserAttributes"]),
        is_unused=answer["UserStatus"] == _UNUSED,
        has_authenticator=_AUTHENTICATOR in answer.get("UserMFASettingList", ()),
    )


def mail_first_password(email: str) -> bool:
    """Mail a new first password to somebody who has not signed in yet, though the one before ran out.

    Returns whether the pool has the sign-in. Raises SignInUsedError, InvitationNotMailedError, UnavailableError.
    """
    known = find_sign_in(email)
    if known is None:
        return False
    if not known.is_unused:
        raise SignInUsedError
    answer = _call(
        "admin_create_user",
        unless="UserNotFoundException",
        Username=email,
        MessageAction="RESEND",
        DesiredDeliveryMediums=["EMAIL"],
    )
    return answer is not None


def delete_sign_in(sub: str) -> None:
    """Delete the sign-in, and with it every token that could be renewed. Raises UnavailableError."""
    _call("admin_delete_user", unless="UserNotFoundException", Username=sub)


def _sub(attributes: Any) -> str:
    """The pool gives every sign-in one, and never the same again."""
    return next(str(one["Value"]) for one in attributes if one["Name"] == "sub")


def _call(operation: str, *, unless: str, **arguments: Any) -> dict[str, Any] | None:
    """The pool's answer, or None where it says `unless`."""
    pool = user_pool()
    try:
        answer: dict[str, Any] = getattr(pool, operation)(UserPoolId=settings.user_pool_id(), **arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == unless:
            return None
        if code in _BUSY:
            raise UnavailableError from error
        if code in _NOT_MAILED:
            raise InvitationNotMailedError from error
        if code == "UnsupportedUserStateException":
            raise SignInUsedError from error
        if code == "InvalidParameterException":
            raise AddressRefusedError from error
        raise
    except (NoConnectionError, HTTPClientError) as error:
        raise UnavailableError from error
    return answer
