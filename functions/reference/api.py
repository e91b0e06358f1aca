"""The OpenAPI document, its pages and their files: for everyone, without a token."""

from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response

from functions.reference.document import content_tag, document_text
from functions.reference.pages import area_page, index_page
from shared.errors import NotFoundError
from shared.http.guard import JSON
from shared.http.routing import RoomRouter, refuses
from shared.web.headers import security_headers
from shared.web.static_files import find_static_file

router = RoomRouter()

HTML = "text/html"
CACHED = "public, max-age=300"


@router.get(
    "/openapi.json",
    summary="The OpenAPI document",
    tags=["Reference"],
    responses={
        200: {
            "description": "This document",
            "content": {JSON: {"schema": {"type": "object", "additionalProperties": True}}},
        }
    },
)
def read_openapi_document() -> Response[str]:
    """This document. `If-None-Match` with its ETag answers 304 while it is the same."""
    return _tagged(document_text(), JSON, {"Cache-Control": CACHED})


@router.get(
    "/reference",
    summary="The reference as a page",
    tags=["Reference"],
    responses={200: {"description": "The page", "content": {HTML: {}}}},
)
def read_reference_page() -> Response[str]:
    """How to get a token, what holds for every request, and the areas of the API."""
    return _page(index_page())


@router.get(
    "/reference/<area>",
    summary="An area of the reference as a page",
    tags=["Reference"],
    responses={200: {"description": "The page", "content": {HTML: {}}}},
    openapi_extensions=refuses(NotFoundError),
)
def read_area_page(area: str) -> Response[str]:
    """The operations of one area to read, print and search in a browser."""
    page = area_page(area)
    if page is None:
        raise NotFoundError
    return _page(page)


@router.get("/static/<digest>/<name>", include_in_schema=False)
def read_static_file(digest: str, name: str) -> Response[str]:
    """A style sheet or an icon, under the hash of its content."""
    file = find_static_file(f"/static/{digest}/{name}")
    if file is None:
        raise NotFoundError
    return Response(status_code=200, headers=dict(file.headers), body=file.body)


def _page(content: str) -> Response[str]:
    return _tagged(content, f"{HTML}; charset=utf-8", {**security_headers(), "Cache-Control": CACHED})


def _tagged(content: str, content_type: str, headers: Mapping[str, str]) -> Response[str]:
    tagged = {**headers, "ETag": content_tag(content)}
    return Response(status_code=200, content_type=content_type, headers=tagged, body=content)
