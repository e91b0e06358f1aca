"""What a function's process keeps from one request to the next."""

import logging
import os

from shared import log, settings
from shared.http import exchange
from shared.table import client


def forget_process() -> None:
    """As if the process had just started: settings, loggers and clients are made anew on their next use."""
    client.reset()
    forget_callers()
    # Powertools sets a logger's level once, and logging keeps loggers by name: a quiet test must not silence the next.
    logging.getLogger(os.environ.get("POWERTOOLS_SERVICE_NAME", "service_undefined")).setLevel(logging.INFO)
    for module in (settings, log):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


def forget_callers() -> None:
    """As if the process had answered nobody yet."""
    exchange._usual_partners.clear()
