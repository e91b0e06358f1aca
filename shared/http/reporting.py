"""One log line and one count for each request. Neither names an address, a token or a path."""

import time

from aws_lambda_powertools.metrics import MetricUnit

from shared.log import logger, metrics


def report(*, route: str, status: int, outcome: str, started: float) -> None:
    """`route` is verb and pattern, `outcome` the refusal's code or `ok`, `started` from time.perf_counter."""
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    logger().info("request", route=route, status=status, outcome=outcome, milliseconds=milliseconds)
    sink = metrics()
    sink.add_dimension(name="route", value=route)
    sink.add_dimension(name="outcome", value=outcome)
    sink.add_metric(name="requests", unit=MetricUnit.Count, value=1)
    sink.flush_metrics()
