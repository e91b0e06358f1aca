"""Refusals about renewals."""

from datetime import date

from shared.domain.renewals import RenewalStatus
from shared.errors import ProblemError


class NotResponsibleError(ProblemError):
    status = 409
    code = "not_responsible"
    title = "Another partner decides"

    def __init__(self) -> None:
        super().__init__(
            "Another partner is responsible for this client's renewals and decides about them. "
            "Ask your renewal manager if that should be you."
        )


class RenewalDecidedError(ProblemError):
    status = 409
    code = "renewal_decided"
    title = "The renewal is decided"

    def __init__(self, status: RenewalStatus) -> None:
        words = status.replace("_", " ")
        super().__init__(f"The renewal is {words} already, and that stands. Ask your renewal manager to change it.")


class DecisionDeadlineOverError(ProblemError):
    status = 409
    code = "decision_deadline_over"
    title = "The time to decide is over"

    def __init__(self, deadline: date, *, renewed: bool) -> None:
        what = (
            "Nobody decided in time, and the subscription has renewed by itself."
            if renewed
            else f"The last day to decide was {deadline}: the subscription renews by itself."
        )
        super().__init__(f"{what} Talk to your renewal manager.")
