"""What goes wrong between a client and AWS, injected at the client's transport.

Everything botocore does itself (parsing, retries) stays real. Faults nest, work over HTTP and on moto alike, and end
with their `with` block:

    with failing(client, seed=7, throttled=0.2, answer_lost=0.1):
        register(...)
"""

import contextlib
import io
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, Protocol

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from moto.core.models import botocore_stubber
from urllib3 import HTTPResponse

Send = Callable[[AWSPreparedRequest], AWSResponse]
"""Carries one attempt of one call out and brings its answer; an exception is what botocore meets on a broken line."""


MODULES_THAT_WAIT = ("botocore.endpoint", "shared.table.backoff")


class Plan(Protocol):
    """Decides what becomes of one attempt: it may answer, fail, or call `send` and pass on or drop its answer."""

    def __call__(self, request: AWSPreparedRequest, send: Send) -> AWSResponse: ...


class _Line:
    """A botocore HTTP session with a plan in front of the one it stands for."""

    def __init__(self, below: Any, plan: Plan) -> None:
        self._below = below
        self._plan = plan

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        return self._plan(request, self._below.send)

    def close(self) -> None:
        self._below.close()


def _through_moto(request: AWSPreparedRequest, send: Send) -> AWSResponse:
    return botocore_stubber("before-send", request=request) or send(request)


@contextlib.contextmanager
def planned(plan: Plan, *clients: BaseClient) -> Iterator[None]:
    """Every attempt of these clients goes through `plan`; nothing waits between retries meanwhile.

    moto answers from a `before-send` hook, and botocore runs every such hook even after one has answered: a fault there
    could not keep moto from carrying out the call. So moto's hook is taken off and called at the end of the line.
    """
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for module in MODULES_THAT_WAIT:
            patch.setattr(f"{module}.time", SimpleNamespace(sleep=lambda _seconds: None, monotonic=time.monotonic))
        for client in clients:
            endpoint = client._endpoint  # type: ignore[attr-defined]
            below = endpoint.http_session
            if not isinstance(below, _Line):
                events: Any = client.meta.events
                events.unregister("before-send", botocore_stubber)
                stack.callback(events.register, "before-send", botocore_stubber)
                below = _Line(below, _through_moto)
            patch.setattr(endpoint, "http_session", _Line(below, plan))
        yield


def operation_of(request: AWSPreparedRequest) -> str:
    """`PutItem` for the JSON protocols, which name their operation; method and path for the others."""
    target: Any = request.headers.get("X-Amz-Target", b"")  # bytes: botocore encodes headers before it sends
    return target.decode().rpartition(".")[2] or f"{request.method} {request.url}"


def refusal(request: AWSPreparedRequest, code: str, message: str, **members: Any) -> AWSResponse:
    """The 400 with which DynamoDB or the user pool refuses a call that it did not carry out."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **members})
    headers: Any = {"content-type": "application/x-amz-json-1.0"}
    raw = HTTPResponse(body=io.BytesIO(body.encode()), headers=headers, status=400, preload_content=False)
    return AWSResponse(request.url, 400, headers, raw)


class Fault(StrEnum):
    THROTTLED = "throttled"
    CONFLICT = "conflict"
    ANSWER_LOST = "answer_lost"
    NEVER_SENT = "never_sent"


@dataclass(frozen=True)
class Failure:
    operation: str
    fault: Fault


SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
TRANSACTIONS = frozenset({"TransactWriteItems", "TransactGetItems"})

TABLE_THROTTLES = ("ProvisionedThroughputExceededException", "ThrottlingException")
POOL_THROTTLES = ("TooManyRequestsException", "ThrottlingException")

DECK = 100


@dataclass(kw_only=True)
class _Deck:
    """One card for each of a hundred attempts, shuffled, and a new deck when it is used up.

    So a hundred attempts meet each fault exactly as often as its rate says: a fault that a test counts on cannot stay
    away by chance, which it would once in a hundred runs with a coin tossed for each attempt.
    """

    random: random.Random
    rates: dict[Fault, float]
    cards: list[Fault | None] = field(default_factory=list)

    def draw(self) -> Fault | None:
        if not self.cards:
            faulty = [fault for fault, rate in self.rates.items() for _ in range(round(rate * DECK))]
            self.cards = [*faulty, *[None] * (DECK - len(faulty))]
            self.random.shuffle(self.cards)
        return self.cards.pop()


@dataclass(kw_only=True)
class _RandomFaults:
    random: random.Random
    writes: _Deck
    other_calls: _Deck
    failures: list[Failure] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: AWSPreparedRequest, send: Send) -> AWSResponse:
        operation = operation_of(request)
        fault = self._draw(operation)
        if fault is None:
            return send(request)
        if fault is Fault.THROTTLED:
            return self._throttle(request)
        if fault is Fault.CONFLICT:
            return self._conflict(request, operation)
        if fault is Fault.NEVER_SENT:
            raise ConnectTimeoutError(endpoint_url=request.url)
        send(request)
        raise self._pick(ReadTimeoutError, ConnectionClosedError)(endpoint_url=request.url)

    def _draw(self, operation: str) -> Fault | None:
        with self._lock:
            fault = (self.writes if operation in SINGLE_WRITES | TRANSACTIONS else self.other_calls).draw()
            if fault:
                self.failures.append(Failure(operation, fault))
            return fault

    def _pick(self, *choices: Any) -> Any:
        with self._lock:
            return self.random.choice(choices)

    def _throttle(self, request: AWSPreparedRequest) -> AWSResponse:
        service: Any = request.headers.get("X-Amz-Target", b"")
        code = self._pick(*(POOL_THROTTLES if service.startswith(b"AWSCognito") else TABLE_THROTTLES))
        return refusal(request, code, "The level of configured throughput is exceeded.")

    def _conflict(self, request: AWSPreparedRequest, operation: str) -> AWSResponse:
        if operation in SINGLE_WRITES:
            return refusal(request, "TransactionConflictException", "Transaction is ongoing for the item")
        body: Any = request.body
        count = len(json.loads(body)["TransactItems"])
        reasons: list[dict[str, str]] = [{"Code": "None"} for _ in range(count)]
        reasons[self._pick(*range(count))] = {
            "Code": "TransactionConflict",
            "Message": "Transaction is ongoing for the item",
        }
        codes = ", ".join(reason["Code"] for reason in reasons)
        message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        return refusal(request, "TransactionCanceledException", message, CancellationReasons=reasons)


@contextlib.contextmanager
def failing(
    *clients: BaseClient,
    seed: int,
    throttled: float = 0,
    conflict: float = 0,
    answer_lost: float = 0,
    never_sent: float = 0,
) -> Iterator[list[Failure]]:
    """Each attempt fails with the given probabilities, in whole hundredths, botocore's own retries included.

    Yields the failures so far. A throttle, a conflict and what was never sent leave the table as it was; a lost answer
    hides a call that was carried out. Conflicts befall single writes and transactions only. Of each hundred of these,
    and of each hundred other calls, exactly the asked number fails, in an order that the seed decides.
    """
    rates = {Fault.THROTTLED: throttled, Fault.ANSWER_LOST: answer_lost, Fault.NEVER_SENT: never_sent}
    if sum(rates.values()) + conflict > 1:
        raise ValueError("The probabilities of the faults exceed 1 together.")
    chance = random.Random(seed)
    writes = _Deck(random=chance, rates={**rates, Fault.CONFLICT: conflict})
    plan = _RandomFaults(random=chance, writes=writes, other_calls=_Deck(random=chance, rates=rates))
    with planned(plan, *clients):
        yield plan.failures


@contextlib.contextmanager
def no_writes_of(client: BaseClient, partner_id: str) -> Iterator[None]:
    """Every transaction that touches this partner's own items is throttled; all else goes well."""
    keyed = f'"PARTNER#{partner_id}"'

    def plan(request: AWSPreparedRequest, send: Send) -> AWSResponse:
        body: Any = request.body
        if operation_of(request) in TRANSACTIONS and keyed in body.decode():
            return refusal(request, "ThrottlingException", "The level of configured throughput is exceeded.")
        return send(request)

    with planned(plan, client):
        yield


class Crash(BaseException):
    """The process dies here. Not an Exception: no error handling of the product may see it."""


class Moment(StrEnum):
    """When the n-th call meets its fate."""

    BEFORE = "before"  # the process dies before the call is sent
    AFTER = "after"  # the process dies once the call is carried out, before its answer is read
    ANSWER_LOST = "answer_lost"  # the call is carried out, its answer lost; all else goes well
    CUT_OFF = "cut_off"  # the call is carried out, its answer lost, and nothing gets through from there on


@dataclass(kw_only=True)
class CallLog:
    """The operations of the attempts so far, in their order."""

    operations: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _FatalCall(CallLog):
    at: int
    when: Moment | None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: AWSPreparedRequest, send: Send) -> AWSResponse:
        with self._lock:
            self.operations.append(operation_of(request))
            number = len(self.operations)
        if self.when is None or number < self.at:
            return send(request)
        if number > self.at:
            return self._afterwards(request, send)
        if self.when is not Moment.BEFORE:
            send(request)
        if self.when in {Moment.BEFORE, Moment.AFTER}:
            raise Crash
        raise ReadTimeoutError(endpoint_url=request.url)

    def _afterwards(self, request: AWSPreparedRequest, send: Send) -> AWSResponse:
        if self.when is Moment.ANSWER_LOST:
            return send(request)
        if self.when is Moment.CUT_OFF:
            raise ConnectTimeoutError(endpoint_url=request.url)
        raise Crash  # a dead process, its finally blocks included, calls nothing


@contextlib.contextmanager
def crashing(*clients: BaseClient, at: int, when: Moment) -> Iterator[CallLog]:
    """The attempt number `at` (from 1, counted over all clients) meets the moment `when`."""
    plan = _FatalCall(at=at, when=when)
    with planned(plan, *clients):
        yield plan


@contextlib.contextmanager
def recording(*clients: BaseClient) -> Iterator[CallLog]:
    """Nothing fails; the attempts are noted."""
    plan = _FatalCall(at=0, when=None)
    with planned(plan, *clients):
        yield plan
