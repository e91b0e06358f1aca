"""The hash chain of each partner's audit trail: which entries there were, what they said, in which order they came.

Entries are written without it, so that no write waits for one hot item; they are sealed afterwards, from the stream. A
seal holds the SHA-256 of its entry and the hash of the seal before it. Its own hash is an HMAC under a key derived from
the signing key: who can write the table but does not have the key can break a chain, and cannot make one.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeGuard

from msgspec import Struct

from shared import settings
from shared.clock import instant_text
from shared.domain.chains import ORIGIN, ChainHead, Seal
from shared.domain.operations import Operation
from shared.ids import new_id
from shared.log import logger
from shared.table import keys
from shared.table.backoff import Backoff
from shared.table.session import TableSession, TableUnavailableError
from shared.table.transactions import ABSENT, MOST_ACTIONS, PRESENT, Transaction
from shared.table.values import Item, to_attributes

ENTRIES_A_TRANSACTION = (MOST_ACTIONS - 2) // 2
"""Two actions an entry, one for the head, and one for the list of chains with a chain's first seal."""

_BOOKKEEPING = frozenset({"seal_position", "due_queue", "due_at"})
"""What sealing changes of an entry; everything else is what the entry says, attributes yet to be invented included."""


class BrokenChainError(Exception):
    """The chain's end is not as it was left, so nothing can be sealed behind it: somebody wrote to it by hand."""

    def __init__(self, partner_id: str) -> None:
        super().__init__(f"the audit chain of partner {partner_id} cannot go on")
        self.partner_id = partner_id


class ProofState(StrEnum):
    """What the chain says of an entry: it is as it was sealed, it waits for its seal, or something was changed."""

    SEALED = "sealed"
    WAITING = "waiting"
    BROKEN = "broken"


class Proof(NamedTuple):
    """An entry with its seal, as far as they hold; `hash` is the seal's own."""

    state: ProofState
    entry: Item | None = None
    seal: Seal | None = None
    hash: str | None = None


class Sealed(NamedTuple):
    """How many entries were sealed, and where the chain ends now."""

    entries: int
    head: ChainHead


def entry_hash(entry: Item) -> str:
    """SHA-256 of all that the stored entry says, its key included, in hexadecimal."""
    return hashlib.sha256(_canonical(entry, without=_BOOKKEEPING)).hexdigest()


def seal_hash(seal: Item) -> str:
    """HMAC-SHA-256 of all that the stored seal says, its key and the hash before it included, in hexadecimal."""
    key = hashlib.sha256(b"audit chain\0" + settings.signing_key()).digest()
    return hmac.digest(key, _canonical(seal, without=frozenset({"hash"})), "sha256").hex()


def is_intact(seal: Item) -> bool:
    """Whether the stored seal is as the sealer wrote it."""
    return hmac.compare_digest(str(seal.get("hash", "")).encode(), seal_hash(seal).encode())


def is_position(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12


def read_head(item: Item | None) -> ChainHead | None:
    """The head in a stored item, that of an empty chain without one; None where it holds something else."""
    if item is None:
        return ChainHead(0, ORIGIN)
    position, last_hash = item.get("position"), item.get("hash")
    if not is_position(position) or not isinstance(last_hash, str):
        return None
    return ChainHead(position, last_hash)


class Chain(Struct, frozen=True):
    """The repository of one partner's chain."""

    session: TableSession
    partner_id: str

    def seal(self, entries: Iterable[Item], *, now: datetime) -> Sealed:
        """Seal stored entries of the partner in the order of their time; each once, whoever asks how often.

        What is sealed is what is given: an image from the stream is sealed as it was written, and an entry that was
        edited since will not fit its seal. Raises BrokenChainError, TableUnavailableError.
        """
        waiting = sorted({entry["sk"]: entry for entry in entries}.values(), key=lambda entry: str(entry["sk"]))
        head, count = self._head(), 0
        for start in range(0, len(waiting), ENTRIES_A_TRANSACTION):
            sealed = self._seal_together(waiting[start : start + ENTRIES_A_TRANSACTION], head, now)
            head, count = sealed.head, count + sealed.entries
        return Sealed(count, head)

    def proof_at(self, subject: str, *, action: str, at: datetime) -> Proof:
        """How far what was done to an object at an instant is proved. Two reads, both consistent."""
        page = self.session.query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :at)",
            FilterExpression="audit_object = :subject AND #action = :action",
            ExpressionAttributeNames={"#action": "action"},
            ConsistentRead=True,
            values={
                ":pk": keys.audit_trail(self.partner_id),
                ":at": instant_text(at) + keys.SEPARATOR,
                ":subject": subject,
                ":action": action,
            },
        )
        return self._proof(page.items[0]) if page.items else Proof(ProofState.BROKEN)

    def proof_of(self, subject: str, *, actions: Sequence[str]) -> Proof | None:
        """How far the chain proves what was done to an object, once: the seals on both sides are looked at, too.

        None where nothing of the kind was ever recorded. Two reads; the first may lag behind by seconds. What does not
        hold is looked at again: a transaction that was just being written may have been half in sight.
        """
        proof = self._proof_of(subject, actions)
        return self._proof_of(subject, actions) if proof and proof.state is ProofState.BROKEN else proof

    def _proof_of(self, subject: str, actions: Sequence[str]) -> Proof | None:
        among = ", ".join(f":action{place}" for place in range(len(actions)))
        page = self.session.query(
            IndexName="audit_by_object",
            KeyConditionExpression="audit_object = :subject",
            FilterExpression=f"pk = :pk AND #action IN ({among})",
            ExpressionAttributeNames={"#action": "action"},
            values={
                ":subject": subject,
                ":pk": keys.audit_trail(self.partner_id),
                **{f":action{place}": action for place, action in enumerate(actions)},
            },
        )
        if not page.items:
            return None
        entry = page.items[0]
        position = entry.get("seal_position")
        if len(page.items) > 1 or not is_position(position):
            return self._proof(entry) if len(page.items) == 1 else Proof(ProofState.BROKEN)
        around = [keys.seal(self.partner_id, place) for place in (position - 1, position + 1) if place > 0]
        moment = keys.Key(keys.audit_trail(self.partner_id), entry["sk"])
        head_key, seal_key = keys.chain_head(self.partner_id), keys.seal(self.partner_id, position)
        self.session.read_ahead([moment, seal_key, head_key, *around])
        stored, head = self.session.get(moment), read_head(self.session.get(head_key))
        proof = self._proof(stored) if stored else Proof(ProofState.BROKEN)
        before, after = ([None] if position == 1 else []) + self.session.get_many(around)
        is_linked = proof.seal is not None and head is not None and _is_linked(proof, before, after, head=head)
        return proof if is_linked else Proof(ProofState.BROKEN)

    def _proof(self, entry: Item) -> Proof:
        position = entry.get("seal_position")
        if position is None:
            return Proof(ProofState.WAITING, entry)
        seal = self.session.get(keys.seal(self.partner_id, position)) if is_position(position) else None
        if not (seal and is_intact(seal) and (seal["moment"], seal["entry_hash"]) == (entry["sk"], entry_hash(entry))):
            return Proof(ProofState.BROKEN)
        known = Seal(
            position=seal["position"],
            entry_id=entry["id"],
            entry_hash=seal["entry_hash"],
            previous_hash=seal["previous_hash"],
        )
        return Proof(ProofState.SEALED, entry, known, seal["hash"])

    def _head(self) -> ChainHead:
        head = read_head(self.session.get(keys.chain_head(self.partner_id)))
        if head is None:
            raise BrokenChainError(self.partner_id)
        return head

    def _seal_together(self, entries: Sequence[Item], head: ChainHead, now: datetime) -> Sealed:
        """One transaction, begun anew without what others have sealed meanwhile, and behind their seals."""
        backoff = Backoff()
        while entries:
            transaction, new_head = self._transaction(entries, head, now)
            refused = transaction.attempt()
            operation = transaction.operation
            if not refused or any(item and operation.wrote(item.get("write_id", "")) for item in refused.values()):
                return Sealed(len(entries), new_head)
            left = [entry for place, entry in enumerate(entries) if 2 * place + 1 not in refused]
            for place, entry in enumerate(entries):
                if refused.get(2 * place + 1, entry) is None:
                    logger().error("audit entry gone unsealed", partner_id=self.partner_id, entry_id=entry.get("id"))
            standing = self._head()
            if standing == head and len(left) == len(entries):
                raise BrokenChainError(self.partner_id)
            entries, head = left, standing
            if entries and not backoff.wait():
                raise TableUnavailableError
        return Sealed(0, head)

    def _transaction(self, entries: Sequence[Item], head: ChainHead, now: datetime) -> tuple[Transaction, ChainHead]:
        """For each entry, in order, its seal and its own change; then the head."""
        operation = Operation.of_system(new_id("o"), at=now, request_id="sealing")
        transaction = Transaction(self.session, operation)
        first, last_hash = head.position + 1, head.hash
        for position, entry in enumerate(entries, start=first):
            key = keys.seal(self.partner_id, position)
            seal = {
                "position": position,
                "moment": entry["sk"],
                "entry_hash": entry_hash(entry),
                "previous_hash": last_hash,
                "sealed_at": instant_text(now),
            }
            last_hash = seal_hash({**key._asdict(), "write_id": operation.write_id, **seal})
            transaction.put(key, {**seal, "hash": last_hash}, condition=ABSENT, refusal=_busy)
            transaction.update(
                keys.Key(keys.audit_trail(self.partner_id), entry["sk"]),
                "SET seal_position = :position REMOVE due_queue, due_at",
                condition=f"{PRESENT} AND attribute_not_exists(seal_position)",
                values={":position": position},
                refusal=_busy,
            )
        new_head = ChainHead(head.position + len(entries), last_hash)
        transaction.put(
            keys.chain_head(self.partner_id),
            new_head._asdict(),
            condition="#position = :known AND #hash = :hash" if head.position else ABSENT,
            names={"#position": "position", "#hash": "hash"} if head.position else None,
            values={":known": head.position, ":hash": head.hash} if head.position else None,
            refusal=_busy,
        )
        if not head.position:
            known = keys.known_chain(self.partner_id)
            transaction.put(known, {"partner_id": self.partner_id}, condition=ABSENT, refusal=_busy)
        return transaction, new_head


def _is_linked(proof: Proof, before: Item | None, after: Item | None, *, head: ChainHead) -> bool:
    """Whether the seals on both sides, or the chain's ends, fit the seal between them."""
    if proof.seal is None:
        return False
    last_hash = ORIGIN if proof.seal.position == 1 else before and is_intact(before) and before["hash"]
    if after is None:
        return last_hash == proof.seal.previous_hash and head == ChainHead(proof.seal.position, proof.hash or "")
    is_followed = is_intact(after) and after["previous_hash"] == proof.hash and head.position > proof.seal.position
    return is_followed and last_hash == proof.seal.previous_hash


def _busy(_: Item | None) -> TableUnavailableError:
    return TableUnavailableError()


def _canonical(item: Item, *, without: frozenset[str]) -> bytes:
    """The one way to write an item: typed as the table types it, in the order of its names."""
    content: dict[str, Any] = {name: value for name, value in item.items() if name not in without}
    return json.dumps(to_attributes(content), sort_keys=True, separators=(",", ":")).encode()
