"""Routes by which the vendor reports what was sold, and checks what became of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.vendor import deals_service, points_check
from functions.vendor.deals_schemas import DealAnswer, PointsCheckAnswer, PointsCheckBody
from functions.vendor.errors import UnknownClientError, UnknownPartnerError
from functions.vendor.upserts import upserted
from shared.http.deals import DealBody
from shared.http.routing import RoomRouter, refuses
from shared.http.schemas import VendorId
from shared.program import program
from shared.table import keys

router = RoomRouter()

DealIdInPath = Annotated[VendorId, Path()]


def _one_deal(_: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.deal(path["deal_id"])]


READ_AHEAD = {"PUT /v1/vendor/deals/{deal_id}": _one_deal}


@router.put(
    "/v1/vendor/deals/<deal_id>",
    summary="Report or correct a deal",
    tags=["Vendor"],
    openapi_extensions=refuses(UnknownPartnerError, UnknownClientError),
)
def save_deal(deal_id: DealIdInPath, body: DealBody) -> Response[DealAnswer]:
    """Say what was sold. The answer tells what the partner is credited, and why; the same deal again keeps that."""
    exchange = router.exchange
    decided, outcome = deals_service.save_deal(
        exchange.session, exchange.operation, body.to_deal(deal_id), program=program()
    )
    return upserted(outcome, DealAnswer.of(decided, result=outcome), path=router.current_event.path)


@router.post(
    "/v1/vendor/points/verification",
    summary="Check a partner's totals of points",
    tags=["Vendor"],
    openapi_extensions=refuses(UnknownPartnerError),
)
def check_points(body: PointsCheckBody) -> PointsCheckAnswer:
    """Reckon the totals anew from the ledger and the facts of service, and with `repair` mend what is wrong."""
    exchange = router.exchange
    checked = points_check.check_points(
        exchange.session, exchange.operation, body.partner_id, repair=body.repair, program=program()
    )
    return PointsCheckAnswer.of(body.partner_id, checked, repair=body.repair)
