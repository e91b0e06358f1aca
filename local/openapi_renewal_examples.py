"""Example bodies about renewals."""

from collections.abc import Mapping
from typing import Any

_MANAGER = {"name": "Rea Roth", "email": "rea@vendor.example"}
_SETTINGS = {"owner": "vendor", "notify_user_id": "u-lumen-admin"}
_SHOWN_SETTINGS = {**_SETTINGS, "flags": []}
_OWN = {"owner": "partner", "notify_user_id": "u-lumen-member"}
_OWNER = {
    **_OWN,
    "effective_owner": "partner",
    "effective_notify_user_id": "u-lumen-member",
    "owner_source": "client",
    "current_default": _SETTINGS,
    "responsible": True,
}
_NOW = {"amount": 89000, "currency": "USD"}
_THEN = {"amount": 94000, "currency": "USD"}
_RENEWAL = {
    "id": "r-s-62013-1",
    "client_id": "c-62013",
    "company": "Bramble Design",
    "products": ["marketing_hub"],
    "owner": "partner",
    "renewal_manager": _MANAGER,
    "current_mrr": _NOW,
    "renewal_mrr": _THEN,
    "mrr_change": {"amount": 5000, "currency": "USD"},
    "starts_on": "2026-06-30",
    "decision_deadline": "2026-05-16",
    "days_left": 105,
    "status": "pending",
    "flags": [],
    "responsible": True,
}

RENEWAL_EXAMPLES: Mapping[tuple[str, str], Any] = {
    ("read_settings", "answer"): _SHOWN_SETTINGS,
    ("change_settings", "request"): _SETTINGS,
    ("change_settings", "answer"): _SHOWN_SETTINGS,
    ("read_owner", "answer"): _OWNER,
    ("change_owner", "request"): _OWN,
    ("change_owner", "answer"): _OWNER,
    ("list_renewals", "answer"): {"data": [_RENEWAL], "next_cursor": None},
    ("decide_renewal", "request"): {"decision": "confirm"},
    ("decide_renewal", "answer"): {**_RENEWAL, "status": "confirmed"},
    ("read_digest", "answer"): {"weekly": True},
    ("change_digest", "request"): {"weekly": True},
    ("change_digest", "answer"): {"weekly": True},
    ("read_client_renewals", "answer"): {
        **_OWNER,
        "client_id": "c-62000",
        "company": "Acacia Analytics",
        "decision_maker": {"name": "Amara Acacia", "email": "amara@acacia-analytics.example", "language": "en"},
        "renewal_managers": [_MANAGER],
        "flags": [],
        "subscriptions": [
            {
                "id": "r-s-62000-1",
                "product": "marketing_hub",
                "edition": "professional",
                "renewal_manager": _MANAGER,
                "current": {"mrr": _NOW, "started_on": "2025-07-01"},
                "renewal": {"mrr": _THEN, "term_months": 12, "starts_on": "2026-06-30"},
                "decision_deadline": "2026-05-16",
                "days_left": 105,
                "status": "pending",
                "decision": None,
            }
        ],
    },
}
