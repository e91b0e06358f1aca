"""What the functions log, one line for the terminal each."""

import json
from collections.abc import Iterator, Mapping

from local.cloud import client
from local.place import Place

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
    """Answers what was logged since it was last asked; `functions` gives the deployed name under the plain one.

    The emulator writes what it logs to a file, so that a look asks nobody anything.
    """

    def __init__(self, place: Place, *, functions: Mapping[str, str]) -> None:
        self._place = place
        self._position = place.functions_log.stat().st_size
        self.name(functions)

    def name(self, functions: Mapping[str, str]) -> None:
        """These are deployed from now on."""
        self._names = {self._group_of(deployed): name for name, deployed in functions.items()}

    def _group_of(self, deployed: str) -> str:
        lambdas = client("lambda", endpoint_url=self._place.endpoint_url)
        group: str = lambdas.get_function_configuration(FunctionName=deployed)["LoggingConfig"]["LogGroup"]
        return group

    def new_lines(self) -> Iterator[str]:
        with self._place.functions_log.open("rb") as file:
            file.seek(self._position)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # still being written
                self._position += len(line)
                batch = json.loads(line)
                name = self._names.get(batch["group"], batch["group"])
                yield from filter(None, (render_line(name, message) for message in batch["messages"]))
