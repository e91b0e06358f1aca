"""Totals can be reckoned anew, and mended."""

from typing import Any

import pytest

from tests.client_factories import HUB
from tests.functions.client import OPERATOR, Api, problem
from tests.functions.tiers.conftest import Sales

CHECK = "/v1/vendor/points/verification"


@pytest.fixture
def world(api: Api, sales: Sales) -> Api:
    """Points of all kinds: sold, taken back, managed, shared by market."""
    sales.clients.relation(HUB, "p-hill", "managed")
    sales.clients.subscription(mrr={"amount": 17600, "currency": "EUR"})
    sales.clients.usage()
    sales.sell()
    sales.sell(euros=176)
    sales.serve()
    return api


def check(api: Api, **body: Any) -> Any:
    answer = api.post(CHECK, {"partner_id": "p-hill", **body}, email=OPERATOR)
    assert answer.status == 200, answer.body
    return answer.json


def test_totals_agree_with_the_ledger_and_the_facts(world: Api) -> None:
    assert check(world) == {
        "partner_id": "p-hill",
        "ledger_entries": 3,
        "clients": 1,
        "difference_count": 0,
        "differences": [],
        "repaired": False,
    }


def test_totals_that_are_wrong_are_told_and_mended(world: Api) -> None:
    right = world.table.items()
    year, rest = ({**item} for item in right if item["sk"] in {"POINTS#2026", "TOOL_USAGE"})
    world.table.fill([{**year, "sold-03-17": 9, "managed-01-01": 2}, {**rest, "tools-3": 0}])

    told = check(world)
    mended = check(world, repair=True)

    differences = [
        {"item": "POINTS#2026", "name": "managed-01-01", "stored": 2, "expected": 0},
        {"item": "POINTS#2026", "name": "sold-03-17", "stored": 9, "expected": 10},
        {"item": "TOOL_USAGE", "name": "tools-3", "stored": 0, "expected": 1},
    ]
    assert (told["differences"], told["difference_count"], told["repaired"]) == (differences, 3, False)
    assert mended == {**told, "repaired": True}
    assert check(world)["differences"] == []
    assert [item["action"] for item in world.table.items() if item.get("action") == "points.repaired"] == [
        "points.repaired",
        "points.repaired",
    ]


def test_an_unknown_partners_totals_are_not_checked(api: Api) -> None:
    assert problem(api.post(CHECK, {"partner_id": "p-none"}, email=OPERATOR)) == (404, "not_found")
