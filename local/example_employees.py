"""Example employees: who works for which clients, what they did there, and one address that two partners list."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol

from local.example_clients import TWO_PARTNERS

EMPLOYEES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "p-hafen": {
            "u-hafen-member": tuple(str(61_001 + number) for number in range(8)),
            "u-robin": (TWO_PARTNERS, "61003", "61007"),
        },
        "p-lumen": {"u-lumen-member": tuple(str(62_000 + number) for number in range(6))},
        "p-tide": {"u-tide-admin": ("63001", "63002"), "u-tide-member": ("63002", "63005")},
        "p-orchard": {"u-robin": (TWO_PARTNERS,)},  # after Hafen, so without credit
    }
)
"""By partner, in this order, which users are marked as employees, and the hub ids of their clients."""

ACTIVE = MappingProxyType(
    {
        "henrik@hafen.example": ("61001", "61002", "61006"),
        "robin@freelance.example": (TWO_PARTNERS, "61003"),
        "leo@lumen.example": ("62001", "62002", "62005"),
        "tessa@tide.example": ("63001",),
        "theo@tide.example": ("63002", "63005"),
    }
)
"""By address, the clients in whose portals something was done lately."""

_KINDS = ("edit", "view", "publish", "create")
_ACCESS_ASKED = ("p-hafen", "u-hafen-member", "61001")


class Caller(Protocol):
    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any: ...

    def put(self, path: str, body: dict[str, Any]) -> None: ...


def assign_employees(partner_id: str, admin: Caller) -> None:
    """Saying it again changes nothing. Partners come in the order of `EMPLOYEES`: the first lists an address first."""
    for user_id, hub_ids in EMPLOYEES.get(partner_id, {}).items():
        admin.put(f"/v1/users/{user_id}/partner-employee", {"enabled": True})
        path = f"/v1/employees/{user_id}/clients"
        results = admin.call("POST", path, {"clients": [{"hub_id": hub_id} for hub_id in hub_ids]})["results"]
        for one in results:
            if one["status"] == "assigned_without_credit":
                admin.call("POST", f"{path}/{one['client_id']}/transfer-request")
    asked_by, user_id, hub_id = _ACCESS_ASKED
    if partner_id == asked_by and not _has_access(admin, user_id, hub_id):
        admin.call("POST", f"/v1/employees/{user_id}/clients/c-{hub_id}/request-access")


def tell_activities(operator: Caller, *, now: datetime) -> None:
    """What the employees did in the last weeks, as the vendor tells it; the ids make it count once."""
    activities = [
        {
            "id": f"example-{hub_id}-{email.partition('@')[0]}-{number}",
            "hub_id": hub_id,
            "employee_email": email,
            "kind": kind,
            "occurred_at": (now - timedelta(days=3 + 9 * number, hours=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for email, hub_ids in ACTIVE.items()
        for hub_id in hub_ids
        for number, kind in enumerate(_KINDS)
    ]
    operator.call("POST", "/v1/vendor/activities", {"activities": activities})


def _has_access(admin: Caller, user_id: str, hub_id: str) -> bool:
    clients = admin.call("GET", f"/v1/employees/{user_id}")["clients"]
    return any(one["client_id"] == f"c-{hub_id}" and one["portal_access"] == "granted" for one in clients)
