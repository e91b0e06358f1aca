"""A partner that meets the bar of a higher tier has it at once, whatever brought the last point."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import shared.tiers
from functions.tiers.review import attend_day
from shared.domain.people import Role
from shared.program import program
from shared.table.session import TableUnavailableError
from shared.table.values import Item
from tests.client_factories import HUB, client_body, subscription_body
from tests.events import Answer
from tests.factories import operation
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api
from tests.functions.tiers.conftest import Sales

HUNDRED = {"amount": 8_800, "currency": "EUR"}
TWENTY = {"amount": 8_800 * 20, "currency": "EUR"}
OF_MAX = "/v1/employees/u-max/clients"


def relate(api: Api) -> Answer:
    return api.put(f"/v1/vendor/clients/{HUB}/partners/p-hill", {"relationship": "managed"})


def let_in(api: Api) -> Answer:
    """Max gets into the client's portal."""
    return api.put(f"/v1/vendor/clients/{HUB}", client_body(website="https://acme.example", portal_users=[MEMBER]))


def subscribe(api: Api) -> Answer:
    return api.put("/v1/vendor/subscriptions/s-1", subscription_body(mrr=TWENTY))


def pay_more(api: Api) -> Answer:
    api.put("/v1/vendor/subscriptions/s-1", subscription_body(mrr=HUNDRED))
    return subscribe(api)


def tag(api: Api) -> Answer:
    return api.put("/v1/users/u-max/partner-employee", {"enabled": True}, email=ADMIN)


def assign(api: Api) -> Answer:
    return api.post(OF_MAX, {"clients": [{"hub_id": HUB}]}, email=ADMIN, key="k-1", request_id="r-assign")


def work(api: Api) -> Answer:
    activity = {
        "id": "e-1",
        "hub_id": HUB,
        "employee_email": MEMBER,
        "kind": "edit",
        "occurred_at": api.clock.now.isoformat().replace("+00:00", "Z"),
    }
    return api.post("/v1/vendor/activities", {"activities": [activity]}, email=OPERATOR)


FACTS: dict[str, Callable[[Api], Answer]] = {
    "a relation": relate,
    "a portal user": let_in,
    "a subscription": subscribe,
    "a mark as employee": tag,
    "an assignment": assign,
    "an activity": work,
}
"""All that it takes to earn for a client."""


def lack(api: Api, missing: Callable[[Api], Answer] | None) -> None:
    """All facts but one."""
    for fact in FACTS.values():
        if fact is not missing:
            assert fact(api).status < 300


def tiers(api: Api, partner_id: str = "p-hill") -> list[Item]:
    """What the audit trail says of promotions."""
    found = [item for item in api.table.items() if item.get("action") == "tier.promoted"]
    return [item for item in found if item["partner_id"] == partner_id]


@pytest.fixture
def near(api: Api, sales: Sales) -> Api:
    """p-hill is certified, has 35 sold points of the 45 that silver takes, and sold to the client."""
    sales.certify()
    sales.sell(euros=88 * 7)
    sales.clients.relation(HUB, "p-hill", "sold")
    return api


@pytest.mark.feature("A37")
@pytest.mark.parametrize("last", [*FACTS, "a price"])
def test_the_fact_that_was_missing_lifts_the_partner_with_its_capacity(near: Api, sales: Sales, last: str) -> None:
    fact = FACTS.get(last, pay_more)
    lack(near, subscribe if fact is pay_more else fact)
    assert (sales.tier()["credited_tier"], sales.tier()["points"]["total"]) == ("untiered", 35)

    assert fact(near).status < 300

    assert (sales.tier()["credited_tier"], near.get("/v1/capacity").json["limit"]) == ("silver", 500)
    [entry] = tiers(near)
    assert entry["audit_actor"] == entry["actor_role"] == "system"
    assert entry["after"]["points"] == {"sold": 35, "managed": 20, "total": 55}
    fact(near)
    assert len(tiers(near)) == 1


def test_a_promotion_names_the_request_that_brought_it_and_leaves_its_kept_answer_alone(near: Api) -> None:
    lack(near, assign)

    first, again = assign(near), assign(near)

    assert (first.status, first.json) == (again.status, again.json)
    [entry] = tiers(near)
    assert entry["request_id"] == "r-assign"


def test_many_clients_of_one_act_bring_one_promotion(near: Api, sales: Sales) -> None:
    lack(near, tag)
    for number in range(3):
        sales.clients.client(f"{number}", company=f"Client {number}", portal_users=[MEMBER])
        sales.clients.subscription(f"s-{number}0", hub_id=f"{number}", mrr=TWENTY)
    chosen = [{"hub_id": f"{number}"} for number in range(3)]
    near.post(OF_MAX, {"clients": chosen}, email=ADMIN)

    tag(near)

    [entry] = tiers(near)
    assert entry["before"]["credited_tier"] == "untiered"


@pytest.mark.feature("A43")
def test_a_renewed_certificate_lifts_the_partner(near: Api, sales: Sales) -> None:
    sales.certify(until="2026-03-16")
    lack(near, None)
    assert (sales.tier()["credited_tier"], tiers(near)) == ("untiered", [])

    renewed = sales.certify(until="2026-03-17")

    assert (renewed["result"], renewed["credited_tier"], renewed["tier_earned_on"]) == (
        "updated",
        "silver",
        "2026-03-17",
    )
    assert (sales.certify(until="2026-03-17")["result"], len(tiers(near))) == ("unchanged", 1)


def test_a_tier_below_what_the_points_have_earned_rises_again_at_once(near: Api, sales: Sales) -> None:
    lack(near, None)
    sales.certify(credited_tier="gold")

    lowered = sales.certify(credited_tier="untiered")

    assert (lowered["result"], lowered["credited_tier"]) == ("updated", "silver")
    assert (sales.tier()["credited_tier"], near.get("/v1/capacity").json["limit"]) == ("silver", 500)


def test_who_is_not_certified_does_not_rise(api: Api, sales: Sales) -> None:
    sales.sell(euros=88 * 7)
    sales.clients.relation(HUB, "p-hill", "sold")

    lack(api, None)

    assert (sales.tier()["points"]["total"], tiers(api)) == (55, [])


@pytest.mark.parametrize("how", ["taken away", "let go", "removed", "ended"])
def test_who_takes_over_from_another_partner_rises(near: Api, sales: Sales, how: str) -> None:
    near.seed.user(MEMBER, partner_id="p-lake", role=Role.PARTNER_MEMBER)
    sales.clients.relation(HUB, "p-lake", "managed")
    near.put("/v1/users/u-max/partner-employee", {"enabled": True}, email=RIVAL)
    near.post(OF_MAX, {"clients": [{"hub_id": HUB}]}, email=RIVAL)
    lack(near, None)
    asked = near.post(f"{OF_MAX}/c-{HUB}/transfer-request", email=ADMIN)
    assert (asked.status, tiers(near)) == (201, [])

    steps: dict[str, Callable[[], Any]] = {
        "taken away": lambda: near.delete(f"{OF_MAX}/c-{HUB}", query={"confirm": "REMOVE"}, email=RIVAL),
        "let go": lambda: near.post(f"/v1/transfer-requests/{asked.json['id']}/accept", email=RIVAL, key="k-2"),
        "removed": lambda: near.delete("/v1/users/u-max", email=RIVAL),
        "ended": lambda: near.post(f"/v1/clients/c-{HUB}/end-services", {"confirm": True}, email=RIVAL),
    }
    assert steps[how]().status < 300

    [entry] = tiers(near)
    assert entry["after"]["credited_tier"] == "silver"


def test_what_lifted_stands_and_the_daily_run_promotes_where_the_table_failed(
    near: Api, sales: Sales, monkeypatch: pytest.MonkeyPatch
) -> None:
    lack(near, work)

    def fails(*_: Any, **__: Any) -> None:
        raise TableUnavailableError

    with monkeypatch.context() as patched:
        patched.setattr(shared.tiers, "promote", fails)
        assert work(near).json == {"results": [{"id": "e-1", "status": "recorded"}]}
    assert (sales.tier()["points"]["total"], tiers(near)) == (55, [])

    moment = operation(at=near.clock.now)
    attend_day(sales.clients.session, moment, date(2026, 3, 17), rules=program())

    assert len(tiers(near)) == 1
