"""A partner program with clients."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.cli.fake_program import FakeProgram

CLIENTS = "/v1/clients"
NOT_FOUND = {
    "type": "about:blank",
    "status": 404,
    "code": "not_found",
    "title": "Not found",
    "detail": "Nothing is known under this address.",
    "instance": "req-1",
}
UNKNOWN_PRODUCT = {
    **NOT_FOUND,
    "status": 422,
    "code": "validation_failed",
    "title": "The request is not valid",
    "detail": "The program has no such product; see errors.",
    "errors": [{"pointer": "#/product", "detail": "must be one of sales_hub"}],
}


@dataclass
class ProgramWithClients(FakeProgram):
    """Rows are made by `client_row`; the query of every list that was asked for is in `listed`."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    listed: list[dict[str, str]] = field(default_factory=list)

    def _read(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == CLIENTS:
            return self._list(dict(request.url.params))
        if not path.startswith(f"{CLIENTS}/"):
            return super()._read(request)
        tab = self.details.get(path.removeprefix(f"{CLIENTS}/"))
        return httpx.Response(200, json=tab) if tab else httpx.Response(404, json=NOT_FOUND)

    def _list(self, query: dict[str, str]) -> httpx.Response:
        assert query.keys() <= {"limit", "cursor", "q", "product", "relationship", "sort"}
        self.listed.append(query)
        if query.get("product") == "coffee":
            return httpx.Response(422, json=UNKNOWN_PRODUCT)
        limit, start = int(query["limit"]), int(query.get("cursor", "0"))
        assert 1 <= limit <= 100
        rows = [row for row in self.rows.values() if query.get("q", "") in row["company"]]
        rows = [row for row in rows if query.get("relationship", row["relationship"]) == row["relationship"]]
        more = str(start + limit) if start + limit < len(rows) else None
        return httpx.Response(200, json={"data": rows[start : start + limit], "next_cursor": more})


def client_row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"c-{number}",
        "hub_id": f"{number}",
        "company": f"Acme {number}",
        "website": None,
        "products": ["marketing_hub", "sales_hub"],
        "relationship": "sold_and_managed",
        "usage": {
            "tools": 3,
            "apps": 1,
            "engagement": {"score": 6, "band": "medium"},
            "measured_on": "2026-03-16",
        },
        "mrr": {"amount": 127250, "currency": "EUR"},
        "renewal_date": "2026-06-30",
        **changes,
    }
