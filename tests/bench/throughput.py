"""Registrations per second on ministack: the handler in processes of its own, and the same calls made bare."""

import contextlib
import json
import multiprocessing
import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from tests.bench.environment import ENVIRONMENT
from tests.bench.requests import ADMIN, seed
from tests.engines import Engine
from tests.events import api_event
from tests.factories import lead

CLIENTS = (1, 8)
EACH_CLIENT = 60
EXAMPLE = "new-lead.example"
TOKEN_BYTES = 16


def registrations_a_second(engine: Engine, calls: list[dict[str, Any]]) -> dict[int, tuple[float, float]]:
    """By number of clients: through the handler, and bare. `calls` are those of one registration of EXAMPLE."""
    return {
        clients: (_rate(engine, clients, _through_the_handler), _rate(engine, clients, partial(_bare, calls)))
        for clients in CLIENTS
    }


def _rate(engine: Engine, clients: int, work: Callable[[str], float]) -> float:
    table = engine.create_table(ENVIRONMENT["TABLE_NAME"])
    seed(table, registrations=0)
    os.environ["AWS_ENDPOINT_URL"] = str(engine.endpoint_url)
    try:
        # As in Lambda: every client's function is a process of its own, here a fresh one with a warm handler.
        with ProcessPoolExecutor(clients, mp_context=multiprocessing.get_context("spawn")) as processes:
            spans = list(processes.map(work, [f"client-{number}" for number in range(clients)]))
    finally:
        del os.environ["AWS_ENDPOINT_URL"]
        table.client.delete_table(TableName=table.name)
    return clients * EACH_CLIENT / max(spans)


def _through_the_handler(client: str) -> float:
    from functions.capacity.handler import lambda_handler  # noqa: PLC0415 - in its own process, with its environment

    def register(domain: str) -> None:
        answer = lambda_handler(api_event("POST", "/v1/registrations", body=lead(domain), email=ADMIN), None)
        assert answer["statusCode"] == 201, answer["body"]

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):  # its log
        return _seconds(client, register)


def _bare(calls: list[dict[str, Any]], client: str) -> float:
    dynamodb = get_session().create_client("dynamodb", config=Config(retries={"total_max_attempts": 10}))
    text = json.dumps(calls)
    entry_id = text.partition('"id": {"S": "')[2].partition('"')[0]

    def register(domain: str) -> None:
        own = text.replace(EXAMPLE, domain).replace(entry_id, f"a-{secrets.token_hex(10)}")
        for call in json.loads(own):
            if "ClientRequestToken" in call["parameters"]:
                call["parameters"]["ClientRequestToken"] = secrets.token_hex(TOKEN_BYTES)
            getattr(dynamodb, call["method"])(**call["parameters"])

    return _seconds(client, register)


def _seconds(client: str, register: Callable[[str], None]) -> float:
    register(f"{client}-warm-up.example")
    started = time.monotonic()
    for number in range(EACH_CLIENT):
        register(f"{client}-{number}.example")
    return time.monotonic() - started
