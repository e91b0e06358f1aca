"""Any sequence of requests to the capacity manager leaves what a plain model says, and books that balance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.events import Answer
from tests.factories import lead, operation
from tests.functions.client import Api
from tests.process import forget_callers
from tests.table.races import holdings

PARTNERS = ("p-0", "p-1")
DOMAINS = tuple(f"d{number}.example" for number in range(6))
WINDOW = timedelta(days=7)
KEY_HOLDS = timedelta(hours=24)

partners = st.sampled_from(PARTNERS)
domains = st.sampled_from(DOMAINS)


@dataclass
class Model:
    """What one partner should hold: versions by domain, and when it gave up what it held before."""

    limit: int = 3
    rows: dict[str, int] = field(default_factory=dict)
    former: dict[str, tuple[datetime, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A request under a key, with its answer."""

    at: datetime
    request: dict[str, Any]
    answer: Answer


class CapacityManager(RuleBasedStateMachine):
    def __init__(self, api: Api) -> None:
        super().__init__()
        self.api, self.table, self.clock = api, api.table, api.clock
        self.model = {partner: Model() for partner in PARTNERS}
        self.sent: list[Sent] = []

    @initialize()
    def begin(self) -> None:
        forget_callers()
        self.clock.now = StoppedClock.now
        self.table.clear()
        for partner in PARTNERS:
            self.api.seed.partner(partner, limit=3)
            self.api.seed.user(f"ann@{partner}.example", partner_id=partner, user_id=f"u-{partner}")

    def owner(self, domain: str) -> str | None:
        return next((partner for partner, model in self.model.items() if domain in model.rows), None)

    def send(self, partner: str, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        request = {"method": method, "path": path, "body": body, "email": f"ann@{partner}.example", **more}
        if method == "POST":
            request["key"] = f"k-{len(self.sent)}"
        answer = self.api.request(**request)
        if method == "POST":
            self.sent.append(Sent(self.clock.now, request, answer))
        return answer

    def take(self, partner: str, domain: str, *, version: int | None = None) -> str:
        """What registering should answer; the model takes the domain where it should go through."""
        model, owner = self.model[partner], self.owner(domain)
        if owner is not None:
            return "already_registered" if owner == partner else "domain_unavailable"
        if len(model.rows) >= model.limit:
            return "capacity_reached"
        model.rows[domain] = version or operation(at=self.clock.now).first_version
        return "registered"

    @rule(partner=partners, domain=domains)
    def register(self, partner: str, domain: str) -> None:
        expected = self.take(partner, domain)
        answer = self.send(partner, "POST", "/v1/registrations", lead(domain))
        assert answer.json.get("code", "registered") == expected

    @rule(partner=partners, some=st.lists(domains, min_size=1, max_size=6))
    def register_batch(self, partner: str, some: list[str]) -> None:
        answer = self.send(partner, "POST", "/v1/registrations/batch", {"items": [lead(domain) for domain in some]})
        fates = [one["problem"]["code"] if "problem" in one else "registered" for one in answer.json["results"]]
        assert fates == [self.take(partner, domain) for domain in some]

    @rule(partner=partners, some=st.lists(domains, min_size=1, max_size=6))
    def deregister(self, partner: str, some: list[str]) -> None:
        answer = self.send(partner, "POST", "/v1/registrations/deregister", {"domains": some, "confirm": True})
        expected = []
        for domain in some:
            version = self.model[partner].rows.pop(domain, None)
            expected.append("deregistered" if version else "not_found")
            if version:
                self.model[partner].former[domain] = (self.clock.now, version)
        assert [one["status"] for one in answer.json["results"]] == expected

    @rule(partner=partners, domain=domains)
    def restore(self, partner: str, domain: str) -> None:
        answer = self.send(partner, "POST", f"/v1/registrations/{domain}/restore")
        model = self.model[partner]
        if domain not in model.former:
            expected = "not_found"
        elif domain in model.rows:
            expected = "already_registered"
        elif self.clock.now > model.former[domain][0] + WINDOW:
            expected = "restore_window_over"
        else:
            expected = self.take(partner, domain, version=model.former[domain][1] + 1)
        assert answer.json.get("code", "registered") == expected

    @rule(partner=partners, domain=domains, company=st.sampled_from(("A", "B")))
    def edit(self, partner: str, domain: str, company: str) -> None:
        path = f"/v1/registrations/{domain}"
        version = self.model[partner].rows.get(domain)
        before = self.send(partner, "GET", path)
        answer = self.send(partner, "PATCH", path, {"company": company}, match=f'"v{version}"')
        if version is None:
            assert (before.status, answer.status) == (404, 404)
            return
        if before.json["company"] != company:
            self.model[partner].rows[domain] = version + 1
        assert (answer.status, answer.headers["etag"]) == (200, f'"v{self.model[partner].rows[domain]}"')

    @rule(partner=partners, limit=st.integers(0, 5))
    def change_limit(self, partner: str, limit: int) -> None:
        self.api.seed.partner(partner, limit=limit, at=self.clock.now)
        self.model[partner].limit = limit

    @rule(hours=st.sampled_from((1, 30, 24 * 8)))
    def wait(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))

    @precondition(lambda self: any(self.clock.now - one.at < KEY_HOLDS for one in self.sent))
    @rule(data=st.data())
    def repeat_under_its_key(self, data: st.DataObject) -> None:
        held: Sequence[Sent] = [one for one in self.sent if self.clock.now - one.at < KEY_HOLDS]
        first = data.draw(st.sampled_from(held))
        again = self.api.request(**first.request)
        assert (again.status, again.body) == (first.answer.status, first.answer.body)

    @invariant()
    def the_books_balance(self) -> None:
        items = self.table.items()
        for partner, model in self.model.items():
            if not items:
                return  # before the beginning
            found = holdings(items, partner)
            assert sorted(found.rows) == sorted(found.sentinels) == sorted(model.rows)
            assert (found.limit, found.slots_left + len(found.rows)) == (model.limit, model.limit)


@pytest.mark.feature("A9", "A13", "A14", "A19")
@pytest.mark.parametrize("engine", ["dynoxide"], indirect=True)
def test_whatever_is_asked_in_whatever_order(table: StoredTable, clock: StoppedClock) -> None:
    run_state_machine_as_test(
        lambda: CapacityManager(Api(table=table, clock=clock)),  # type: ignore[arg-type] # it takes any that makes one
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
