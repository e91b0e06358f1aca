"""`make up`, `down`, `dev` and `reset` run as people run them, on a folder of data of their own."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.cloud import client
from local.place import PROJECT, Place
from local.server import Server, find_server
from tests.ending import lifeline

SECONDS_TO_ANSWER = 300
ITEM = {"pk": {"S": "EXAMPLE"}, "sk": {"S": "EXAMPLE"}}


def until(holds: Callable[[], object], awaited: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not holds():
        assert time.monotonic() < deadline, f"{awaited} did not come within {SECONDS_TO_ANSWER} s"
        time.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Runs the commands on a folder of data and a port of their own; what they start ends with the tests."""

    place: Place
    environment: dict[str, str] = field(default_factory=lambda: {**os.environ, "PYTHONUNBUFFERED": "1"})

    def line(self, command: str, *, port: int | None = None) -> list[str]:
        options = ["--port", str(port or self.place.port)] if command != "down" else []
        if command == "up":
            options += ["--lifeline", str(lifeline())]
        return [sys.executable, "-m", "local.stack", command, "--home", str(self.place.home), *options]

    def run(self, command: str, *, port: int | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.line(command, port=port),
            cwd=PROJECT,
            env=self.environment,
            pass_fds=[lifeline()],
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_ANSWER,
        )

    @contextmanager
    def started(self, command: str) -> Iterator["Running"]:
        """The command while it runs; it must have ended by itself, or been ended, at the end of the block."""
        process = subprocess.Popen(
            self.line(command),
            cwd=PROJECT,
            env=self.environment,
            pass_fds=[lifeline()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield Running(process)
        finally:
            process.kill()
            process.communicate(timeout=SECONDS_TO_ANSWER)

    @contextmanager
    def following(self) -> Iterator["Running"]:
        """`make dev`, once it follows the logs."""
        with self.started("dev") as dev:
            dev.says("Following")
            yield dev

    @property
    def server(self) -> Server:
        server = find_server(self.place.home)
        assert server is not None
        return server

    @property
    def description(self) -> dict[str, Any]:
        description: dict[str, Any] = json.loads(self.place.description_file.read_text(encoding="utf-8"))
        return description

    def tables(self) -> Any:
        return client("dynamodb", endpoint_url=self.place.endpoint_url)

    def has_item(self) -> bool:
        return "Item" in self.tables().get_item(TableName=self.description["table_name"], Key=ITEM)


class Running:
    """A command that runs; what it says is read as it comes, and every wait has a limit."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []
        self._news: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._news.put(line.rstrip("\n"))
        self._news.put(None)

    def says(self, words: str) -> str:
        """The next line that begins with these words; fails when the command ends or hangs without it."""
        while True:
            line = self._next_line(words)
            assert line is not None, f"it ended without saying {words!r}; it said {self.lines}"
            if line.startswith(words):
                return line

    def rest(self) -> list[str]:
        """What it says from now on until it ends."""
        rest = []
        while (line := self._next_line("its last words")) is not None:
            rest.append(line)
        self.process.wait(SECONDS_TO_ANSWER)
        return rest

    def _next_line(self, awaited: str) -> str | None:
        try:
            line = self._news.get(timeout=SECONDS_TO_ANSWER)
        except queue.Empty:
            raise AssertionError(f"no {awaited!r} within {SECONDS_TO_ANSWER} s; it said {self.lines}") from None
        if line is not None:
            self.lines.append(line)
        return line
