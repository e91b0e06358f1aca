"""The due renewals of a day with too many for one run, from the queue, a few in each message.

A message may come twice, late or after a newer day's: what was done stays done, and nothing is told twice.
"""

import json
from datetime import date
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from functions.renewals.attending import Run, attend_all
from shared import settings
from shared.clock import instant
from shared.log import logger
from shared.program import program
from shared.runs import Round
from shared.table.client import dynamodb
from shared.table.clients import DueRenewal
from shared.table.session import TableSession


def lambda_handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    """Attend to what the messages name; answers those that must come again (`ReportBatchItemFailures`)."""
    session = TableSession(dynamodb(), settings.table_name())
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def work(record: SQSRecord) -> None:
        message = json.loads(record.body)
        run = Run(
            session=session,
            program=program(),
            at=instant(message["at"]),
            request_id=message["request_id"],
            as_of=date.fromisoformat(message["as_of"]) if message["as_of"] else None,
        )
        this_round = Round(run="renewal_worker", has_time=lambda: True)
        counts, _ = attend_all(run, [DueRenewal(*one) for one in message["due"]], this_round)
        this_round.end(counts)

    answer = process_partial_response(event=event, record_handler=work, processor=processor, context=context)
    for kind, _, _ in processor.exceptions:
        logger().error("message failed", error=kind.__name__ if kind else "unknown")
    return answer
