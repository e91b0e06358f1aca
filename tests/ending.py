"""What a test starts ends with the tests, killed or not.

    python tests/ending.py PIPE COMMAND ...

runs the command, passes signals on to it, and ends it once the other end of the pipe, which the tests hold, is closed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from functools import cache
from types import FrameType

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_END = 5


@cache
def lifeline() -> int:
    """The reading end of a pipe whose other end closes with this process, however that ends; it may be inherited."""
    reading, _ = os.pipe()  # nobody closes the writing end, and no child inherits it
    os.set_inheritable(reading, True)
    return reading


def with_us(command: list[str]) -> list[str]:
    """The command that does the same and ends with this process; whoever starts it passes on `lifeline()`."""
    return [sys.executable, "-P", __file__, str(lifeline()), *command]


def main() -> int:
    pipe, command = int(sys.argv[1]), sys.argv[2:]
    child = subprocess.Popen(command)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    def end() -> None:
        os.read(pipe, 1)
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(SECONDS_TO_END)
        child.kill()

    for number in PASSED_ON:
        signal.signal(number, pass_on)
    threading.Thread(target=end, daemon=True).start()
    return child.wait(None)  # as long as the command takes: whoever runs it has the limit


if __name__ == "__main__":
    sys.exit(main())
