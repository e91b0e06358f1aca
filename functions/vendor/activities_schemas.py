"""What the route about activities takes and answers."""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.addresses import Email
from shared.domain.activities import Activity
from shared.http.schemas import Answer, Body, CheckedAs, Matching, Moment, Problem, VendorId

MOST_ACTIVITIES = 100

Kind = Annotated[
    str,
    Field(description="Such as `publish`, `create` and `edit`, which qualify for managed credit, or `view`."),
    Matching(
        r"^[a-z][a-z0-9_]{0,39}$", "must be a word of up to 40 small letters, digits and underscores, such as publish"
    ),
]


class ActivityBody(Body):
    """One thing that somebody did in a client's portal; its id counts once, however often it is sent."""

    id: VendorId
    hub_id: VendorId
    employee_email: Email
    kind: Kind
    occurred_at: Moment

    def to_activity(self) -> Activity:
        return Activity(
            activity_id=self.id,
            hub_id=self.hub_id,
            email=self.employee_email,
            kind=self.kind,
            occurred_at=self.occurred_at,
        )


class ActivitiesBody(Body):
    """Items are checked one by one: an invalid one fails alone."""

    activities: Annotated[
        list[Annotated[Any, CheckedAs(ActivityBody)]],
        Field(
            min_length=1,
            max_length=MOST_ACTIVITIES,
            description="Each with `id`, `hub_id`, `employee_email`, `kind` and `occurred_at`.",
        ),
    ]


class RecordedItem(Answer):
    """An activity that counts, from now on or from an earlier request."""

    id: str
    status: Literal["recorded", "already_recorded"]


class RefusedActivityItem(Answer):
    """An activity that was not recorded, and why; `id` as it was sent."""

    id: Any
    status: Literal["refused"] = "refused"
    problem: Problem


class ActivityResults(Answer):
    """One result an item, in the order sent."""

    results: list[RecordedItem | RefusedActivityItem]
