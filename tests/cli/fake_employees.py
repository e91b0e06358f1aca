"""A partner program with employees and their clients."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.cli.fake_program import INSTANT, FakeProgram

EMPLOYEES = "/v1/employees"
CONFLICT = {
    "status": 409,
    "code": "email_already_with_another_partner",
    "title": "Taken",
    "detail": "Three ways lead out.",
}


@dataclass
class ProgramWithEmployees(FakeProgram):
    """Nia (u-nia) and her clients, and Max (u-max) without any; 4713 is listed by another partner."""

    clients: list[dict[str, Any]] = field(default_factory=list)
    tagged: dict[str, bool] = field(default_factory=lambda: {"u-nia": True, "u-max": False})
    removed: list[str] = field(default_factory=list)

    def _api(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "PUT":
            user_id = path.removeprefix("/v1/users/").removesuffix("/partner-employee")
            self.tagged[user_id] = json.loads(request.content)["enabled"]
            return httpx.Response(200, json=self.user(user_id))
        if request.method == "DELETE":
            assert dict(request.url.params) == {"confirm": "REMOVE"}
            self.removed.append(path)
            return httpx.Response(204)
        return super()._api(request)

    def _read(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == EMPLOYEES:
            rows = [self.employee(user_id) for user_id, tagged in self.tagged.items() if tagged]
            return httpx.Response(200, json={"data": rows, "next_cursor": None})
        if not path.startswith(f"{EMPLOYEES}/"):
            return super()._read(request)
        user_id = path.removeprefix(f"{EMPLOYEES}/")
        start = int(request.url.params.get("cursor", "0"))
        rows = self.clients[start : start + 2] if user_id == "u-nia" else []
        more = str(start + 2) if user_id == "u-nia" and start + 2 < len(self.clients) else None
        return httpx.Response(200, json={**self.employee(user_id), "clients": rows, "next_cursor": more})

    def _write(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if path.endswith("/request-access"):
            client_id = path.split("/")[-2]
            answer = {
                "client_id": client_id,
                "company": "Acme",
                "portal_access": "requested",
                "access_requested_at": INSTANT,
                "client_notified": client_id == "c-4711",
            }
            return httpx.Response(200, json=answer)
        assert path == f"{EMPLOYEES}/u-nia/clients"
        return httpx.Response(200, json={"results": [self._assigned(one) for one in body["clients"]]})

    def _assigned(self, one: dict[str, str]) -> dict[str, Any]:
        hub_id = one.get("hub_id") or one["client_id"].removeprefix("c-")
        ids = {"client_id": f"c-{hub_id}", "hub_id": hub_id}
        if hub_id == "4713":
            return {**ids, "status": "assigned_without_credit", "problem": CONFLICT}
        return {**ids, "status": "not_found" if hub_id == "1" else "assigned"}

    def user(self, user_id: str) -> dict[str, Any]:
        return {
            "id": user_id,
            "email": f"{user_id.removeprefix('u-')}@hill.example",
            "name": user_id.removeprefix("u-").title(),
            "role": "partner_member",
            "language": "en",
            "partner_employee": self.tagged[user_id],
        }

    def employee(self, user_id: str) -> dict[str, Any]:
        return {**self.user(user_id), "client_count": len(self.clients) if user_id == "u-nia" else 0}


def client_of(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "client_id": f"c-{number}",
        "company": f"Acme {number}",
        "assigned_at": INSTANT,
        "portal_access": "not_requested",
        "access_requested_at": None,
        "last_activity_at": None,
        "managed_credit": "none",
        "managed_credit_reason": "not_in_portal",
        "managed_credit_detail": "Request access.",
        **changes,
    }
