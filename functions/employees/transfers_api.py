"""Routes about transfer requests: partners ask each other, by way of us, to let go of an address at a client."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.employees import transfers
from functions.employees.desk import EmployeeDesk
from functions.employees.employees_schemas import TransferAnswer
from functions.employees.errors import NoConflictError, TransferDeclinedError, TransferOverError
from shared.domain.assignments import Transfer, TransferStatus
from shared.domain.clients import hub_id_of
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.routing import RoomRouter, refuses
from shared.program import program
from shared.table import keys
from shared.table.transfers import Direction, TransferFilter

router = RoomRouter()

LIST = "/v1/transfer-requests"

WhichDirection = Annotated[Direction | None, Query(description="Only those you get, or only those you make.")]
WhichStatus = Annotated[TransferStatus | None, Query(description="Only requests in this status.")]


def _assignment(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    hub_id = hub_id_of(path["client_id"]) or ""
    return [
        keys.partner(partner_id),
        keys.user(partner_id, path["user_id"]),
        keys.client(hub_id),
        keys.assignment(partner_id, path["user_id"], hub_id),
    ]


def _transfer(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.transfer(partner_id, path["transfer_id"])]


READ_AHEAD = {
    "POST /v1/employees/{user_id}/clients/{client_id}/transfer-request": _assignment,
    "POST /v1/transfer-requests/{transfer_id}/accept": _transfer,
    "POST /v1/transfer-requests/{transfer_id}/decline": _transfer,
}


@router.post(
    "/v1/employees/<user_id>/clients/<client_id>/transfer-request",
    summary="Ask the other partner to let go",
    tags=["Transfer requests"],
    status_code=201,
    openapi_extensions=refuses(NoConflictError, TransferDeclinedError),
)
def request_transfer(user_id: str, client_id: str) -> TransferAnswer:
    """Ask whoever listed the employee's e-mail address for this client first. It expires after 14 days."""
    router.exchange.tells(_outgoing, status=201, location=lambda _: LIST)
    router.exchange.locate(LIST)
    return _outgoing(transfers.request_transfer(_desk(), user_id, client_id))


@router.get(LIST, summary="Transfer requests", tags=["Transfer requests"])
def list_transfers(
    *,
    direction: WhichDirection = None,
    status: WhichStatus = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[TransferAnswer]:
    """What other partners ask of you and what you ask of others, the newest first."""
    desk = _desk()
    filters = {"direction": direction, "status": status}
    listing = Listing(router.exchange, LIST, limit=limit, cursor=cursor, filters=filters)
    page = desk.transfers.page(TransferFilter(direction, status, desk.now), limit=limit, start=listing.start)
    data = [TransferAnswer.of(one, status=one.transfer.status_at(desk.now)) for one in page.transfers]
    return listing.page(data, page.last)


@router.post(
    "/v1/transfer-requests/<transfer_id>/accept",
    summary="Let go of an address",
    tags=["Transfer requests"],
    openapi_extensions=refuses(TransferOverError),
)
def accept_transfer(transfer_id: str) -> TransferAnswer:
    """End your employee's assignment to the client; the next partner in time earns from this moment on."""
    return _answered(transfer_id, TransferStatus.ACCEPTED)


@router.post(
    "/v1/transfer-requests/<transfer_id>/decline",
    summary="Keep an address",
    tags=["Transfer requests"],
    openapi_extensions=refuses(TransferOverError),
)
def decline_transfer(transfer_id: str) -> TransferAnswer:
    """Leave everything as it is; the other partner is told so, and not by whom."""
    return _answered(transfer_id, TransferStatus.DECLINED)


def _answered(transfer_id: str, decision: TransferStatus) -> TransferAnswer:
    router.exchange.tells(_incoming, status=200)
    return _incoming(transfers.answer_transfer(_desk(), transfer_id, decision=decision))


def _desk() -> EmployeeDesk:
    exchange = router.exchange
    return EmployeeDesk(exchange.session, exchange.partner_id, exchange.operation, program(), exchange.caller.name)


def _outgoing(transfer: Transfer) -> TransferAnswer:
    return _seen(Direction.OUTGOING, transfer)


def _incoming(transfer: Transfer) -> TransferAnswer:
    return _seen(Direction.INCOMING, transfer)


def _seen(direction: Direction, transfer: Transfer) -> TransferAnswer:
    return TransferAnswer.seen_by(direction, transfer, status=transfer.status_at(router.exchange.now))
