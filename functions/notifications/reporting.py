"""What a run over notices did, in one log line and its counts. Neither names an address, a name or a token."""

from collections import Counter

from aws_lambda_powertools.metrics import MetricUnit

from functions.notifications.delivery import Outcome
from shared.log import logger, metrics

FAILED = "failed"
"""A notice that could not even be tried; it stays in the outbox."""


def report(message: str, outcomes: Counter[str], *, oldest_seconds: float | None = None) -> dict[str, int]:
    """Answers the count of every outcome. `oldest_seconds` is how long the notice that waits longest has waited."""
    counts = {str(name): outcomes[name] for name in (*Outcome, FAILED)}
    logger().info(message, extra=counts)
    sink = metrics()
    for name, count in counts.items():
        sink.add_metric(name=f"notices_{name}", unit=MetricUnit.Count, value=count)
    if oldest_seconds is not None:
        sink.add_metric(name="oldest_notice_age", unit=MetricUnit.Seconds, value=oldest_seconds)
    sink.flush_metrics()
    return counts
