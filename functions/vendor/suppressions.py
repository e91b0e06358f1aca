"""Addresses that are not mailed any more: who is one of them, since when and why, and the way back."""

from typing import Annotated, Self

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from functions.vendor.errors import NotSuppressedError
from shared.addresses import Email
from shared.http.routing import RoomRouter, refuses
from shared.http.schemas import Answer, Instant
from shared.table.suppressions import Suppression, Suppressions

router = RoomRouter()

EmailInPath = Annotated[Email, Path(description="Percent-encoded, such as nobody%40acme.example.")]


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
    suppression = Suppressions(router.exchange.session).find(email)
    if suppression is None:
        raise NotSuppressedError
    return SuppressionAnswer.of(suppression)


@router.delete(
    "/v1/vendor/suppressions/<email>",
    summary="Mail an address again",
    tags=["Vendor"],
    status_code=204,
    openapi_extensions=refuses(NotSuppressedError),
)
def remove_suppression(email: EmailInPath) -> Response[None]:
    """Lift the suppression: later notices about renewals go to the address again, and no renewal shows it any more.

    Mails that were given up meanwhile are not sent again by themselves.
    """
    from functions.vendor.lifting import lift_suppression  # noqa: PLC0415 - it is rare, and needs all of the clients

    exchange = router.exchange
    lift_suppression(exchange.session, exchange.operation, email)
    return Response(status_code=204, body=None)
