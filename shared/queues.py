"""Queues of SQS, for work that is done side by side."""

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from shared import aws
from shared.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_A_CALL = 10
"""SQS's limit of messages for one call."""


@cache
def sqs() -> "SQSClient":
    """The client, made on first use."""
    config = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
    return cast("SQSClient", aws.session().create_client("sqs", config=config))


class Queue(Struct, frozen=True):
    client: "SQSClient"
    url: str

    def send(self, messages: Iterable[str]) -> int:
        """Answers how many were sent, at least once each. Raises UnavailableError; some may be sent by then."""
        waiting, sent = iter(messages), 0
        while some := list(islice(waiting, _A_CALL)):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(some)]
            try:
                answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type] # plain dicts
            except (BotoCoreError, ClientError) as error:
                raise UnavailableError from error
            if answer.get("Failed"):
                raise UnavailableError
            sent += len(some)
        return sent
