"""Sign-ins in the user pool. They prove who a person is; what the person may do stands in the table alone."""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from shared import aws, settings
from shared.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_BUSY = frozenset({"TooManyRequestsException", "InternalErrorException", "ThrottlingException"})


@cache
def user_pool() -> "CognitoIdentityProviderClient":
    """The client, made on first use."""
    config = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return cast("CognitoIdentityProviderClient", aws.session().create_client("cognito-idp", config=config))


def ensure_sign_in(email: str) -> None:
    """Make the person's sign-in unless it exists; the pool mails a first password to a new one.

    Called before the table is written: a sign-in without a membership opens nothing, while a member without a
    sign-in could not get in. Raises UnavailableError.
    """
    _call(
        "admin_create_user",
        "UsernameExistsException",
        Username=email,
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        DesiredDeliveryMediums=["EMAIL"],
    )


def remove_sign_in(email: str) -> None:
    """Delete the sign-in of an address that nobody has any more. Raises UnavailableError."""
    _call("admin_delete_user", "UserNotFoundException", Username=email)


def end_sessions(email: str) -> None:
    """Let no refresh token of the address work any more. Raises UnavailableError.

    The sign-in stays: it opens nothing without a membership, and another partner may be adding the person right now.
    """
    _call("admin_user_global_sign_out", "UserNotFoundException", Username=email)


def _call(operation: str, already_so: str, **arguments: Any) -> None:
    pool = user_pool()
    try:
        getattr(pool, operation)(UserPoolId=settings.user_pool_id(), **arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _BUSY:
            raise UnavailableError from error
        if code != already_so:
            raise
    except (NoConnectionError, HTTPClientError) as error:
        raise UnavailableError from error
