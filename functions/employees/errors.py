"""Refusals about users."""

from datetime import datetime, timedelta
from math import ceil

from shared.domain.assignments import TransferStatus
from shared.errors import ProblemError


class AlreadyAUserError(ProblemError):
    status = 409
    code = "already_a_user"
    title = "Already a user of this partner"

    def __init__(self) -> None:
        super().__init__("A user with this e-mail address belongs to the partner already; edit that one instead.")


class AlreadyInvitedError(ProblemError):
    status = 409
    code = "already_invited"
    title = "Already invited by this partner"

    def __init__(self) -> None:
        super().__init__(
            "The person has to accept the invitation. POST /v1/users/{user_id}/resend-invitation mails it again."
        )


class TooManyInvitationMailsError(ProblemError):
    """`possible_from` is when there is room again."""

    status = 429
    code = "too_many_invitation_mails"
    title = "The address has been mailed too often"

    def __init__(self, *, most: int, possible_from: datetime, now: datetime) -> None:
        minute = possible_from.replace(second=0, microsecond=0)
        again = minute if minute == possible_from else minute + timedelta(minutes=1)
        super().__init__(
            f"A partner has an address mailed about joining it at most {most} times in 24 hours. It is possible again "
            f"from {again.day} {again:%B %Y, %H:%M} UTC.",
            headers={"Retry-After": str(ceil((possible_from - now).total_seconds()))},
        )


class AlreadyActiveError(ProblemError):
    status = 409
    code = "already_active"
    title = "The person has signed in already"

    def __init__(self) -> None:
        super().__init__(
            "There is no invitation to send again. Who has forgotten the password resets it with a mailed code."
        )


class InvitationPendingError(ProblemError):
    status = 409
    code = "invitation_pending"
    title = "The person has not accepted the invitation yet"

    def __init__(self) -> None:
        super().__init__("Until then the person is no user of this partner and counts for nothing here.")


class AgreementMissingError(ProblemError):
    """The address is on another partner's domain; it is never said whose."""

    status = 409
    code = "agreement_missing"
    title = "The person has to agree first"

    def __init__(self) -> None:
        super().__init__(
            "The address is on the e-mail domain of another partner. Before the person is listed here, they have to "
            "accept this partner themselves: POST /v1/me/memberships/{partner_id}/accept."
        )


class OwnUserError(ProblemError):
    status = 409
    code = "own_user"
    title = "Not on yourself"

    def __init__(self) -> None:
        super().__init__("Nobody removes themselves or gives up their own admin role; ask another admin to do it.")


class LastAdminError(ProblemError):
    status = 409
    code = "last_admin"
    title = "The partner would have no admin left"

    def __init__(self) -> None:
        super().__init__(
            "The others were removed or lost the role meanwhile. Make somebody else an admin first, or ask the vendor."
        )


class EmailWithAnotherPartnerError(ProblemError):
    """The employee is assigned, but another partner listed the address first (A106); it is never said which."""

    status = 409
    code = "email_already_with_another_partner"
    title = "The e-mail address is already associated with another partner for this client"

    def __init__(self, *, email_domain: str | None) -> None:
        own = f"your own e-mail domain, {email_domain}," if email_domain else "your own e-mail domain"
        super().__init__(
            "You earn no managed credit by this address. Three ways lead out: ask the other partner to remove the "
            "employee's access to the client (a transfer request does that), make a new address for the employee on "
            f"{own} and add it as a user, or ask the employee for another address."
        )


class TooManyEmployeesError(ProblemError):
    status = 409
    code = "too_many_employees"
    title = "The client has too many employees"

    def __init__(self, most: int) -> None:
        super().__init__(f"A client takes {most} employees of all partners. Remove one who no longer works for it.")


class ConfirmationRequiredError(ProblemError):
    status = 422
    code = "confirmation_required"
    title = "The confirmation is missing"

    def __init__(self) -> None:
        super().__init__(
            "Send confirm=REMOVE, in capitals, to say that the user has typed it.",
            errors=[{"pointer": "#/query/confirm", "detail": "must be REMOVE"}],
        )


class AccessGrantedError(ProblemError):
    status = 409
    code = "access_granted"
    title = "The employee has access already"

    def __init__(self) -> None:
        super().__init__("The client's portal lists the employee as a user; there is nothing to request.")


class NoConflictError(ProblemError):
    status = 409
    code = "no_conflict"
    title = "No other partner stands in the way"

    def __init__(self) -> None:
        super().__init__(
            "Nobody listed the e-mail address for this client before you. managed_credit_reason says what is missing."
        )


class TransferDeclinedError(ProblemError):
    """`possible_from` is when the request that was declined would have expired."""

    status = 409
    code = "transfer_declined"
    title = "The other partner has declined"

    def __init__(self, *, possible_from: datetime, now: datetime) -> None:
        minute = possible_from.replace(second=0, microsecond=0)
        again = minute if minute == possible_from else minute + timedelta(minutes=1)
        super().__init__(
            "A partner that has declined is asked again about the address once the request would have expired. It is "
            f"possible again from {again.day} {again:%B %Y, %H:%M} UTC.",
            headers={"Retry-After": str(ceil((possible_from - now).total_seconds()))},
        )


class TransferOverError(ProblemError):
    status = 409
    code = "transfer_not_pending"
    title = "The transfer request is no longer pending"

    def __init__(self, status: TransferStatus) -> None:
        super().__init__(f"The request is {status}; nothing can be decided about it any more.")
