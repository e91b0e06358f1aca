"""Threads that do things at the same moment; one that fails lets all the others go, and no wait is without a limit."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

LONGEST_WAIT = 300.0
"""Seconds. Many times what any race takes on an idle machine."""

SECONDS_TO_LEAVE = 5.0

Answer = TypeVar("Answer")
Meet = Callable[[], None]


def all_at_once(
    work: Callable[[int, Meet], Answer], *, threads: int, longest_wait: float = LONGEST_WAIT
) -> list[Answer]:
    """What each of so many threads answers, in their order. They begin together, and meet again where one calls `meet`.

    Raises the first failure of any of them.
    """
    barrier = threading.Barrier(threads, timeout=longest_wait)
    answers: list[Any] = [None] * threads
    failures: list[BaseException] = []
    left_alone: list[int] = []

    def meet() -> None:
        barrier.wait(longest_wait)

    def run(number: int) -> None:
        try:
            meet()
            answers[number] = work(number, meet)
        except threading.BrokenBarrierError:
            left_alone.append(number)
        except BaseException as failure:  # noqa: BLE001 - of any kind: it is raised again below
            failures.append(failure)
            barrier.abort()

    # As daemons, because a thread that hangs must not keep the process from ending.
    started = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(threads)]
    for thread in started:
        thread.start()
    _join(started, longest_wait)
    barrier.abort()  # whoever still waits for the others is let go
    _join(started, SECONDS_TO_LEAVE)
    still_running = sum(thread.is_alive() for thread in started)
    if failures:
        raise failures[0]
    assert not still_running, f"{still_running} of {threads} threads had not ended after {longest_wait:.0f} s"
    assert not left_alone, f"{len(left_alone)} of {threads} threads waited in vain for the others to meet them"
    return answers


def _join(threads: list[threading.Thread], limit: float) -> None:
    deadline = time.monotonic() + limit
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
