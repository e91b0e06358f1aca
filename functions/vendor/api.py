"""Routes of the vendor's back office. Every PUT is an upsert by the vendor's own id: repeating it changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.vendor import service, users_service
from functions.vendor.errors import EmailTakenError, UnknownPartnerError
from functions.vendor.schemas import (
    AuditEntryAnswer,
    PartnerAnswer,
    PartnerBody,
    PartnerUserAnswer,
    PartnerUserBody,
)
from functions.vendor.upserts import upserted
from functions.vendor.verification import NoTrailError, VerificationAnswer, verify_stretch
from shared.errors import ValidationError
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.routing import RoomRouter, refuses
from shared.http.schemas import Moment, VendorId
from shared.http.sign_ins import InvitationNotMailedError
from shared.program import program
from shared.table import keys
from shared.table.audit import EARLIEST, AuditFilter, AuditTrail
from shared.table.persons import TooManyMembershipsError

router = RoomRouter()


AUDIT = "/v1/vendor/audit"
VERIFICATION = "/v1/vendor/audit/verification"
MOST_A_PAGE = 100
DAYS_WITHOUT_SINCE = 90
"""Of the trail of all partners, which is read day by day: a page's cost must not grow with the program's age."""
CLOCKS_DIFFER = timedelta(hours=1)
"""At most, so that no entry is from later than this."""

PartnerIdInPath = Annotated[VendorId, Path()]
UserIdInPath = Annotated[VendorId, Path()]
Text = Annotated[str | None, Query(min_length=1, max_length=200)]
OptionalPartner = Annotated[VendorId | None, Query()]
Since = Annotated[
    Moment | None,
    Query(
        description="RFC 3339, such as 2026-01-31T09:30:00Z. Without it, all there is of the partner, actor or object; "
        f"where none of them is given, {DAYS_WITHOUT_SINCE} days before `until`."
    ),
]
Until = Annotated[Moment | None, Query(description="RFC 3339, such as 2026-01-31T09:30:00Z; now without it.")]


def _one_partner(_: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.partner(path["partner_id"]), keys.capacity(path["partner_id"])]


def _one_user(_: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [
        keys.partner(path["partner_id"]),
        keys.user(path["partner_id"], path["user_id"]),
        keys.identity(path["user_id"]),
    ]


READ_AHEAD = {
    "PUT /v1/vendor/partners/{partner_id}": _one_partner,
    "PUT /v1/vendor/partners/{partner_id}/users/{user_id}": _one_user,
}


@router.put("/v1/vendor/partners/<partner_id>", summary="Make or change a partner", tags=["Vendor"])
def save_partner(partner_id: PartnerIdInPath, body: PartnerBody) -> Response[PartnerAnswer]:
    """Say what a partner is. A lower tier or override may leave it over its limit."""
    exchange = router.exchange
    saved, outcome = service.save_partner(
        exchange.session, exchange.operation, body.to_partner(partner_id), program=program()
    )
    return upserted(outcome, PartnerAnswer.of(saved, result=outcome), path=router.current_event.path)


@router.put(
    "/v1/vendor/partners/<partner_id>/users/<user_id>",
    summary="Make or change a partner's user",
    tags=["Vendor"],
    openapi_extensions=refuses(EmailTakenError, TooManyMembershipsError, UnknownPartnerError, InvitationNotMailedError),
)
def save_user(partner_id: PartnerIdInPath, user_id: UserIdInPath, body: PartnerUserBody) -> Response[PartnerUserAnswer]:
    """Say who works for a partner, and make the sign-in."""
    exchange = router.exchange
    saved, outcome = users_service.save_user(
        exchange.session, exchange.operation, partner_id=partner_id, user_id=user_id, **body.model_dump()
    )
    return upserted(outcome, PartnerUserAnswer.of(partner_id, saved, result=outcome), path=router.current_event.path)


@router.get(AUDIT, summary="The audit trail", tags=["Vendor"])
def list_audit_entries(  # noqa: PLR0917 - Powertools passes query parameters by name
    partner_id: OptionalPartner = None,
    actor: Text = None,
    object: Text = None,  # noqa: A002 - the parameter's name in the contract
    since: Since = None,
    until: Until = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[AuditEntryAnswer]:
    """Every change, newest first: from `since` up to but without `until`.

    `actor` is a user id, `object` is such as `registration/acme.example`. Without these and `partner_id` a page looks
    at a few days only, so it may be short or empty and have a next one all the same.
    """
    exchange = router.exchange
    filters = {"partner_id": partner_id, "actor": actor, "object": object, "since": since, "until": until}
    shown = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in filters.items()}
    listing = Listing(exchange, AUDIT, limit=limit, cursor=cursor, filters=shown, tenant=exchange.caller.user_id)
    end = exchange.now + CLOCKS_DIFFER  # beyond it and before EARLIEST there is nothing to look through
    last = min(until or end, end)
    is_narrow = partner_id is not None or actor is not None or object is not None
    first = max(since or (EARLIEST if is_narrow else last - timedelta(days=DAYS_WITHOUT_SINCE)), EARLIEST)
    if first >= last:
        raise ValidationError(
            "The time span is empty.", errors=[{"pointer": "#/query/since", "detail": "must lie before its end, until"}]
        )
    wanted = AuditFilter(partner_id=partner_id, actor=actor, subject=object, since=first, until=last)
    page = AuditTrail(exchange.session).page(wanted, limit=limit, start=listing.start)
    return listing.page([AuditEntryAnswer.of(entry) for entry in page.entries], page.last)


@router.get(VERIFICATION, summary="Verify the audit trail", tags=["Vendor"], openapi_extensions=refuses(NoTrailError))
def verify_audit_trail(
    partner_id: Text = None, limit: Limit = MOST_A_PAGE, cursor: CursorText = None
) -> VerificationAnswer:
    """Check the hash chain of one partner, or of every partner in turn, a stretch a page, and say what does not fit.

    The whole is verified when every page was asked for.
    """
    exchange = router.exchange
    filters = {"partner_id": partner_id}
    listing = Listing(
        exchange, VERIFICATION, limit=limit, cursor=cursor, filters=filters, tenant=exchange.caller.user_id
    )
    start = listing.start
    stretch = verify_stretch(exchange.session, partner_id=partner_id, limit=limit, start=start, now=exchange.now)
    return VerificationAnswer.of(stretch, next_cursor=listing.next_cursor(stretch.last))
