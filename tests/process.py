"""What a function's process keeps from one request to the next."""

import logging
import os

from aws_lambda_powertools.logging.filters import SuppressFilter

from shared import log, settings
from shared.http import exchange
from shared.table import client
from shared.web import brand, headers, static_files


def forget_process() -> None:
    """As if the process had just started: settings, loggers and clients are made anew on their next use."""
    client.reset()
    forget_callers()
    _forget_logger(os.environ.get("POWERTOOLS_SERVICE_NAME", "service_undefined"))
    for module in (settings, log, brand, headers, static_files):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


def _forget_logger(name: str) -> None:
    """logging keeps loggers by name; Powertools sets one up once, with the level and the output of that test."""
    logging.Logger.manager.loggerDict.pop(name, None)
    for handler in logging.root.handlers:
        handler.filters = [one for one in handler.filters if not isinstance(one, SuppressFilter)]


def forget_callers() -> None:
    """As if the process had answered nobody yet."""
    exchange._usual_partners.clear()
