"""What verifying the audit trail answers, and the one refusal it has."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field

from shared.domain.chains import Fault, FaultKind
from shared.errors import ProblemError
from shared.http.schemas import Answer
from shared.table import keys
from shared.table.audit import EARLIEST, LATEST, AuditFilter, AuditTrail
from shared.table.session import TableSession
from shared.table.values import Item

if TYPE_CHECKING:
    from shared.table.chain_verification import Stretch


class NoTrailError(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self) -> None:
        super().__init__("There is no audit trail of such a partner. Check partner_id.")


class EntryPlace(Answer):
    """Where an audit entry stands, as its key says; a key that somebody made up may hold no instant."""

    entry_id: str
    at: str

    @classmethod
    def of(cls, moment: str) -> Self:
        at, _, entry_id = moment.partition(keys.SEPARATOR)
        return cls(entry_id=entry_id, at=at)


class FaultAnswer(Answer):
    """One thing that is not as it was sealed. `position` counts the chain's seals from 1."""

    code: FaultKind
    detail: str
    position: int | None
    entry: EntryPlace | None

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(
            code=fault.kind,
            detail=fault.detail,
            position=fault.position,
            entry=EntryPlace.of(fault.moment) if fault.moment is not None else None,
        )


class HeadAnswer(Answer):
    """The end of a chain. Keep it: a later run that knows another hash at this position has met another chain."""

    position: int
    hash: str


class VerificationAnswer(Answer):
    """A stretch of one partner's chain, or of its trail; together the pages are the whole of both."""

    partner_id: Annotated[
        str | None, Field(description="~0 to ~7: what the vendor says of clients. Null where there is no chain yet.")
    ]
    seals: Annotated[int, Field(description="How many seals were checked on this page.")]
    entries: Annotated[int, Field(description="How many entries of the trail were checked on this page.")]
    head: Annotated[HeadAnswer | None, Field(description="On the page that reaches the end of the chain.")]
    faults: list[FaultAnswer]
    waiting: Annotated[list[EntryPlace], Field(description="Entries older than an hour that are not sealed yet.")]
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page.")]

    @classmethod
    def of(cls, stretch: "Stretch", *, next_cursor: str | None) -> Self:
        return cls(
            partner_id=stretch.partner_id,
            seals=stretch.seals,
            entries=stretch.entries,
            head=HeadAnswer(**stretch.head._asdict()) if stretch.head else None,
            faults=[FaultAnswer.of(fault) for fault in stretch.faults],
            waiting=[EntryPlace.of(moment) for moment in stretch.waiting],
            next_cursor=next_cursor,
        )


def verify_stretch(
    session: TableSession, *, partner_id: str | None, limit: int, start: Item | None, now: datetime
) -> "Stretch":
    """A page of what is to be verified. Raises NoTrailError for a partner of whom nothing was ever recorded."""
    from shared.table.chain_verification import ChainVerification  # noqa: PLC0415 - it is rare, unlike reading a trail

    stretch = ChainVerification(session, now).stretch(partner_id, limit=limit, start=start)
    is_empty = partner_id is not None and start is None and not (stretch.seals or stretch.faults)
    if is_empty:
        anything = AuditFilter(partner_id, None, None, since=EARLIEST, until=LATEST)
        if not AuditTrail(session).page(anything, limit=1).entries:
            raise NoTrailError
    return stretch
