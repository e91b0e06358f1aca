"""When links were mailed of late, by link and by mailbox: what a stranger can be sent in a day is held by the writes.

The instants hang on the link's id and on the mailbox, whichever partner sends: neither another link nor a clone of one
that was deleted begins anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.keys import Key
from shared.table.session import TableSession
from shared.table.transactions import Transaction

COUNTED = timedelta(days=1)


class SendingLimit(Struct, frozen=True):
    """At most so many sendings in any 24 hours, noted under this key."""

    key: Key
    most: int


class Sendings(Struct, frozen=True):
    """The repository of the instants at which links were mailed."""

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


class SendingsFullError(ChangedMeanwhileError):
    """As much is noted as may be, or something else than was read."""


def counted(sent: Sequence[datetime], *, now: datetime) -> list[datetime]:
    """Those of the last day."""
    return [one for one in sent if one > now - COUNTED]


def possible_from(sent: Sequence[datetime], limit: SendingLimit, *, now: datetime) -> datetime:
    """The first instant at which another sending is within the limit; `now` where it is already."""
    recent = counted(sent, now=now)
    return recent[-limit.most] + COUNTED if len(recent) >= limit.most else now


def limits_of(link_id: str, mailbox: str, *, most_of_link: int, most_to_mailbox: int) -> list[SendingLimit]:
    """Those of a link and of the mailbox that it is sent to."""
    return [
        SendingLimit(keys.sendings_of_link(link_id), most_of_link),
        SendingLimit(keys.sendings_to(mailbox), most_to_mailbox),
    ]
