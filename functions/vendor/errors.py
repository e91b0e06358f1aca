"""Refusals of the back office."""

from shared.errors import ProblemError


class EmailTakenError(ProblemError):
    status = 409
    code = "email_taken"
    title = "The e-mail address belongs to another user"

    def __init__(self) -> None:
        super().__init__("Every person has one address and one user id. Send the id that this address has already.")


class UnknownPartnerError(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self) -> None:
        super().__init__("There is no such partner yet. Make it with PUT /v1/vendor/partners/{partner_id} first.")


class TooManyMembershipsError(ProblemError):
    status = 409
    code = "too_many_memberships"
    title = "The person belongs to too many partners"

    def __init__(self, most: int) -> None:
        super().__init__(f"One person can belong to {most} partners at most.")
