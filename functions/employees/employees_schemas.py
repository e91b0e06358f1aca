"""What the routes about partner employees take and answer."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from functions.employees.access import RequestedAccess, access_of
from functions.employees.overview import EmployeeClient
from functions.employees.schemas import UserAnswer
from shared.domain.activities import Activity
from shared.domain.assignments import PortalAccess, Transfer, TransferStatus
from shared.domain.clients import client_id
from shared.domain.credit import CreditReason
from shared.domain.people import User
from shared.http.schemas import Answer, Body, CheckedAs, Instant, Problem
from shared.table.transfers import DirectedTransfer, Direction

MOST_CLIENTS = 100
_Id = Annotated[str, Field(min_length=1, max_length=200)]


class EmployeeMarkBody(Body):
    """Whether the user's work in clients' accounts is tracked and earns managed credit."""

    enabled: Annotated[bool, Field(strict=True)]


class ClientChoice(Body):
    """One of the two: a client of the list, or a hub id typed in."""

    client_id: _Id | None = None
    hub_id: _Id | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.client_id is None) == (self.hub_id is None):
            raise ValueError("Name the client by its client_id or by its hub_id, and not by both.")
        return self


class AssignBody(Body):
    """Items are checked one by one: an invalid one fails alone."""

    clients: Annotated[
        list[Annotated[Any, CheckedAs(ClientChoice)]],
        Field(
            min_length=1,
            max_length=MOST_CLIENTS,
            description='Each `{"client_id": "c-62000"}` or `{"hub_id": "62000"}`.',
        ),
    ]


class AssignedItem(Answer):
    """A client that the employee works for."""

    client_id: str
    hub_id: str
    status: Literal["assigned", "already_assigned"]


class WithoutCreditItem(Answer):
    """A client that the employee works for without managed credit, and the ways out of that."""

    client_id: str
    hub_id: str
    status: Literal["assigned_without_credit"] = "assigned_without_credit"
    problem: Problem


class UnknownClientItem(Answer):
    """Nothing that is a client of this partner; the ids are those sent."""

    client_id: str | None
    hub_id: str | None
    status: Literal["not_found"] = "not_found"


class RefusedClientItem(Answer):
    """An item that was not carried out, and why."""

    status: Literal["refused"] = "refused"
    problem: Problem


class AssignResults(Answer):
    """One result an item, in the order sent."""

    results: list[AssignedItem | WithoutCreditItem | UnknownClientItem | RefusedClientItem]


class EmployeeAnswer(UserAnswer):
    """A user who is tagged as a partner employee."""

    client_count: Annotated[int, Field(description="To how many clients the employee is assigned.")]

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(**UserAnswer.of(user).model_dump(), client_count=user.clients)


class EmployeeClientAnswer(Answer):
    """One client of an employee."""

    client_id: str
    company: str
    assigned_at: Instant
    portal_access: PortalAccess
    access_requested_at: Instant | None
    last_activity_at: Instant | None
    managed_credit: Annotated[Literal["earned", "none"], Field(description="What the employee earns you here now.")]
    managed_credit_reason: Annotated[
        CreditReason | None,
        Field(description="What is missing, the first thing in this order; null where it is earned."),
    ]
    managed_credit_detail: Annotated[str | None, Field(description="What to do about it.")]

    @classmethod
    def of(cls, one: EmployeeClient) -> Self:
        return cls(
            client_id=one.client.client_id,
            company=one.client.profile.company,
            assigned_at=one.assignment.assigned_at,
            portal_access=one.access,
            access_requested_at=one.assignment.access_requested_at,
            last_activity_at=one.activity.last_activity_at,
            managed_credit="earned" if one.credit.is_earned else "none",
            managed_credit_reason=one.credit.reason,
            managed_credit_detail=one.credit.detail,
        )


class EmployeeDetailsAnswer(EmployeeAnswer):
    """An employee with a page of their clients."""

    clients: list[EmployeeClientAnswer]
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page of clients.")]


class RequestedAccessAnswer(Answer):
    """What was asked of the client."""

    client_id: str
    company: str
    portal_access: PortalAccess
    access_requested_at: Instant
    client_notified: Annotated[
        bool, Field(description="False where no mail reaches a decision maker: ask the client yourself.")
    ]

    @classmethod
    def of(cls, one: RequestedAccess) -> Self:
        requested_at = one.assignment.access_requested_at
        assert requested_at is not None  # noqa: S101 - requesting is what sets it
        return cls(
            client_id=one.client.client_id,
            company=one.client.profile.company,
            portal_access=access_of(one.client, one.assignment),
            access_requested_at=requested_at,
            client_notified=one.assignment.asked_client,
        )


class RecentActivityAnswer(Answer):
    """One thing done in the client's portal."""

    kind: str
    occurred_at: Instant

    @classmethod
    def of(cls, one: Activity) -> Self:
        return cls(kind=one.kind, occurred_at=one.occurred_at)


class ClientActivityAnswer(Answer):
    """What the employee's address was seen to do at one client."""

    client_id: str
    company: str
    last_activity_at: Instant | None
    last_qualifying_activity_at: Annotated[
        Instant | None, Field(description="Publishing, creating, editing; looking does not count for managed credit.")
    ]
    counts: Annotated[dict[str, int], Field(description="By kind of activity.")]
    recent: Annotated[list[RecentActivityAnswer], Field(description="The newest 20, newest first.")]

    @classmethod
    def of(cls, one: EmployeeClient) -> Self:
        return cls(
            client_id=one.client.client_id,
            company=one.client.profile.company,
            last_activity_at=one.activity.last_activity_at,
            last_qualifying_activity_at=one.activity.last_qualifying_at,
            counts=dict(one.activity.counts),
            recent=[RecentActivityAnswer.of(recent) for recent in one.activity.recent],
        )


class AskingPartyAnswer(Answer):
    """Who asks."""

    partner_name: str
    user_name: str


class TransferAnswer(Answer):
    """A request to let go of an employee's e-mail address at a client. Who is asked is never said."""

    id: str
    direction: Direction
    status: TransferStatus
    client_id: str
    company: str
    user_id: str
    email: str
    asked_by: AskingPartyAnswer
    created_at: Instant
    expires_at: Instant
    decided_at: Instant | None

    @classmethod
    def of(cls, one: DirectedTransfer, *, status: TransferStatus) -> Self:
        transfer = one.transfer
        return cls(
            id=transfer.transfer_id,
            direction=one.direction,
            status=status,
            client_id=client_id(transfer.hub_id),
            company=transfer.company,
            user_id=transfer.user_id,
            email=transfer.email,
            asked_by=AskingPartyAnswer(partner_name=transfer.asking_partner_name, user_name=transfer.asking_user_name),
            created_at=transfer.created_at,
            expires_at=transfer.expires_at,
            decided_at=transfer.decided_at,
        )

    @classmethod
    def seen_by(cls, direction: Direction, transfer: Transfer, *, status: TransferStatus) -> Self:
        return cls.of(DirectedTransfer(direction, transfer), status=status)
