"""Addresses that are not mailed any more: who is one of them, since when and why, and the way back."""

from typing import Annotated, Self

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from msgspec.structs import replace
from pydantic import Field

from functions.vendor.service import MOST_RETRIES
from shared.addresses import Email
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.http.routing import RoomRouter, refuses
from shared.http.schemas import Answer, Instant
from shared.program import program
from shared.table import keys
from shared.table.clients import AllClients
from shared.table.session import TableSession, TableUnavailableError
from shared.table.suppressions import Suppression, Suppressions
from shared.table.transactions import Transaction

router = RoomRouter()

EmailInPath = Annotated[Email, Path(description="Percent-encoded, such as nobody%40acme.example.")]


class NotSuppressedError(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self) -> None:
        super().__init__("The address is not suppressed: it is mailed like any other.")


class SuppressionAnswer(Answer):
    """Why an address gets no mail, from no partner."""

    email: str
    reason: Annotated[str, Field(description="What came back from its mail server: `bounce` or `complaint`.")]
    notice_id: Annotated[str, Field(description="The mail that came back, as the log names it.")]
    suppressed_at: Instant

    @classmethod
    def of(cls, suppression: Suppression) -> Self:
        return cls(
            email=suppression.email,
            reason=suppression.reason,
            notice_id=suppression.notice_id,
            suppressed_at=suppression.suppressed_at,
        )


@router.get(
    "/v1/vendor/suppressions/<email>",
    summary="Whether an address is suppressed",
    tags=["Vendor"],
    openapi_extensions=refuses(NotSuppressedError),
)
def read_suppression(email: EmailInPath) -> SuppressionAnswer:
    """Since when and why an address gets no mail."""
    return SuppressionAnswer.of(found_suppression(router.exchange.session, email))


@router.delete(
    "/v1/vendor/suppressions/<email>",
    summary="Mail an address again",
    tags=["Vendor"],
    status_code=204,
    openapi_extensions=refuses(NotSuppressedError, ChangedMeanwhileError),
)
def remove_suppression(email: EmailInPath) -> Response[None]:
    """Lift the suppression: later notices about renewals go to the address again, and no renewal shows it any more.

    Mails that were given up meanwhile are not sent again by themselves.
    """
    exchange = router.exchange
    lift_suppression(exchange.session, exchange.operation, email)
    return Response(status_code=204, body=None)


def found_suppression(session: TableSession, email: str) -> Suppression:
    """Raises NotSuppressedError."""
    suppression = Suppressions(session).find(email)
    if suppression is None:
        raise NotSuppressedError
    return suppression


def lift_suppression(session: TableSession, operation: Operation, email: str) -> None:
    """Mail the address again, and first the clients of which it is the decision maker's: cut off, it can be repeated.

    Raises NotSuppressedError, ChangedMeanwhileError, UnavailableError.
    """
    suppression = found_suppression(session, email)
    for hub_id in suppression.hub_ids:
        _show_deliverable(session, operation, hub_id, email)
    transaction = Transaction(session, operation)
    Suppressions(session).lift(
        transaction, suppression, refusal=lambda item: ChangedMeanwhileError() if item else NotSuppressedError()
    )
    transaction.record(
        partner_id=keys.vendor_trail(email),
        action="suppression.lifted",
        subject=f"suppression/{email}",
        before=suppression.record(),
        after=None,
    )
    transaction.commit()


def _show_deliverable(session: TableSession, operation: Operation, hub_id: str, email: str) -> None:
    """The client's renewals do not show any more that no mail arrives there. Raises UnavailableError."""
    clients = AllClients(session)
    for _ in range(MOST_RETRIES):
        client = clients.find(hub_id)
        if client is None or client.bounced != email:
            return
        transaction = Transaction(session, operation)
        clients.save(
            transaction,
            replace(client, bounced=None, version=client.version + 1),
            known=client,
            program=program(),
            refusal=lambda _: ChangedMeanwhileError(),
        )
        transaction.record(
            partner_id=keys.vendor_trail(hub_id),
            action="client.decision_maker_deliverable",
            subject=f"client/{hub_id}",
            before={"bounced": email},
            after={"bounced": None},
        )
        try:
            transaction.commit()
        except ChangedMeanwhileError:
            continue
        return
    raise TableUnavailableError
