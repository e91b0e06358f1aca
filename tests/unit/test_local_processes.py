import os
import subprocess
import sys

import pytest

from local import processes
from local.processes import RunningProcess, find_process, group_is_running, read_ps, read_status


def ended_child() -> "subprocess.Popen[bytes]":
    """A child that has ended and whose exit status nobody has taken yet."""
    child = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    return child


def test_a_running_process_is_found_with_its_group_and_start() -> None:
    found = find_process(os.getpid())
    assert found is not None
    assert found == find_process(os.getpid())
    assert (found.number, found.group) == (os.getpid(), os.getpgrp())
    assert group_is_running(os.getpgrp())


def test_an_ended_process_is_gone_even_before_its_parent_takes_notice() -> None:
    child = ended_child()
    assert find_process(child.pid) is None
    assert not group_is_running(child.pid)
    child.wait(60)


def test_a_line_of_proc_is_read_past_any_program_name() -> None:
    line = "812 (a ) b) (c) S 1 811 811 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 247263 1 2 3"
    assert read_status(line) == RunningProcess(number=812, group=811, started="247263")
    assert read_status(line.replace(") S 1", ") Z 1")) is None


def test_the_listing_of_ps_is_read_without_ended_processes() -> None:
    listing = "  812   811 Ss   Sat Jan 31 09:30:00 2026\n  813   811 Z    Sat Jan 31 09:30:01 2026\n"
    assert read_ps(listing) == [RunningProcess(number=812, group=811, started="Sat Jan 31 09:30:00 2026")]


def test_where_there_is_no_proc_ps_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_has_proc", lambda: False)
    found = find_process(os.getpid())
    assert found is not None
    assert found == find_process(os.getpid())
    assert (found.number, found.group) == (os.getpid(), os.getpgrp())
    assert group_is_running(os.getpgrp())

    child = ended_child()
    assert find_process(child.pid) is None
    child.wait(60)
    assert find_process(child.pid) is None
