"""Reports that meet other changes, limits of a transaction, and crashes."""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from functions.vendor.clients_schemas import SubscriptionBody
from shared.errors import ChangedMeanwhileError
from shared.program import program
from shared.table.backoff import ATTEMPTS
from shared.table.client import dynamodb
from shared.table.clients import AllClients
from shared.table.transactions import Transaction
from shared.table.values import Item
from tests.client_factories import ClientSeed, client_body, subscription_body, usage_body
from tests.crashes import Snapshot, crash_matrix
from tests.events import Answer
from tests.factories import operation
from tests.faults import Moment
from tests.functions.client import Api, problem
from tests.process import forget_callers

SAME_FOR_ALL = {
    "profile": ("/v1/vendor/clients/4711", client_body(company="New")),
    "relation": ("/v1/vendor/clients/4711/partners/p-lake", {"relationship": "sold"}),
    "subscription": ("/v1/vendor/subscriptions/s-1", subscription_body(renews_in=100)),
    "usage": ("/v1/vendor/usage/4711", usage_body()),
}
"""By what is reported, path and body of a change of the client 4711."""


@pytest.fixture
def seed(api: Api) -> ClientSeed:
    """The client 4711, which p-hill manages, with one subscription."""
    seed = ClientSeed(table=api.table)
    seed.client()
    seed.subscription()
    return seed


@contextlib.contextmanager
def before_each_write(act: Callable[[int], None]) -> Iterator[None]:
    """Between a request's reading and each of its attempts to write, another request is done first."""
    count = 0

    def hook(**_: Any) -> None:
        nonlocal count
        count += 1
        act(count)

    events = dynamodb().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", hook)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", hook)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("kind", SAME_FOR_ALL)
def test_a_change_that_meets_another_is_made_on_top_of_it(api: Api, seed: ClientSeed, kind: str) -> None:
    path, body = SAME_FOR_ALL[kind]

    def act(count: int) -> None:
        if count < ATTEMPTS:
            seed.subscription("s-other", renews_in=10 + count)

    with before_each_write(act):
        answer = api.put(path, body)

    assert answer.status in {200, 201}
    assert api.put(path, body).json["result"] == "unchanged"
    assert sorted(seed.found().subscriptions) == ["s-1", "s-other"]
    assert api.table.item("PARTNER#p-hill", "RENEWAL#s-other") is not None


@pytest.mark.usefixtures("no_waiting")
def test_a_client_that_never_stands_still_is_tried_again_later(api: Api, seed: ClientSeed) -> None:
    with before_each_write(lambda count: seed.usage(score=count)):
        answer = api.put("/v1/vendor/clients/4711", client_body(company="New"))

    assert problem(answer) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert seed.found().profile.company == "Acme"


def hold_subscriptions(seed: ClientSeed, count: int) -> None:
    """So many more that renew, `s-0` and so on, written at once."""
    known = seed.found()
    body = SubscriptionBody.model_validate(subscription_body())
    added = {f"s-{number}": body.to_subscription(f"s-{number}") for number in range(count)}
    grown = replace(known, subscriptions={**known.subscriptions, **added}, version=known.version + 1)
    transaction = Transaction(seed.session, operation())
    AllClients(seed.session).save(
        transaction, grown, known=known, program=program(), refusal=lambda _: ChangedMeanwhileError()
    )
    transaction.commit()


def test_a_client_grows_until_its_name_could_not_be_changed_any_more(api: Api) -> None:
    seed = ClientSeed(table=api.table)
    seed.client(partners={"p-hill": "managed", "p-lake": "sold"})
    seed.subscription("s-silent", renews_in=None)
    hold_subscriptions(seed, 40)
    before = api.table.items()

    one_more = api.put("/v1/vendor/subscriptions/s-40", subscription_body())
    with_a_day = api.put("/v1/vendor/subscriptions/s-silent", subscription_body())

    assert problem(one_more) == problem(with_a_day) == (409, "client_too_large")
    assert "96 entries" in one_more.json["detail"]
    assert api.table.items() == before
    assert api.put("/v1/vendor/clients/4711", client_body(company="New")).json["result"] == "updated"
    assert api.put("/v1/vendor/subscriptions/s-0", subscription_body(renews_in=None)).json["result"] == "updated"
    assert api.put("/v1/vendor/subscriptions/s-40", subscription_body()).json["result"] == "created"


def test_a_client_that_no_item_could_hold_is_refused(api: Api) -> None:
    """Each request is short enough; what they say together is not."""
    names = [f"{number:03} " + "語" * 196 for number in range(200)]
    users = [f"user-{number}@{'long-name.' * 23}example" for number in range(500)]
    api.put("/v1/vendor/clients/4711", client_body(portal_users=users))
    half = api.put("/v1/vendor/usage/4711", usage_body(tools=names[:100]))
    before = api.table.items()

    whole = json.dumps(usage_body(tools=names, apps=names), ensure_ascii=False)
    answer = api.put("/v1/vendor/usage/4711", whole)

    assert half.status == 201
    assert problem(answer) == (409, "client_too_large")
    assert "160,000 bytes" in answer.json["detail"]
    assert api.table.items() == before


class Bench:
    """The same start again and again, for one report."""

    def __init__(self, api: Api, path: str, body: dict[str, Any]) -> None:
        self._api, self._path, self._body = api, path, body
        self._items = api.table.items()

    def prepare(self) -> None:
        forget_callers()
        start = {_place(item): item for item in self._items}
        current = {_place(item): item for item in self._api.table.items()}
        self._api.table.remove([place for place in current if place not in start])
        self._api.table.fill([item for place, item in start.items() if current.get(place) != item])

    def run(self, _: None) -> Answer:
        return self._api.put(self._path, self._body, request_id="r-1")

    def snapshot(self, _: None) -> Snapshot:
        return [
            {name: value for name, value in item.items() if name not in {"write_id", "audit_day"}}
            for item in self._api.table.items()
        ]


def _place(item: Item) -> tuple[str, str]:
    return item["pk"], item["sk"]


@pytest.mark.usefixtures("seed")
@pytest.mark.parametrize("kind", ["new client", "new subscription", *SAME_FOR_ALL])
def test_one_retry_reaches_the_state_without_crash(api: Api, kind: str) -> None:
    new = {
        "new client": ("/v1/vendor/clients/4712", client_body()),
        "new subscription": ("/v1/vendor/subscriptions/s-2", subscription_body()),
    }
    bench = Bench(api, *{**SAME_FOR_ALL, **new}[kind])

    crossings = crash_matrix(
        clients=lambda: [dynamodb()],
        prepare=bench.prepare,
        run=bench.run,
        snapshot=bench.snapshot,
        moments=tuple(Moment),
    )

    assert any(one.retried for one in crossings)
    assert {one.answer.status for one in crossings} <= {200, 201}
