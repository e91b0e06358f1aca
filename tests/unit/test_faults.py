"""The bench itself: each fault does to a call what it claims, and the crash matrix tells safe code from unsafe."""

from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError

from shared.http.sign_ins import user_pool
from shared.table.client import dynamodb
from shared.table.values import to_attributes
from tests.counting import Call, counting
from tests.crashes import INSTANT, RANDOM_ID, CallCountError, Crossing, crash_matrix, normalised
from tests.engines import StoredTable
from tests.faults import Crash, Failure, Fault, Moment, crashing, failing, recording

COUNTER = {"pk": "COUNTER", "sk": "COUNTER"}


def add_one(table: StoredTable, client: Any = None) -> Any:
    return (client or table.client).update_item(
        TableName=table.name,
        Key=to_attributes(COUNTER),
        UpdateExpression="ADD amount :one",
        ExpressionAttributeValues=to_attributes({":one": 1}),
    )


def put_three(table: StoredTable) -> Any:
    return table.client.transact_write_items(
        TransactItems=[{"Put": {"TableName": table.name, "Item": to_attributes({"pk": sk, "sk": sk})}} for sk in "abc"]
    )


def amount(table: StoredTable) -> int:
    found = table.item("COUNTER", "COUNTER")
    return found["amount"] if found else 0


def test_a_throttled_call_is_not_carried_out(table: StoredTable) -> None:
    codes = set()
    with failing(table.client, seed=1, throttled=1) as failures:
        for _ in range(8):
            with pytest.raises(ClientError) as throttled:
                add_one(table)
            codes.add(throttled.value.response["Error"]["Code"])

    assert codes == {"ProvisionedThroughputExceededException", "ThrottlingException"}
    assert failures == [Failure("UpdateItem", Fault.THROTTLED)] * 8
    assert amount(table) == 0


def test_a_throttled_user_pool_answers_in_its_own_words() -> None:
    pool, codes = user_pool(), set()
    with failing(pool, seed=1, throttled=1):
        for _ in range(8):
            with pytest.raises(ClientError) as throttled:
                pool.describe_user_pool(UserPoolId="eu-central-1_none")
            codes.add(throttled.value.response["Error"]["Code"])

    assert codes == {"TooManyRequestsException", "ThrottlingException"}


def test_what_was_never_sent_is_not_carried_out(table: StoredTable) -> None:
    with failing(table.client, seed=1, never_sent=1), pytest.raises(ConnectTimeoutError):
        add_one(table)

    assert amount(table) == 0


def test_a_call_whose_answer_is_lost_was_carried_out_once(table: StoredTable) -> None:
    errors = set()
    with failing(table.client, seed=1, answer_lost=1):
        for _ in range(8):
            with pytest.raises((ReadTimeoutError, ConnectionClosedError)) as lost:
                add_one(table)
            errors.add(lost.type)

    assert errors == {ReadTimeoutError, ConnectionClosedError}
    assert amount(table) == 8


def test_a_conflict_on_one_item_is_not_carried_out(table: StoredTable) -> None:
    with failing(table.client, seed=1, conflict=1), pytest.raises(ClientError) as conflict:
        add_one(table)

    assert conflict.value.response["Error"]["Code"] == "TransactionConflictException"
    assert amount(table) == 0


def test_a_conflict_in_a_transaction_is_reported_at_any_position(table: StoredTable) -> None:
    seen = set()
    with failing(table.client, seed=1, conflict=1):
        for _ in range(20):
            with pytest.raises(ClientError) as cancelled:
                put_three(table)
            response: Any = cancelled.value.response
            assert response["Error"]["Code"] == "TransactionCanceledException"
            seen.add(tuple(reason["Code"] for reason in response["CancellationReasons"]))

    conflict, none = "TransactionConflict", "None"
    assert seen == {(conflict, none, none), (none, conflict, none), (none, none, conflict)}
    assert table.items() == []


def test_reads_meet_no_conflict(table: StoredTable) -> None:
    with failing(table.client, seed=1, conflict=1) as failures:
        assert table.items() == []

    assert failures == []


def test_faults_are_as_frequent_as_asked_and_the_same_for_the_same_seed(table: StoredTable) -> None:
    def failures_of(seed: int) -> list[Failure | None]:
        outcomes: list[Failure | None] = []
        with failing(table.client, seed=seed, throttled=0.3, never_sent=0.2) as failures:
            for _ in range(100):
                try:
                    table.client.describe_table(TableName=table.name)
                except (ClientError, ConnectTimeoutError):
                    outcomes.append(failures[-1])
                else:
                    outcomes.append(None)
        return outcomes

    first = failures_of(7)

    assert first == failures_of(7)
    assert first != failures_of(8)
    counts = Counter(failure.fault if failure else None for failure in first)
    assert counts == {Fault.THROTTLED: 30, Fault.NEVER_SENT: 20, None: 50}


def test_probabilities_above_one_are_refused(table: StoredTable) -> None:
    with pytest.raises(ValueError, match="exceed 1"), failing(table.client, seed=1, throttled=0.6, conflict=0.6):
        pass


def test_the_products_client_retries_what_botocore_can_retry(table: StoredTable) -> None:
    with crashing(dynamodb(), at=1, when=Moment.ANSWER_LOST) as calls:
        add_one(table, dynamodb())

    assert calls.operations == ["UpdateItem", "UpdateItem"]
    assert amount(table) == 2  # ADD is no way to write something once


def test_faults_end_with_their_block(table: StoredTable) -> None:
    with failing(table.client, seed=1, throttled=1), pytest.raises(ClientError):
        add_one(table)

    add_one(table)

    assert amount(table) == 1


def test_faults_nest_and_each_call_is_carried_out_once(table: StoredTable) -> None:
    with recording(table.client) as outer:
        with recording(table.client) as inner:
            add_one(table)
        add_one(table)

    assert inner.operations == ["UpdateItem"]
    assert outer.operations == ["UpdateItem", "UpdateItem"]
    assert amount(table) == 2


@pytest.mark.parametrize(("when", "stored"), [(Moment.BEFORE, 1), (Moment.AFTER, 2)])
def test_a_dead_process_calls_nothing_more(table: StoredTable, when: Moment, stored: int) -> None:
    with crashing(table.client, at=2, when=when) as calls:
        add_one(table)
        with pytest.raises(Crash):
            add_one(table)
        with pytest.raises(Crash):
            add_one(table)

    assert calls.operations == ["UpdateItem"] * 3
    assert amount(table) == stored


def test_a_lost_answer_is_followed_by_calls_that_go_well(table: StoredTable) -> None:
    with crashing(table.client, at=1, when=Moment.ANSWER_LOST):
        with pytest.raises(ReadTimeoutError):
            add_one(table)
        add_one(table)

    assert amount(table) == 2


def test_once_cut_off_nothing_gets_through(table: StoredTable) -> None:
    with crashing(table.client, at=1, when=Moment.CUT_OFF):
        with pytest.raises(ReadTimeoutError):
            add_one(table)
        with pytest.raises(ConnectTimeoutError):
            add_one(table)

    assert amount(table) == 1


def put_order(table: StoredTable) -> str:
    """Safe to repeat: says what shall be, not what shall change."""
    table.put({"pk": "ORDER", "sk": "1", "state": "open"})
    table.put({"pk": "ORDER", "sk": "2", "state": "open"})
    return "placed"


def matrix(table: StoredTable, run: Any) -> list[Crossing[Any]]:
    def prepare() -> StoredTable:
        table.clear()
        return table

    return crash_matrix(clients=lambda: [table.client], prepare=prepare, run=run, snapshot=StoredTable.items)


def test_the_matrix_crosses_every_call_with_every_moment(table: StoredTable) -> None:
    crossings = matrix(table, put_order)

    assert [(crossing.number, crossing.moment) for crossing in crossings] == [(n, m) for n in (1, 2) for m in Moment]
    assert {crossing.operation for crossing in crossings} == {"PutItem"}
    assert all(crossing.retried and crossing.answer == "placed" for crossing in crossings)


def test_the_matrix_finds_what_a_repetition_does_twice(table: StoredTable) -> None:
    with pytest.raises(AssertionError, match="UpdateItem, call 1, moment after"):
        matrix(table, add_one)


def test_the_matrix_refuses_a_run_without_calls(table: StoredTable) -> None:
    with pytest.raises(CallCountError):
        matrix(table, lambda _table: None)


def test_snapshots_with_other_random_ids_are_equal_but_references_count() -> None:
    def snapshot(first: str, second: str, owner: str) -> list[dict[str, Any]]:
        users = [{"pk": f"USER#u-{first}", "name": "Ann"}, {"pk": f"USER#u-{second}", "name": "Bob"}]
        return [*users, {"pk": "LINK", "owner": f"u-{owner}"}]

    a, b, c, d = (letter * 20 for letter in "abcd")

    assert normalised(snapshot(a, b, a)) == normalised(snapshot(d, c, d))
    assert normalised(snapshot(a, b, a)) != normalised(snapshot(d, c, c))


def test_instants_are_unstable_only_on_request() -> None:
    early, late = [{"at": "2026-03-17T09:30:00.000000Z"}], [{"at": "2026-03-17T09:30:01.000000Z"}]

    assert normalised(early) != normalised(late)
    assert normalised(early, unstable=(RANDOM_ID, INSTANT)) == normalised(late, unstable=(RANDOM_ID, INSTANT))


def test_calls_are_counted_with_their_failures_and_without_retries(table: StoredTable) -> None:
    client = dynamodb()
    with counting(client) as calls, crashing(client, at=1, when=Moment.ANSWER_LOST):
        add_one(table, client)
        with pytest.raises(ClientError):
            client.get_item(TableName="no-such-table", Key=to_attributes(COUNTER))

    assert [call.operation for call in calls] == ["UpdateItem", "GetItem"]
    assert calls[1] == Call(operation="GetItem")
