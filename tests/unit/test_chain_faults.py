"""A chain of which anything is changed, removed or swapped by hand is found out, whatever it is."""

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest

from shared.domain.chains import Fault, FaultKind
from shared.table import keys
from shared.table.chain import entry_hash, seal_hash
from shared.table.keys import Key
from shared.table.session import QueryPage, TableSession
from shared.table.values import Item
from tests.audit_trails import PARTNER, chain_of, record_entries, verified
from tests.clocks import StoppedClock
from tests.conftest import ENVIRONMENT
from tests.engines import StoredTable, moto_engine
from tests.process import forget_process

ENTRIES = 12
TAMPERINGS = 1_000
Stored = dict[Key, Item]


@dataclass(frozen=True)
class HeldItems:
    """A table session over plain items; knows the two ways of reading that a verification has."""

    items: Stored

    def query(self, *, values: Item, Limit: int, start: Item | None = None, **_: Any) -> QueryPage:  # noqa: N803
        after = start["sk"] if start else ""
        found = sorted(key for key in self.items if key.pk == values[":pk"] and key.sk > after)
        page = [self.items[key] for key in found[:Limit]]
        return QueryPage(page, {"sk": page[-1]["sk"]} if len(found) > Limit else None)

    def get_many(self, wanted: Sequence[Key]) -> list[Item | None]:
        return [self.items.get(key) for key in wanted]


def faults_of(items: Stored, *, limit: int = 100) -> list[Fault]:
    session = cast("TableSession", HeldItems(items))
    return verified(session, now=StoppedClock.now, limit=limit).faults


@pytest.fixture(scope="module")
def chain() -> Stored:
    """A sealed chain of twelve entries, as the table holds it; made once, and never changed in place."""
    with pytest.MonkeyPatch.context() as patch, moto_engine() as engine:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        forget_process()
        table = engine.create_table(ENVIRONMENT["TABLE_NAME"])
        chain_of(table).seal(record_entries(table, ENTRIES), now=StoppedClock.now)
        return {Key(item["pk"], item["sk"]): item for item in table.items()}


def entry_keys(items: Stored) -> list[Key]:
    return sorted(key for key in items if key.pk == keys.audit_trail(PARTNER))


def seal_keys(items: Stored) -> list[Key]:
    return sorted(key for key in items if key.sk.startswith(keys.SEAL_PREFIX))


def other_value(value: Any, chance: random.Random) -> Any:
    """Something else of the same kind; of a map or a list, with one part changed, added or gone."""
    match value:
        case bool():
            return not value
        case str():
            place = chance.randrange(len(value) + 1)
            return value[:place] + chance.choice("0aZ ") + value[place:]
        case dict():
            return edited(value, chance, spared=set())
        case list():
            return value[1:] if value and chance.random() < 0.5 else [*value, "more"]
        case None:
            return ""
        case _:
            return value + chance.choice([-1, 1])


def edited(item: Item, chance: random.Random, *, spared: set[str]) -> Item:
    changed = copy.deepcopy(item)
    name = chance.choice(sorted(changed.keys() - spared))
    match chance.randrange(6):
        case 0:
            changed[f"{name}_2"] = changed[name]
        case 1:
            del changed[name]
        case _:
            changed[name] = other_value(changed[name], chance)
    return changed


def tampered(items: Stored, chance: random.Random) -> tuple[Stored, str]:
    """The items after one act, and what it was."""
    kind = chance.choice([entry_keys, seal_keys])
    first, second = chance.sample(kind(items), 2)
    after = dict(items)
    match chance.choice(["edit", "delete", "swap"]):
        case "edit":
            after[first] = edited(items[first], chance, spared={"pk", "sk"})
            return after, f"{first} became {after[first]}"
        case "delete":
            del after[first]
            return after, f"{first} was removed"
        case _:
            after[first] = {**items[second], **first._asdict()}
            after[second] = {**items[first], **second._asdict()}
            return after, f"{first} and {second} changed places"


def test_each_of_a_thousand_acts_of_tampering_is_found(chain: Stored) -> None:
    chance = random.Random(20260317)
    unnoticed = [act for items, act in (tampered(chain, chance) for _ in range(TAMPERINGS)) if not faults_of(items)]

    assert unnoticed == []


@pytest.mark.parametrize("limit", [1, 5, 12, 100])
def test_an_untouched_chain_has_no_fault_however_it_is_cut_into_pages(chain: Stored, limit: int) -> None:
    assert faults_of(chain, limit=limit) == []


@pytest.mark.parametrize("limit", [1, 5, 12, 100])
def test_a_fault_is_found_however_the_chain_is_cut_into_pages(chain: Stored, limit: int) -> None:
    tampering = random.Random(limit)
    unnoticed = [
        act for items, act in (tampered(chain, tampering) for _ in range(30)) if not faults_of(items, limit=limit)
    ]

    assert unnoticed == []


def test_an_edited_entry_is_named(chain: Stored) -> None:
    key = entry_keys(chain)[6]

    faults = faults_of({**chain, key: {**chain[key], "audit_actor": "u-somebody-else"}})

    detail = "The entry does not say what it said when it was sealed."
    assert faults == [Fault(kind=FaultKind.ENTRY_CHANGED, position=7, moment=key.sk, detail=detail)]


def test_a_removed_entry_is_named(chain: Stored) -> None:
    key = entry_keys(chain)[0]

    faults = faults_of({other: item for other, item in chain.items() if other != key})

    detail = "The entry that was sealed here is gone."
    assert faults == [Fault(kind=FaultKind.ENTRY_MISSING, position=1, moment=key.sk, detail=detail)]


def test_removed_seals_are_named_with_the_entries_that_they_leave_behind(chain: Stored) -> None:
    gone = seal_keys(chain)[3:5]

    faults = faults_of({key: item for key, item in chain.items() if key not in gone})

    left = [
        Fault(
            kind=FaultKind.ENTRY_NOT_IN_CHAIN,
            moment=key.sk,
            detail="The entry is in the trail, and no seal is its own.",
        )
        for key in entry_keys(chain)[3:5]
    ]
    assert faults == [
        Fault(kind=FaultKind.SEAL_MISSING, position=4, detail="There is no seal at 4 to 5."),
        *left,
    ]


def test_an_inserted_entry_is_named_whatever_place_it_claims(chain: Stored) -> None:
    key = entry_keys(chain)[5]
    slipped_in = Key(key.pk, f"{key.sk}x")
    detail = "The entry is in the trail, and no seal is its own."
    expected = [Fault(kind=FaultKind.ENTRY_NOT_IN_CHAIN, moment=slipped_in.sk, detail=detail)]

    for claim in (6, 9_999, 0, "6", None):
        forged = {**chain[key], **slipped_in._asdict(), "seal_position": claim}
        assert faults_of({**chain, slipped_in: forged}) == expected


def test_a_history_rewritten_by_somebody_without_the_key_is_found(
    chain: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The forger rewrites history from the tenth entry on, consistently, and cannot compute the hashes."""
    forged = copy.deepcopy(chain)
    forged[entry_keys(chain)[9]]["action"] = "registration.created"
    last_hash = chain[seal_keys(chain)[8]]["hash"]
    with monkeypatch.context() as guess:
        guess.setenv("SIGNING_KEY", "a-guess-of-somebody-who-can-only-write-the-table")
        forget_process()
        for seal_key, entry_key in zip(seal_keys(chain)[9:], entry_keys(chain)[9:], strict=True):
            seal = forged[seal_key]
            seal |= {"entry_hash": entry_hash(forged[entry_key]), "previous_hash": last_hash}
            seal["hash"] = last_hash = seal_hash(seal)
    forget_process()
    forged[keys.chain_head(PARTNER)]["hash"] = last_hash

    assert [(fault.kind, fault.position) for fault in faults_of(forged)] == [
        (FaultKind.SEAL_CHANGED, position) for position in range(10, ENTRIES + 1)
    ]


def test_a_head_that_does_not_fit_is_named(chain: Stored) -> None:
    key = keys.chain_head(PARTNER)
    before = chain[seal_keys(chain)[9]]

    def details(head: Item | None) -> list[str]:
        items = {other: item for other, item in chain.items() if other != key}
        faults = faults_of({**items, key: head} if head else items)
        assert {fault.kind for fault in faults} == {FaultKind.HEAD_DIFFERS}
        return [fault.detail for fault in faults]

    behind = "There are seals behind the one that the head names as the last."
    assert details({**chain[key], "position": 10, "hash": before["hash"]}) == [behind]
    assert details({**chain[key], "position": 13}) == ["The head names a seal that is not there."]
    assert details({**chain[key], "hash": before["hash"]}) == [
        "The head names another hash than the seal at its position."
    ]
    assert details({**chain[key], "position": "12"}) == ["The head of the chain cannot be read."]
    assert details(None) == [behind]


def test_a_seal_that_followed_another_one_is_out_of_order(chain: Stored, table: StoredTable) -> None:
    """Somebody set the chain back, let it be sealed anew, and put a seal of the former chain back in its place."""
    former = seal_keys(chain)[10]
    rest = [item for key, item in chain.items() if key not in seal_keys(chain)[9:]]
    table.fill([item for item in rest if item["sk"] != "HEAD"])
    ninth = chain[seal_keys(chain)[8]]
    table.put({**chain[keys.chain_head(PARTNER)], "position": 9, "hash": ninth["hash"]})
    entries = [chain[key] for key in entry_keys(chain)[9:]]
    for entry in entries:
        table.put({name: value for name, value in entry.items() if name != "seal_position"})
    chain_of(table).seal(entries, now=StoppedClock.now.replace(year=2027))
    items = {Key(item["pk"], item["sk"]): item for item in table.items()}
    assert faults_of(items) == []

    faults = faults_of({**items, former: chain[former]})

    assert [(fault.kind, fault.position) for fault in faults] == [
        (FaultKind.SEAL_OUT_OF_ORDER, 11),
        (FaultKind.SEAL_OUT_OF_ORDER, 12),
    ]


def test_an_item_that_is_no_seal_is_named(chain: Stored) -> None:
    for sort_key in ("SEAL#13", "SEAL#000000000000", "SEAL#00000000002x", "NOTE"):
        key = Key(keys.chain(PARTNER), sort_key)
        assert faults_of({**chain, key: {**key._asdict(), "hash": "0"}}) == [
            Fault(kind=FaultKind.SEAL_CHANGED, detail=f"The item {sort_key!r} does not belong here.")
        ]
