"""The program's growth markets change: whoever next writes a client writes its points anew, renewals as well."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.renewals import worker
from functions.renewals.notices import attend_day
from shared.table.session import TableSession
from tests.client_factories import ClientSeed
from tests.functions.client import ADMIN, Api
from tests.functions.notifications.outbox import RunContext
from tests.functions.renewals.renewal_world import HeldQueue
from tests.functions.tiers.conftest import Sales


@pytest.fixture
def earning(api: Api, seed: ClientSeed, change_program: Callable[[str, str], None]) -> Api:
    """Acme in Germany, which brings p-hill managed points; since this morning Germany is a growth market."""
    seed.client(portal_users=["max@hill.example"])
    seed.subscription()
    Sales(api, seed).serve(active_on=api.clock.now.date())
    assert managed(api) == 14.5
    change_program("growth_market_countries = [", 'growth_market_countries = [\n  "DE",')
    return api


def managed(api: Api) -> float:
    points: float = api.get("/v1/tier").json["points"]["managed"]
    return points


def decide(api: Api) -> None:
    assert api.post("/v1/renewals/r-s-1/decision", {"decision": "confirm"}).status == 200


def choose_owner(api: Api) -> None:
    body = {"owner": "partner", "notify_user_id": "u-max"}
    assert api.put("/v1/clients/c-4711/renewal-owner", body, email=ADMIN, match="*").status == 200


def attend(api: Api) -> HeldQueue:
    queue: Any = HeldQueue()
    attend_day({}, session=TableSession(api.table.client, api.table.name), queue=queue, clock=api.clock)
    held: HeldQueue = queue
    return held


def work(api: Api) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("functions.renewals.notices.MOST_ATTENDED_HERE", 0)
        [body] = attend(api).messages
    message = {**json.loads(body), "at": api.clock.now.isoformat()}
    record = {"messageId": "m", "body": json.dumps(message), "eventSource": "aws:sqs", "receiptHandle": "h"}
    assert worker.lambda_handler({"Records": [record]}, RunContext()) == {"batchItemFailures": []}


def hear_of_a_bounce(api: Api) -> None:
    ClientSeed(table=api.table, at=api.clock.now).bounce("dana@acme.example", "4711")


@pytest.mark.parametrize("write", [decide, choose_owner, attend, work, hear_of_a_bounce])
def test_the_next_write_of_the_client_counts_it_as_a_growth_market(
    earning: Api, write: Callable[[Api], object]
) -> None:
    write(earning)

    assert managed(earning) == 28.9


def test_until_then_the_points_stand(earning: Api) -> None:
    assert managed(earning) == 14.5
