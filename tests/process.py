"""What a function's process keeps from one request to the next."""

from shared import log, settings
from shared.http import exchange
from shared.table import client


def forget_process() -> None:
    """As if the process had just started: settings, loggers and clients are made anew on their next use."""
    client.reset()
    forget_callers()
    for module in (settings, log):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


def forget_callers() -> None:
    """As if the process had answered nobody yet."""
    exchange._usual_partners.clear()
