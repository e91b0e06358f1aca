"""Routes about the caller and the partner's users."""

from collections.abc import Mapping, Sequence

from aws_lambda_powertools.event_handler import Response

from functions.employees import invitations, service
from functions.employees.desk import UserDesk
from functions.employees.employees_schemas import EmployeeMarkBody
from functions.employees.errors import (
    AgreementMissingError,
    AlreadyActiveError,
    AlreadyAUserError,
    AlreadyInvitedError,
    InvitationPendingError,
    LastAdminError,
    OwnUserError,
    TooManyInvitationMailsError,
)
from functions.employees.invitations import Invitee
from functions.employees.schemas import (
    AnsweredInvitation,
    InvitationOutcome,
    MeAnswer,
    MembershipAnswer,
    NewUserBody,
    UserAnswer,
    UserChanges,
)
from shared.domain.people import Membership, User
from shared.errors import ChangedMeanwhileError
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.routing import RoomRouter, refuses
from shared.http.sign_ins import InvitationNotMailedError
from shared.table import keys
from shared.table.invitations import TooManyInvitationsError
from shared.table.partners import partner_names
from shared.table.persons import TooManyMembershipsError

router = RoomRouter()

LIST = "/v1/users"


def _own_partner(partner_id: str, _: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.partner(partner_id)]


def _one_user(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.user(partner_id, path["user_id"]), keys.invitation(partner_id, path["user_id"])]


def _user_and_cascade(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [*_one_user(partner_id, path), keys.user_cascade(partner_id, path["user_id"])]


READ_AHEAD = {
    "GET /v1/me": _own_partner,
    "GET /v1/users/{user_id}": _one_user,
    "PATCH /v1/users/{user_id}": _one_user,
    "DELETE /v1/users/{user_id}": _user_and_cascade,
    "PUT /v1/users/{user_id}/partner-employee": _user_and_cascade,
    "POST /v1/users/{user_id}/resend-invitation": _one_user,
}


@router.get("/v1/me", summary="Who is calling", tags=["Users"])
def read_me() -> MeAnswer:
    """The caller, the partner that is meant, and all partners that the caller belongs to or is invited by."""
    exchange = router.exchange
    caller = exchange.caller
    names = partner_names(exchange.session, [*caller.memberships, *caller.invitations])
    return MeAnswer(
        user_id=caller.user_id,
        email=caller.email,
        name=caller.name,
        role=caller.role,
        partner_id=caller.partner_id,
        partner_name=names[caller.partner_id] if caller.partner_id else None,
        memberships=[
            *(MembershipAnswer.of(one, names[one.partner_id], "active") for one in caller.memberships.values()),
            *(MembershipAnswer.of(one, names[one.partner_id], "invited") for one in caller.invitations.values()),
        ],
    )


@router.post(
    "/v1/me/memberships/<partner_id>/accept",
    summary="Accept an invitation",
    tags=["Users"],
    openapi_extensions=refuses(TooManyMembershipsError),
)
def accept_invitation(partner_id: str) -> AnsweredInvitation:
    """Become a user of the partner that has invited the caller; from the next call on X-Partner-Id may be needed.

    Said again, it changes nothing. Whom the vendor has made a user says by it that they agree, which an employee's
    listing takes where the address is on another partner's domain.
    """
    return _answered(partner_id, "active")


@router.post("/v1/me/memberships/<partner_id>/decline", summary="Decline an invitation", tags=["Users"])
def decline_invitation(partner_id: str) -> AnsweredInvitation:
    """Say no to the partner that has invited the caller. It may invite again."""
    return _answered(partner_id, "declined")


@router.get(LIST, summary="The partner's users", tags=["Users"])
def list_users(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[UserAnswer]:
    """Users by name."""
    listing = Listing(router.exchange, LIST, limit=limit, cursor=cursor)
    page = _desk().users.page(limit=limit, start=listing.start)
    return listing.page([UserAnswer.of(user) for user in page.users], page.last)


@router.post(
    LIST,
    summary="Add a user",
    tags=["Users"],
    status_code=201,
    openapi_extensions=refuses(
        AlreadyAUserError,
        AlreadyInvitedError,
        TooManyInvitationsError,
        TooManyInvitationMailsError,
        InvitationNotMailedError,
    ),
)
def add_user(body: NewUserBody) -> UserAnswer:
    """Add a person by e-mail address. Somebody new gets a sign-in, and a first password by mail.

    Whom the program knows already is invited by mail (`"status": "invited"`): nothing changes for the person, and the
    person counts for nothing here, until they accept. So is somebody new whose address is on another partner's domain.
    """
    exchange = router.exchange
    exchange.tells(UserAnswer.of, status=201, etag=_version, location=_place)
    user = service.add_user(_desk(), email=body.email, name=body.name, role=body.role, language=body.language)
    exchange.tag(user.version)
    exchange.locate(_place(user))
    return UserAnswer.of(user)


@router.get("/v1/users/<user_id>", summary="One user", tags=["Users"])
def read_user(user_id: str) -> UserAnswer:
    """A user of this partner, or somebody whom it has invited."""
    user = _desk().known(user_id)
    router.exchange.tag(user.version)
    return UserAnswer.of(user)


@router.patch(
    "/v1/users/<user_id>",
    summary="Change a user",
    tags=["Users"],
    openapi_extensions=refuses(LastAdminError, OwnUserError),
)
def change_user(user_id: str, body: UserChanges) -> UserAnswer:
    """Change name, role or language in this partner. It holds from the user's next call."""
    exchange = router.exchange
    changed = service.change_user(
        _desk(),
        user_id,
        name=body.name,
        role=body.role,
        language=body.language,
        unchanged=exchange.require_match,
    )
    exchange.tag(changed.version)
    return UserAnswer.of(changed)


@router.delete(
    "/v1/users/<user_id>",
    summary="Remove a user",
    tags=["Users"],
    status_code=204,
    openapi_extensions=refuses(ChangedMeanwhileError, LastAdminError, OwnUserError),
)
def remove_user(user_id: str) -> Response[None]:
    """Remove the person from this partner, and end their assignments to clients.

    The very next call of theirs is refused, whatever token they hold. Who belongs to no other partner loses the
    sign-in too: the address can be given to somebody else. An invitation is withdrawn. With `If-Match` only a user who
    is as read.
    """
    service.remove_user(_desk(), user_id, unchanged=router.exchange.check_match)
    return Response(status_code=204, body=None)


@router.post(
    "/v1/users/<user_id>/resend-invitation",
    summary="Mail an invitation again",
    tags=["Users"],
    openapi_extensions=refuses(AlreadyActiveError, InvitationNotMailedError, TooManyInvitationMailsError),
)
def resend_invitation(user_id: str) -> UserAnswer:
    """Mail a new first password to who has not signed in yet, also after the one before ran out.

    Who is invited and signs in already gets the invitation again.
    """
    exchange = router.exchange
    exchange.tells(UserAnswer.of, status=200, etag=_version)
    user = invitations.resend(_desk(), user_id)
    exchange.tag(user.version)
    return UserAnswer.of(user)


@router.put(
    "/v1/users/<user_id>/partner-employee",
    summary="Mark a user as a partner employee",
    tags=["Employees"],
    openapi_extensions=refuses(AgreementMissingError, ChangedMeanwhileError, InvitationPendingError),
)
def mark_as_employee(user_id: str, body: EmployeeMarkBody) -> UserAnswer:
    """Switch the tracking of a user's work in clients' accounts on or off; without it no managed credit is earned.

    `If-Match` may be left out here: the request says the whole of what it changes.
    """
    exchange = router.exchange
    changed = service.mark_as_employee(_desk(), user_id, enabled=body.enabled, unchanged=exchange.check_match)
    exchange.tag(changed.version)
    return UserAnswer.of(changed)


def _desk() -> UserDesk:
    exchange = router.exchange
    return UserDesk(exchange.session, exchange.partner_id, exchange.operation, exchange.caller.name)


def _answered(partner_id: str, status: InvitationOutcome) -> AnsweredInvitation:
    exchange = router.exchange
    invitee = Invitee(exchange.session, exchange.caller.sub, partner_id, exchange.operation)
    partner_name = partner_names(exchange.session, [partner_id]).get(partner_id, "")

    def told(membership: Membership) -> AnsweredInvitation:
        return AnsweredInvitation.of(membership, partner_name, status)

    exchange.tells(told, status=200)
    return told(invitations.accept(invitee) if status == "active" else invitations.decline(invitee))


def _place(user: User) -> str:
    return f"{LIST}/{user.user_id}"


def _version(user: User) -> int:
    return user.version
