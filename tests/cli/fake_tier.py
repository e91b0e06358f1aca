"""A partner program with tier, points and deals."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.cli.fake_program import FakeProgram

TIER = "/v1/tier"
DEALS = "/v1/vendor/deals/"

UNKNOWN_PARTNER = {
    "type": "about:blank",
    "status": 404,
    "code": "not_found",
    "title": "Not found",
    "detail": "There is no such partner yet. Make it with PUT /v1/vendor/partners/{partner_id} first.",
    "instance": "req-1",
}
UNKNOWN_CLIENT = {
    "type": "about:blank",
    "status": 404,
    "code": "unknown_client",
    "title": "There is no such client",
    "detail": "There is no such client yet.",
    "instance": "req-1",
}
OUTLOOK: dict[str, Any] = {
    "performing_tier": "silver",
    "points": {"sold": 72.3, "managed": 14.5, "total": 86.8},
    "to_keep": {"total": 0, "sold": 0},
    "next_tier": "gold",
    "to_next": {"total": 36.2, "sold": 0},
}
STANDING: dict[str, Any] = {
    "as_of": "2026-03-17",
    "credited_tier": "silver",
    **OUTLOOK,
    "bars": {"silver": {"total": 45, "sold": 34}, "gold": {"total": 123, "sold": 63}},
    "median_tool_usage": 3.5,
    "certification": {"valid": True, "expires_on": "2026-11-01"},
    "next_review_on": "2026-07-15",
    "at_risk": False,
}


@dataclass
class ProgramWithTier(FakeProgram):
    """Deals that were reported are in `deals` by id; one of a client or partner with the id `unknown` is refused."""

    deals: dict[str, Any] = field(default_factory=dict)
    assumed: list[Any] = field(default_factory=list)

    def _api(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "PUT" and path.startswith(DEALS):
            return self._report(path.removeprefix(DEALS), json.loads(request.content))
        if path == f"{TIER}/what-if":
            self.assumed.append(json.loads(request.content))
            points = {"sold": 20, "managed": 0, "total": 20}
            then = {**OUTLOOK, "performing_tier": "untiered", "points": points}
            return httpx.Response(200, json={**then, "tier": "untiered", "now": OUTLOOK})
        return super()._api(request)

    def _read(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == TIER:
            return httpx.Response(200, json=STANDING)
        if path == f"{TIER}/history":
            return httpx.Response(200, json=history())
        if path == f"{TIER}/points":
            row = {"client_id": "c-1", "hub_id": "1", "company": "Acme", **OUTLOOK["points"]}
            return httpx.Response(200, json={"data": [row], "next_cursor": None})
        if path == f"{TIER}/points/c-1":
            return httpx.Response(200, json={"data": [entry()], "next_cursor": None})
        return super()._read(request)

    def _report(self, deal_id: str, body: Any) -> httpx.Response:
        assert body.keys() == {"partner_id", "hub_id", "domain", "deal_type", "mrr", "closed_on", "product"}
        if body["partner_id"] == "unknown":
            return httpx.Response(404, json=UNKNOWN_PARTNER)
        if body["hub_id"] == "unknown":
            return httpx.Response(404, json=UNKNOWN_CLIENT)
        result = "unchanged" if self.deals.get(deal_id) == body else "updated" if deal_id in self.deals else "created"
        self.deals[deal_id] = body
        is_own = body["domain"] == "acme.example"
        reason = "domain_registered" if is_own else "domain_not_registered"
        credit = {"credited": is_own, "reason": reason, "points": 72.3 if is_own else 0, "rule": None}
        return httpx.Response(201, json={"result": result, "deal_id": deal_id, **body, "credit": credit})


def history() -> Any:
    month = {"sold": 40, "managed": 20, "total": 60, "gained": 0, "lost": 0}
    return {
        "months": [{"month": "2026-02", **month}, {"month": "2026-03", **month, "sold": 61.5, "total": 123}],
        "projection": [{"month": "2026-04", **month, "sold": 0, "managed": 0, "total": 0}],
    }


def entry() -> Any:
    return {
        "id": "d-1.1.sold",
        "kind": "sold",
        "deal": "d-1",
        "subscription": None,
        "points": 72.3,
        "earned_on": "2026-03-17",
        "expires_on": "2027-03-17",
        "status": "active",
    }
