"""No request about points does more because there is more in the ledger."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast

import pytest

from tests.client_factories import HUB
from tests.functions.client import OPERATOR, Api
from tests.functions.tiers.conftest import Sales
from tests.functions.tiers.points_table import PointsTable

REQUESTS: dict[str, Callable[[Api, Sales], Any]] = {
    "tier": lambda api, _: api.get("/v1/tier"),
    "tier of another day": lambda api, _: api.get("/v1/tier", query={"as_of": "2027-02-03"}),
    "history": lambda api, _: api.get("/v1/tier/history", query={"months": "24"}),
    "points": lambda api, _: api.get("/v1/tier/points"),
    "points of a client": lambda api, _: api.get(f"/v1/tier/points/c-{HUB}"),
    "what if": lambda api, _: api.post("/v1/tier/what-if", {"lose_clients": [f"c-{HUB}"]}),
    "a deal": lambda _, sales: sales.sell("d-new"),
    "a correction": lambda _, sales: sales.sell("d-1", euros=1),
}


def fill_ledger(api: Api, entries: int) -> None:
    """So many entries of one sale a day, with the totals that come with them."""
    items = api.table.items()
    [entry] = [item for item in items if item["sk"].startswith("LEDGER#")]
    [row] = [item for item in items if item["sk"].startswith("CLIENT_POINTS#")]
    years: dict[int, dict[str, Any]] = {}
    for number in range(entries):
        day = date(2026, 3, 16) - timedelta(days=number % 700)
        name = f"d-{number}.x"
        api.table.fill([{**entry, "sk": f"LEDGER#{HUB}#{day.isoformat()}#{name}", "entry_id": name}])
        year = years.setdefault(day.year, {"pk": entry["pk"], "sk": f"POINTS#{day.year}"})
        for item, total in ((year, f"sold-{day:%m-%d}"), (row, f"sold-{day.isoformat()}-partner_sourced-standard")):
            item[total] = item.get(total, 0) + 5
    api.table.fill([row, *years.values()])


@pytest.mark.parametrize("name", REQUESTS)
def test_the_number_of_calls_is_that_of_a_small_ledger(api: Api, sales: Sales, name: str) -> None:
    sales.sell()
    api.get("/v1/tier")  # the process has met the callers before
    api.get("/v1/vendor/audit", email=OPERATOR)
    start = api.table.items()

    def calls(entries: int) -> Any:
        memory = cast("PointsTable", api.table.client)
        memory.items.clear()
        api.table.fill(start)
        fill_ledger(api, entries)
        memory.calls.clear()
        REQUESTS[name](api, sales)
        return dict(memory.calls)

    assert calls(10) == calls(10_000)
