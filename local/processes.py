"""Which processes run: who they are and in which group, without ended ones that nobody has reaped yet."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class RunningProcess:
    """`started` tells apart two processes that had one number after the other; its unit is the system's own."""

    number: int
    group: int
    started: str


def _from_proc() -> list[RunningProcess]:
    numbers = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    return [process for process in map(_look_up_in_proc, numbers) if process is not None]


def _look_up_in_proc(number: int) -> RunningProcess | None:
    try:
        return read_status(Path(f"/proc/{number}/stat").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return None  # it ended, maybe while it was read


def read_status(status: str) -> RunningProcess | None:
    """A line of /proc/NUMBER/stat; nothing for an ended process."""
    number = status.split(maxsplit=1)[0]
    # The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    state, _, group, *rest = status[status.rindex(")") + 2 :].split()
    return None if state in "ZX" else RunningProcess(number=int(number), group=int(group), started=rest[16])


def _from_ps(*which: str) -> list[RunningProcess]:
    listing = subprocess.run(  # noqa: S603
        ["ps", *which, "-o", "pid=,pgid=,stat=,lstart="],  # noqa: S607
        capture_output=True,
        check=False,  # asked for one that has ended, it fails
        text=True,
        env={"LC_ALL": "C", "PATH": os.defpath},
    )
    return read_ps(listing.stdout)


def read_ps(listing: str) -> list[RunningProcess]:
    """Lines of number, group, state and start: `  812   812 Ss   Sat Jan 31 09:30:00 2026`."""
    rows = (line.split(maxsplit=3) for line in listing.splitlines())
    return [
        RunningProcess(number=int(number), group=int(group), started=started.strip())
        for number, group, state, started in rows
        if not state.startswith("Z")
    ]


def _has_proc() -> bool:
    return Path("/proc/self/stat").exists()


def running_processes() -> list[RunningProcess]:
    return _from_proc() if _has_proc() else _from_ps("-A")


def find_process(number: int) -> RunningProcess | None:
    if _has_proc():
        return _look_up_in_proc(number)
    return next(iter(_from_ps("-p", str(number))), None)


def group_is_running(group: int) -> bool:
    return any(process.group == group for process in running_processes())
