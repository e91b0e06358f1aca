"""Refusals about renewals."""

from datetime import date

from shared.domain.renewals import RenewalStatus
from shared.errors import ProblemError


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

    def __init__(self, deadline: date) -> None:
        super().__init__(
            f"The last day to decide was {deadline}: the subscription renews by itself. Talk to your renewal manager."
        )
