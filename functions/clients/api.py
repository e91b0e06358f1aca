"""Routes about a partner's clients, and its dashboard."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.clients import service
from functions.clients.schemas import (
    AlertsAnswer,
    ClientDetailsAnswer,
    ClientEngagementAnswer,
    ClientRowAnswer,
    ClientUsageAnswer,
    DashboardAnswer,
    DashboardPartnerAnswer,
    DashboardTierAnswer,
    EndedServicesAnswer,
    EndServicesBody,
)
from functions.clients.service import ClientDesk
from shared.domain.clients import Relationship
from shared.errors import ValidationError
from shared.http.capacity import CapacityAnswer
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.points import StandingAnswer
from shared.http.routing import RoomRouter
from shared.program import program
from shared.table.client_lists import ClientFilter, ClientOrder

router = RoomRouter()

LIST = "/v1/clients"

SearchText = Annotated[
    str | None,
    Query(
        min_length=1, max_length=200, description="Text in company, website or hub id; case and accents do not matter."
    ),
]
Product = Annotated[str | None, Query(description="Only clients that subscribe to it; a code of `GET /v1/products`.")]
RelationshipFilter = Annotated[Relationship | None, Query(description="Only clients in exactly this relationship.")]
Sort = Annotated[
    Literal["company", "mrr", "renewal_date", "-company", "-mrr", "-renewal_date"],
    Query(description="The field to sort by; a minus sorts downwards. Who has no renewal comes after all who have."),
]


@router.get(LIST, summary="The partner's clients", tags=["Clients"])
def list_clients(
    *,
    q: SearchText = None,
    product: Product = None,
    relationship: RelationshipFilter = None,
    sort: Sort = "company",
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[ClientRowAnswer]:
    """Clients, a page at a time, by text, product or relationship; by company unless sorted otherwise."""
    desk = _desk()
    _check_product(product)
    filters = {"q": q, "product": product, "relationship": relationship, "sort": sort}
    listing = Listing(router.exchange, LIST, limit=limit, cursor=cursor, filters=filters)
    page = desk.clients.page(
        ClientFilter(q, product, relationship),
        order=ClientOrder(sort.removeprefix("-")),
        descending=sort.startswith("-"),
        limit=limit,
        start=listing.start,
    )
    rows = [ClientRowAnswer.of(row, rules=desk.rules.engagement) for row in page.rows]
    return listing.page(rows, page.last)


@router.get("/v1/clients/<client_id>", summary="One client", tags=["Clients"])
def read_client(client_id: str) -> ClientDetailsAnswer:
    """Company, relationship, subscriptions, tiers, and where its record and its account are."""
    desk = _desk()
    client = desk.found(client_id)
    return ClientDetailsAnswer.of(client, relationship=desk.relationship(client), mrr=desk.mrr(client))


@router.get("/v1/clients/<client_id>/usage", summary="What a client uses", tags=["Clients"])
def read_usage(client_id: str) -> ClientUsageAnswer:
    """The products that the client subscribes to, and the tools and apps that it was last seen to use."""
    return ClientUsageAnswer.of(_desk().found(client_id))


@router.get("/v1/clients/<client_id>/engagement", summary="How engaged a client is", tags=["Clients"])
def read_engagement(client_id: str) -> ClientEngagementAnswer:
    """The client's engagement index as a whole and by area."""
    desk = _desk()
    return ClientEngagementAnswer.of(desk.found(client_id), rules=desk.rules.engagement)


@router.post("/v1/clients/<client_id>/end-services", summary="End services", tags=["Clients"])
def end_services(client_id: str, body: EndServicesBody) -> EndedServicesAnswer:  # noqa: ARG001 - its yes is all it says
    """Take the client off the partner's list for good, and with it the assignments of the partner's employees."""
    from functions.clients import ending  # noqa: PLC0415 - it is rare, and readers need not pay for assignments

    router.exchange.tells(EndedServicesAnswer.of, status=200)
    return EndedServicesAnswer.of(ending.end_services(_desk(), client_id))


@router.get("/v1/dashboard", summary="What the landing page shows", tags=["Clients"])
def read_dashboard() -> DashboardAnswer:
    """Alerts, capacity, tier and counts, as they are now."""
    desk = _desk()
    found = service.dashboard(desk)
    partner = found.partner
    return DashboardAnswer(
        partner=DashboardPartnerAnswer(id=partner.partner_id, name=partner.name, type=partner.type),
        alerts=AlertsAnswer(upcoming_renewal_decisions=found.open_decisions),
        capacity=CapacityAnswer.of(partner, found.capacity, rules=desk.rules.capacity),
        tier=DashboardTierAnswer(
            credited_tier=partner.credited_tier,
            performing_tier=found.performing_tier,
            points=StandingAnswer.of(found.standing),
        ),
        client_count=found.clients,
        pending_links=found.pending_links,
    )


def _desk() -> ClientDesk:
    exchange = router.exchange
    return ClientDesk(exchange.session, exchange.partner_id, exchange.operation, program())


def _check_product(product: str | None) -> None:
    """Raises ValidationError for what the program does not sell."""
    known = program().confirmation_links.products
    if product is not None and product not in known:
        detail = f"must be one of {', '.join(known)}"
        raise ValidationError(
            "The program has no such product; see errors.", errors=[{"pointer": "#/query/product", "detail": detail}]
        )
