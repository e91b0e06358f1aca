"""Verifying chains a stretch at a time: first the seals with the entries they name, then the trail with its seals.

Either walk alone would miss something: what was removed from the trail only the chain knows, what was slipped into it
only the trail.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field

from shared.clock import instant_text
from shared.domain.chains import ChainHead, Fault
from shared.table import keys
from shared.table.chain import is_intact, is_position, read_head
from shared.table.chain_faults import START, Link, entry_faults, head_faults, seal_faults
from shared.table.keys import Key
from shared.table.session import QueryPage, TableSession
from shared.table.values import ForeignAttributeError, Item

SEALED_AFTER = timedelta(hours=1)
"""The stream seals within seconds and the scheduled run within a quarter of an hour; what is older waits in vain."""

_CHAIN, _TRAIL = "chain", "trail"


class Stretch(Struct, frozen=True, kw_only=True):
    """What a page looked at and what it found; `head` on the page that reaches the end of the chain.

    `waiting` are sort keys of entries that should have been sealed. Without a partner there is no chain at all.
    """

    partner_id: str | None
    seals: int = 0
    entries: int = 0
    head: ChainHead | None = None
    faults: list[Fault] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    last: Item | None = None
    """Where the next page starts; None after the last one."""


class ChainVerification(Struct, frozen=True):
    """Reads chains and trails; changes nothing, and goes on while new entries are sealed."""

    session: TableSession
    now: datetime

    def stretch(self, partner_id: str | None, *, limit: int, start: Item | None) -> Stretch:
        """A page of one partner's chain or trail, of every partner's in turn without a `partner_id`."""
        state = start or self._first(partner_id or self._partner_after(None))
        if state is None:
            return Stretch(partner_id=None)
        if state["part"] == _CHAIN:
            return _settled(lambda: self._chain(state, limit))
        return _settled(lambda: self._trail(state, limit, others=partner_id is None))

    def _chain(self, state: Item, limit: int) -> Stretch:
        partner_id = state["partner"]
        page = self._page(keys.chain(partner_id), after=state["sk"], limit=limit)
        seals = page.items
        named = [seal["moment"] for seal in seals if is_intact(seal)]
        entries = self._items([Key(keys.audit_trail(partner_id), moment) for moment in named])
        found = seal_faults(
            partner_id,
            seals,
            dict(zip(named, entries, strict=True)),
            after=Link(state["position"], state["hash"]),
        )
        if page.last:
            position, last_hash = found.last
            last = {**state, "sk": page.last["sk"], "position": position, "hash": last_hash}
            return Stretch(partner_id=partner_id, seals=len(seals), faults=found.faults, last=last)
        head, faults = self._head(partner_id)
        return Stretch(
            partner_id=partner_id,
            seals=len(seals),
            head=head,
            faults=[*found.faults, *faults],
            last={"partner": partner_id, "part": _TRAIL, "sk": None},
        )

    def _head(self, partner_id: str) -> tuple[ChainHead | None, list[Fault]]:
        """The head, and whether it ends the chain: what was sealed since it was read is no fault."""
        key = keys.chain_head(partner_id)
        [item] = self._items([key])
        head = read_head(item)
        if head is None:
            return None, head_faults(None, at_head=None, beyond=None)
        around = [keys.seal(partner_id, head.position + 1)]
        if head.position:
            around.append(keys.seal(partner_id, head.position))
        beyond, *rest = self._items(around)
        if beyond is not None and self._items([key]) != [item]:
            beyond = None
        return head, head_faults(head, at_head=rest[0] if rest else None, beyond=beyond)

    def _trail(self, state: Item, limit: int, *, others: bool) -> Stretch:
        partner_id = state["partner"]
        page = self._page(keys.audit_trail(partner_id), after=state["sk"], limit=limit)
        positions = {position for item in page.items if is_position(position := item.get("seal_position"))}
        named = sorted(positions)
        seals = self._items([keys.seal(partner_id, position) for position in named])
        found = entry_faults(
            partner_id,
            page.items,
            dict(zip(named, seals, strict=True)),
            waiting_since=instant_text(self.now - SEALED_AFTER),
        )
        if page.last:
            last: Item | None = {**state, "sk": page.last["sk"]}
        else:
            last = self._first(self._partner_after(partner_id)) if others else None
        return Stretch(
            partner_id=partner_id, entries=len(page.items), faults=found.faults, waiting=found.waiting, last=last
        )

    def _first(self, partner_id: str | None) -> Item | None:
        if partner_id is None:
            return None
        position, origin = START
        after = keys.chain_head(partner_id).sk  # the seals stand behind it
        return {"partner": partner_id, "part": _CHAIN, "sk": after, "position": position, "hash": origin}

    def _partner_after(self, partner_id: str | None) -> str | None:
        page = self.session.query(
            KeyConditionExpression="pk = :pk",
            Limit=1,
            values={":pk": keys.CHAINS},
            start=keys.known_chain(partner_id)._asdict() if partner_id else None,
        )
        return str(page.items[0]["partner_id"]) if page.items else None

    def _page(self, pk: str, *, after: str | None, limit: int) -> QueryPage:
        arguments: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk",
            "ConsistentRead": True,
            "Limit": limit,
            "values": {":pk": pk},
            "start": {"pk": pk, "sk": after} if after else None,
        }
        try:
            return self.session.query(**arguments)
        except ForeignAttributeError:
            page = self.session.query(**arguments, ProjectionExpression="pk, sk")
            found = self._items([Key(item["pk"], item["sk"]) for item in page.items])
            return QueryPage([item for item in found if item], page.last)

    def _items(self, wanted: Sequence[Key]) -> list[Item | None]:
        try:
            return self.session.get_many(wanted)
        except ForeignAttributeError:
            return [self._item(key) for key in wanted]

    def _item(self, key: Key) -> Item | None:
        """The item; nothing but its key where it holds what the product never writes, so that its hash cannot fit."""
        try:
            return self.session.get(key)
        except ForeignAttributeError:
            return {**key._asdict()}


def _settled(look: Callable[[], Stretch]) -> Stretch:
    """Looks again where something is wrong: a transaction that was just being written may have been half in sight."""
    seen = look()
    return look() if seen.faults else seen
