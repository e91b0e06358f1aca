import json

import pytest

from local.logs import render_line


def test_a_line_is_told_with_its_details_and_without_the_boilerplate() -> None:
    message = json.dumps(
        {
            "level": "INFO",
            "location": "application:12",
            "message": "request",
            "timestamp": "2026-01-31T09:30:00Z",
            "service": "capacity",
            "cold_start": True,
            "function_name": "desk-CapacityFunction",
            "xray_trace_id": "1-2-3",
            "route": "GET /v1/capacity",
            "status": 200,
            "partner_id": None,
        }
    )
    assert render_line("capacity", message) == "capacity: INFO request route=GET /v1/capacity status=200"


def test_the_line_that_counts_a_request_is_told_without_its_number() -> None:
    message = '{"_aws": {"Timestamp": 1}, "level": "INFO", "message": "request", "requests": [1.0], "status": 200}'
    assert render_line("capacity", message) == "capacity: INFO request status=200"


def test_the_trace_of_an_error_follows_its_line() -> None:
    message = json.dumps({"level": "ERROR", "message": "failed", "exception": "Traceback ...\nKeyError: 'x'"})
    assert render_line("vendor", message) == "vendor: ERROR failed\nTraceback ...\nKeyError: 'x'"


def test_a_line_that_is_no_json_is_told_as_it_is() -> None:
    assert render_line("vendor", "Task timed out after 15.00 seconds\n") == "vendor: Task timed out after 15.00 seconds"


@pytest.mark.parametrize(
    "message",
    [
        "START RequestId: 1 Version: $LATEST",
        "END RequestId: 1",
        "REPORT RequestId: 1\tDuration: 12 ms",
        " \n",
        '{"_aws": {"Timestamp": 1}, "ColdStart": [1]}',
        "17",
    ],
)
def test_what_is_no_news_is_not_told(message: str) -> None:
    assert render_line("capacity", message) is None
