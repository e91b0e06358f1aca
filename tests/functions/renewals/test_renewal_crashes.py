"""A crash at any AWS call of any write about renewals: one retry reaches the state of a run without crash."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.client import BaseClient

from functions.renewals import digest, notices
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.crashes import RANDOM_ID, Crossing, Snapshot, crash_matrix
from tests.events import Answer
from tests.faults import Moment
from tests.functions.client import ADMIN, Api
from tests.functions.notifications.outbox import RunContext
from tests.functions.renewals.renewal_world import HeldQueue
from tests.process import forget_callers

VENDOR_MAX = {"owner": "vendor", "notify_user_id": "u-max"}
OWNER = "/v1/clients/c-4711/renewal-owner"

WRITES: dict[str, tuple[str, str, Any, str | None]] = {
    "settings": ("PUT", "/v1/renewals/settings", VENDOR_MAX, "*"),
    "settings of one version": ("PUT", "/v1/renewals/settings", VENDOR_MAX, '"v0"'),
    "owner": ("PUT", OWNER, VENDOR_MAX, "*"),
    "owner of one version": ("PUT", OWNER, VENDOR_MAX, '"v1"'),
    "decision": ("POST", "/v1/renewals/r-s-1/decision", {"decision": "confirm"}, None),
    "digest": ("PUT", "/v1/renewals/digest", {"weekly": True}, None),
}


@dataclass(frozen=True)
class Start:
    """The same items again and again."""

    api: Api
    items: list[Item]

    def prepare(self) -> None:
        forget_callers()
        current = {(item["pk"], item["sk"]): item for item in self.api.table.items()}
        start = {(item["pk"], item["sk"]): item for item in self.items}
        self.api.table.remove([key for key in current if key not in start])
        self.api.table.fill([item for key, item in start.items() if current.get(key) != item])

    def snapshot(self, _: None) -> Snapshot:
        """Without what says which attempt wrote an item, or falls to it by lot."""
        dropped = {"write_id", "due_queue", "body"}
        return [{name: value for name, value in item.items() if name not in dropped} for item in self.api.table.items()]


def clients() -> Sequence[BaseClient]:
    return [dynamodb()]


def cross(start: Start, run: Callable[[None], Any], *moments: Moment) -> list[Crossing[Any]]:
    return crash_matrix(clients=clients, prepare=start.prepare, run=run, snapshot=start.snapshot, moments=moments)


def request(api: Api, name: str, *, key: str | None = None) -> Callable[[None], Answer]:
    method, path, body, match = WRITES[name]

    def run(_: None) -> Answer:
        return api.request(method, path, body=body, email=ADMIN, match=match, key=key, request_id="r-1")

    return run


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("name", WRITES)
def test_one_retry_reaches_the_state_without_crash(api: Api, name: str) -> None:
    crossings = cross(Start(api, api.table.items()), request(api, name), *Moment)

    assert any(one.retried for one in crossings)
    assert {one.answer.status for one in crossings} <= {200, 412}


@pytest.mark.usefixtures("acme")
def test_a_decision_repeated_under_its_key_gets_the_answer_that_was_lost(api: Api) -> None:
    start = Start(api, api.table.items())
    crossings = cross(start, request(api, "decision", key="k-1"), Moment.BEFORE, Moment.AFTER, Moment.CUT_OFF)
    start.prepare()
    free = request(api, "decision", key="k-1")(None)

    assert {(one.answer.status, RANDOM_ID.sub("?", one.answer.body)) for one in crossings} == {(200, free.body)}


def test_the_daily_run_tells_once_whenever_it_dies(api: Api, seed: ClientSeed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "DUE_RENEWALS_SHARDS", 1)
    seed.client()
    seed.subscription("s-1", renews_in=90)
    seed.subscription("s-2", renews_in=44)
    queue = HeldQueue()

    def run(_: None) -> dict[str, int]:
        return notices.attend_day({"id": "e-1"}, session=seed.session, queue=queue, clock=api.clock)  # type: ignore[arg-type]

    start = Start(api, api.table.items())
    crossings = crash_matrix(
        clients=lambda: [api.table.client],
        prepare=start.prepare,
        run=run,
        snapshot=start.snapshot,
        moments=(Moment.BEFORE, Moment.AFTER),
    )

    assert any(one.retried for one in crossings)
    assert len([item for item in api.table.items() if item.get("kind") == "renewal_notice"]) == 2


@pytest.mark.usefixtures("acme")
def test_the_digest_goes_out_once_whenever_its_run_dies(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "DIGEST_SHARDS", 1)
    monkeypatch.setattr(digest, "utc_now", api.clock)
    api.put("/v1/renewals/digest", {"weekly": True}, email=ADMIN)

    def run(_: None) -> dict[str, int]:
        return digest.lambda_handler({"id": "e-1", "as_of": "2026-03-23"}, RunContext())

    crossings = cross(Start(api, api.table.items()), run, Moment.BEFORE, Moment.AFTER)

    assert any(one.retried for one in crossings)
    assert len([item for item in api.table.items() if item.get("kind") == "renewal_digest"]) == 1
