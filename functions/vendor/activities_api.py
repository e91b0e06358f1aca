"""The route by which the vendor tells what employees did in clients' portals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError as InvalidModelError

from functions.vendor.activities_schemas import (
    ActivitiesBody,
    ActivityBody,
    ActivityResults,
    RecordedItem,
    RefusedActivityItem,
)
from functions.vendor.activities_service import ActivityDesk, record_activities
from shared.domain.activities import Activity
from shared.errors import FieldError, ProblemError, ValidationError
from shared.http.problems import problem_document
from shared.http.refusals import item_problem
from shared.http.routing import RoomRouter
from shared.http.schemas import Problem
from shared.program import program

router = RoomRouter()


@router.post("/v1/vendor/activities", summary="Record up to 100 activities", tags=["Vendor"])
def record_vendor_activities(body: ActivitiesBody) -> ActivityResults:
    """What employees did in clients' portals. An id counts once; an activity that lies ahead is refused."""
    exchange = router.exchange
    desk = ActivityDesk(exchange.session, exchange.operation, program())
    checked = [_checked(item, now=exchange.now) for item in body.activities]
    fates = iter(record_activities(desk, [one for one in checked if isinstance(one, Activity)]))
    results: list[RecordedItem | RefusedActivityItem] = []
    for item, one in zip(body.activities, checked, strict=True):
        fate = one if isinstance(one, ProblemError) else next(fates)
        if isinstance(fate, ProblemError):
            document = problem_document(fate, request_id=exchange.operation.request_id)
            sent = item.get("id") if isinstance(item, Mapping) else None
            results.append(RefusedActivityItem(id=sent, problem=Problem.model_validate(document)))
        else:
            assert isinstance(one, Activity)  # noqa: S101 - what was refused has no other fate
            results.append(RecordedItem(id=one.activity_id, status="recorded" if fate else "already_recorded"))
    return ActivityResults(results=results)


def _checked(item: Any, *, now: datetime) -> Activity | ProblemError:
    """The activity, or what is wrong with it."""
    try:
        activity = ActivityBody.model_validate(item).to_activity()
    except InvalidModelError as error:
        return item_problem(error)
    if activity.occurred_at > now:
        fault: FieldError = {"pointer": "#/occurred_at", "detail": "must not lie in the future"}
        return ValidationError("The activity has not happened yet.", errors=[fault])
    return activity
