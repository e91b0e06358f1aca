"""Refusals about users."""

from shared.errors import ProblemError


class AlreadyAUserError(ProblemError):
    status = 409
    code = "already_a_user"
    title = "Already a user of this partner"

    def __init__(self) -> None:
        super().__init__("A user with this e-mail address belongs to the partner already; edit that one instead.")


class OwnUserError(ProblemError):
    status = 409
    code = "own_user"
    title = "Not on yourself"

    def __init__(self) -> None:
        super().__init__("Nobody removes themselves or gives up their own admin role; ask another admin to do it.")
