"""One logger and one metrics sink per function. Neither ever sees addresses, names, tokens or bodies."""

from functools import cache

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics


@cache
def logger() -> Logger:
    return Logger(use_rfc3339=True, utc=True)


@cache
def metrics() -> Metrics:
    return Metrics()
