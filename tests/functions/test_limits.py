"""Limits that change under a partner's feet: tier, override and the program's own numbers (A15 to A17)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.partners import Tier
from tests.factories import domains, lead
from tests.functions.client import Api, problem

ChangeProgram = Callable[[str, str], None]


def capacity(api: Api) -> dict[str, Any]:
    answer = api.get("/v1/capacity")
    assert answer.status == 200
    body: dict[str, Any] = answer.json
    return body


def eligible(api: Api) -> set[bool]:
    listed = api.get("/v1/registrations", query={"limit": "100"}).json["data"]
    return {one["commission_eligible"] for one in listed} | {
        api.get(f"/v1/registrations/{listed[0]['registered_domain']}").json["commission_eligible"]
    }


@pytest.fixture
def over_limit(api: Api) -> Api:
    """p-hill has 5 registrations and, since this instant, a limit of 3."""
    api.seed.partner("p-hill", limit=5)
    api.seed.registrations(domains(5))
    api.seed.partner("p-hill", limit=3, at=api.clock.now)
    return api


@pytest.mark.feature("A15", "A17")
def test_a_lower_tier_can_leave_a_partner_over_its_limit(api: Api) -> None:
    api.seed.partner("p-hill", tier=Tier.SILVER)
    api.seed.registrations(domains(52))
    api.clock.advance(timedelta(days=1))

    body = {"name": "Hill", "type": "solutions_partner", "credited_tier": "untiered"}
    assert api.put("/v1/vendor/partners/p-hill", body).status == 200

    assert capacity(api) == {
        "tier": "untiered",
        "limit": 50,
        "used": 52,
        "available": 0,
        "state": "over_limit",
        "over_limit_since": "2026-03-18T09:30:00Z",
        "commission_withheld_from": "2026-05-17T09:30:00Z",
    }


def test_over_the_limit_nothing_is_registered_or_restored_but_deregistering_is_open(over_limit: Api) -> None:
    api = over_limit
    freed = api.post("/v1/registrations/deregister", {"domains": domains(1), "confirm": True})

    assert [one["status"] for one in freed.json["results"]] == ["deregistered"]
    assert problem(api.post("/v1/registrations", lead("new.example"))) == (409, "capacity_reached")
    assert problem(api.post(f"/v1/registrations/{domains(1)[0]}/restore")) == (409, "capacity_reached")
    assert capacity(api)["used"] == 4


def test_over_the_limit_a_lead_can_still_be_edited(over_limit: Api) -> None:
    assert over_limit.patch("/v1/registrations/lead-0001.example", {"company": "New"}, match="*").status == 200


def test_commission_is_withheld_from_60_days_after_going_over_until_back_under(over_limit: Api) -> None:
    api = over_limit
    api.clock.advance(timedelta(days=60, microseconds=-1))
    assert eligible(api) == {True}

    api.clock.advance(timedelta(microseconds=1))
    assert eligible(api) == {False}
    changed = api.patch("/v1/registrations/lead-0004.example", {"company": "New"}, match="*")
    assert changed.json["commission_eligible"] is False

    api.post("/v1/registrations/deregister", {"domains": domains(2), "confirm": True})
    assert eligible(api) == {True}
    body = capacity(api)
    assert (body["state"], body["over_limit_since"], body["commission_withheld_from"]) == ("at_limit", None, None)


def test_another_change_while_over_the_limit_keeps_the_day_it_began(over_limit: Api) -> None:
    api = over_limit
    for days, limit in ((10, 4), (20, 2), (30, 1)):
        api.seed.partner("p-hill", limit=limit, at=api.clock.now + timedelta(days=days))

    body = capacity(api)
    assert (body["limit"], body["used"], body["over_limit_since"]) == (1, 5, "2026-03-17T09:30:00Z")


def test_going_over_again_starts_the_clock_anew(over_limit: Api) -> None:
    api = over_limit
    api.post("/v1/registrations/deregister", {"domains": domains(3), "confirm": True})
    api.seed.partner("p-hill", limit=1, at=api.clock.now + timedelta(days=10))

    body = capacity(api)
    assert (body["used"], body["limit"], body["over_limit_since"]) == (2, 1, "2026-03-27T09:30:00Z")


@pytest.mark.parametrize(("limit", "state"), [(5, "at_limit"), (6, "within")])
def test_a_higher_limit_ends_being_over_it(over_limit: Api, limit: int, state: str) -> None:
    api = over_limit
    api.seed.partner("p-hill", limit=limit)

    assert capacity(api) == {
        "tier": "untiered",
        "limit": limit,
        "used": 5,
        "available": limit - 5,
        "state": state,
        "over_limit_since": None,
        "commission_withheld_from": None,
    }
    item = api.table.item("PARTNER#p-hill", "CAPACITY")
    assert item is not None
    assert "over_limit_since" not in item


def test_a_limit_of_zero_admits_nobody(api: Api) -> None:
    api.seed.partner("p-hill", limit=0)

    assert capacity(api)["state"] == "at_limit"
    assert problem(api.post("/v1/registrations", lead("acme.example"))) == (409, "capacity_reached")


def test_an_override_goes_before_the_tier_and_gives_way_when_it_is_taken_back(api: Api) -> None:
    body = {"name": "Hill", "type": "solutions_partner", "credited_tier": "gold"}

    limits = []
    for override in (7, None, 700):
        api.put("/v1/vendor/partners/p-hill", {**body, "capacity_limit_override": override})
        limits.append(capacity(api)["limit"])

    assert limits == [7, 500, 700]


@pytest.mark.feature("A16")
def test_a_limit_changed_in_the_program_file_holds_from_the_next_request(
    api: Api, change_program: ChangeProgram
) -> None:
    api.seed.registrations(domains(4))
    change_program("untiered = 50", "untiered = 3")
    assert problem(api.post("/v1/registrations", lead("new.example"))) == (409, "capacity_reached")
    body = capacity(api)
    assert (body["limit"], body["used"], body["state"]) == (3, 4, "over_limit")
    assert body["over_limit_since"] == "2026-03-17T09:30:00Z"

    change_program("untiered = 3 ", "untiered = 5 ")
    assert api.post("/v1/registrations", lead("new.example")).status == 201
    assert problem(api.post("/v1/registrations", lead("next.example"))) == (409, "capacity_reached")
    assert capacity(api)["state"] == "at_limit"


def test_a_limit_changed_in_the_program_file_is_recorded_once_and_as_nobody_s_doing(
    api: Api, change_program: ChangeProgram
) -> None:
    change_program("untiered = 50", "untiered = 3")

    first = api.get("/v1/capacity")
    api.get("/v1/capacity")

    [entry] = [item for item in api.table.items() if item.get("action") == "capacity.limit_changed"]
    assert (entry["partner_id"], entry["audit_object"]) == ("p-hill", "partner/p-hill")
    assert (entry["audit_actor"], entry["actor_role"]) == ("system", "system")
    assert (entry["before"], entry["after"]) == ({"capacity_limit": 50}, {"capacity_limit": 3})
    assert entry["request_id"] == first.headers["x-request-id"]


def test_a_limit_changed_in_the_program_file_leaves_overrides_alone(api: Api, change_program: ChangeProgram) -> None:
    api.seed.partner("p-hill", limit=7)
    change_program("untiered = 50", "untiered = 3")

    assert capacity(api)["limit"] == 7


def test_the_days_until_commission_is_withheld_and_the_window_to_restore_come_from_the_file(
    over_limit: Api, change_program: ChangeProgram
) -> None:
    api = over_limit
    change_program("commission_withheld_after_days = 60", "commission_withheld_after_days = 1")
    change_program("restore_window_days = 7 ", "restore_window_days = 2 ")

    assert capacity(api)["commission_withheld_from"] == "2026-03-18T09:30:00Z"
    freed = api.post("/v1/registrations/deregister", {"domains": domains(3), "confirm": True})
    assert {one["restorable_until"] for one in freed.json["results"]} == {"2026-03-19T09:30:00Z"}
    api.clock.advance(timedelta(days=2, seconds=1))
    assert problem(api.post(f"/v1/registrations/{domains(1)[0]}/restore")) == (409, "restore_window_over")
