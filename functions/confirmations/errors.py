"""Refusals about confirmation links."""

from shared.domain.links import LinkStatus
from shared.errors import ProblemError


class LinkNotPendingError(ProblemError):
    status = 409
    code = "link_not_pending"
    title = "The link is not pending"

    def __init__(self, status: LinkStatus) -> None:
        super().__init__(f"The link is {status}; only a pending one can be changed, sent or removed. Clone it instead.")


class LinkNotDecidedError(ProblemError):
    status = 409
    code = "link_not_decided"
    title = "The link is not decided"

    def __init__(self, status: LinkStatus) -> None:
        super().__init__(f"The link is {status}; only a signed or rejected one has a certificate.")
