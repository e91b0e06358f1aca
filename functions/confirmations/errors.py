"""Refusals about confirmation links."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from shared.domain.links import LinkStatus
from shared.errors import ProblemError


class LinkNotPendingError(ProblemError):
    status = 409
    code = "link_not_pending"
    title = "The link is not pending"

    def __init__(self, status: LinkStatus) -> None:
        super().__init__(f"The link is {status}; only a pending one can be changed, sent or removed. Clone it instead.")


class TooManySendingsError(ProblemError):
    """Mail to strangers has a limit, by link and by address; `possible_from` is when there is room again."""

    status = 429
    code = "too_many_sendings"
    title = "The link or its address has been mailed too often"

    def __init__(self, *, most: int, of_link: bool, possible_from: datetime, now: datetime) -> None:
        seconds = ceil((possible_from - now).total_seconds())
        minute = possible_from.replace(second=0, microsecond=0)
        again = minute if minute == possible_from else minute + timedelta(minutes=1)
        limit = (
            f"A link is mailed at most {most} times in 24 hours."
            if of_link
            else f"An address is mailed at most {most} links in 24 hours, whoever sends them."
        )
        super().__init__(
            f"{limit} It is possible again from {again.day} {again:%B %Y, %H:%M} UTC.",
            headers={"Retry-After": str(seconds)},
        )


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
