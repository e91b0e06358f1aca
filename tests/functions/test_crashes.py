"""A crash at any AWS call of any write: one retry reaches the state of a run without crash.

What a crashed process had in memory is gone, and what the table and the pool had is not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

import functions.capacity.expiry as daily_run
from shared.http.sign_ins import user_pool as pool_client
from shared.table.client import dynamodb
from shared.table.values import Item
from tests.crashes import Crossing, Snapshot, crash_matrix
from tests.events import Answer
from tests.factories import domains, lead
from tests.faults import Moment
from tests.functions.client import ADMIN, MEMBER, OPERATOR, Api

AMONG_ONE_TRANSACTION = ("POST /v1/registrations", "restore", "add a user")


@dataclass(frozen=True, kw_only=True)
class Write:
    """A request, and the items that the table holds before it."""

    method: str
    path: str
    body: Any = None
    email: str = ADMIN
    match: str | None = None
    before: Callable[[Api], object] = field(default=lambda _: None)


def hold(*names: str, limit: int | None = None) -> Callable[[Api], object]:
    def prepare(api: Api) -> None:
        if limit:
            api.seed.partner("p-hill", limit=limit)
        api.seed.registrations(names)

    return prepare


def hold_and_free(*names: str) -> Callable[[Api], object]:
    def prepare(api: Api) -> None:
        api.seed.registrations(names)
        api.post("/v1/registrations/deregister", {"domains": list(names), "confirm": True})

    return prepare


def nia(api: Api) -> None:
    for partner in ("p-hill", "p-lake"):
        api.put(f"/v1/vendor/partners/{partner}/users/u-nia", NIA)


NIA = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
MANY = domains(26)

WRITES = {
    "register": Write(method="POST", path="/v1/registrations", body=lead("acme.example")),
    "register what is taken": Write(
        method="POST", path="/v1/registrations", body=lead("acme.example"), before=hold("acme.example")
    ),
    "register a batch": Write(
        method="POST",
        path="/v1/registrations/batch",
        body={"items": [lead(name) for name in MANY]},
        before=hold(MANY[3], limit=25),
    ),
    "edit": Write(
        method="PATCH",
        path="/v1/registrations/acme.example",
        body={"company": "New"},
        match="*",
        before=hold("acme.example"),
    ),
    "edit one version": Write(
        method="PATCH",
        path="/v1/registrations/acme.example",
        body={"company": "New"},
        match='"v1"',
        before=hold("acme.example"),
    ),
    "deregister": Write(
        method="POST",
        path="/v1/registrations/deregister",
        body={"domains": [*MANY, "unknown.example"], "confirm": True},
        before=hold(*MANY),
    ),
    "restore": Write(
        method="POST", path="/v1/registrations/acme.example/restore", before=hold_and_free("acme.example")
    ),
    "add a user": Write(method="POST", path="/v1/users", body=NIA),
    "add a known person": Write(method="POST", path="/v1/users", body={**NIA, "email": "rita@lake.example"}),
    "change a user": Write(method="PATCH", path="/v1/users/u-max", body={"role": "partner_admin"}, match="*"),
    "remove a user": Write(method="DELETE", path="/v1/users/u-max"),
    "make a partner": Write(
        method="PUT",
        path="/v1/vendor/partners/p-new",
        body={"name": "New", "type": "solutions_partner"},
        email=OPERATOR,
    ),
    "change a partner": Write(
        method="PUT",
        path="/v1/vendor/partners/p-hill",
        body={"name": "Hill", "type": "solutions_partner", "capacity_limit_override": 1},
        email=OPERATOR,
        before=hold("acme.example", "beta.example"),
    ),
    "make a partner's user": Write(
        method="PUT", path="/v1/vendor/partners/p-hill/users/u-nia", body=NIA, email=OPERATOR
    ),
    "change a partner's user": Write(
        method="PUT",
        path="/v1/vendor/partners/p-hill/users/u-max",
        body={**NIA, "email": MEMBER},
        email=OPERATOR,
    ),
    "move a partner's user": Write(
        method="PUT",
        path="/v1/vendor/partners/p-hill/users/u-nia",
        body={**NIA, "email": "nia@freelance.example"},
        email=OPERATOR,
        before=nia,
    ),
}


class Bench:
    """The same start again and again, for one write."""

    def __init__(self, api: Api, pool_id: str, write: Write, key: str | None) -> None:
        self._api, self._pool_id, self._write, self._key = api, pool_id, write, key
        write.before(api)
        self._items, self._sign_ins = api.table.items(), self._names()

    def prepare(self) -> None:
        pool = boto3.client("cognito-idp")
        for name in self._names():
            if name not in self._sign_ins:
                pool.admin_delete_user(UserPoolId=self._pool_id, Username=name)
        for name in set(self._sign_ins) - set(self._names()):
            pool.admin_create_user(UserPoolId=self._pool_id, Username=name)
        current = {(item["pk"], item["sk"]): item for item in self._api.table.items()}
        start = {(item["pk"], item["sk"]): item for item in self._items}
        self._api.table.remove([key for key in current if key not in start])
        self._api.table.fill([item for key, item in start.items() if current.get(key) != item])

    def run(self, _: None) -> Answer:
        write = self._write
        return self._api.request(
            write.method, write.path, body=write.body, email=write.email, match=write.match, key=self._key
        )

    def snapshot(self, _: None) -> Snapshot:
        return [*map(_comparable, self._api.table.items()), {"pk": "POOL", "sign_ins": self._names()}]

    def _names(self) -> list[str]:
        users = boto3.client("cognito-idp").list_users(UserPoolId=self._pool_id)["Users"]
        return sorted(user["Username"] for user in users)


def _comparable(item: Item) -> Item:
    """Without the kept answer, which names the request that was answered and stands only where a key was sent."""
    if item["pk"].startswith("REPLAY#"):
        return {name: item[name] for name in ("pk", "sk", "fingerprint", "status")}
    return {name: value for name, value in item.items() if name not in {"due_queue"}}


def clients() -> Sequence[BaseClient]:
    return [dynamodb(), pool_client()]


def cross(api: Api, pool_id: str, write: Write, *, key: str | None) -> list[Crossing[Answer]]:
    bench = Bench(api, pool_id, write, key)
    return crash_matrix(
        clients=clients,
        prepare=bench.prepare,
        run=bench.run,
        snapshot=bench.snapshot,
        moments=tuple(Moment),
    )


@pytest.mark.parametrize("name", WRITES)
def test_one_retry_reaches_the_state_without_crash(api: Api, user_pool: str, name: str) -> None:
    crossings = cross(api, user_pool, WRITES[name], key=None)

    assert any(one.retried for one in crossings)
    assert all(one.answer.status < 500 for one in crossings)


@pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.method == "POST"])
def test_with_a_key_the_retry_gets_the_answer_that_was_lost(api: Api, user_pool: str, name: str) -> None:
    free = Bench(api, user_pool, WRITES[name], "k-free").run(None)
    crossings = cross(api, user_pool, WRITES[name], key="k-1")

    assert {one.answer.status for one in crossings} == {free.status}


def test_the_daily_run_ends_once_what_is_due_whenever_it_dies(
    api: Api, user_pool: str, monkeypatch: pytest.MonkeyPatch, change_program: Callable[[str, str], None]
) -> None:
    change_program("enabled = false", "enabled = true")
    api.seed.registrations(domains(26))
    api.seed.registrations(["lake.example"], partner_id="p-lake")
    monkeypatch.setattr(daily_run, "utc_now", lambda: api.clock.now.replace(year=2027))
    bench = Bench(api, user_pool, WRITES["register"], None)

    def run(_: None) -> dict[str, int]:
        return daily_run.lambda_handler({"id": "e-1"}, None)

    crossings = crash_matrix(
        clients=clients, prepare=bench.prepare, run=run, snapshot=bench.snapshot, moments=(Moment.BEFORE, Moment.AFTER)
    )

    assert all(one.retried for one in crossings)
    assert api.get("/v1/capacity").json["used"] == 0
