"""The one DynamoDB client of a process, made on first use."""

from typing import TYPE_CHECKING, cast

from botocore.config import Config

from shared import aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CLIENT_SETTINGS = Config(
    connect_timeout=1,  # botocore waits 60 s for each by default: longer than any function may run
    read_timeout=4,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=64,
    user_agent="partnerdesk",  # set once; botocore otherwise builds it twice a call
    parameter_validation=False,  # a twentieth of each call, for arguments that only our repositories build
)

_clients: dict[str, "DynamoDBClient"] = {}


def dynamodb() -> "DynamoDBClient":
    if "dynamodb" not in _clients:
        _clients["dynamodb"] = cast("DynamoDBClient", aws.session().create_client("dynamodb", config=_CLIENT_SETTINGS))
    return _clients["dynamodb"]


def reset() -> None:
    """Forget the client, for tests that change where it points."""
    _clients.clear()
