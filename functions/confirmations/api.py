"""Routes about confirmation links."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from functions.confirmations import service
from functions.confirmations.catalogue import requires_onboarding
from functions.confirmations.decisions import OpenedLink
from functions.confirmations.errors import (
    LinkNotClonableError,
    LinkNotDecidedError,
    LinkNotPendingError,
)
from functions.confirmations.schemas import (
    CatalogueAnswer,
    EditionAnswer,
    LinkAnswer,
    LinkBody,
    LinkChanges,
    LinkEventAnswer,
    LinkPreviewBody,
    NameAnswer,
    ProductAnswer,
)
from functions.confirmations.service import LinkDesk
from shared.domain.links import Link, LinkPlace, LinkStatus, subject_of
from shared.domain.partners import PartnerType
from shared.errors import ChangedMeanwhileError
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.routing import RoomRouter, refuses
from shared.link_tokens import link_url
from shared.program import program
from shared.table.audit import AuditTrail
from shared.table.links import LinkFilter, LinkOrder
from shared.table.sendings import TooManySendingsError
from shared.web.answers import html_answer

router = RoomRouter()

LIST = "/v1/confirmation-links"

PAGE: dict[int, OpenAPIResponse] = {200: {"description": "The page", "content": {"text/html": {}}}}

SearchText = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=200,
        description="Text in name, company, contact or e-mail; case and accents do not matter.",
    ),
]
Status = Annotated[LinkStatus | None, Query(description="Only links in this status.")]
Sort = Annotated[
    Literal["created_at", "name", "status", "-created_at", "-name", "-status"],
    Query(description="The field to sort by; a minus sorts downwards."),
]


@router.get("/v1/products", summary="What a link can be about", tags=["Confirmation links"])
def read_catalogue() -> CatalogueAnswer:
    """Products and their editions, and for solutions partners the onboarding types and durations to choose from."""
    desk = _desk()
    rules = desk.rules
    products = [
        ProductAnswer(
            product=product,
            name=NameAnswer.of(product),
            editions=[
                EditionAnswer(
                    edition=edition,
                    name=NameAnswer.of(edition),
                    onboarding_required=requires_onboarding(edition, rules),
                )
                for edition in editions
            ],
        )
        for product, editions in rules.products.items()
    ]
    if desk.partner().type is PartnerType.SOLUTIONS_PROVIDER:
        return CatalogueAnswer(products=products)
    return CatalogueAnswer(
        products=products,
        onboarding_types=list(rules.onboarding_types),
        estimated_onboarding_durations=list(rules.onboarding_durations),
    )


@router.post(
    "/v1/confirmation-links/preview",
    summary="Preview a draft",
    tags=["Confirmation links"],
    responses=PAGE,
)
def preview_draft(body: LinkPreviewBody) -> Response[str]:
    """The page that the customer would see. Nothing is stored."""
    from functions.confirmations.pages import draft_preview  # noqa: PLC0415 - JSON callers never pay for Jinja

    desk = _desk()
    draft = desk.checked(body.to_draft())
    page = draft_preview(draft, desk.partner(), requested_by=router.exchange.caller.name, rules=desk.rules)
    return html_answer(200, page)


@router.post(LIST, summary="Create a link", tags=["Confirmation links"], status_code=201)
def create_link(body: LinkBody) -> LinkAnswer:
    """A pending link. Copy its URL to the customer, or have it mailed with `send`."""
    exchange = router.exchange
    exchange.tells(_kept, status=201, etag=_version, location=_place)
    return _made(service.create_link(_desk(), body.to_draft(), creator_name=exchange.caller.name))


@router.get(LIST, summary="The partner's links", tags=["Confirmation links"])
def list_links(
    status: Status = None,
    q: SearchText = None,
    sort: Sort = "-created_at",
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[LinkAnswer]:
    """Links, a page at a time, by status or text; the newest first unless sorted otherwise."""
    desk = _desk()
    filters = {"status": status, "q": q, "sort": sort}
    listing = Listing(router.exchange, LIST, limit=limit, cursor=cursor, filters=filters)
    page = desk.links.page(
        LinkFilter(status, q, desk.now),
        order=LinkOrder(sort.removeprefix("-")),
        descending=sort.startswith("-"),
        limit=limit,
        start=listing.start,
    )
    return listing.page([_answer(link) for link in page.links], page.last)


@router.get("/v1/confirmation-links/<link_id>", summary="One link", tags=["Confirmation links"])
def read_link(link_id: str) -> LinkAnswer:
    """The link with its URL, and the decision once there is one."""
    return _tagged(_desk().found(link_id))


@router.patch(
    "/v1/confirmation-links/<link_id>",
    summary="Edit a pending link",
    tags=["Confirmation links"],
    openapi_extensions=refuses(LinkNotPendingError),
)
def change_link(link_id: str, body: LinkChanges) -> LinkAnswer:
    """Change what the customer is asked. Only a pending link can be edited."""
    unchanged = router.exchange.require_match
    return _tagged(service.change_link(_desk(), link_id, body.applied_to, unchanged=unchanged))


@router.delete(
    "/v1/confirmation-links/<link_id>",
    summary="Remove a pending link",
    tags=["Confirmation links"],
    status_code=204,
    openapi_extensions=refuses(LinkNotPendingError, ChangedMeanwhileError),
)
def remove_link(link_id: str) -> Response[None]:
    """Delete a pending link for good; its URL stops working. With `If-Match` only while it is as it was read."""
    service.remove_link(_desk(), link_id, unchanged=router.exchange.check_match)
    return Response(status_code=204, body=None)


@router.get(
    "/v1/confirmation-links/<link_id>/preview",
    summary="Preview a link",
    tags=["Confirmation links"],
    responses=PAGE,
)
def preview_link(link_id: str) -> Response[str]:
    """The page as the customer sees it, in any status, with nothing that acts."""
    from functions.confirmations.customer_page import PreviewOf  # noqa: PLC0415 - JSON callers never pay for Jinja
    from functions.confirmations.pages import stored_preview  # noqa: PLC0415

    desk = _desk()
    opened = OpenedLink(desk.found(link_id), desk.partner())
    page = stored_preview(opened, preview_of=PreviewOf(opened.link.status_at(desk.now)), rules=desk.rules)
    return html_answer(200, page)


@router.get(
    "/v1/confirmation-links/<link_id>/certificate",
    summary="The certificate of a decided link",
    tags=["Confirmation links"],
    responses=PAGE,
    openapi_extensions=refuses(LinkNotDecidedError),
)
def read_certificate(link_id: str) -> Response[str]:
    """Who decided what and when, to print or file, with the seal of the audit entry once it is in the hash chain."""
    from functions.confirmations.pages import certificate_page  # noqa: PLC0415 - JSON callers never pay for Jinja

    desk = _desk()
    link = desk.found(link_id)
    if link.decision is None:
        raise LinkNotDecidedError(link.status_at(desk.now))
    return html_answer(200, certificate_page(desk.session, OpenedLink(link, desk.partner()), link.decision))


@router.post(
    "/v1/confirmation-links/<link_id>/clone",
    summary="Clone a link",
    tags=["Confirmation links"],
    status_code=201,
    openapi_extensions=refuses(LinkNotClonableError),
)
def clone_link(link_id: str) -> LinkAnswer:
    """A new pending link with the same content and a URL of its own, whatever the status of the first."""
    exchange = router.exchange
    exchange.tells(_kept, status=201, etag=_version, location=_place)
    return _made(service.clone_link(_desk(), link_id, creator_name=exchange.caller.name))


@router.post(
    "/v1/confirmation-links/<link_id>/send",
    summary="Mail a link",
    tags=["Confirmation links"],
    openapi_extensions=refuses(LinkNotPendingError, TooManySendingsError, ChangedMeanwhileError),
)
def send_link(link_id: str) -> LinkAnswer:
    """Mail the URL to the client's contact. Sending again restarts expiry and reminders.

    In 24 hours a link is mailed only so often, and so is an address; the refusal says when it is possible again. With
    `If-Match` only while the link is as it was read.
    """
    router.exchange.tells(_kept, status=200, etag=_version)
    return _tagged(service.send_link(_desk(), link_id, unchanged=router.exchange.check_match))


@router.post(
    "/v1/confirmation-links/<link_id>/revoke",
    summary="Revoke a link",
    tags=["Confirmation links"],
    openapi_extensions=refuses(LinkNotPendingError, ChangedMeanwhileError),
)
def revoke_link(link_id: str) -> LinkAnswer:
    """Withdraw a pending link; its URL stops working. With `If-Match` only while it is as it was read."""
    router.exchange.tells(_kept, status=200, etag=_version)
    return _tagged(service.revoke_link(_desk(), link_id, unchanged=router.exchange.check_match))


@router.get("/v1/confirmation-links/<link_id>/events", summary="A link's trail", tags=["Confirmation links"])
def list_link_events(link_id: str, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[LinkEventAnswer]:
    """Who did what with the link, newest first."""
    exchange, desk = router.exchange, _desk()
    path = f"{LIST}/{desk.found(link_id).link_id}/events"
    listing = Listing(exchange, path, limit=limit, cursor=cursor)
    page = AuditTrail(exchange.session).of_object(
        subject_of(link_id),
        partner_id=exchange.partner_id,
        limit=limit,
        start=listing.start,
    )
    events = [
        LinkEventAnswer(id=entry.id, at=entry.at, actor=entry.actor, action=entry.action, request_id=entry.request_id)
        for entry in page.entries
    ]
    return listing.page(events, page.last)


def _desk() -> LinkDesk:
    exchange = router.exchange
    return LinkDesk(exchange.session, exchange.partner_id, exchange.operation, program().confirmation_links)


def _version(link: Link) -> int:
    return link.version


def _answer(link: Link) -> LinkAnswer:
    exchange = router.exchange
    url = link_url(LinkPlace(exchange.partner_id, link.link_id))
    return LinkAnswer.of(link, status=link.status_at(exchange.now), url=url)


def _kept(link: Link) -> LinkAnswer:
    return LinkAnswer.of(link, status=link.status_at(router.exchange.now), url="")


def _place(link: Link) -> str:
    return f"{LIST}/{link.link_id}"


def _made(link: Link) -> LinkAnswer:
    router.exchange.locate(_place(link))
    return _tagged(link)


def _tagged(link: Link) -> LinkAnswer:
    router.exchange.tag(link.version)
    return _answer(link)
