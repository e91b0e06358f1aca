"""Routes of the capacity manager."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.capacity import registering, service
from functions.capacity.ahead import path_domain
from functions.capacity.batches import checked_item
from functions.capacity.errors import (
    AlreadyRegisteredError,
    CapacityReachedError,
    DomainUnavailableError,
    RestoreWindowOverError,
)
from functions.capacity.schemas import (
    BatchBody,
    DeregisterBody,
    DeregisteredItem,
    DeregisterResults,
    LeadChanges,
    RefusedItem,
    RegisteredItem,
    RegisterResults,
    RegistrationAnswer,
    UnknownItem,
)
from functions.capacity.service import CapacityDesk
from functions.capacity.spreadsheets import EXPORT_HEADER, export_row
from shared.domain.partners import Capacity
from shared.domain.registrations import Registration
from shared.errors import NotFoundError, ProblemError
from shared.http.capacity import CapacityAnswer
from shared.http.leads import InvalidWebsiteError, LeadBody
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.problems import problem_document
from shared.http.routing import RoomRouter, refuses
from shared.http.schemas import Problem
from shared.program import program
from shared.table.registrations import RegistrationOrder, Search, SearchField

router = RoomRouter()

LIST = "/v1/registrations"

SearchText = Annotated[
    str | None, Query(min_length=1, max_length=200, description="Text to look for; case and accents do not matter.")
]
SearchBy = Annotated[
    SearchField | None,
    Query(description="Where to look; all four fields if left out. A country is found by code or name."),
]

Sort = Annotated[
    Literal[
        "domain", "company", "contact", "country", "registered_at",
        "-domain", "-company", "-contact", "-country", "-registered_at",
    ],
    Query(description="The field to sort by; a minus sorts downwards."),
]  # fmt: skip
WithMark = Annotated[
    bool,
    Query(description="Whether the file begins with a byte order mark, by which spreadsheets know it is in UTF-8."),
]


@router.get("/v1/capacity", summary="Capacity used and left", tags=["Capacity"])
def read_capacity() -> CapacityAnswer:
    """How many domains the partner may register, how many it has, and what being over the limit means."""
    desk = _desk()
    partner, capacity = service.current_capacity(desk)
    return CapacityAnswer.of(partner, capacity, rules=desk.rules)


@router.get(LIST, summary="Current registrations", tags=["Capacity"])
def list_registrations(
    q: SearchText = None,
    search_by: SearchBy = None,
    sort: Sort = "domain",
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[RegistrationAnswer]:
    """Current registrations, a page at a time, searched and sorted."""
    desk = _desk()
    filters = {"q": q, "search_by": search_by, "sort": sort}
    listing = Listing(router.exchange, LIST, limit=limit, cursor=cursor, filters=filters)
    _, capacity = service.current_capacity(desk)
    page = desk.registrations.page(
        order=_order(sort),
        descending=sort.startswith("-"),
        search=Search(search_by, q) if q else None,
        limit=limit,
        start=listing.start,
    )
    return listing.page([_answer(desk, capacity, one) for one in page.registrations], page.last)


@router.get(
    "/v1/registrations.csv",
    summary="Current registrations as CSV",
    tags=["Capacity"],
    responses={200: {"description": "The file", "content": {"text/csv": {}}}},
)
def export_registrations(
    q: SearchText = None, search_by: SearchBy = None, sort: Sort = "domain", *, bom: WithMark = True
) -> Response[str]:
    """Every registration that the filter finds, as a file that no spreadsheet executes and that imports again."""
    from shared.spreadsheets.writing import write_csv  # noqa: PLC0415 - its patterns take a hundredth of a cold start

    desk = _desk()
    rows: list[list[str]] = []
    start = None
    while True:
        page = desk.registrations.page(
            order=_order(sort),
            descending=sort.startswith("-"),
            search=Search(search_by, q) if q else None,
            limit=1_000,
            start=start,
        )
        rows.extend(export_row(registration) for registration in page.registrations)
        start = page.last
        if start is None:
            break
    return Response(
        status_code=200,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="registrations.csv"', "Cache-Control": "no-store"},
        body=write_csv(EXPORT_HEADER, rows, mark=bom),
    )


@router.post(
    LIST,
    summary="Register a lead",
    tags=["Capacity"],
    status_code=201,
    openapi_extensions=refuses(
        AlreadyRegisteredError, CapacityReachedError, DomainUnavailableError, InvalidWebsiteError
    ),
)
def register_lead(body: LeadBody) -> RegistrationAnswer:
    """Register the website's domain for this partner, if nobody holds it and there is room."""
    exchange, desk = router.exchange, _desk()
    exchange.tells(_registered, status=201, etag=_version, location=_place)
    registration = registering.register(desk, service.new_registration(desk, body.to_lead()))
    exchange.tag(registration.version)
    exchange.locate(_place(registration))
    return _registered(registration)


@router.post("/v1/registrations/batch", summary="Register up to 100 leads", tags=["Capacity"])
def register_leads(body: BatchBody) -> RegisterResults:
    """Each item is registered or refused by itself; where room runs out, earlier items win the last places."""
    desk = _desk()
    checked = [checked_item(desk, item) for item in body.items]
    fates = iter(registering.register_batch(desk, [one for one in checked if isinstance(one, Registration)]))
    results: list[RegisteredItem | RefusedItem] = []
    for one in checked:
        fate = one if isinstance(one, ProblemError) else next(fates)
        if isinstance(fate, Registration):
            results.append(RegisteredItem(registration=_registered(fate)))
        else:
            document = problem_document(fate, request_id=desk.operation.request_id)
            results.append(RefusedItem(problem=Problem.model_validate(document)))
    return RegisterResults(results=results)


@router.post("/v1/registrations/deregister", summary="Deregister up to 100 domains", tags=["Capacity"])
def deregister_domains(body: DeregisterBody) -> DeregisterResults:
    """Free these domains and their places; a lead can be restored for a while, if its domain stays free."""
    desk = _desk()
    domains = [_known_domain(sent) for sent in body.domains]
    freed = service.deregister(desk, [domain for domain in dict.fromkeys(domains) if domain is not None])
    results: list[DeregisteredItem | UnknownItem] = []
    for sent, domain in zip(body.domains, domains, strict=True):
        freed_at = freed.pop(domain, None) if domain is not None else None
        if freed_at is None:
            results.append(UnknownItem(domain=sent))
        else:
            until = service.restorable_until(freed_at, desk.rules)
            results.append(DeregisteredItem(domain=sent, restorable_until=until))
    return DeregisterResults(results=results)


@router.get("/v1/registrations/<domain>", summary="One registration", tags=["Capacity"])
def read_registration(domain: str) -> RegistrationAnswer:
    """The current registration of this domain, in any spelling of it."""
    exchange, desk = router.exchange, _desk()
    registration = _found(desk, domain)
    exchange.tag(registration.version)
    return _answer(desk, service.current_capacity(desk)[1], registration)


@router.patch(
    "/v1/registrations/<domain>",
    summary="Edit a registration",
    tags=["Capacity"],
    openapi_extensions=refuses(InvalidWebsiteError),
)
def change_registration(domain: str, body: LeadChanges) -> RegistrationAnswer:
    """Change company, contact, website or country. The registered domain stays, whatever the website becomes."""
    exchange, desk = router.exchange, _desk()
    changed = service.change_lead(desk, path_domain(domain), body.applied_to, unchanged=exchange.require_match)
    exchange.tag(changed.version)
    return _answer(desk, service.current_capacity(desk)[1], changed)


@router.post(
    "/v1/registrations/<domain>/restore",
    summary="Restore a deregistered lead",
    tags=["Capacity"],
    openapi_extensions=refuses(
        AlreadyRegisteredError, CapacityReachedError, DomainUnavailableError, RestoreWindowOverError
    ),
)
def restore_registration(domain: str) -> RegistrationAnswer:
    """Register the lead again as it was, while the restore window is open, its domain free and room left."""
    exchange, desk = router.exchange, _desk()
    exchange.tells(_registered, status=200, etag=_version)
    restored = service.restore(desk, path_domain(domain))
    exchange.tag(restored.version)
    return _registered(restored)


def _desk() -> CapacityDesk:
    exchange = router.exchange
    return CapacityDesk(exchange.session, exchange.partner_id, exchange.operation, program().capacity)


def _order(sort: str) -> RegistrationOrder:
    return RegistrationOrder(sort.removeprefix("-"))


def _known_domain(sent: Any) -> str | None:
    try:
        return path_domain(sent) if isinstance(sent, str) else None
    except NotFoundError:
        return None


def _found(desk: CapacityDesk, domain: str) -> Registration:
    registration = desk.registrations.find(path_domain(domain))
    if registration is None:
        raise NotFoundError
    return registration


def _version(registration: Registration) -> int:
    return registration.version


def _place(registration: Registration) -> str:
    return f"{LIST}/{registration.registered_domain}"


def _registered(registration: Registration) -> RegistrationAnswer:
    """A registration just made, which is within the limit, so that nothing is withheld."""
    return RegistrationAnswer.of(registration, commission_eligible=True)


def _answer(desk: CapacityDesk, capacity: Capacity, registration: Registration) -> RegistrationAnswer:
    withheld = capacity.withholds_commission(at=desk.operation.at, grace_days=desk.rules.commission_withheld_after_days)
    return RegistrationAnswer.of(registration, commission_eligible=not withheld)
