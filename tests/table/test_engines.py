"""What the product relies on in DynamoDB, asked of three engines: where one would differ, it is not relied on."""

from decimal import Decimal
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from shared.table.values import from_attributes, to_attributes
from tests.at_once import Meet, all_at_once
from tests.counting import Call, counting
from tests.engines import REGION, StoredTable, moto_engine
from tests.faults import Crash, Moment, crashing, failing

LIMIT = 50
WRITERS = 32
ROUNDS_TO_OVERSELL = 20
CAPACITY = {"pk": "PARTNER#p-7", "sk": "CAPACITY"}


def put(table: StoredTable, pk: str, sk: str, **attributes: Any) -> Any:
    """An action that writes a new item."""
    return {
        "Put": {
            "TableName": table.name,
            "Item": to_attributes({"pk": pk, "sk": sk, **attributes}),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def take_slot(table: StoredTable, count: int = 1) -> Any:
    """An action that takes places while there are enough."""
    return {
        "Update": {
            "TableName": table.name,
            "Key": to_attributes(CAPACITY),
            "UpdateExpression": "SET slots_left = slots_left - :n",
            "ConditionExpression": "slots_left >= :n",
            "ExpressionAttributeValues": to_attributes({":n": count}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def reasons_of(error: ClientError) -> list[tuple[str, dict[str, Any] | None]]:
    """Code and standing item of each action of a cancelled transaction."""
    response: Any = error.response
    return [
        (reason["Code"], from_attributes(reason["Item"]) if reason.get("Item") else None)
        for reason in response["CancellationReasons"]
    ]


def test_a_transaction_writes_all_of_its_items(table: StoredTable) -> None:
    table.put({**CAPACITY, "slots_left": 2})

    table.client.transact_write_items(
        TransactItems=[take_slot(table), put(table, "PARTNER#p-7", "REGISTRATION#a.example")]
    )

    assert table.items() == [
        {**CAPACITY, "slots_left": 1},
        {"pk": "PARTNER#p-7", "sk": "REGISTRATION#a.example"},
    ]


def test_a_cancelled_transaction_writes_nothing_and_tells_each_reason_in_its_place(table: StoredTable) -> None:
    owner = {"pk": "DOMAIN#a.example", "sk": "OWNER", "partner_id": "p-9"}
    table.put({**CAPACITY, "slots_left": 0})
    table.put(owner)

    with pytest.raises(ClientError) as cancelled:
        table.client.transact_write_items(
            TransactItems=[
                put(table, "PARTNER#p-7", "REGISTRATION#a.example"),
                put(table, "DOMAIN#a.example", "OWNER", partner_id="p-7"),
                take_slot(table),
            ]
        )

    assert cancelled.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert reasons_of(cancelled.value) == [
        ("None", None),
        ("ConditionalCheckFailed", owner),
        ("ConditionalCheckFailed", {**CAPACITY, "slots_left": 0}),
    ]
    assert table.items() == [owner, {**CAPACITY, "slots_left": 0}]


def test_a_cancelled_transaction_takes_back_what_its_first_actions_wrote(table: StoredTable) -> None:
    owner = {"pk": "DOMAIN#a.example", "sk": "OWNER", "partner_id": "p-9"}
    table.put({**CAPACITY, "slots_left": 5, "former": {"limits": [7, 9]}})
    table.put(owner)
    raise_limit: Any = {
        "TableName": table.name,
        "Key": to_attributes({"pk": "PARTNER#p-7", "sk": "CAPACITY"}),
        "UpdateExpression": "SET former.limits[0] = slots_left, slots_left = slots_left + :n",
        "ExpressionAttributeValues": to_attributes({":n": 1}),
    }

    with pytest.raises(ClientError) as cancelled:
        table.client.transact_write_items(
            TransactItems=[
                {"Update": raise_limit},
                put(table, "PARTNER#p-7", "REGISTRATION#a.example"),
                put(table, "DOMAIN#a.example", "OWNER", partner_id="p-7"),
            ]
        )

    assert [code for code, _ in reasons_of(cancelled.value)] == ["None", "None", "ConditionalCheckFailed"]
    assert table.items() == [owner, {**CAPACITY, "slots_left": 5, "former": {"limits": [7, 9]}}]


def test_every_kind_of_value_is_stored_as_any_other_client_reads_it(table: StoredTable) -> None:
    """The product's client passes items on as they are; botocore without its additions takes them apart."""
    inner = ["ä", b"\x00\xff", 7, Decimal("-0.5"), True, None, [], {}]
    item = {**CAPACITY, "list": inner, "map": {f"{place}": value for place, value in enumerate(inner)}}
    table.client.transact_write_items(TransactItems=[{"Put": {"TableName": table.name, "Item": to_attributes(item)}}])

    other = boto3.client("dynamodb", region_name=REGION, endpoint_url=table.client.meta.endpoint_url)
    read = other.get_item(TableName=table.name, Key=to_attributes(CAPACITY), ConsistentRead=True)["Item"]

    deserialize = TypeDeserializer().deserialize
    assert {name: deserialize(value) for name, value in read.items()} == item
    assert table.item(**CAPACITY) == item


def test_a_failed_condition_on_an_absent_item_tells_no_item(table: StoredTable) -> None:
    with pytest.raises(ClientError) as cancelled:
        table.client.transact_write_items(TransactItems=[take_slot(table)])

    assert reasons_of(cancelled.value) == [("ConditionalCheckFailed", None)]


@pytest.mark.parametrize("engine", ["ministack", "dynoxide"], indirect=True)  # moto ignores the token
def test_a_transaction_repeated_with_its_token_is_written_once(table: StoredTable) -> None:
    table.put({**CAPACITY, "slots_left": 5})

    for _ in range(2):
        table.client.transact_write_items(TransactItems=[take_slot(table)], ClientRequestToken="once")

    assert table.items() == [{**CAPACITY, "slots_left": 4}]


def test_a_conditional_update_takes_the_last_places_and_no_more(table: StoredTable) -> None:
    table.put({**CAPACITY, "slots_left": 3})
    table.client.update_item(**take_slot(table, 3)["Update"])

    with pytest.raises(ClientError) as refused:
        table.client.update_item(**take_slot(table)["Update"])

    response: Any = refused.value.response
    assert response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert from_attributes(response["Item"]) == {**CAPACITY, "slots_left": 0}
    assert table.items() == [{**CAPACITY, "slots_left": 0}]


def pages_of(table: StoredTable, **query: Any) -> list[list[str]]:
    """The sort keys of every page of a query, each page asked for with the last key of the one before."""
    pages: list[list[str]] = []
    start: dict[str, Any] = {}
    while True:
        answer = table.client.query(TableName=table.name, **query, **start)
        pages.append([item["sk"]["S"] for item in answer["Items"]])
        if "LastEvaluatedKey" not in answer:
            return pages
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def test_a_local_index_pages_in_its_own_order_right_after_the_write(table: StoredTable) -> None:
    for sk, name in (("R#1", "R#c"), ("R#2", "R#a"), ("R#3", "R#d"), ("R#4", "R#b"), ("R#5", "R#a")):
        table.put({"pk": "PARTNER#p-7", "sk": sk, "by_name": name})
    table.put({"pk": "PARTNER#p-7", "sk": "PROFILE"})
    table.put({"pk": "PARTNER#p-77", "sk": "R#1", "by_name": "R#a"})
    query: dict[str, Any] = {
        "IndexName": "by_name",
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :pk AND begins_with(by_name, :prefix)",
        "ExpressionAttributeValues": to_attributes({":pk": "PARTNER#p-7", ":prefix": "R#"}),
    }

    ascending = pages_of(table, **query, Limit=2)
    descending = pages_of(table, **query, Limit=3, ScanIndexForward=False)

    # Which of two equal index keys comes first is left to the engine, but no item is lost or told twice.
    assert [sorted(page) for page in ascending[:1]] == [["R#2", "R#5"]]
    assert [sk for page in ascending[1:] for sk in page] == ["R#4", "R#1", "R#3"]
    assert descending[0] == ["R#3", "R#1", "R#4"]
    assert sorted(sk for page in descending[1:] for sk in page) == ["R#2", "R#5"]


def test_a_sparse_global_index_pages_over_partitions_of_the_table(table: StoredTable) -> None:
    for number in (3, 1, 2):
        due = {"due_queue": "EXPIRING#0", "due_at": f"2026-03-0{number}"}
        table.put({"pk": f"PARTNER#p-{number}", "sk": f"R#{number}", **due})
    table.put({"pk": "PARTNER#p-4", "sk": "R#4"})
    table.put({"pk": "PARTNER#p-5", "sk": "R#5", "due_queue": "EXPIRING#0", "due_at": "2026-04-01"})

    pages = pages_of(
        table,
        IndexName="due",
        KeyConditionExpression="due_queue = :queue AND due_at <= :day",
        ExpressionAttributeValues=to_attributes({":queue": "EXPIRING#0", ":day": "2026-03-31"}),
        Limit=2,
    )

    assert [page for page in pages if page] == [["R#1", "R#2"], ["R#3"]]


def test_one_batch_reads_items_of_several_partitions_consistently(table: StoredTable) -> None:
    table.put({"pk": "PERSON#ann@hill.example", "sk": "PERSON"})
    table.put({**CAPACITY, "slots_left": 7})
    wanted = [("PERSON#ann@hill.example", "PERSON"), (CAPACITY["pk"], CAPACITY["sk"]), ("PARTNER#p-7", "PROFILE")]
    keys = [to_attributes({"pk": pk, "sk": sk}) for pk, sk in wanted]

    answer = table.client.batch_get_item(RequestItems={table.name: {"Keys": keys, "ConsistentRead": True}})

    found = sorted((from_attributes(item) for item in answer["Responses"][table.name]), key=lambda item: item["pk"])
    assert found == [{**CAPACITY, "slots_left": 7}, {"pk": "PERSON#ann@hill.example", "sk": "PERSON"}]
    assert answer["UnprocessedKeys"] == {}


@pytest.mark.parametrize("engine", ["dynoxide"], indirect=True)
def test_capacity_is_counted_as_dynamodb_bills_it(table: StoredTable) -> None:
    with counting(table.client) as calls:
        table.put({"pk": "PARTNER#p-7", "sk": "R#1", "by_name": "R#a", "notes": "x" * 1500})
        table.client.transact_write_items(TransactItems=[put(table, "PARTNER#p-7", "R#2")])
        table.item("PARTNER#p-7", "R#1")

    assert calls == [
        Call(operation="PutItem", write_units=4),  # two units for 1.5 KB, once in the table and once in its index
        Call(operation="TransactWriteItems", write_units=2),
        Call(operation="GetItem", read_units=1),
    ]


def test_faults_do_the_same_to_every_engine(table: StoredTable) -> None:
    table.put({**CAPACITY, "slots_left": 5})
    actions = [take_slot(table), put(table, "PARTNER#p-7", "REGISTRATION#a.example")]

    with failing(table.client, seed=1, conflict=1), pytest.raises(ClientError):
        table.client.transact_write_items(TransactItems=actions)
    assert table.items() == [{**CAPACITY, "slots_left": 5}]

    with crashing(table.client, at=1, when=Moment.AFTER), pytest.raises(Crash):
        table.client.transact_write_items(TransactItems=actions)
    assert table.items() == [{**CAPACITY, "slots_left": 4}, {"pk": "PARTNER#p-7", "sk": "REGISTRATION#a.example"}]


def race(table: StoredTable, *, tolerated: tuple[type[Exception], ...] = (ClientError,)) -> tuple[int, int]:
    """32 writers, released at once, want 64 places where 50 are left: how many were accepted, how many rows stand."""
    table.put({**CAPACITY, "slots_left": LIMIT})
    accepted: list[str] = []

    def write(writer: int, _meet: Meet) -> None:
        for number in (1, 2):
            sk = f"REGISTRATION#{writer}-{number}.example"
            try:
                table.client.transact_write_items(TransactItems=[take_slot(table), put(table, CAPACITY["pk"], sk)])
            except tolerated:
                continue
            accepted.append(sk)

    all_at_once(write, threads=WRITERS)
    rows = [item for item in table.items() if item["sk"].startswith("REGISTRATION#")]
    return len(accepted), len(rows)


def test_32_writers_never_take_more_than_the_places_left(table: StoredTable) -> None:
    accepted, rows = race(table)

    assert (accepted, rows) == (LIMIT, LIMIT)
    assert table.item(CAPACITY["pk"], CAPACITY["sk"]) == {**CAPACITY, "slots_left": 0}


def test_without_its_lock_moto_oversells_so_the_race_is_a_real_one() -> None:
    with moto_engine(atomic=False) as stock:
        # moto reads dictionaries that other threads change, which also raises RuntimeError.
        tolerated = (ClientError, RuntimeError)
        rounds = (race(stock.create_table(), tolerated=tolerated) for _ in range(ROUNDS_TO_OVERSELL))

        assert any(max(accepted, rows) > LIMIT for accepted, rows in rounds)
