"""A day with too many due renewals for one run: the rest goes through the queue."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from functions.renewals import notices, worker
from shared.errors import UnavailableError
from shared.queues import Queue
from tests.functions.notifications.outbox import RunContext
from tests.functions.renewals.renewal_world import RenewalWorld

START = date(2026, 3, 17)


@pytest.fixture
def busy(world: RenewalWorld, monkeypatch: pytest.MonkeyPatch) -> RenewalWorld:
    """Nine renewals of three clients due on one day, of which a run attends to two itself; four fit into a message."""
    monkeypatch.setattr(notices, "MOST_ATTENDED_HERE", 2)
    monkeypatch.setattr(notices, "DUE_A_MESSAGE", 4)
    monkeypatch.setattr(worker, "dynamodb", lambda: world.memory)
    for number in range(9):
        hub_id = f"h-{number % 3}"
        world.clients.client(hub_id)
        world.subscription(f"s-{number}", START + timedelta(days=90), hub_id=hub_id)
    return world


def received(messages: list[str]) -> dict[str, Any]:
    """As Lambda hands messages over."""
    records = [
        {"messageId": f"m-{number}", "body": body, "eventSource": "aws:sqs", "receiptHandle": f"h-{number}"}
        for number, body in enumerate(messages)
    ]
    return {"Records": records}


def work(messages: list[str]) -> list[str]:
    """The messages that come again."""
    answer = worker.lambda_handler(received(messages), RunContext())
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def test_what_does_not_fit_into_a_run_goes_through_the_queue(busy: RenewalWorld) -> None:
    assert busy.run(START) == {"notified": 2, "renewed": 0, "queued": 2, "failed": 0}
    assert [len(json.loads(message)["due"]) for message in busy.queue.messages] == [4, 3]
    assert len(busy.told()) == 2

    assert work(busy.queue.messages) == []
    assert len(busy.told()) == 7
    assert work(busy.queue.messages) == []
    assert busy.told() == []


def test_a_message_that_comes_after_a_newer_day_tells_nothing(busy: RenewalWorld) -> None:
    busy.run(START)
    for today in (START + timedelta(days=30), START + timedelta(days=30)):
        busy.run(today)
        work(busy.queue.messages[2:])
    assert {told.threshold for told in busy.told()} == {90, 60}

    assert work(busy.queue.messages[:2]) == []

    assert busy.told() == []


def test_a_message_with_a_failing_renewal_comes_again_alone(busy: RenewalWorld) -> None:
    busy.run(START)
    busy.told()
    named = [{due[0] for due in json.loads(message)["due"]} for message in busy.queue.messages]
    hub_id = json.loads(busy.queue.messages[1])["due"][0][1]
    spoilt = {one for one in named[1] if one[2:] in {str(number) for number in range(int(hub_id[2:]), 9, 3)}}
    [client] = busy.rows(f"CLIENT#{hub_id} / CLIENT")
    kept = client.pop("profile")
    expected = [f"m-{number}" for number, names in enumerate(named) if spoils(names, hub_id)]

    assert work(busy.queue.messages) == expected
    assert "m-1" in expected
    told = {one.subscription_id for one in busy.told()}
    assert not told & spoilt
    assert told == {one for names in named for one in names if not spoils({one}, hub_id)}

    client["profile"] = kept
    assert work(busy.queue.messages) == []
    assert spoilt <= {one.subscription_id for one in busy.told()}


def spoils(names: set[str], hub_id: str) -> bool:
    """Whether one of the subscriptions is the client's."""
    return any(int(name[2:]) % 3 == int(hub_id[2:]) for name in names)


def test_a_message_that_cannot_be_read_comes_again_and_stops_no_other(busy: RenewalWorld) -> None:
    busy.run(START)

    assert work(["{", busy.queue.messages[0]]) == ["m-0"]
    assert len(busy.told()) == 6


class Sqs:
    """Passes for the service; `failing` messages are refused."""

    def __init__(self, *, failing: bool = False) -> None:
        self.calls: list[list[str]] = []
        self.failing = failing

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "https://queue.example"
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        self.calls.append([entry["MessageBody"] for entry in Entries])
        return {"Failed": [{"Id": "0"}]} if self.failing else {}


def test_messages_are_sent_ten_a_call() -> None:
    service = Sqs()

    assert Queue(service, "https://queue.example").send(str(number) for number in range(23)) == 23  # type: ignore[arg-type]
    assert [len(call) for call in service.calls] == [10, 10, 3]
    assert [body for call in service.calls for body in call] == [str(number) for number in range(23)]


def test_a_queue_that_refuses_a_message_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        Queue(Sqs(failing=True), "https://queue.example").send(["one"])  # type: ignore[arg-type]
