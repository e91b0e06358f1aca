"""Example settings about renewals, made as partners' admins would make them: every way to say who tells clients."""

from typing import Any, Protocol

from local.example_clients import REGIONS

SETTINGS = "/v1/renewals/settings"
_LAST_DAYS = 45
"""Left when it is decided at the latest."""


class Admin(Protocol):
    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any: ...

    def put(self, path: str, body: dict[str, Any]) -> None: ...


def choose_owners(partner_id: str, admin: Admin) -> None:
    """Hafen lets the vendor tell its clients but two, and gets the digest; Lumen tells its own; Tide has not chosen.

    One renewal of Hafen's is confirmed, and of one the cancellation is asked for. Saying it again changes nothing.
    """
    first = {region.partner_id: region.first_hub_id for region in REGIONS}.get(partner_id)
    if first is None:
        return
    me, member = _users(admin)
    if partner_id == "p-hafen":
        admin.put(SETTINGS, {"owner": "vendor", "notify_user_id": me})
        admin.put(_owner(first + 1), {"owner": "partner", "notify_user_id": member})
        admin.put(_owner(first + 2), {"owner": "vendor", "notify_user_id": member})
        admin.put(_owner(first + 3), {"owner": "default"})
        admin.put("/v1/renewals/digest", {"weekly": True})
        _decide(admin)
    elif partner_id == "p-lumen":
        admin.put(SETTINGS, {"owner": "partner", "notify_user_id": me})
        admin.put(_owner(first + 1), {"owner": "vendor", "notify_user_id": me})


def _users(admin: Admin) -> tuple[str, str]:
    """The ids of the admin, and of somebody else of the partner."""
    me = admin.call("GET", "/v1/me")["user_id"]
    others = [user["id"] for user in admin.call("GET", "/v1/users")["data"] if user["id"] != me]
    return me, others[0]


def _owner(hub_id: int) -> str:
    return f"/v1/clients/c-{hub_id}/renewal-owner"


def _decide(admin: Admin) -> None:
    """Where nobody has: the two renewals with the most time."""
    listed = "/v1/renewals?sort=-days_left&limit=100"
    renewals = admin.call("GET", listed)["data"]
    if any(one["status"] in {"confirmed", "cancellation_requested"} for one in renewals):
        return
    pending = [one["id"] for one in renewals if one["status"] == "pending" and one["days_left"] > _LAST_DAYS]
    for renewal_id, body in zip(
        pending,
        ({"decision": "confirm"}, {"decision": "request_cancellation", "reason": "The client closes this business."}),
        strict=False,
    ):
        admin.call("POST", f"/v1/renewals/{renewal_id}/decision", body)
