"""Assignments, activities, cascades and transfer requests as they are stored, and as lists find them."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.activities import Activity, ActivityRecord
from shared.domain.assignments import Assignment, Cascade, Step, StepKind, Transfer, TransferStatus
from shared.errors import ChangedMeanwhileError
from shared.table.activities import Activities
from shared.table.assignments import Assignments
from shared.table.cascades import Cascades, due_cascades
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.transfers import Direction, TransferFilter, Transfers, due_transfers, save_transfer
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import operation

NOW = StoppedClock.now
NIA = "nia+1@hill.example"


def session_of(table: StoredTable) -> TableSession:
    return TableSession(table.client, table.name)


def assignment(hub_id: str, company: str, *, user_id: str = "u-nia") -> Assignment:
    return Assignment(user_id=user_id, hub_id=hub_id, email=NIA, company=company, assigned_at=NOW)


def transfer(number: int = 1) -> Transfer:
    return Transfer(
        transfer_id=f"t-{number}",
        asking_partner_id="p-lake",
        asking_partner_name="Lake",
        asking_user_id="u-rita",
        asking_user_name="Rita",
        asked_partner_id="p-hill",
        user_id="u-nia",
        email=NIA,
        hub_id="4711",
        company="Acme",
        created_at=NOW + timedelta(minutes=number),
        expires_at=NOW + timedelta(days=14, minutes=number),
    )


def test_assignments_are_found_by_user_and_by_client(table: StoredTable) -> None:
    assignments = Assignments(session_of(table), "p-hill")
    writing = operation()
    for one in (assignment("4712", "acme"), assignment("4711", "Beta"), assignment("4711", "Beta", user_id="u-max")):
        transaction = Transaction(assignments.session, writing)
        assignments.save(transaction, one, known=None)
        transaction.commit()

    assert table.item("PARTNER#p-hill", "ASSIGNMENT#u-nia#4711") == {
        "pk": "PARTNER#p-hill",
        "sk": "ASSIGNMENT#u-nia#4711",
        "user_id": "u-nia",
        "hub_id": "4711",
        "email": NIA,
        "company": "Beta",
        "assigned_at": "2026-03-17T09:30:00.000000Z",
        "access_requested_at": None,
        "asked_client": False,
        "transfer_id": None,
        "asked_partner_id": None,
        "by_name": "ASSIGNMENT#u-nia#beta#4711",
        "by_group": "ASSIGNMENT#4711#u-nia",
        "write_id": writing.write_id,
    }
    assert [one.company for one in assignments.page("u-nia", limit=5).assignments] == ["acme", "Beta"]
    [all_of_nia], [all_of_the_client] = assignments.of_user("u-nia"), assignments.of_client("4711")
    assert [one.hub_id for one in all_of_nia] == ["4711", "4712"]
    assert [one.user_id for one in all_of_the_client] == ["u-max", "u-nia"]
    assert Assignments(assignments.session, "p-lake").page("u-nia", limit=5).assignments == []
    known = assignments.find("u-nia", "4711")
    assert known is not None
    for change in ("save", "remove"):
        transaction = Transaction(assignments.session, operation())
        stale = replace(known, written_by="o-another@1")
        if change == "save":
            assignments.save(transaction, known, known=stale)
        else:
            assignments.remove(transaction, stale)
        with pytest.raises(ChangedMeanwhileError):
            transaction.commit()


def test_an_activity_counts_once_and_is_kept_by_client_and_address(table: StoredTable) -> None:
    activities = Activities(session_of(table))
    done = Activity(activity_id="e-1", hub_id="4711", email=NIA, kind="edit", occurred_at=NOW)
    record = ActivityRecord(
        hub_id="4711",
        email=NIA,
        counts={"edit": 1},
        recent=(done,),
        last_activity_at=NOW,
        last_qualifying_at=NOW,
        active_days=((NOW.date(), NOW.date()),),
        version=1,
    )
    empty = activities.find("4711", NIA)
    transaction = Transaction(activities.session, operation())
    activities.add(transaction, done)
    activities.save(transaction, record, known=empty)
    transaction.commit()

    assert (activities.find("4711", NIA), activities.find("4712", NIA).version) == (record, 0)
    assert list(activities.known(["e-1", "e-2"])) == ["e-1"]
    stored = table.item("CLIENT#4711", f"ACTIVITY#{NIA}")
    assert stored is not None
    assert stored["active_days"] == [["2026-03-17", "2026-03-17"]]
    transaction = Transaction(activities.session, operation())
    activities.add(transaction, done)
    with pytest.raises(ChangedMeanwhileError):
        transaction.commit()


def test_a_cascade_gathers_steps_and_waits_in_the_index(table: StoredTable) -> None:
    cascades = Cascades(session_of(table), "p-hill")
    for kind in (StepKind.UNTAGGED, StepKind.LEFT):
        transaction = Transaction(cascades.session, operation())
        step = Step(kind=kind, at=NOW, actor="u-ada")
        cascades.begin(transaction, step, known=cascades.of_user("u-nia"), user_id="u-nia")
        transaction.commit()
    found = cascades.of_user("u-nia")

    assert found is not None
    assert ([step.kind for step in found.steps], found.has_left) == (["untagged", "left"], True)
    late, early = NOW + timedelta(minutes=1), NOW + timedelta(seconds=59)
    due = [[*due_cascades(cascades.session, shard=shard, until=late)] for shard in range(4)]
    assert [one for some in due for one in some] == [found]
    assert not any([*due_cascades(cascades.session, shard=shard, until=early)] for shard in range(4))
    for version, is_over in ((found.version - 1, False), (found.version, True)):
        transaction = Transaction(cascades.session, operation())
        cascades.end(transaction, replace(found, version=version))
        if is_over:
            transaction.commit()
        else:
            with pytest.raises(ChangedMeanwhileError):
                transaction.commit()
    assert cascades.of_user("u-nia") is None


@pytest.mark.parametrize("write", ["end", "begin"])
def test_a_cascade_that_has_ended_is_not_taken_for_the_next_one(table: StoredTable, write: str) -> None:
    cascades = Cascades(session_of(table), "p-hill")

    def begun(kind: StepKind, *, minutes: int) -> Cascade:
        at = NOW + timedelta(minutes=minutes)
        transaction = Transaction(cascades.session, operation(at=at))
        step = Step(kind=kind, at=at, actor="u-ada")
        cascade = cascades.begin(transaction, step, known=None, user_id="u-nia")
        transaction.commit()
        return cascade

    over = begun(StepKind.TAGGED, minutes=0)
    transaction = Transaction(cascades.session, operation())
    cascades.end(transaction, over)
    transaction.commit()
    standing = begun(StepKind.TAGGED, minutes=1)

    transaction = Transaction(cascades.session, operation())
    if write == "begin":
        late = Step(kind=StepKind.LEFT, at=NOW + timedelta(minutes=2), actor="u-ada")
        cascades.begin(transaction, late, known=over, user_id="u-nia")
    else:
        cascades.end(transaction, over)
    with pytest.raises(ChangedMeanwhileError):
        transaction.commit()

    assert cascades.of_user("u-nia") == standing


@pytest.mark.parametrize("status", [TransferStatus.ACCEPTED, TransferStatus.DECLINED])
def test_an_answer_to_a_request_that_has_expired_is_refused_by_the_write(
    table: StoredTable, status: TransferStatus
) -> None:
    session, asked = session_of(table), transfer()
    transaction = Transaction(session, operation())
    save_transfer(transaction, asked, known=None)
    transaction.commit()
    answered = replace(asked, stored_status=status, decided_at=NOW)
    before = table.items()

    transaction = Transaction(session, operation(at=asked.expires_at))
    save_transfer(transaction, answered, known=asked)
    with pytest.raises(ChangedMeanwhileError):
        transaction.commit()
    assert table.items() == before

    transaction = Transaction(session, operation(at=asked.expires_at - timedelta(microseconds=1)))
    save_transfer(transaction, answered, known=asked)
    transaction.commit()
    for known in (asked, answered):
        for after in TransferStatus:
            transaction = Transaction(session, operation())
            save_transfer(transaction, replace(asked, stored_status=after, decided_at=NOW), known=known)
            with pytest.raises(ChangedMeanwhileError):
                transaction.commit()


def test_a_transfer_request_stands_with_both_partners_and_waits_with_the_one_asked(table: StoredTable) -> None:
    session = session_of(table)
    for number in (1, 2):
        transaction = Transaction(session, operation())
        save_transfer(transaction, transfer(number), known=None)
        transaction.commit()
    asked, asking = Transfers(session, "p-hill"), Transfers(session, "p-lake")

    assert [one.transfer_id for one in asked.waiting(hub_id="4711", email=NIA)] == ["t-1", "t-2"]
    assert asking.waiting(hub_id="4711", email=NIA) == []
    decided = replace(transfer(1), stored_status=TransferStatus.DECLINED, decided_at=NOW)
    transaction = Transaction(session, operation())
    save_transfer(transaction, decided, known=transfer(1))
    transaction.commit()

    for partner, direction in ((asked, Direction.INCOMING), (asking, Direction.OUTGOING)):
        found = partner.find("t-1")
        assert found == (direction, decided)
        everything = partner.page(TransferFilter(direction, None, NOW), limit=5).transfers
        assert [one.transfer.transfer_id for one in everything] == ["t-2", "t-1"]
        pending = partner.page(TransferFilter(None, TransferStatus.PENDING, NOW), limit=5).transfers
        assert [one.transfer.transfer_id for one in pending] == ["t-2"]
        later = NOW + timedelta(days=15)
        expired = partner.page(TransferFilter(None, TransferStatus.EXPIRED, later), limit=5).transfers
        assert [one.transfer.transfer_id for one in expired] == ["t-2"]
    assert [
        one.transfer_id for one in due_transfers(session, until=NOW + timedelta(days=15)) if isinstance(one, Transfer)
    ] == ["t-2"]
    transaction = Transaction(session, operation())
    save_transfer(transaction, decided, known=transfer(1))
    with pytest.raises(ChangedMeanwhileError):
        transaction.commit()
