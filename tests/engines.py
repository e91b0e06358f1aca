"""Three independent DynamoDB engines behind one small face, each with the table that `template.yaml` deploys.

They were written apart from each other, so what all three agree on can be relied on. `moto` runs in this process,
`ministack` and `dynoxide` are programs on a free port of the loopback interface.
"""

import base64
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from local.translation import raw_template
from shared import aws
from shared.table.values import Item, from_attributes, to_attributes
from tests.direct_moto import atomic_and_quick
from tests.ending import lifeline, with_us
from tests.pools import sign_ins_known_by_sub

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROJECT = Path(__file__).parents[1]
REGION = "eu-central-1"
MINISTACK = PROJECT / ".local" / "venvs" / "ministack" / "bin" / "python"
DYNOXIDE = PROJECT / ".local" / "dynoxide" / "dynoxide"

IN_THIS_PROCESS = {f"https://dynamodb.{REGION}.amazonaws.com"}
"""Where moto stands in for AWS."""

TABLE_SETTINGS = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
)
SECONDS_TO_START = 20
SECONDS_TO_STOP = 10


class EngineNotStartedError(Exception):
    """An engine is not installed, or did not answer in time; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Where one engine answers; `endpoint_url` is None for the engine in this process."""

    name: str
    endpoint_url: str | None = None

    @property
    def client(self) -> "DynamoDBClient":
        """One client with room for 64 threads; it never retries, so that a test sees each answer."""
        return _client_of(self.endpoint_url)

    def create_table(self, name: str | None = None) -> "StoredTable":
        """A new, empty table with the deployed schema; under a name of its own unless one is given."""
        table = StoredTable(client=self.client, name=name or f"partnerdesk-{secrets.token_hex(6)}")
        table.client.create_table(TableName=table.name, **table_settings())
        return table


@dataclass(frozen=True, kw_only=True)
class StoredTable:
    """A table as it really is, past the product's own repositories; items have plain Python values."""

    client: "DynamoDBClient"
    name: str

    def put(self, item: Item) -> None:
        self.client.put_item(TableName=self.name, Item=to_attributes(item))

    def fill(self, items: Sequence[Item]) -> None:
        """Write all of these; straight to moto, else 25 a call."""
        if self.client.meta.endpoint_url in IN_THIS_PROCESS:
            for item in items:
                _table_in_this_process(self.name).put_item(to_attributes(item))
            return
        for start in range(0, len(items), 25):
            puts: Any = [{"PutRequest": {"Item": to_attributes(item)}} for item in items[start : start + 25]]
            self.client.batch_write_item(RequestItems={self.name: puts})

    def item(self, pk: str, sk: str) -> Item | None:
        key = to_attributes({"pk": pk, "sk": sk})
        found = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True)
        return from_attributes(found["Item"]) if "Item" in found else None

    def items(self) -> list[Item]:
        """Everything, ordered by key."""
        if self.client.meta.endpoint_url in IN_THIS_PROCESS:
            found = _items_in_this_process(self.name)
        else:
            pages = self.client.get_paginator("scan").paginate(TableName=self.name, ConsistentRead=True)
            found = [from_attributes(item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda item: (item["pk"], item["sk"]))

    def remove(self, keys: Sequence[tuple[str, str]]) -> None:
        """Delete these, 25 a call."""
        for start in range(0, len(keys), 25):
            deletes: Any = [
                {"DeleteRequest": {"Key": to_attributes({"pk": pk, "sk": sk})}} for pk, sk in keys[start : start + 25]
            ]
            self.client.batch_write_item(RequestItems={self.name: deletes})

    def clear(self) -> None:
        self.remove([(item["pk"], item["sk"]) for item in self.items()])


def _items_in_this_process(table_name: str) -> list[Item]:
    """Straight from moto, which takes a hundred times longer to answer a Scan than to have the items."""
    stored = [item.to_json()["Attributes"] for item in _table_in_this_process(table_name).all_items()]
    return [from_attributes({name: _as_sent(value) for name, value in item.items()}) for item in stored]


def _as_sent(attribute: dict[str, Any]) -> dict[str, Any]:
    """moto keeps bytes as bytes; an answer has them in base64."""
    found = attribute.get("B")
    return {"B": base64.b64encode(found).decode()} if isinstance(found, bytes) else attribute


def _table_in_this_process(table_name: str) -> Table:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[table_name]


@cache
def table_settings() -> dict[str, Any]:
    """`CreateTable`'s arguments but for the name, read from the one table of the template."""
    resources = raw_template()["Resources"]
    [table] = [resource for resource in resources.values() if resource["Type"] == "AWS::DynamoDB::Table"]
    return {name: table["Properties"][name] for name in TABLE_SETTINGS}


@cache  # to make one takes longer than most tests
def _client_of(endpoint_url: str | None) -> "DynamoDBClient":
    return cast(
        "DynamoDBClient",
        aws.session().create_client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=endpoint_url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(max_pool_connections=64, proxies={}, retries={"total_max_attempts": 1}, read_timeout=30),
        ),
    )


@contextlib.contextmanager
def moto_engine(*, atomic: bool = True) -> Iterator[Engine]:
    """moto in this process, emptied at both ends.

    Out of the box moto's conditional writes and transactions are not atomic between threads. One lock round the whole
    call makes them so; `atomic=False` leaves it out, to show that a test would notice.
    """
    with contextlib.ExitStack() as stack:
        if atomic:
            stack.enter_context(atomic_and_quick(region=REGION))
        stack.enter_context(sign_ins_known_by_sub())
        _empty_moto()
        stack.callback(_empty_moto)
        # What moto's own `mock_aws` does beyond this, it does for other clients than botocore's; it takes longer than
        # most tests.
        botocore_stubber.enabled = True
        stack.callback(setattr, botocore_stubber, "enabled", False)
        yield Engine(name="moto")


def _empty_moto() -> None:
    BackendDict.reset()
    reset_model_data()


@contextlib.contextmanager
def ministack_engine(folder: Path) -> Iterator[Engine]:
    """ministack on a free port; `folder` takes its log and its temporary files, and no state outlives it."""
    port = _free_port()
    scratch = folder / "tmp"
    scratch.mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(scratch),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
    }
    with _running(
        [str(MINISTACK), "-m", "ministack"], name="ministack", port=port, folder=folder, environment=environment
    ) as engine:
        yield engine


@contextlib.contextmanager
def dynoxide_engine(folder: Path) -> Iterator[Engine]:
    """dynoxide on a free port, its tables in memory; `folder` takes its log."""
    port = _free_port()
    command = [str(DYNOXIDE), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, name="dynoxide", port=port, folder=folder, environment={}) as engine:
        yield engine


@contextlib.contextmanager
def _running(
    command: list[str],
    *,
    name: str,
    port: int,
    folder: Path,
    environment: dict[str, str],
) -> Iterator[Engine]:
    """The program while the block runs; it and nothing else is ended afterwards."""
    if not Path(command[0]).exists():
        raise EngineNotStartedError(f"{name} is not installed; run `make test`, which installs it first.")
    log_path = folder / f"{name}.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            with_us(command),
            pass_fds=[lifeline()],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_answer(process, name=name, port=port, log_path=log_path)
        yield Engine(name=name, endpoint_url=f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=SECONDS_TO_STOP)


def _wait_for_answer(process: subprocess.Popen[bytes], *, name: str, port: int, log_path: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    last_words = log_path.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise EngineNotStartedError(f"{name} did not answer on port {port}. Its log ends:\n{last_words}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
