"""The OpenAPI document, its page and the page's files: for everyone, without a token."""

from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response

from functions.reference.document import content_tag, document_text
from functions.reference.pages import reference_page
from shared.errors import NotFoundError
from shared.http.guard import JSON
from shared.http.routing import RoomRouter
from shared.web.headers import SECURITY_HEADERS
from shared.web.static_files import find_static_file

router = RoomRouter()

CACHED = "public, max-age=300"


@router.get(
    "/openapi.json",
    summary="The OpenAPI document",
    tags=["Reference"],
    responses={200: {"description": "This document", "content": {JSON: {"schema": {"type": "object"}}}}},
)
def read_openapi_document() -> Response[str]:
    """This document. `If-None-Match` with its ETag answers 304 while it is the same."""
    return _tagged(document_text(), JSON, {"Cache-Control": CACHED})


@router.get(
    "/reference",
    summary="The reference as a page",
    tags=["Reference"],
    responses={200: {"description": "The page", "content": {"text/html": {}}}},
)
def read_reference_page() -> Response[str]:
    """This document to read, print and search in a browser."""
    return _tagged(reference_page(), "text/html; charset=utf-8", {**SECURITY_HEADERS, "Cache-Control": CACHED})


@router.get("/static/<digest>/<name>", include_in_schema=False)
def read_static_file(digest: str, name: str) -> Response[str]:
    """A style sheet or an icon, under the hash of its content."""
    file = find_static_file(f"/static/{digest}/{name}")
    if file is None:
        raise NotFoundError
    return Response(status_code=200, headers=dict(file.headers), body=file.body)


def _tagged(content: str, content_type: str, headers: Mapping[str, str]) -> Response[str]:
    tagged = {**headers, "ETag": content_tag(content)}
    return Response(status_code=200, content_type=content_type, headers=tagged, body=content)
