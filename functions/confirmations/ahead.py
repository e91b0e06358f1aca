"""What the routes about links read in the same call as the caller, and what their kept answers lack."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.domain.links import LinkPlace
from shared.link_tokens import link_url
from shared.table import keys


def _partner(partner_id: str, _: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.partner(partner_id)]


def _link(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.link(partner_id, path["link_id"])]


def _partner_and_link(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [*_partner(partner_id, path), *_link(partner_id, path)]


READ_AHEAD = {
    "GET /v1/products": _partner,
    "POST /v1/confirmation-links": _partner,
    "POST /v1/confirmation-links/preview": _partner,
    "GET /v1/confirmation-links/{link_id}": _link,
    "PATCH /v1/confirmation-links/{link_id}": _partner_and_link,
    "DELETE /v1/confirmation-links/{link_id}": _link,
    "GET /v1/confirmation-links/{link_id}/preview": _partner_and_link,
    "GET /v1/confirmation-links/{link_id}/certificate": _partner_and_link,
    "GET /v1/confirmation-links/{link_id}/events": _link,
    "POST /v1/confirmation-links/{link_id}/clone": _partner_and_link,
    "POST /v1/confirmation-links/{link_id}/send": _partner_and_link,
    "POST /v1/confirmation-links/{link_id}/revoke": _link,
}


def _with_url(partner_id: str, answer: dict[str, Any]) -> dict[str, Any]:
    """A kept answer lacks the URL: the table holds no token that opens a link."""
    return {**answer, "url": link_url(LinkPlace(partner_id, answer["id"]))}


COMPLETING = {
    "POST /v1/confirmation-links": _with_url,
    "POST /v1/confirmation-links/{link_id}/clone": _with_url,
    "POST /v1/confirmation-links/{link_id}/send": _with_url,
    "POST /v1/confirmation-links/{link_id}/revoke": _with_url,
}
