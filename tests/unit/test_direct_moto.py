"""moto answers the same whether it is called directly or goes its own way."""

from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from moto.core.models import botocore_stubber

from shared.table.values import to_attributes
from tests.conftest import ENVIRONMENT
from tests.engines import Engine, moto_engine

TABLE = ENVIRONMENT["TABLE_NAME"]
KEY = to_attributes({"pk": "PARTNER#p-7", "sk": "CAPACITY"})
BODY = bytes(range(256))
CAPACITY = {"pk": "PARTNER#p-7", "sk": "CAPACITY", "slots_left": 5, "body": BODY, "of": [{"B": None}, True, "\u00e9"]}
TAKE: dict[str, Any] = {
    "TableName": TABLE,
    "Key": KEY,
    "UpdateExpression": "SET slots_left = slots_left - :n, former = body",
    "ConditionExpression": "slots_left >= :n",
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}


def take(count: int) -> dict[str, Any]:
    return {**TAKE, "ExpressionAttributeValues": to_attributes({":n": count})}


CALLS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "an item is put and read": [
        ("put_item", {"TableName": TABLE, "Item": to_attributes(CAPACITY)}),
        ("get_item", {"TableName": TABLE, "Key": KEY, "ReturnConsumedCapacity": "TOTAL"}),
    ],
    "items are written and read together": [
        ("batch_write_item", {"RequestItems": {TABLE: [{"PutRequest": {"Item": to_attributes(CAPACITY)}}]}}),
        ("batch_get_item", {"RequestItems": {TABLE: {"Keys": [KEY, {**KEY, "sk": {"S": "NONE"}}]}}}),
    ],
    "an item is changed and removed": [
        ("put_item", {"TableName": TABLE, "Item": to_attributes(CAPACITY)}),
        ("update_item", {**take(2), "ReturnValues": "ALL_NEW"}),
        ("delete_item", {"TableName": TABLE, "Key": KEY, "ReturnValues": "ALL_OLD"}),
        ("get_item", {"TableName": TABLE, "Key": KEY}),
    ],
    "a condition fails": [
        ("put_item", {"TableName": TABLE, "Item": to_attributes(CAPACITY)}),
        ("update_item", take(9)),
    ],
    "a transaction is cancelled": [
        ("put_item", {"TableName": TABLE, "Item": to_attributes(CAPACITY)}),
        ("transact_write_items", {"TransactItems": [{"Update": take(9)}]}),
        ("transact_write_items", {"TransactItems": [{"Update": take(5)}]}),
        ("scan", {"TableName": TABLE}),
    ],
    "pages are asked for": [
        ("put_item", {"TableName": TABLE, "Item": to_attributes({**CAPACITY, "by_name": "b"})}),
        ("put_item", {"TableName": TABLE, "Item": to_attributes({**CAPACITY, "sk": "PROFILE", "by_name": "a"})}),
        (
            "query",
            {
                "TableName": TABLE,
                "IndexName": "by_name",
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": to_attributes({":pk": "PARTNER#p-7"}),
                "Limit": 1,
            },
        ),
    ],
    "a request is wrong": [
        ("get_item", {"TableName": TABLE, "Key": {"pk": {"S": ""}, "sk": {"S": "x"}}}),
        ("get_item", {"TableName": "missing-table", "Key": KEY}),
        ("update_item", {"TableName": TABLE, "Key": KEY, "UpdateExpression": "SET"}),
    ],
}


def answers(engine: Engine, calls: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """What botocore makes of each answer, but for the headers of HTTP."""
    table = engine.create_table(TABLE)
    found: list[Any] = []
    for operation, arguments in calls:
        try:
            answer = getattr(table.client, operation)(**arguments)
        except ClientError as error:
            answer = {"refused": type(error).__name__, **error.response}
        found.append({**answer, "ResponseMetadata": answer["ResponseMetadata"]["HTTPStatusCode"]})
    return found


@pytest.mark.parametrize("name", CALLS)
def test_both_ways_answer_alike(name: str) -> None:
    with moto_engine() as engine:
        direct = answers(engine, CALLS[name])
    with moto_engine(atomic=False) as engine:
        own = answers(engine, CALLS[name])

    assert direct == own


def test_a_call_to_another_engine_is_left_to_it() -> None:
    headers = HTTPHeaders()
    headers["X-Amz-Target"] = b"DynamoDB_20120810.ListTables"  # type: ignore[assignment] # as botocore sends it
    elsewhere = AWSPreparedRequest("POST", "http://127.0.0.1:8000/", headers, b"{}", stream_output=False)
    with moto_engine():
        assert botocore_stubber.process_request(elsewhere) is None
        headers.replace_header("X-Amz-Target", b"DynamoDB_20120810.Scan")  # type: ignore[arg-type]
        assert botocore_stubber.process_request(elsewhere) is None
