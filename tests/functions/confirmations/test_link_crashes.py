"""A crash at any AWS call of any write about a link: one retry reaches the state of a run without crash."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest

from functions.confirmations import reminders
from shared.runs import UnfinishedRunError
from shared.table.client import dynamodb
from shared.table.session import TableSession, TableUnavailableError
from shared.table.values import Item
from tests.crashes import Crossing, Snapshot, crash_matrix
from tests.events import Answer
from tests.faults import Moment
from tests.functions.client import Api
from tests.functions.confirmations.conftest import LINKS, Customer, draft

FALLS_BY_LOT = frozenset({"write_id", "request_id", "due_queue", "body"})
"""What says which attempt wrote an item, or follows from a random id; kept bodies are compared as answers."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The same start again and again: one link that was sent, and one that was not."""

    api: Api
    customer: Customer
    sent: Mapping[str, Any]
    unsent: Mapping[str, Any]
    items: list[Item]

    def prepare(self) -> None:
        current = {(item["pk"], item["sk"]): item for item in self.api.table.items()}
        start = {(item["pk"], item["sk"]): item for item in self.items}
        self.api.table.remove([key for key in current if key not in start])
        self.api.table.fill([item for key, item in start.items() if current.get(key) != item])

    def snapshot(self, _: None) -> Snapshot:
        items = self.api.table.items()
        told = [{name: value for name, value in item.items() if name not in FALLS_BY_LOT} for item in items]
        text = json.dumps(told, default=str)
        for link in (self.sent, self.unsent):  # by their names: what is written of them differs in the ids alone
            text = text.replace(link["id"], link["name"])
        snapshot: Snapshot = json.loads(text)
        return snapshot

    def cross(self, run: Callable[[], Any], *moments: Moment) -> list[Crossing[Any]]:
        return crash_matrix(
            clients=lambda: [dynamodb()],
            prepare=self.prepare,
            run=lambda _: run(),
            snapshot=self.snapshot,
            moments=moments or tuple(Moment),
        )

    def path(self, verb: str = "") -> str:
        return f"{LINKS}/{self.sent['id']}{verb}"


@pytest.fixture
def stage(api: Api, customers: Customer) -> Stage:
    sent, unsent = (api.post(LINKS, draft(name=name)).json for name in ("Sent", "Unsent"))
    assert api.post(f"{LINKS}/{sent['id']}/send").status == 200
    return Stage(api=api, customer=customers, sent=sent, unsent=unsent, items=api.table.items())


def changed(stage: Stage, match: str) -> Answer:
    return stage.api.patch(stage.path(), {"name": "Other"}, match=match)


def unsubscribed(stage: Stage) -> Answer:
    return stage.customer.send("POST", stage.sent["url"], path="/unsubscribe", form={"List-Unsubscribe": "One-Click"})


UNDER_A_KEY: Mapping[str, Callable[[Stage], Answer]] = MappingProxyType(
    {
        "create": lambda stage: stage.api.post(LINKS, draft(), key="k-1"),
        "clone": lambda stage: stage.api.post(stage.path("/clone"), key="k-1"),
        "send": lambda stage: stage.api.post(stage.path("/send"), key="k-1"),
        "revoke": lambda stage: stage.api.post(stage.path("/revoke"), key="k-1"),
    }
)
WITHOUT_KEY: Mapping[str, Callable[[Stage], Answer]] = MappingProxyType(
    {
        "revoke without a key": lambda stage: stage.api.post(stage.path("/revoke")),
        "edit one version": lambda stage: changed(stage, '"v2"'),
        "edit any version": lambda stage: changed(stage, "*"),
        "delete": lambda stage: stage.api.delete(stage.path()),
        "sign": lambda stage: stage.customer.sign(stage.sent["url"]),
        "reject": lambda stage: stage.customer.reject(stage.sent["url"]),
        "stop the reminders": unsubscribed,
    }
)


@pytest.mark.parametrize("write", UNDER_A_KEY)
def test_under_a_key_one_retry_reaches_the_state_without_crash_and_gets_the_answer(stage: Stage, write: str) -> None:
    run = UNDER_A_KEY[write]
    crossings = stage.cross(lambda: run(stage))
    stage.prepare()
    free = run(stage)

    assert any(one.retried for one in crossings)
    assert {one.answer.status for one in crossings} == {free.status}
    unchosen = {"id", "url"}
    told = [{name: value for name, value in one.answer.json.items() if name not in unchosen} for one in crossings]
    assert told == [{name: value for name, value in free.json.items() if name not in unchosen}] * len(crossings)


@pytest.mark.parametrize("write", WITHOUT_KEY)
def test_one_retry_reaches_the_state_without_crash(stage: Stage, write: str) -> None:
    crossings = stage.cross(lambda: WITHOUT_KEY[write](stage))

    assert any(one.retried for one in crossings)
    assert all(one.answer.status < 500 for one in crossings)


def attended(stage: Stage, day: str) -> Answer:
    """Lambda runs a function again that raised, as a caller does after a 503."""
    session, clock = TableSession(dynamodb(), stage.api.table.name), stage.api.clock
    try:
        counts = reminders.attend_due({"as_of": day, "id": "e-1"}, session=session, has_time=lambda: True, clock=clock)
    except (TableUnavailableError, UnfinishedRunError):
        return Answer(status=503, headers={}, body="")
    return Answer(status=200, headers={}, body=json.dumps(counts))


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2026-03-22", {"reminded": 1, "expired": 0}), ("2026-06-15", {"reminded": 0, "expired": 2})],
)
def test_a_scheduled_run_that_dies_is_ended_by_the_next_one(stage: Stage, day: str, counts: dict[str, int]) -> None:
    # A run makes many calls; before one is after the one before it.
    crossings = stage.cross(lambda: attended(stage, day), Moment.AFTER, Moment.ANSWER_LOST)
    stage.prepare()

    assert any(one.retried for one in crossings)
    assert all(one.answer.status == 200 for one in crossings)
    assert attended(stage, day).json == counts
