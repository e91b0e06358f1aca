"""From a renewal to the mail about it, on the running stack: the daily run, the queue, the outbox and the inbox."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.clock import instant_text
from shared.program import program
from tests.system.conftest import Answer, Stack
from tests.system.test_outbox import eventually

ADMIN = "heike@hafen.example"
VENDOR = "olivia@vendor.example"
DECISION_MAKER = "dana.day@acme-system.example"
HUB_ID = "90001"


def put(stack: Stack, path: str, body: dict[str, Any], *, email: str = VENDOR) -> Answer:
    answer = stack.call("PUT", path, token=stack.token(email), body=body, headers={"If-Match": "*"})
    assert answer.status < 300, answer.body
    return answer


def mails_about(stack: Stack, word: str) -> list[tuple[list[str], list[str], str]]:
    """To, Cc and subject of each mail that names the company."""
    answer = stack.call("GET", "/_ministack/ses/messages")
    mails = [mail for mails in answer.body["messages"].values() for mail in mails]
    found = [mail for mail in mails if word in mail["BodyText"]]
    return sorted((mail["To"], mail["CC"], mail["Subject"]) for mail in found)


def test_the_example_renewals_are_as_after_a_daily_run(stack: Stack) -> None:
    listed = stack.call("GET", "/v1/renewals?limit=100", token=stack.token(ADMIN)).body["data"]

    late = [one["status"] for one in listed if one["days_left"] <= program().renewals.automatic_renewal_days]
    assert late
    assert set(late) == {"renewed"}


@pytest.mark.feature("A55", "A56", "A62")
def test_days_of_a_renewal_reach_the_right_inboxes(stack: Stack) -> None:
    today = datetime.now(tz=UTC).date()
    maker = {"name": "Dana Day", "email": DECISION_MAKER, "language": "en"}
    put(stack, f"/v1/vendor/clients/{HUB_ID}", {"company": "Acme System Test", "decision_maker": maker})
    put(stack, f"/v1/vendor/clients/{HUB_ID}/partners/p-hafen", {"relationship": "managed"})
    subscription = {
        "hub_id": HUB_ID,
        "product": "marketing_hub",
        "edition": "professional",
        "mrr": {"amount": 89000, "currency": "EUR"},
        "started_on": "2025-01-01",
        "renews_on": (today + timedelta(days=91)).isoformat(),
    }
    put(stack, "/v1/vendor/subscriptions/s-90001", subscription)

    def run(days: int) -> None:
        function = stack.description["functions"]["renewal_notices"]
        as_of = (today + timedelta(days=days)).isoformat()
        answer = stack.aws("lambda").invoke(FunctionName=function, Payload=json.dumps({"as_of": as_of}).encode())
        assert "FunctionError" not in answer, answer["Payload"].read()

    for days in (1, 1, 2):
        run(days)
    told = eventually(lambda: mails_about(stack, "Acme System Test") or None)
    [(to, cc, subject)] = told
    assert (to, cc) == ([DECISION_MAKER], [ADMIN])
    assert "renews on" in subject

    own = {"owner": "partner", "notify_user_id": "u-hafen-admin"}
    put(stack, f"/v1/clients/c-{HUB_ID}/renewal-owner", own, email=ADMIN)
    run(31)
    both = eventually(lambda: found if len(found := mails_about(stack, "Acme System Test")) > 1 else None)
    assert [(to, cc) for to, cc, _ in both] == [([DECISION_MAKER], [ADMIN]), ([ADMIN], [])]

    queues = stack.aws("sqs").list_queues()["QueueUrls"]
    [url] = [url for url in queues if "RenewalsQueue" in url and "Failed" not in url]
    message = {
        "at": instant_text(datetime.now(tz=UTC)),
        "as_of": (today + timedelta(days=61)).isoformat(),
        "request_id": "r-1",
        "due": [["s-90001", HUB_ID, "p-hafen"]],
    }
    for _ in range(2):
        stack.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(message))
    eventually(lambda: len(mails_about(stack, "Acme System Test")) > 2 or None)
    assert len(mails_about(stack, "Acme System Test")) == 3
