"""What the functions log, one line for the terminal each."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from local.cloud import client
from local.place import Place

# Lines of a call share the instant of its end, and calls that ended together may be written one after the other.
OVERLAP_MILLISECONDS = 2000
# Said by every line and of no use on one machine.
UNTOLD = {
    "_aws",
    "exception",
    "exception_name",
    "level",
    "location",
    "message",
    "requests",
    "service",
    "stack_trace",
    "timestamp",
}
RUNTIME_LINES = ("START RequestId:", "END RequestId:", "REPORT RequestId:")
UNTOLD_PREFIXES = ("function_", "cold_start", "xray_")


def render_line(function: str, message: str) -> str | None:
    """Nothing for what is no news: the runtime's own lines around a call, and counts that say no more than a number."""
    if message.startswith(RUNTIME_LINES) or not message.strip():
        return None
    try:
        entry = json.loads(message)
    except ValueError:
        return f"{function}: {message.rstrip()}"
    if not isinstance(entry, dict) or ("_aws" in entry and "message" not in entry):
        return None
    details = [
        f"{name}={value}"
        for name, value in entry.items()
        if name not in UNTOLD and not name.startswith(UNTOLD_PREFIXES) and value not in (None, "")
    ]
    line = f"{function}: {entry.get('level', '')} {entry.get('message', '')} {' '.join(details)}".rstrip()
    trace = entry.get("exception")
    return f"{line}\n{trace}" if trace else line


class LogReader:
    """Answers what was logged since it was last asked; `functions` gives the deployed name under the plain one."""

    def __init__(self, place: Place, *, functions: Mapping[str, str]) -> None:
        self._place = place
        self._functions = functions
        self._groups: dict[str, str] = {}
        self._since = int(time.time() * 1000)
        self._seen: dict[tuple[str, str, int, int], int] = {}

    def new_lines(self) -> Iterator[str]:
        since = self._since
        for name, deployed in self._functions.items():
            for event in self._new_events(self._group_of(deployed), since=since):
                self._since = max(self._since, event["timestamp"] - OVERLAP_MILLISECONDS)
                line = render_line(name, event["message"])
                if line is not None:
                    yield line
        self._seen = {key: instant for key, instant in self._seen.items() if instant >= self._since}

    def _group_of(self, deployed: str) -> str:
        if deployed not in self._groups:
            functions = client("lambda", endpoint_url=self._place.endpoint_url)
            configuration = functions.get_function_configuration(FunctionName=deployed)
            self._groups[deployed] = configuration["LoggingConfig"]["LogGroup"]
        return self._groups[deployed]

    def _new_events(self, group: str, *, since: int) -> Iterator[dict[str, Any]]:
        logs = client("logs", endpoint_url=self._place.endpoint_url)
        repetitions: dict[tuple[str, int], int] = {}
        for event in logs.filter_log_events(logGroupName=group, startTime=since)["events"]:
            line = (event["logStreamName"], event["timestamp"])
            repetitions[line] = repetitions.get(line, 0) + 1
            key = (group, *line, repetitions[line])
            if key not in self._seen:
                self._seen[key] = event["timestamp"]
                yield event
