"""Signs of life from work that takes long: a line every few seconds, so that nobody takes it for stuck."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_SECONDS = 5.0


def _nothing_to_add() -> str:
    return ""


@contextmanager
def progress(
    work: str, *, detail: Callable[[], str] = _nothing_to_add, every_seconds: float = EVERY_SECONDS
) -> Iterator[None]:
    """Names the work, then says every few seconds how long it has taken and, where `detail` knows, how far it is."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(every_seconds):
            print(f"  still {work[0].lower()}{work[1:]}: {time.monotonic() - started:.0f} s{detail()}", flush=True)

    print(f"{work} ...", flush=True)
    started = time.monotonic()
    telling = threading.Thread(target=tell, daemon=True)
    telling.start()
    try:
        yield
    finally:
        done.set()
        telling.join(every_seconds)
