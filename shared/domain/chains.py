"""The hash chain of a partner's audit trail: seals, where it ends, and what can be wrong with it."""

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

ORIGIN = "0" * 64
"""The hash before the first seal."""


class ChainHead(NamedTuple):
    """Where a chain ends: the position of its last seal and that seal's hash; 0 and ORIGIN of an empty chain."""

    position: int
    hash: str


class Seal(Struct, frozen=True, kw_only=True):
    """The place of one audit entry in its partner's chain, counted from 1; hashes in hexadecimal.

    `entry_hash` is the SHA-256 of what the entry says, `previous_hash` the hash of the seal before.
    """

    position: int
    entry_id: str
    entry_hash: str
    previous_hash: str


class FaultKind(StrEnum):
    """What is not as it was sealed."""

    SEAL_MISSING = "seal_missing"
    SEAL_CHANGED = "seal_changed"
    SEAL_OUT_OF_ORDER = "seal_out_of_order"
    ENTRY_MISSING = "entry_missing"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_OUT_OF_PLACE = "entry_out_of_place"
    ENTRY_NOT_IN_CHAIN = "entry_not_in_chain"
    HEAD_DIFFERS = "head_differs"


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that was edited, removed, swapped or inserted; `moment` is the sort key of the audit entry meant."""

    kind: FaultKind
    detail: str
    position: int | None = None
    moment: str | None = None
