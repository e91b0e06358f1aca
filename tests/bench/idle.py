"""What an idle stack costs: `python -m tests.bench.idle` while nothing else is done with `make dev` in this folder.

Counts the processor time, their own and the system's, of every process of the stack that runs here: `make dev` itself,
the emulator, and the functions that it keeps warm. Linux only: it reads /proc.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from local.processes import running_processes
from local.server import find_server
from local.stack import HOME

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(number: int) -> float:
    """User and system time so far; children that have ended included."""
    status = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    fields = status[status.rindex(")") + 2 :].split()
    return sum(map(int, fields[11:15])) / TICKS


def members(home: Path) -> dict[int, str]:
    """The processes of the stack by number, with what each is."""
    server = find_server(home)
    if server is None:
        sys.exit("The stack does not run. Start it with make dev.")
    found = {process.number: "a warm function" for process in running_processes() if process.group == server.number}
    found[server.number] = "the emulator"
    for process in running_processes():
        command = Path(f"/proc/{process.number}/cmdline")
        words = command.read_bytes().split(b"\0") if command.exists() else []
        folder = Path(f"/proc/{process.number}/cwd")
        if words[1:4] == [b"-m", b"local.stack", b"dev"] and folder.resolve() == home.parent:
            found[process.number] = "make dev"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="The processor time that the idle stack of this folder takes.")
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds: float = parser.parse_args().seconds
    before = {number: processor_seconds(number) for number in members(HOME)}
    time.sleep(seconds)
    names = members(HOME)
    used = {number: processor_seconds(number) - before.get(number, 0.0) for number in names}
    for number, spent in sorted(used.items(), key=lambda one: -one[1]):
        if spent:
            print(f"  {spent / seconds:7.2%}  {names[number]} ({number})")
    print(f"  {sum(used.values()) / seconds:7.2%}  of a core over {seconds:.0f} s, {len(used)} processes")


if __name__ == "__main__":
    main()
