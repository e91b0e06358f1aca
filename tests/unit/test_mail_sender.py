from collections.abc import Iterator
from typing import Any, cast

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.stub import Stubber

from shared.mail import sender as sender_module
from shared.mail.errors import MailRefusedError, TransientMailError
from shared.mail.header_values import Mailbox
from shared.mail.sender import Sender, ses

SENDER = Mailbox(name="Contoso Software", address="partners@contoso.example")
CUSTOMER = Mailbox(name="Evil <evil@y.example>, Kim", address="kim@acme.example")
MESSAGE = b"To: somebody.else@y.example, another@y.example\r\n\r\nHello\r\n"
URL = "https://email.example"


@pytest.fixture
def sender() -> Iterator[Sender]:
    sender_module.reset()
    yield Sender(client=ses(), mailbox=SENDER, configuration_set="partnerdesk")
    sender_module.reset()


def failing(sender: Sender, error: Exception) -> Sender:
    """SES is never reached, or its answer never arrives."""

    def fail(**_: Any) -> AWSResponse:
        raise error

    cast("Any", sender.client).meta.events.register("before-send.sesv2.SendEmail", fail)
    return sender


def test_a_mail_goes_to_its_one_recipient_whatever_its_headers_say(sender: Sender) -> None:
    expected = {
        "FromEmailAddress": "partners@contoso.example",
        "Destination": {"ToAddresses": ["kim@acme.example"]},
        "Content": {"Raw": {"Data": MESSAGE}},
        "ConfigurationSetName": "partnerdesk",
        "EmailTags": [{"Name": "notice", "Value": "n-1"}],
    }
    with Stubber(sender.client) as stub:
        stub.add_response("send_email", {"MessageId": "ses-1"}, expected)
        assert sender.send(MESSAGE, recipient=CUSTOMER, tags={"notice": "n-1"}) == "ses-1"
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_a_mail_that_ses_will_not_take_is_refused_for_good(sender: Sender, code: str) -> None:
    with Stubber(sender.client) as stub:
        stub.add_client_error("send_email", code, "kim@acme.example is on a list", http_status_code=400)
        with pytest.raises(MailRefusedError) as refusal:
            sender.send(MESSAGE, recipient=CUSTOMER)
    assert str(refusal.value) == f"the mail service refused the mail: {code}"


@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        ("MessageRejected", "Email address is not verified. partners@contoso.example", 400),
        ("TooManyRequestsException", "", 429),
        ("LimitExceededException", "", 400),
        ("AccountSuspendedException", "", 400),
        ("SendingPausedException", "", 400),
        ("MailFromDomainNotVerifiedException", "", 400),
        ("NotFoundException", "Configuration set", 404),
        ("AccessDeniedException", "", 403),
        ("ThrottlingException", "", 400),
    ],
)
def test_what_is_put_right_on_our_side_is_sent_again_and_cannot_have_gone_out(
    sender: Sender, code: str, message: str, status: int
) -> None:
    with Stubber(sender.client) as stub:
        stub.add_client_error("send_email", code, message, http_status_code=status)
        with pytest.raises(TransientMailError) as delay:
            sender.send(MESSAGE, recipient=CUSTOMER)
    assert str(delay.value) == f"the mail could not be handed over: {code}"
    assert not delay.value.may_have_been_sent


def test_a_failure_inside_ses_may_have_come_after_the_sending(sender: Sender) -> None:
    with Stubber(sender.client) as stub:
        stub.add_client_error("send_email", "InternalFailure", http_status_code=500)
        with pytest.raises(TransientMailError) as delay:
            sender.send(MESSAGE, recipient=CUSTOMER)
    assert delay.value.may_have_been_sent


@pytest.mark.parametrize(
    "error",
    [ReadTimeoutError(endpoint_url=URL), ConnectionClosedError(endpoint_url=URL)],
    ids=lambda error: type(error).__name__,
)
def test_a_mail_whose_answer_was_lost_may_have_been_sent(sender: Sender, error: Exception) -> None:
    with pytest.raises(TransientMailError) as delay:
        failing(sender, error).send(MESSAGE, recipient=CUSTOMER)
    assert str(delay.value) == f"the mail could not be handed over: {type(error).__name__}"
    assert delay.value.may_have_been_sent


@pytest.mark.parametrize(
    "error",
    [ConnectTimeoutError(endpoint_url=URL), EndpointConnectionError(endpoint_url=URL), NoCredentialsError()],
    ids=lambda error: type(error).__name__,
)
def test_a_mail_that_never_left_was_not_sent(sender: Sender, error: Exception) -> None:
    with pytest.raises(TransientMailError) as delay:
        failing(sender, error).send(MESSAGE, recipient=CUSTOMER)
    assert str(delay.value) == f"the mail could not be handed over: {type(error).__name__}"
    assert not delay.value.may_have_been_sent


def test_a_lost_answer_is_not_repeated_behind_the_outboxs_back(sender: Sender) -> None:
    attempts: list[str] = []
    events = cast("Any", sender.client).meta.events
    events.register("before-send.sesv2.SendEmail", lambda **_: attempts.append("sent"))
    with pytest.raises(TransientMailError):
        failing(sender, ReadTimeoutError(endpoint_url=URL)).send(MESSAGE, recipient=CUSTOMER)
    assert attempts == ["sent"]


def test_the_client_is_made_once_and_does_not_wait_a_minute_for_an_answer() -> None:
    sender_module.reset()
    client = ses()
    assert ses() is client
    config = cast("Any", client).meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 8)
    sender_module.reset()
    assert ses() is not client
    sender_module.reset()
