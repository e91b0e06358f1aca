"""A crash at any AWS call of any write: one retry reaches the state of a run without crash.

What a crashed process had in memory is gone, and what the table and the pool had is not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient

import functions.capacity.expiry as daily_run
from functions.capacity import registering, service
from functions.employees import mail_limit
from shared.http.sign_ins import user_pool as pool_client
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.crashes import RANDOM_ID, Crossing, Snapshot, crash_matrix
from tests.engines import REGION
from tests.events import Answer
from tests.factories import domains, lead
from tests.faults import Moment
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api, tag
from tests.functions.notifications.outbox import RunContext
from tests.pools import pooled, restore
from tests.process import forget_callers


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


def bounced_at_two_clients(api: Api) -> None:
    seed = ClientSeed(table=api.table)
    for hub_id in ("4711", "4712"):
        seed.client(hub_id)
        seed.subscription(f"s-{hub_id}", hub_id=hub_id)
    seed.bounce("dana@acme.example", "4711", "4712")


NIA = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
MANY = domains(3)


def rita_invited(api: Api) -> None:
    api.post("/v1/users", {**NIA, "email": RIVAL})


WRITES = {
    "register": Write(method="POST", path="/v1/registrations", body=lead("acme.example")),
    "register what is taken": Write(
        method="POST", path="/v1/registrations", body=lead("acme.example"), before=hold("acme.example")
    ),
    "register a batch": Write(
        method="POST",
        path="/v1/registrations/batch",
        body={"items": [lead(name) for name in MANY]},
        before=hold("own.example", limit=3),
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
        match=tag(),
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
    "invite a known person": Write(method="POST", path="/v1/users", body={**NIA, "email": "rita@lake.example"}),
    "accept an invitation": Write(
        method="POST", path="/v1/me/memberships/p-hill/accept", email=RIVAL, before=rita_invited
    ),
    "decline an invitation": Write(
        method="POST", path="/v1/me/memberships/p-hill/decline", email=RIVAL, before=rita_invited
    ),
    "withdraw an invitation": Write(method="DELETE", path="/v1/users/u-rita", before=rita_invited),
    "change an invitation": Write(
        method="PATCH", path="/v1/users/u-rita", body={"name": "Rita L."}, match="*", before=rita_invited
    ),
    "mail a first password again": Write(method="POST", path="/v1/users/u-nia/resend-invitation", before=nia),
    "change a user": Write(method="PATCH", path="/v1/users/u-max", body={"role": "partner_admin"}, match="*"),
    "remove a user": Write(method="DELETE", path="/v1/users/u-max"),
    "remove a user with a sign-in": Write(method="DELETE", path="/v1/users/u-nia", before=nia),
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
    "lift a suppression": Write(
        method="DELETE",
        path="/v1/vendor/suppressions/dana%40acme.example",
        email=OPERATOR,
        before=bounced_at_two_clients,
    ),
}


@pytest.fixture(autouse=True)
def two_leads_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that three leads need a second one: 25 would do the same, and take minutes."""
    for module in (registering, service):
        monkeypatch.setattr(module, "LEADS_A_TRANSACTION", 2)


@pytest.fixture(autouse=True)
def the_dead_are_known_to_be_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeat under a key waits until the one before cannot run any more; here that time is over at once."""
    monkeypatch.setattr(mail_limit, "LONGEST_RUN", timedelta())


class Bench:
    """The same start again and again, for one write."""

    def __init__(self, api: Api, pool_id: str, write: Write, *, key: str | None) -> None:
        self._api, self._pool_id, self._write, self._key = api, pool_id, write, key
        write.before(api)
        self._items, self._sign_ins = api.table.items(), pooled(pool_id, region=REGION)

    def prepare(self) -> None:
        forget_callers()
        restore(self._pool_id, self._sign_ins, region=REGION)
        current = {(item["pk"], item["sk"]): item for item in self._api.table.items()}
        start = {(item["pk"], item["sk"]): item for item in self._items}
        self._api.table.remove([key for key in current if key not in start])
        self._api.table.fill([item for key, item in start.items() if current.get(key) != item])

    def run(self, _: None) -> Answer:
        write = self._write
        return self._api.request(
            write.method,
            write.path,
            body=write.body,
            email=write.email,
            match=write.match,
            key=self._key,
            request_id="r-1",
        )

    def snapshot(self, _: None) -> Snapshot:
        return [
            *(_comparable(item) for item in self._api.table.items() if self._key or not _is_mail_count(item)),
            {"pk": "POOL", "sign_ins": sorted(pooled(self._pool_id, region=REGION).users)},
        ]


def _is_mail_count(item: Item) -> bool:
    """A mail is counted before it goes out, so without a key the request said again counts again."""
    return bool(item["sk"].startswith("INVITATIONS#"))


def _comparable(item: Item) -> Item:
    """Without what says which attempt wrote an item, or falls to it by lot: without a key each is one of its own."""
    return {name: value for name, value in item.items() if name not in {"write_id", "due_queue", "body"}}


def clients() -> Sequence[BaseClient]:
    return [dynamodb(), pool_client()]


def cross(bench: Bench, *moments: Moment) -> list[Crossing[Answer]]:
    return crash_matrix(clients=clients, prepare=bench.prepare, run=bench.run, snapshot=bench.snapshot, moments=moments)


ASKED_FOR_ANEW = {"mail a first password again"}
"""Without a key, the request said again is another one."""


@pytest.mark.parametrize("name", [name for name in WRITES if name not in ASKED_FOR_ANEW])
def test_one_retry_reaches_the_state_without_crash(api: Api, user_pool: str, name: str) -> None:
    crossings = cross(Bench(api, user_pool, WRITES[name], key=None), *Moment)

    assert any(one.retried for one in crossings)
    assert all(one.answer.status < 500 for one in crossings)


@pytest.mark.parametrize("name", [name for name, write in WRITES.items() if write.method == "POST"])
def test_with_a_key_the_retry_gets_the_answer_that_was_lost(api: Api, user_pool: str, name: str) -> None:
    bench = Bench(api, user_pool, WRITES[name], key="k-1")
    crossings = cross(bench, Moment.BEFORE, Moment.AFTER, Moment.CUT_OFF)
    bench.prepare()
    free = bench.run(None)

    answers = {(one.answer.status, RANDOM_ID.sub("?", one.answer.body)) for one in crossings}
    assert answers == {(free.status, RANDOM_ID.sub("?", free.body))}


def test_the_daily_run_ends_once_what_is_due_whenever_it_dies(
    api: Api, user_pool: str, monkeypatch: pytest.MonkeyPatch, change_program: Callable[[str, str], None]
) -> None:
    change_program("enabled = false", "enabled = true")
    monkeypatch.setattr(keys, "EXPIRING_REGISTRATIONS_SHARDS", 1)
    api.seed.registrations(domains(3))
    api.seed.registrations(["lake.example"], partner_id="p-lake")
    monkeypatch.setattr(daily_run, "utc_now", lambda: api.clock.now.replace(year=2027))
    bench = Bench(api, user_pool, WRITES["register"], key=None)

    def run(_: None) -> dict[str, int]:
        return daily_run.lambda_handler({"id": "e-1"}, RunContext())

    crossings = crash_matrix(
        clients=clients, prepare=bench.prepare, run=run, snapshot=bench.snapshot, moments=(Moment.BEFORE, Moment.AFTER)
    )

    assert all(one.retried for one in crossings)
    assert api.get("/v1/capacity").json["used"] == 0
