"""What does not fit in a stretch of a chain. Pure: what was read goes in, what is wrong comes out."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.domain.chains import ORIGIN, ChainHead, Fault, FaultKind
from shared.table import keys
from shared.table.chain import entry_hash, is_intact, is_position
from shared.table.values import Item


class Link(NamedTuple):
    """The seal that the next one follows; its hash is None where it is not to be relied on."""

    position: int
    hash: str | None


START = Link(0, ORIGIN)


class SealFaults(NamedTuple):
    faults: list[Fault]
    last: Link
    """What the seals after these follow."""


class EntryFaults(NamedTuple):
    faults: list[Fault]
    waiting: list[str]
    """Sort keys of entries that should have been sealed by now."""


def seal_faults(
    partner_id: str, seals: Sequence[Item], entries: Mapping[str, Item | None], *, after: Link
) -> SealFaults:
    """Seals in the order of their keys, all that follow `after`, with the entries that they name, by sort key."""
    faults: list[Fault] = []
    last = after
    for seal in seals:
        position = position_of(partner_id, seal["sk"])
        if position is None:
            faults.append(Fault(kind=FaultKind.SEAL_CHANGED, detail=f"The item {seal['sk']!r} does not belong here."))
            continue
        if position > last.position + 1:
            gap = f"{last.position + 1}" if position == last.position + 2 else f"{last.position + 1} to {position - 1}"
            detail = f"There is no seal at {gap}."
            faults.append(Fault(kind=FaultKind.SEAL_MISSING, position=last.position + 1, detail=detail))
        intact = is_intact(seal)
        if not intact:
            detail = "The seal is not what was written, or not by the product."
            faults.append(Fault(kind=FaultKind.SEAL_CHANGED, position=position, detail=detail))
        else:
            if position == last.position + 1 and last.hash not in {None, seal["previous_hash"]}:
                detail = "The seal was made behind another one than stands before it."
                faults.append(Fault(kind=FaultKind.SEAL_OUT_OF_ORDER, position=position, detail=detail))
            faults.extend(_misfits(seal, entries.get(seal["moment"])))
        last = Link(position, seal["hash"] if intact else None)
    return SealFaults(faults, last)


def entry_faults(
    partner_id: str, entries: Sequence[Item], seals: Mapping[int, Item | None], *, waiting_since: str
) -> EntryFaults:
    """Entries with the seals that they name. Those from before `waiting_since` (a sort key) should be sealed."""
    faults: list[Fault] = []
    waiting: list[str] = []
    for entry in entries:
        moment, position = entry["sk"], entry.get("seal_position")
        if position is None and entry.get("due_queue") == keys.unsealed_queue(partner_id):
            if moment < waiting_since:
                waiting.append(moment)
            continue
        seal = seals.get(position) if is_position(position) else None
        if seal is None or seal.get("moment") != moment:
            detail = "The entry is in the trail, and no seal is its own."
            faults.append(Fault(kind=FaultKind.ENTRY_NOT_IN_CHAIN, moment=moment, detail=detail))
    return EntryFaults(faults, waiting)


def head_faults(head: ChainHead | None, *, at_head: Item | None, beyond: Item | None) -> list[Fault]:
    """`head` as it was read (None where it cannot be), the seal at its position, and the one behind that."""
    if head is None:
        return [Fault(kind=FaultKind.HEAD_DIFFERS, detail="The head of the chain cannot be read.")]
    details = []
    if head.position and at_head is None:
        details.append("The head names a seal that is not there.")
    elif at_head is not None and at_head.get("hash") != head.hash:
        details.append("The head names another hash than the seal at its position.")
    if beyond is not None:
        details.append("There are seals behind the one that the head names as the last.")
    return [Fault(kind=FaultKind.HEAD_DIFFERS, position=head.position, detail=detail) for detail in details]


def position_of(partner_id: str, sort_key: str) -> int | None:
    """The position that a seal's key says; None for a key that is no seal's."""
    digits = sort_key.removeprefix(keys.SEAL_PREFIX)
    position = int(digits) if digits.isascii() and digits.isdigit() else 0
    return position if is_position(position) and keys.seal(partner_id, position).sk == sort_key else None


def _misfits(seal: Item, entry: Item | None) -> list[Fault]:
    position, moment = seal["position"], seal["moment"]
    if entry is None:
        detail = "The entry that was sealed here is gone."
        return [Fault(kind=FaultKind.ENTRY_MISSING, position=position, moment=moment, detail=detail)]
    faults = []
    if entry_hash(entry) != seal["entry_hash"]:
        detail = "The entry does not say what it said when it was sealed."
        faults.append(Fault(kind=FaultKind.ENTRY_CHANGED, position=position, moment=moment, detail=detail))
    if entry.get("seal_position") != position:
        detail = "The entry names another place in the chain than its seal."
        faults.append(Fault(kind=FaultKind.ENTRY_OUT_OF_PLACE, position=position, moment=moment, detail=detail))
    return faults
