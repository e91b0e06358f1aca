"""ministack with what it lacks for daily work. Runs on ministack's own Python, by its path: `local.server` starts it.

- It reads on where it stopped: ministack keeps how far each function has read the table's stream, but not the records
  of the stream, so after a restart that position lies beyond its end and nothing is read for as long.
- It keeps the mails that were sent.
- What functions log goes to a file as well, which costs nothing to follow; asking for it takes 23 requests a look.
- It serves the inbox page, so that there is no second process to look after.
- With a lifeline, the reading end of a pipe, it ends in good order as soon as whoever holds the other end has ended,
  killed or not.
"""

import argparse
import copy
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

PROJECT = Path(__file__).resolve().parent.parent


def keep_also(module: ModuleType, *stores: str, first: Callable[[], None] = lambda: None) -> None:
    """Makes a service keep these stores too, beside what it writes to disk on its way out and reads on its way in.

    `first` is done before they are written.
    """
    get_state, load = module.get_state, module.load_persisted_state

    def get_all() -> dict[str, Any]:
        first()
        return {**get_state(), **{name: copy.deepcopy(getattr(module, name)) for name in stores}}

    def load_all(data: dict[str, Any]) -> None:
        load(data)
        for name in stores:
            getattr(module, name).update(data.get(name, {}))

    module.get_state, module.load_persisted_state = get_all, load_all  # type: ignore[attr-defined]


def forget_what_was_read(dynamodb: ModuleType, lambdas: ModuleType) -> None:
    """Takes records out of the streams that every function that reads them has read: there may be thousands a day."""
    for (account, region, table), records in dynamodb._stream_records.all_items():  # noqa: SLF001
        trimmed = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)  # noqa: SLF001
        positions = lambdas._dynamodb_stream_positions._data  # noqa: SLF001
        readers = [
            positions.get(key, trimmed)
            for key, mapping in lambdas._esms._data.items()  # noqa: SLF001
            if f":table/{table}/stream/" in mapping["EventSourceArn"] and key[:2] == (account, region)
        ]
        read = max(0, min(readers, default=trimmed) - trimmed)
        dynamodb._stream_trimmed.set_scoped(account, region, table, trimmed + min(read, len(records)))  # noqa: SLF001
        del records[:read]


def write_logs(logs: ModuleType, lines: BinaryIO) -> None:
    """Writes each batch that a function logs as a line of JSON as well: the log group and the messages."""
    emit = logs._fanout_to_subscription_filters  # noqa: SLF001 - called with every batch a function logs

    def emit_and_write(group: str, stream: str, events: list[dict[str, Any]]) -> None:
        batch = {"group": group, "messages": [event["message"] for event in events]}
        lines.write(json.dumps(batch).encode() + b"\n")  # unbuffered and appended: threads do not mix their lines
        emit(group, stream, events)

    logs._fanout_to_subscription_filters = emit_and_write  # type: ignore[attr-defined] # noqa: SLF001


def end_with(lifeline: int) -> None:
    """Ends this process and those it started as `make down` would, once the pipe's other end is closed."""

    def wait() -> None:
        os.read(lifeline, 1)  # nobody writes: it returns when the last writer is gone
        os.killpg(0, signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def serve_inbox(listener: int, *, stack_port: int) -> None:
    from local.inbox import Inbox  # noqa: PLC0415 - the project is on the path by now

    inbox = Inbox(socket.socket(fileno=listener), stack_port=stack_port)
    threading.Thread(target=inbox.serve_forever, kwargs={"poll_interval": 60}, daemon=True).start()


def forget_process(home: Path) -> None:
    """Ended in good order, it leaves no trace that would make the next start speak of lost changes."""
    for name in ("process.json", "stack.json"):
        (home / name).unlink(missing_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The emulator behind `make up`; see local/server.py.")
    parser.add_argument("--home", type=Path, required=True, help="the folder of the stack's data and logs")
    parser.add_argument("--inbox", type=int, required=True, help="the number of a listening socket, for the inbox page")
    parser.add_argument("--lifeline", type=int, help="the number of a pipe's reading end")
    arguments = parser.parse_args()
    if arguments.lifeline is not None:
        end_with(arguments.lifeline)
    sys.argv[1:] = []  # ministack reads them, too
    sys.path.append(str(PROJECT))
    import ministack.app  # noqa: PLC0415 - its import takes long, and the lifeline must hold by then
    from ministack.services import cloudwatch_logs, dynamodb, lambda_svc, ses  # noqa: PLC0415

    tidy = partial(forget_what_was_read, dynamodb, lambda_svc)
    keep_also(dynamodb, "_stream_records", "_stream_trimmed", first=tidy)
    keep_also(ses, "_sent_emails")
    serve_inbox(arguments.inbox, stack_port=int(os.environ["GATEWAY_PORT"]))
    with (arguments.home / "functions.jsonl").open("ab", buffering=0) as lines:
        write_logs(cloudwatch_logs, lines)
        ministack.app.main()
    forget_process(arguments.home)


if __name__ == "__main__":
    main()
