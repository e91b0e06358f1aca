"""Refusals about confirmation links."""

from collections.abc import Sequence

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


class LinkNotClonableError(ProblemError):
    """The program has changed since the link was made: its content would be refused today."""

    status = 409
    code = "link_not_clonable"
    title = "The program no longer allows what the link asks"

    def __init__(self, *, gone: Sequence[str]) -> None:
        cause = (
            f"The catalogue no longer has {', '.join(gone)}"
            if gone
            else "What it says of onboarding does not fit the program any more"
        )
        super().__init__(f"{cause}. Make a new link instead, of what GET /v1/products lists.")
