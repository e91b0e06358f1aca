"""Sealing as Lambda runs it: from batches of the stream, and every quarter of an hour for what those missed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.notifications import sealing
from functions.notifications.sealing import MISSED_AFTER, seal_missed
from shared.domain.chains import FaultKind
from shared.runs import UnfinishedRunError, time_left
from shared.table import chain, keys
from shared.table.client import dynamodb
from shared.table.session import TableSession, TableUnavailableError
from shared.table.values import Item
from tests.audit_trails import faults_in, record_entries, seals, stream_event, trail
from tests.clocks import StoppedClock
from tests.crashes import Snapshot, crash_matrix
from tests.engines import StoredTable
from tests.faults import Crash, Moment, crashing, failing

NOW = StoppedClock.now
LATER = NOW + timedelta(hours=2)


@dataclass(frozen=True)
class RunContext:
    milliseconds: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def sealed_from_stream(entries: Sequence[Item]) -> Any:
    """The function's answer, as Lambda reads it."""
    event = json.loads(json.dumps(stream_event(entries)))
    return json.loads(json.dumps(sealing.lambda_handler(event, RunContext())))


def sealed_by_schedule(table: StoredTable, *, milliseconds: int = 60_000) -> int:
    session = TableSession(table.client, table.name)
    counts = seal_missed(session, has_time=time_left(RunContext(milliseconds)), until=LATER, clock=lambda: LATER)
    return counts["sealed"]


def sealed_moments(table: StoredTable, partner_id: str = "p-hill") -> list[str]:
    return [seal["moment"] for seal in seals(table, partner_id)]


def logged(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.getMessage() == message]


def set_back(table: StoredTable, partner_id: str) -> None:
    """Somebody makes the head of a chain of two name its first seal."""
    first = seals(table, partner_id)[0]
    head = table.item(*keys.chain_head(partner_id))
    assert head is not None
    table.put({**head, "position": 1, "hash": first["hash"]})


def test_new_entries_of_a_batch_are_sealed_in_the_chains_of_their_partners(table: StoredTable) -> None:
    hill = record_entries(table, 3)
    lake = record_entries(table, 2, partner_id="p-lake")

    assert sealed_from_stream([hill[2], lake[0], hill[0], lake[1], hill[1]]) == {"batchItemFailures": []}

    assert sealed_moments(table) == [entry["sk"] for entry in hill]
    assert sealed_moments(table, "p-lake") == [entry["sk"] for entry in lake]
    assert (faults_in(table), faults_in(table, "p-lake")) == ([], [])


def test_a_batch_that_comes_twice_changes_nothing_the_second_time(table: StoredTable) -> None:
    entries = record_entries(table, 3)
    sealed_from_stream(entries)
    before = table.items()

    assert sealed_from_stream(entries) == {"batchItemFailures": []}
    assert table.items() == before


def test_what_is_no_new_entry_is_let_pass(table: StoredTable) -> None:
    [entry] = record_entries(table, 1)
    event = stream_event([entry, {"pk": "NOTICE#n-1", "sk": "NOTICE"}, {"pk": "AUDIT#p#x", "sk": "odd"}, entry])
    event["Records"][0]["eventName"] = "MODIFY"
    event["Records"][3]["dynamodb"]["NewImage"]["odd"] = {"SS": ["a"]}

    assert sealing.lambda_handler(event, RunContext()) == {"batchItemFailures": []}
    assert sealed_moments(table) == []


def test_a_table_that_is_busy_has_the_records_sent_again(table: StoredTable) -> None:
    entries = record_entries(table, 2)

    with failing(dynamodb(), seed=1, throttled=1):
        assert sealed_from_stream(entries) == {
            "batchItemFailures": [{"itemIdentifier": "1000"}, {"itemIdentifier": "1001"}]
        }

    assert sealed_from_stream(entries) == {"batchItemFailures": []}
    assert sealed_moments(table) == [entry["sk"] for entry in entries]


def test_a_broken_chain_holds_up_no_other_partner_and_raises_the_alarm(
    table: StoredTable, caplog: pytest.LogCaptureFixture
) -> None:
    sealed_from_stream(record_entries(table, 2))
    set_back(table, "p-hill")
    hill = record_entries(table, 1, at=NOW + timedelta(minutes=1), word="late")
    lake = record_entries(table, 2, partner_id="p-lake")

    assert sealed_from_stream([*hill, lake[0]]) == {"batchItemFailures": []}
    with pytest.raises(UnfinishedRunError, match=r"these partners: p-hill$"):
        sealed_by_schedule(table)

    assert sealed_moments(table, "p-lake") == [entry["sk"] for entry in lake]
    assert len(sealed_moments(table)) == 2
    assert [said["partner_id"] for said in logged(caplog, "audit chain broken")] == ["p-hill", "p-hill"]


def test_an_entry_that_is_gone_before_it_was_sealed_is_logged(
    table: StoredTable, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = record_entries(table, 2)
    table.client.delete_item(TableName=table.name, Key={"pk": {"S": first["pk"]}, "sk": {"S": first["sk"]}})

    assert sealed_from_stream([first, second]) == {"batchItemFailures": []}

    [gone] = logged(caplog, "audit entry gone unsealed")
    assert (gone["levelname"], gone["partner_id"], gone["entry_id"]) == ("ERROR", "p-hill", first["id"])
    assert sealed_moments(table) == [second["sk"]]


def test_each_sealing_logs_where_the_chain_ends(table: StoredTable, caplog: pytest.LogCaptureFixture) -> None:
    sealed_from_stream(record_entries(table, 2))

    [said] = logged(caplog, "audit entries sealed")
    assert {name: said[name] for name in ("partner_id", "count", "position", "hash")} == {
        "partner_id": "p-hill",
        "count": 2,
        "position": 2,
        "hash": seals(table)[1]["hash"],
    }


def test_what_the_stream_missed_is_sealed_by_the_schedule(table: StoredTable) -> None:
    entries = [*record_entries(table, 2), *record_entries(table, 1, partner_id="p-lake")]
    sealed_from_stream(entries[:1])

    assert sealed_by_schedule(table) == 2
    assert sealed_by_schedule(table) == 0

    assert sealed_moments(table) == [entry["sk"] for entry in entries[:2]]
    assert sealed_moments(table, "p-lake") == [entries[2]["sk"]]


def test_the_schedule_leaves_the_newest_entries_to_the_stream(
    table: StoredTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "utc_now", lambda: NOW + MISSED_AFTER)
    entries = record_entries(table, 2)

    assert sealing.lambda_handler({"id": "run-1"}, RunContext()) == {"sealed": 1}
    assert sealed_moments(table) == [entries[0]["sk"]]


def test_a_day_can_be_sealed_afterwards(table: StoredTable) -> None:
    record_entries(table, 1)
    record_entries(table, 1, at=NOW + timedelta(days=1), word="next")

    assert sealing.lambda_handler({"as_of": "2026-03-17"}, RunContext()) == {"sealed": 1}
    assert sealing.lambda_handler({"as_of": "2026-03-18"}, RunContext()) == {"sealed": 1}


def test_a_run_without_time_leaves_the_rest_to_the_next_one(table: StoredTable) -> None:
    record_entries(table, 1)

    assert sealed_by_schedule(table, milliseconds=1_000) == 0
    assert sealed_moments(table) == []


@dataclass(frozen=True)
class Run:
    """`status` as the crash matrix reads it: Lambda repeats a batch that answers with failures, and a failed run."""

    status: int


@pytest.mark.parametrize("trigger", ["stream", "schedule"])
def test_a_run_that_dies_anywhere_leaves_what_one_that_did_not_leaves(
    table: StoredTable, trigger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "ENTRIES_A_TRANSACTION", 2)
    monkeypatch.setattr(sealing, "utc_now", lambda: LATER)

    def prepare() -> list[Item]:
        table.clear()
        return record_entries(table, 3)

    def run(entries: list[Item]) -> Run:
        if trigger == "stream":
            return Run(500 if sealed_from_stream(entries)["batchItemFailures"] else 200)
        try:
            sealed_by_schedule(table)
        except (TableUnavailableError, UnfinishedRunError):
            return Run(500)
        return Run(200)

    def snapshot(_: list[Item]) -> Snapshot:
        """Hashes differ between runs, as the ids do that they are made of; whether they fit is asked here."""
        assert faults_in(table) == []
        return [
            {name: value for name, value in item.items() if "hash" not in name and name != "write_id"}
            for item in table.items()
        ]

    crossings = crash_matrix(
        clients=lambda: [dynamodb(), table.client],
        prepare=prepare,
        run=run,
        snapshot=snapshot,
    )

    assert {crossing.operation for crossing in crossings} >= {"GetItem", "TransactWriteItems"}


def test_a_lost_answer_of_the_last_transaction_seals_nothing_twice(table: StoredTable) -> None:
    entries = record_entries(table, 2)
    with crashing(dynamodb(), at=2, when=Moment.AFTER), pytest.raises(Crash):
        sealed_from_stream(entries)

    assert sealed_from_stream(entries) == {"batchItemFailures": []}
    assert sealed_moments(table) == [entry["sk"] for entry in entries]


def test_an_entry_edited_before_the_schedule_seals_it_is_sealed_as_it_stands(table: StoredTable) -> None:
    """What the chain cannot know is stated in docs/audit.md; an edit afterwards is found as ever."""
    [entry] = record_entries(table, 1)
    table.put({**entry, "after": {"company": "Lake"}})
    sealed_by_schedule(table)
    assert faults_in(table) == []

    table.put({**trail(table)[0], "after": {"company": "Moor"}})

    assert [fault.kind for fault in faults_in(table)] == [FaultKind.ENTRY_CHANGED]
