"""The table's stream: a new notice is mailed within a second or two of the transaction that wrote it.

Records come more than once, in any order of the transactions, and a batch is repeated from its first failed record on:
the claim makes all of that harmless. What the stream never brings, the sweeper finds.
"""

from collections import Counter
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, DynamoDBRecordEventName

from functions.notifications.delivery import Courier, Outcome, deliver, open_courier
from functions.notifications.reporting import FAILED, report
from shared.clock import utc_now
from shared.log import logger
from shared.runs import time_left
from shared.table import keys


def lambda_handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    """Deliver the notices of a batch; answers the records that must come again (`ReportBatchItemFailures`)."""
    return relay(event, context, courier=open_courier(utc_now))


def relay(event: dict[str, Any], context: Any, *, courier: Courier) -> PartialItemFailureResponse:
    outcomes: Counter[str] = Counter()
    has_time = time_left(context)

    def attend(record: DynamoDBRecord) -> None:
        if not _is_new_notice(record):
            return
        notice_id = _notice_id(record)
        # A slow mail service can use up the run; what is not begun now, the sweeper delivers.
        outcomes[deliver(courier, notice_id) if has_time() else Outcome.LEFT] += 1

    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    answer = process_partial_response(event=event, record_handler=attend, processor=processor, context=context)
    for kind, _, _ in processor.exceptions:
        # The type alone: a message might quote what the record holds.
        logger().error("record failed", error=kind.__name__ if kind else "unknown")
        outcomes[FAILED] += 1
    report("notices relayed", outcomes)
    return answer


def _is_new_notice(record: DynamoDBRecord) -> bool:
    """The mapping's filter lets only these through; without it nothing else may be taken for one."""
    changed = record.dynamodb
    key: dict[str, Any] = (changed.keys if changed else None) or {}
    return record.event_name is DynamoDBRecordEventName.INSERT and str(key["pk"]).startswith(keys.NOTICE_PREFIX)


def _notice_id(record: DynamoDBRecord) -> str:
    image: dict[str, Any] = (record.dynamodb.new_image if record.dynamodb else None) or {}
    return str(image["notice_id"])
