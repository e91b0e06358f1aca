"""One command at a time holds the stack of a folder: no two of them start, change or stop it at once."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.server import StackFailedError

LOCK_FILE = "held.lock"
LONGEST_WAIT_SECONDS = 240.0
"""Longer than a start and a deployment may take together; a command that holds on for longer is stuck."""
LOOK_SECONDS = 0.1


@contextmanager
def holding(home: Path, *, command: str, longest_wait: float = LONGEST_WAIT_SECONDS) -> Iterator[None]:
    """Holds the stack while the block runs; waits for the command that holds it and names that one.

    The system lets go of the lock when its holder ends, however it ends.
    """
    with (home / LOCK_FILE).open("a+", encoding="utf-8") as lock:
        _take(lock.fileno(), home / LOCK_FILE, longest_wait=longest_wait)
        lock.truncate(0)
        lock.write(f"make {command} (process {os.getpid()})")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _take(lock: int, path: Path, *, longest_wait: float) -> None:
    deadline = time.monotonic() + longest_wait
    told = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = path.read_text(encoding="utf-8") or "another command"
        else:
            return
        if time.monotonic() > deadline:
            raise StackFailedError(
                f"{holder} has held the stack for {longest_wait:.0f} s. End it, then run this command again."
            )
        if not told:
            print(f"Waiting for {holder}, which holds the stack ...", flush=True)
            told = True
        time.sleep(LOOK_SECONDS)
