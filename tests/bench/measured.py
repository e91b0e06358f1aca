"""Runs in a process of its own, as in Lambda: imports a handler, answers one request, then many of each kind.

    python measured.py PACKAGES PLAN REPORT

DynamoDB and the other services are answered from the plan, inside the process and below botocore's signing and parsing,
for the product and for the floor alike. Standard library alone until the clock runs.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WARM_UP = 1


class _Marks:
    """Ends one span of work and begins the next."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._last = 0.0  # processor time counts from the start of the interpreter

    def set(self) -> None:
        now = time.process_time()
        self.seconds.append(now - self._last)
        os.getppid()  # valgrind writes down its counters whenever this is called
        self._last = time.process_time()


class _Body:
    """What botocore reads an answer from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content


def _answer_from(waiting: list[dict[str, Any]]) -> None:
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415 - when the product has imported it
    from botocore.compat import HTTPHeaders  # noqa: PLC0415
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    def send(_: Any, request: Any) -> Any:
        answer = waiting.pop(0)
        return AWSResponse(request.url, answer["status"], HTTPHeaders(), _Body(answer["body"].encode()))

    URLLib3Session.send = send  # type: ignore[assignment,method-assign]


def _floor() -> Any:
    """A bare handler round the same calls, on boto3's default client; an answer without a call reads one item."""
    boto3 = importlib.import_module("boto3")
    clients = {"dynamodb": boto3.client("dynamodb")}

    def handler(step: dict[str, Any], _: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for call in step["calls"]:
            if call["service"] not in clients:
                clients[call["service"]] = boto3.client(call["service"])
            answer = getattr(clients[call["service"]], call["method"])(**call["parameters"])
        del answer["ResponseMetadata"]
        return {
            "statusCode": 200,
            "headers": {"content-type": "application/json"},
            "body": json.dumps(answer, default=repr),
        }

    return handler


def _profiler() -> Any:
    return importlib.import_module("cProfile").Profile()


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    plan = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    handler_name = plan["handler"]
    marks = _Marks()
    marks.set()
    if handler_name is None:
        handler = _floor()
    else:
        module, _, name = handler_name.rpartition(".")
        handler = getattr(importlib.import_module(module), name)
    marks.set()
    waiting: list[dict[str, Any]] = []
    _answer_from(waiting)
    memory = 0
    profiler = _profiler() if "profile" in plan else None
    for position, step in enumerate(plan["steps"]):
        given = step["event"] if handler_name else step
        for attempt in range(WARM_UP + step["repeats"] if position else 1):
            waiting[:] = step["answers"]
            if position and attempt == WARM_UP:
                marks.set()
            if profiler and (attempt == WARM_UP if position else len(plan["steps"]) == 1):
                profiler.enable()
            answer = handler(given, None)
            if handler_name and answer["statusCode"] != step["status"]:
                raise SystemExit(f"{step['name']} answered {answer['statusCode']} {answer['body']}")
        if profiler:
            profiler.disable()
        marks.set()
        memory = memory or _resident_bytes()
    if profiler:
        profiler.dump_stats(plan["profile"])
    report = {"seconds": marks.seconds, "memory": memory, "python": sys.version.split()[0]}
    Path(sys.argv[3]).write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
