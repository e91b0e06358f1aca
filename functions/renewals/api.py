"""Routes about upcoming renewals: the list, the decision, the calendar, and the caller's weekly digest."""

from datetime import timedelta
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.renewals import digests, service
from functions.renewals.calendar import CONTENT_TYPE, Deadline, write_calendar
from functions.renewals.errors import DecisionDeadlineOverError, NotResponsibleError, RenewalDecidedError
from functions.renewals.owner_api import desk
from functions.renewals.rules import decision_deadline
from functions.renewals.schemas import DigestAnswer, DigestBody, RenewalAnswer, RenewalDecisionBody
from functions.renewals.service import FoundRenewal
from shared.domain.renewals import RenewalStatus
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.routing import RoomRouter, refuses
from shared.table.client_lists import RenewalOrder

router = RoomRouter()

LIST = "/v1/renewals"
LONGEST_WINDOW = 120
"""Days; what the program shows may be less."""
MOST_IN_CALENDAR = 1_000
_A_PAGE = 100

Status = Annotated[RenewalStatus | None, Query(description="Only renewals in this status.")]
WithinDays = Annotated[
    int | None, Query(ge=1, le=LONGEST_WINDOW, description="Only renewals that start within so many days.")
]
Sort = Annotated[
    Literal["days_left", "mrr_change", "-days_left", "-mrr_change"],
    Query(description="The field to sort by; a minus sorts downwards."),
]


@router.get(LIST, summary="Upcoming renewals", tags=["Renewals"])
def list_renewals(
    status: Status = None,
    within_days: WithinDays = None,
    sort: Sort = "days_left",
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[RenewalAnswer]:
    """Renewals that start soon, within 120 days unless the program says otherwise; the earliest first."""
    exchange, here = router.exchange, desk()
    filters = {"status": status, "within_days": within_days, "sort": sort}
    listing = Listing(exchange, LIST, limit=limit, cursor=cursor, filters=filters)
    start = listing.start
    today, visible = here.today(), here.program.renewals.visible_days
    page = here.clients.renewals(
        first=today,
        last=today + timedelta(days=min(within_days or visible, visible)),
        status=status,
        order=RenewalOrder(sort.removeprefix("-")),
        descending=sort.startswith("-"),
        limit=limit,
        start=start,
    )
    settings = here.defaults.find()
    data = [RenewalAnswer.of(row, settings=settings, today=today, program=here.program) for row in page.rows]
    return listing.page(data, page.last)


@router.post(
    "/v1/renewals/<renewal_id>/decision",
    summary="Decide on a renewal",
    tags=["Renewals"],
    openapi_extensions=refuses(NotResponsibleError, RenewalDecidedError, DecisionDeadlineOverError),
)
def decide_renewal(renewal_id: str, body: RenewalDecisionBody) -> RenewalAnswer:
    """Confirm it, or ask the vendor to cancel it, until its `decision_deadline` is over. The first decision stands.

    Of several partners of a client the responsible one decides.
    """
    here = desk()
    settings, today = here.defaults.find(), here.today()

    def told(found: FoundRenewal) -> RenewalAnswer:
        row = found.row(here.partner_id)
        return RenewalAnswer.of(row, settings=settings, today=today, program=here.program)

    router.exchange.tells(told, status=200)
    return told(service.decide(here, renewal_id, body.status, reason=body.reason, today=today))


@router.get(
    "/v1/renewals.ics",
    summary="Decision deadlines as a calendar",
    tags=["Renewals"],
    responses={200: {"description": "The calendar (RFC 5545)", "content": {"text/calendar": {}}}},
)
def read_calendar() -> Response[str]:
    """An all-day event on the last day to decide, for each renewal that waits for your decision; at most 1,000."""
    exchange, here = router.exchange, desk()
    rules, today = here.program.renewals, here.today()
    deadlines: list[Deadline] = []
    start = None
    while True:
        page = here.clients.renewals(
            first=today + timedelta(days=rules.decision_deadline_days),
            last=today + timedelta(days=rules.visible_days),
            status=RenewalStatus.PENDING,
            responsible_only=True,
            order=RenewalOrder.DAYS_LEFT,
            descending=False,
            limit=_A_PAGE,
            start=start,
        )
        deadlines.extend(Deadline(row, decision_deadline(row.starts_on, rules)) for row in page.rows)
        start = page.last
        if start is None or len(deadlines) >= MOST_IN_CALENDAR:
            break
    membership = exchange.caller.memberships[exchange.partner_id]
    return Response(
        status_code=200,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": 'inline; filename="renewals.ics"', "Cache-Control": "no-store"},
        body=write_calendar(deadlines[:MOST_IN_CALENDAR], language=membership.language, at=exchange.now),
    )


@router.get("/v1/renewals/digest", summary="The caller's weekly digest", tags=["Renewals"])
def read_digest() -> DigestAnswer:
    """Whether the caller gets a mail every Monday with the renewals that wait for a decision."""
    return DigestAnswer(weekly=digests.is_wanted(_digest_reader()))


@router.put("/v1/renewals/digest", summary="Turn the weekly digest on or off", tags=["Renewals"])
def change_digest(body: DigestBody) -> DigestAnswer:
    """It holds from the next Monday on. Every digest can also be ended with one click in the mail itself."""
    digests.choose(_digest_reader(), weekly=body.weekly, operation=router.exchange.operation)
    return DigestAnswer(weekly=body.weekly)


def _digest_reader() -> digests.DigestReader:
    exchange = router.exchange
    return digests.DigestReader(exchange.session, exchange.partner_id, exchange.caller.user_id)
