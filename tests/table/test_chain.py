"""Sealing and verifying on every engine: one chain a partner, whoever seals how often and how much at once."""

import contextlib
import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.clock import instant_text
from shared.domain.chains import ORIGIN, ChainHead, FaultKind, Seal
from shared.table import keys
from shared.table.chain import ENTRIES_A_TRANSACTION, BrokenChainError, Proof, ProofState, entry_hash, seal_hash
from shared.table.chain_verification import SEALED_AFTER
from shared.table.session import TableSession, TableUnavailableError
from shared.table.values import Item
from tests.at_once import Meet, all_at_once
from tests.audit_trails import PARTNER, chain_of, faults_in, record_entries, seals, trail, verified
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.faults import failing

NOW = StoppedClock.now
THREADS = 8


def session_of(table: StoredTable) -> TableSession:
    return TableSession(table.client, table.name)


def seal_until_done(table: StoredTable, entries: Sequence[Item]) -> None:
    """As the stream does, which sends a batch again that was not done."""
    while True:
        with contextlib.suppress(TableUnavailableError):
            chain_of(table).seal(entries, now=NOW)
            return


def test_an_entry_waits_in_the_queue_of_its_partner_until_it_is_sealed(table: StoredTable) -> None:
    [entry] = record_entries(table, 1)
    queue = keys.unsealed_queue(PARTNER)
    assert (entry["due_queue"], entry["due_at"]) == (queue, instant_text(NOW))
    assert list(session_of(table).due(queue, until=NOW, read=lambda found: found["sk"])) == [entry["sk"]]

    sealed = chain_of(table).seal([entry], now=NOW)

    [seal] = seals(table)
    assert seal == {
        "pk": f"CHAIN#{PARTNER}",
        "sk": "SEAL#000000000001",
        "write_id": seal["write_id"],
        "position": 1,
        "moment": entry["sk"],
        "entry_hash": entry_hash(entry),
        "previous_hash": ORIGIN,
        "sealed_at": instant_text(NOW),
        "hash": seal_hash(seal),
    }
    waiting = {"due_queue", "due_at"}
    said = {name: value for name, value in entry.items() if name not in waiting}
    assert trail(table) == [{**said, "seal_position": 1}]
    assert table.item(*keys.chain_head(PARTNER)) == {
        **keys.chain_head(PARTNER)._asdict(),
        "write_id": seal["write_id"],
        "position": 1,
        "hash": seal["hash"],
    }
    assert sealed == (1, ChainHead(1, seal["hash"]))
    assert list(session_of(table).due(queue, until=NOW, read=dict)) == []


def test_more_entries_than_a_transaction_holds_are_one_chain_in_the_order_of_their_time(table: StoredTable) -> None:
    entries = record_entries(table, ENTRIES_A_TRANSACTION + 2)
    random.Random(1).shuffle(entries)

    sealed = chain_of(table).seal(entries, now=NOW)

    chain = seals(table)
    assert sealed == (len(entries), ChainHead(len(entries), chain[-1]["hash"]))
    assert [seal["moment"] for seal in chain] == sorted(entry["sk"] for entry in entries)
    assert [seal["previous_hash"] for seal in chain] == [ORIGIN, *(seal["hash"] for seal in chain[:-1])]
    assert faults_in(table) == []


def test_sealing_again_changes_nothing(table: StoredTable) -> None:
    entries = record_entries(table, 3)
    head = chain_of(table).seal(entries, now=NOW).head
    before = table.items()

    assert chain_of(table).seal([*entries, *trail(table)], now=NOW + timedelta(days=1)) == (0, head)

    assert table.items() == before


def test_a_partner_without_new_entries_has_nothing_written(table: StoredTable) -> None:
    assert chain_of(table).seal([], now=NOW) == (0, ChainHead(0, ORIGIN))
    assert table.items() == []


def test_who_seals_at_once_makes_one_chain_with_every_entry_once(table: StoredTable) -> None:
    entries = record_entries(table, 40)

    def work(number: int, _meet: Meet) -> None:
        chance = random.Random(number)
        for _ in range(3):
            seal_until_done(table, chance.sample(entries, 20))

    all_at_once(work, threads=THREADS)

    sealed = {seal["moment"] for seal in seals(table)}
    assert [seal["position"] for seal in seals(table)] == list(range(1, len(sealed) + 1))
    assert sealed == {entry["sk"] for entry in trail(table) if "seal_position" in entry}
    assert len(sealed) > len(entries) / 2
    assert faults_in(table) == []


def test_conflicts_throttling_and_lost_answers_leave_one_chain(table: StoredTable) -> None:
    for number in range(10):
        entries = record_entries(table, 4, at=NOW + timedelta(minutes=number))
        with failing(table.client, seed=number, throttled=0.1, conflict=0.2, answer_lost=0.2):
            seal_until_done(table, entries)

    assert [seal["position"] for seal in seals(table)] == list(range(1, 41))
    assert faults_in(table) == []


def test_partners_have_chains_of_their_own_and_all_of_them_are_found(table: StoredTable) -> None:
    for partner_id in ("p-hill", "p-lake", "p-moor"):
        chain_of(table, partner_id).seal(record_entries(table, 2, partner_id=partner_id), now=NOW)
    [_, second] = trail(table, "p-moor")
    table.put({**second, "action": "registration.created"})

    everybody = verified(session_of(table), None, now=NOW, limit=1)

    assert (everybody.seals, everybody.entries) == (6, 6)
    assert [(fault.kind, fault.moment) for fault in everybody.faults] == [(FaultKind.ENTRY_CHANGED, second["sk"])]
    assert faults_in(table, "p-lake") == []


def test_an_edit_between_the_writing_and_the_sealing_is_found(table: StoredTable) -> None:
    """The stream brings the entry as it was written, and that is what is sealed."""
    [as_written] = record_entries(table, 1)
    table.put({**as_written, "after": {"company": "Lake"}})

    chain_of(table).seal([as_written], now=NOW)

    assert [fault.kind for fault in faults_in(table)] == [FaultKind.ENTRY_CHANGED]


def test_an_entry_of_a_type_that_the_product_never_writes_is_found(table: StoredTable) -> None:
    entries = record_entries(table, 3)
    chain_of(table).seal(entries, now=NOW)
    for key in (("AUDIT#p-hill", entries[1]["sk"]), ("CHAIN#p-hill", "SEAL#000000000003")):
        table.client.update_item(
            TableName=table.name,
            Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            UpdateExpression="SET extra = :extra",
            ExpressionAttributeValues={":extra": {"SS": ["a", "b"]}},
        )

    kinds = [(fault.kind, fault.position) for fault in faults_in(table)]

    assert kinds == [
        (FaultKind.ENTRY_CHANGED, 2),
        (FaultKind.ENTRY_OUT_OF_PLACE, 2),
        (FaultKind.SEAL_CHANGED, 3),
        (FaultKind.HEAD_DIFFERS, 3),
        (FaultKind.ENTRY_NOT_IN_CHAIN, None),
        (FaultKind.ENTRY_NOT_IN_CHAIN, None),
    ]


def test_nothing_is_sealed_behind_a_head_that_was_set_back(table: StoredTable) -> None:
    chain_of(table).seal(record_entries(table, 2), now=NOW)
    first = seals(table)[0]
    head = table.item(*keys.chain_head(PARTNER))
    assert head is not None
    table.put({**head, "position": 1, "hash": first["hash"]})
    later = record_entries(table, 1, at=NOW + timedelta(hours=1))
    before = table.items()

    with pytest.raises(BrokenChainError):
        chain_of(table).seal(later, now=NOW)

    assert table.items() == before
    assert [fault.kind for fault in faults_in(table)] == [FaultKind.HEAD_DIFFERS]


def test_an_unsealed_entry_counts_as_waiting_after_an_hour(table: StoredTable) -> None:
    [entry] = record_entries(table, 1)

    def waiting(after: timedelta) -> list[str]:
        found = verified(session_of(table), now=NOW + after)
        assert found.faults == []
        return found.waiting

    assert waiting(SEALED_AFTER) == []
    assert waiting(SEALED_AFTER + timedelta(seconds=1)) == [entry["sk"]]


def test_an_entry_that_nobody_will_ever_seal_is_a_fault(table: StoredTable) -> None:
    [entry] = record_entries(table, 1)
    table.put({name: value for name, value in entry.items() if name != "due_queue"})

    assert [fault.kind for fault in faults_in(table)] == [FaultKind.ENTRY_NOT_IN_CHAIN]


def test_the_seal_of_what_was_done_is_found_by_object_action_and_instant(table: StoredTable) -> None:
    first, second = record_entries(table, 2)
    chain = chain_of(table)
    action, at = "registration.changed", NOW + timedelta(seconds=1)
    assert chain.proof_at("registration/lead-1.example", action=action, at=at) == (
        ProofState.WAITING,
        second,
        None,
        None,
    )

    chain.seal([first, second], now=NOW)

    [before, seal] = seals(table)
    proof = chain.proof_at("registration/lead-1.example", action=action, at=at)
    assert (proof.state, proof.hash) == (ProofState.SEALED, seal["hash"])
    assert proof.seal == Seal(
        position=2, entry_id=second["id"], entry_hash=seal["entry_hash"], previous_hash=before["hash"]
    )
    for subject, other in (("registration/lead-0.example", action), ("registration/lead-1.example", "other")):
        assert chain.proof_at(subject, action=other, at=at) == Proof(ProofState.BROKEN)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_proof_of_what_was_done_once_looks_at_the_seals_on_both_sides(table: StoredTable, place: int) -> None:
    entries = record_entries(table, 3)
    chain, subject = chain_of(table), f"registration/lead-{place}.example"
    actions = ["registration.changed"]
    assert chain.proof_of("registration/none.example", actions=actions) is None
    waiting = chain.proof_of(subject, actions=actions)
    assert waiting is not None
    assert waiting.state is ProofState.WAITING
    chain.seal(entries, now=NOW)

    proof = chain.proof_of(subject, actions=actions)

    assert proof is not None
    assert (proof.state, proof.seal and proof.seal.position) == (ProofState.SEALED, place + 1)
    kept = table.items()
    for number, seal in enumerate(seals(table)):
        if abs(number - place) <= 1:
            table.put({**seal, "entry_hash": "0" * 64})
            assert chain.proof_of(subject, actions=actions) == Proof(ProofState.BROKEN)
            table.put(seal)
    table.put({**trail(table)[place], "after": None})
    assert chain.proof_of(subject, actions=actions) == Proof(ProofState.BROKEN)
    table.fill(kept)
    assert chain.proof_of(subject, actions=actions) == proof


def test_the_end_of_the_chain_has_to_be_the_one_that_was_left(table: StoredTable) -> None:
    entries = record_entries(table, 2)
    chain = chain_of(table)
    chain.seal(entries, now=NOW)
    [_, last] = seals(table)

    table.remove([(last["pk"], last["sk"])])

    for number in (0, 1):
        proof = chain.proof_of(f"registration/lead-{number}.example", actions=["registration.changed"])
        assert proof == Proof(ProofState.BROKEN)


def test_a_seal_that_does_not_hold_is_not_shown(table: StoredTable) -> None:
    [entry] = record_entries(table, 1)
    chain_of(table).seal([entry], now=NOW)
    table.put({**trail(table)[0], "after": None})

    proof = chain_of(table).proof_at("registration/lead-0.example", action="registration.changed", at=NOW)
    assert proof == Proof(ProofState.BROKEN)
