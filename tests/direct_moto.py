"""moto's DynamoDB made atomic and quick.

Left to itself, moto turns each request into one of a web framework, looks for its service among hundreds, and
translates request and answer member by member for any protocol: nine tenths of the time of a call. Here the operations
that tests make by the thousand take their arguments from the request's JSON and answer with their result. The others,
and other services, go moto's own way.
"""

import base64
import contextlib
import copy
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from joserfc.jwk import RSAKey
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from werkzeug.exceptions import HTTPException

QUICK = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "CreateTable",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactWriteItems",
        "UpdateItem",
    }
)


class _Snapshots:
    """Stands for the module `copy` in moto's models.

    They copy the table for each action of a transaction, item by item, to go back to it when one is refused. Here one
    copy is made that shares its items; the item that an action changes in place, which is copied just before, is then
    exchanged in it.
    """

    def __init__(self) -> None:
        self._tables: dict[int, Table] = {}

    def forget(self) -> None:
        self._tables.clear()

    def deepcopy(self, original: Any) -> Any:
        if isinstance(original, Table):
            if id(original) not in self._tables:
                self._tables[id(original)] = _sharing_items(original)
            return self._tables[id(original)]
        made = copy.deepcopy(original)
        if isinstance(original, Item):
            for table in self._tables.values():
                partition: dict[Any, Item] = table.items.get(original.hash_key, {})
                if partition.get(original.range_key) is original:
                    partition[original.range_key] = made
        return made


def _sharing_items(original: Table) -> Table:
    table = copy.copy(original)
    table.items = defaultdict(dict, {pk: dict(partition) for pk, partition in original.items.items()})
    return table


@contextlib.contextmanager
def atomic_and_quick(*, region: str) -> Iterator[None]:
    """While the block runs, each call to moto's DynamoDB is alone, and in this region."""
    address = f"https://dynamodb.{region}.amazonaws.com/"
    lock = threading.RLock()
    snapshots = _Snapshots()
    moto_way = BotocoreStubber.process_request
    call_action = DynamoHandler.call_action

    def process_request(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        target: Any = request.headers.get("X-Amz-Target", b"")
        operation = target.decode().rpartition(".")[2]
        if not request.url.startswith(address) or operation not in QUICK:
            return moto_way(stubber, request)
        with lock:
            snapshots.forget()
            return _carry_out(operation, request, region)

    def call_action_alone(handler: DynamoHandler) -> Any:
        with lock:
            snapshots.forget()
            return call_action(handler)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("moto.dynamodb.models.copy", snapshots)
        patch.setattr("moto.cognitoidp.models.jwk", SimpleNamespace(RSAKey=_RememberedKey))
        patch.setattr(BotocoreStubber, "process_request", process_request)
        patch.setattr(DynamoHandler, "call_action", call_action_alone)
        yield


def _carry_out(operation: str, request: AWSPreparedRequest, region: str) -> tuple[int, dict[str, str], str]:
    body: Any = request.body
    handler = DynamoHandler()
    handler.region, handler.current_account = region, DEFAULT_ACCOUNT_ID
    handler.body = json.loads(body, object_hook=_with_bytes if b'"B":' in body else None)
    try:
        result = getattr(handler, camelcase_to_underscores(operation))().result
    except HTTPException as refusal:
        return refusal.code or 400, {}, str(refusal.description)
    return 200, {}, json.dumps(result, default=_json_value)


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    """An attribute value of type B holds bytes in moto."""
    if len(value) == 1 and isinstance(value.get("B"), str):
        return {"B": base64.b64decode(value["B"])}
    return value


def _json_value(value: bytes | datetime) -> str | float:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()


class _RememberedKey:
    """moto reads its one signing key for every new user pool, and to check a key takes longer than most tests."""

    @staticmethod
    def import_key(key: dict[str, str]) -> RSAKey:
        return _checked_key(json.dumps(key))


@cache
def _checked_key(key: str) -> RSAKey:
    return RSAKey.import_key(json.loads(key))
