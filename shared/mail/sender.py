"""Hands mails to SES, each with exactly one recipient and at most one who gets a copy."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from msgspec import Struct

from shared import aws
from shared.mail.errors import MailRefusedError, TransientMailError
from shared.mail.header_values import Mailbox

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import DestinationTypeDef

_CLIENT_SETTINGS = Config(
    connect_timeout=2,
    read_timeout=8,
    # SES has no idempotency token: a repeat after a lost answer would be a second mail. The outbox repeats, and counts.
    retries={"mode": "standard", "total_max_attempts": 1},
    user_agent="partnerdesk",
)
# What is wrong with this one mail. Everything else, a suspended account or a missing permission too, is put right on
# our side, and then the mail still has to go out.
_REFUSALS = frozenset({"MessageRejected", "BadRequestException"})
# A sender that nobody has verified yet, or a recipient while the account is on trial: SES has no other code for that.
_NOT_VERIFIED = "not verified"
_SERVER_ERROR = 500
_NO_TAGS: Mapping[str, str] = MappingProxyType({})

_clients: dict[str, "SESV2Client"] = {}


def ses() -> "SESV2Client":
    """The one SES client of a process, made on first use."""
    if "ses" not in _clients:
        _clients["ses"] = cast("SESV2Client", aws.session().create_client("sesv2", config=_CLIENT_SETTINGS))
    return _clients["ses"]


def reset() -> None:
    """Forget the client, for tests that change where it points."""
    _clients.clear()


class Sender(Struct, frozen=True, kw_only=True):
    """`mailbox` is who mails come from, at a verified identity; `configuration_set` reports bounces and complaints."""

    client: "SESV2Client"
    mailbox: Mailbox
    configuration_set: str

    def send(
        self, message: bytes, *, recipient: Mailbox, copy: Mailbox | None = None, tags: Mapping[str, str] = _NO_TAGS
    ) -> str:
        """Send to `recipient` and `copy` alone, whatever the headers say, and answer the message id that SES gave.

        `tags` come back with every event about this mail, such as its bounce.

        Raises MailRefusedError where another attempt is useless, TransientMailError where one is due.
        """
        destination: DestinationTypeDef = {"ToAddresses": [recipient.address]}
        if copy:
            destination["CcAddresses"] = [copy.address]
        try:
            answer = self.client.send_email(
                FromEmailAddress=self.mailbox.address,
                Destination=destination,
                Content={"Raw": {"Data": message}},
                ConfigurationSetName=self.configuration_set,
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _REFUSALS and _NOT_VERIFIED not in error.response["Error"].get("Message", ""):
                raise MailRefusedError(code=code) from None
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            raise TransientMailError(code=code, may_have_been_sent=status >= _SERVER_ERROR) from None
        except BotoCoreError as error:
            # An HTTP client's error is an answer that was lost; the others (no connection, no credentials) come before.
            answer_lost = isinstance(error, HTTPClientError)
            raise TransientMailError(code=type(error).__name__, may_have_been_sent=answer_lost) from None
        return answer["MessageId"]
