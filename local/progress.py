"""Signs of life from work that takes long: a line every few seconds, so that nobody takes it for stuck."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_SECONDS = 5.0


def _nothing_to_add() -> str:
    return ""


@contextmanager
def progress(work: str) -> Iterator[None]:
    """Names the work, `Starting the stack`, and says every few seconds that it goes on."""
    print(f"{work} ...", flush=True)
    with signs_of_life(f"{work[0].lower()}{work[1:]}"):
        yield


@contextmanager
def signs_of_life(
    work: str, *, detail: Callable[[], str] = _nothing_to_add, every_seconds: float = EVERY_SECONDS
) -> Iterator[None]:
    """Says every few seconds how long the work has taken and, where `detail` knows, how far it is."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(every_seconds):
            print(f"  still {work}: {time.monotonic() - started:.0f} s{detail()}", flush=True)

    started = time.monotonic()
    telling = threading.Thread(target=tell, daemon=True)
    telling.start()
    try:
        yield
    finally:
        done.set()
        telling.join(every_seconds)
