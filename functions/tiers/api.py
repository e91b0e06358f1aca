"""Routes about the partner's tier, the points behind it, and the vendor's people who support it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.tiers import breakdown, service
from functions.tiers.breakdown import PointsFilter
from functions.tiers.schemas import (
    ClientLedgerAnswer,
    ClientPointsAnswer,
    HistoryAnswer,
    MonthAnswer,
    TeamContactAnswer,
    TierStandingAnswer,
    WhatIfAnswer,
    WhatIfBody,
)
from functions.tiers.service import TierDesk
from shared.domain.points import DealType, MarketType
from shared.errors import FieldError, ValidationError
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.routing import RoomRouter
from shared.http.schemas import Day
from shared.program import program

router = RoomRouter()

POINTS = "/v1/tier/points"

AsOf = Annotated[
    Day | None,
    Query(description="A day such as 2026-01-31, past or to come, which counts as it ends; today without it."),
]
DealTypeFilter = Annotated[
    DealType | None, Query(description="Only clients with such a deal, and of their sold points only those of it.")
]
MarketFilter = Annotated[MarketType | None, Query(description="Only points earned in this market.")]
Months = Annotated[int | None, Query(description="Of the past, this one included; 6 without it, 24 at most.")]
ProjectionMonths = Annotated[int | None, Query(description="To come; 3 without it, 12 at most.")]


@router.get("/v1/tier", summary="Where the partner stands", tags=["Tier"])
def read_tier(as_of: AsOf = None) -> TierStandingAnswer:
    """Credited and performing tier, points, what is missing to keep it and to rise, and the next review."""
    desk = _desk()
    return TierStandingAnswer.of(service.tier_on(desk, as_of), rules=desk.rules)


@router.get(POINTS, summary="Points by client", tags=["Tier"])
def list_points(
    *,
    deal_type: DealTypeFilter = None,
    market_type: MarketFilter = None,
    as_of: AsOf = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[ClientPointsAnswer]:
    """What each client has brought, sold, managed and in total, in the order of their ids."""
    filters = {
        "deal_type": deal_type,
        "market_type": market_type,
        "as_of": as_of.isoformat() if as_of else None,
    }
    listing = Listing(router.exchange, POINTS, limit=limit, cursor=cursor, filters=filters)
    page = breakdown.breakdown(
        _desk(),
        as_of,
        PointsFilter(deal_type, market_type),
        limit=limit,
        start=listing.start,
    )
    return listing.page([ClientPointsAnswer.of(row) for row in page.rows], page.last)


@router.get("/v1/tier/points/<client_id>", summary="One client's points", tags=["Tier"])
def read_client_points(
    client_id: str, as_of: AsOf = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> ClientLedgerAnswer:
    """The entries that one client's points come from, active and expired, the latest first."""
    path = f"{POINTS}/{client_id}"
    filters = {"as_of": as_of.isoformat() if as_of else None}
    listing = Listing(router.exchange, path, limit=limit, cursor=cursor, filters=filters)
    start = listing.start
    found = breakdown.client_ledger(_desk(), client_id, as_of, limit=limit, before=start["place"] if start else None)
    return ClientLedgerAnswer.of_ledger(
        found, next_cursor=listing.next_cursor({"place": found.last} if found.last else None)
    )


@router.get("/v1/tier/history", summary="Points by month", tags=["Tier"])
def read_history(months: Months = None, projection_months: ProjectionMonths = None) -> HistoryAnswer:
    """How points changed, month by month, and how they will as far as their end is known."""
    desk = _desk()
    chart = desk.rules.tiers.chart
    months = chart.history_months if months is None else months
    projection_months = chart.projection_months if projection_months is None else projection_months
    faults: list[FieldError] = []
    if not 1 <= months <= chart.longest_history_months:
        faults.append({"pointer": "#/query/months", "detail": f"must lie from 1 to {chart.longest_history_months}"})
    if not 0 <= projection_months <= chart.longest_projection_months:
        detail = f"must lie from 0 to {chart.longest_projection_months}"
        faults.append({"pointer": "#/query/projection_months", "detail": detail})
    if faults:
        raise ValidationError("So many months are not shown; see errors.", errors=faults)
    past, ahead = service.history(desk, months=months, projection_months=projection_months)
    return HistoryAnswer(
        months=[MonthAnswer.of(one) for one in past], projection=[MonthAnswer.of(one) for one in ahead]
    )


@router.post("/v1/tier/what-if", summary="What would be if", tags=["Tier"])
def assume_changes(body: WhatIfBody) -> WhatIfAnswer:
    """The tier that would follow from deals, lost clients or a lapsed certificate. Nothing is stored."""
    return WhatIfAnswer.of_both(*breakdown.what_if(_desk(), body.to_assumption()))


@router.get("/v1/team", summary="The vendor's team for the partner", tags=["Tier"])
def read_team() -> list[TeamContactAnswer]:
    """Account manager, channel consultant and whoever else supports the partner."""
    return [TeamContactAnswer.of(one) for one in _desk().partner().team]


def _desk() -> TierDesk:
    exchange = router.exchange
    return TierDesk(exchange.session, exchange.partner_id, exchange.operation, program())
