"""When strangers were mailed of late, by link and by mailbox: what they can be sent in a day is held by the writes.

The instants hang on the link's id and on the mailbox, whichever partner sends: neither another link nor a clone of one
that was deleted begins anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.table import keys
from shared.table.keys import Key
from shared.table.session import TableSession
from shared.table.transactions import Transaction

COUNTED = timedelta(days=1)


class SendingLimit(Struct, frozen=True):
    """At most so many sendings in any 24 hours, noted under this key."""

    key: Key
    most: int


class Noted(Struct, frozen=True):
    """The instants, the oldest first, and the operation that noted each."""

    sent: Sequence[datetime] = ()
    by: Sequence[str] = ()


class Sendings(Struct, frozen=True):
    """The repository of the instants at which mail went out."""

    session: TableSession

    def of(self, limits: Sequence[SendingLimit]) -> list[list[datetime]]:
        """What is noted under each, the oldest first."""
        items = self.session.get_many([limit.key for limit in limits])
        return [[instant(one) for one in item["sent"]] if item else [] for item in items]

    def note(
        self, transaction: Transaction, limit: SendingLimit, *, now: datetime, known: Sequence[datetime] | None
    ) -> None:
        """One sending more; refused with ChangedMeanwhileError where the limit is reached.

        Without `known` nothing needs to be read, and everything that is noted counts. With it, what is older than a day
        is dropped; then it is refused too where something else stands there by now.
        """
        values = {":now": [instant_text(now)], ":ttl": int((now + COUNTED).timestamp()) + 1}
        if known is None:
            sent, condition = "list_append(if_not_exists(sent, :none), :now)", "size(sent) < :most"
            condition = f"attribute_not_exists(sent) OR {condition}"
            values |= {":none": [], ":most": limit.most}
        else:
            sent, condition = ":sent", "sent = :known" if known else "attribute_not_exists(sent)"
            recent = [*counted(known, now=now), now]
            values = {":sent": [instant_text(one) for one in recent], ":ttl": values[":ttl"]}
            values |= {":known": [instant_text(one) for one in known]} if known else {}
        transaction.update(
            limit.key,
            f"SET sent = {sent}, #ttl = :ttl",
            condition=condition,
            names={"#ttl": "ttl"},
            values=values,
            refusal=lambda _: SendingsFullError(),
        )

    def noted(self, limit: SendingLimit) -> Noted:
        """What is noted by operation, as `replace` keeps it."""
        item = self.session.get(limit.key)
        return Noted([instant(one) for one in item["sent"]], item["noted_by"]) if item else Noted()

    def replace(self, limit: SendingLimit, noted: Noted, *, known: Noted, operation: Operation) -> None:
        """Commit what is noted, by itself and at once; refused with SendingsFullError where other things stand there.

        The answer that is kept under an Idempotency-Key is not written with it: the operation goes on.
        """
        values = {
            ":sent": [instant_text(one) for one in noted.sent],
            ":by": list(noted.by),
            ":ttl": int((operation.at + COUNTED).timestamp()) + 1,
        }
        condition = "attribute_not_exists(sent)"
        if known.sent:
            condition = "sent = :known AND noted_by = :known_by"
            values |= {":known": [instant_text(one) for one in known.sent], ":known_by": list(known.by)}
        transaction = Transaction(self.session, operation)
        transaction.update(
            limit.key,
            "SET sent = :sent, noted_by = :by, #ttl = :ttl",
            condition=condition,
            names={"#ttl": "ttl"},
            values=values,
            refusal=lambda _: SendingsFullError(),
        )
        refused = transaction.attempt()
        standing = refused.get(0)
        is_own = standing is not None and (standing.get("sent"), standing.get("noted_by")) == (
            values[":sent"],
            values[":by"],
        )
        if refused and not is_own:
            raise SendingsFullError


class SendingsFullError(ChangedMeanwhileError):
    """As much is noted as may be, or something else than was read."""


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
            else f"An address is mailed at most {most} links and requests for access in 24 hours, whoever sends them."
        )
        super().__init__(
            f"{limit} It is possible again from {again.day} {again:%B %Y, %H:%M} UTC.",
            headers={"Retry-After": str(seconds)},
        )


def counted(sent: Sequence[datetime], *, now: datetime) -> list[datetime]:
    """Those of the last day."""
    return [one for one in sent if one > now - COUNTED]


def possible_from(sent: Sequence[datetime], limit: SendingLimit, *, now: datetime) -> datetime:
    """The first instant at which another sending is within the limit; `now` where it is already."""
    recent = counted(sent, now=now)
    return recent[-limit.most] + COUNTED if len(recent) >= limit.most else now


def limits_of(link_id: str, mailbox: str, *, most_of_link: int, most_to_mailbox: int) -> list[SendingLimit]:
    """Those of a link and of the mailbox that it is sent to."""
    return [SendingLimit(keys.sendings_of_link(link_id), most_of_link), limit_of_mailbox(mailbox, most_to_mailbox)]


def limit_of_mailbox(mailbox: str, most: int) -> SendingLimit:
    """What a mailbox is sent by all partners together, be it links or requests for access."""
    return SendingLimit(keys.sendings_to(mailbox), most)
