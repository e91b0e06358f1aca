"""One line for each request: log entry and count in one. It names no address, no token and no path."""

import time

from aws_lambda_powertools.metrics import MetricUnit

from shared.log import metrics


def report(*, request_id: str, route: str, status: int, outcome: str, started: float) -> None:
    """`route` is verb and pattern, `outcome` the refusal's code or `ok`, `started` from time.perf_counter.

    A metric travels as a log line anyway, and a second line would be a fourteenth of a warm request.
    """
    sink = metrics()
    sink.add_dimension(name="route", value=route)
    sink.add_dimension(name="outcome", value=outcome)
    sink.add_metric(name="requests", unit=MetricUnit.Count, value=1)
    details = {
        "level": "INFO",
        "message": "request",
        "request_id": request_id,
        "status": status,
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
    }
    for name, value in details.items():
        sink.add_metadata(name, value)
    sink.flush_metrics()
