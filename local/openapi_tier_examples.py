"""Example bodies about tier, points and team, and about the deals they come from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_MRR = {"amount": 127200, "currency": "USD"}
_RULE = {
    "per_hundred": 5,
    "one_hundred": 100,
    "currency": "USD",
    "market_type": "standard",
    "factor": 1,
    "partners": 1,
}
_DEAL = {
    "partner_id": "p-lumen",
    "hub_id": "62000",
    "domain": "juniper-bakery.example",
    "deal_type": "partner_sourced",
    "mrr": _MRR,
    "closed_on": "2026-03-17",
    "product": "marketing_hub",
}
_CLIENT_POINTS = {
    "client_id": "c-62000",
    "hub_id": "62000",
    "company": "Acacia Analytics",
    "sold": 72.3,
    "managed": 14.5,
    "total": 86.8,
}
_OUTLOOK = {
    "performing_tier": "silver",
    "points": {"sold": 72.3, "managed": 14.5, "total": 86.8},
    "to_keep": {"total": 0, "sold": 0},
    "next_tier": "gold",
    "to_next": {"total": 36.2, "sold": 0},
}
_MONTH = {"sold": 72.3, "managed": 14.5, "total": 86.8, "gained": 86.8, "lost": 0}

TIER_EXAMPLES: Mapping[tuple[str, str], Any] = MappingProxyType(
    {
        ("read_tier", "answer"): {
            "as_of": "2026-03-17",
            "credited_tier": "silver",
            **_OUTLOOK,
            "bars": {
                "silver": {"total": 45, "sold": 34},
                "gold": {"total": 123, "sold": 63},
                "platinum": {"total": 313, "sold": 113},
                "diamond": {"total": 800, "sold": 300},
                "elite": {"total": 3650, "sold": 1950},
            },
            "median_tool_usage": 3.5,
            "certification": {"valid": True, "expires_on": "2026-11-01"},
            "next_review_on": "2026-07-15",
            "at_risk": False,
        },
        ("list_points", "answer"): {"data": [_CLIENT_POINTS], "next_cursor": None},
        ("read_client_points", "answer"): {
            **_CLIENT_POINTS,
            "as_of": "2026-03-17",
            "data": [
                {
                    "id": "s-62000-1.2026-03-17.managed",
                    "kind": "managed",
                    "deal": None,
                    "deal_type": None,
                    "product": None,
                    "subscription": "s-62000-1",
                    "mrr": _MRR,
                    "points": 14.5,
                    "rule": {**_RULE, "per_hundred": 1},
                    "earned_on": "2026-03-17",
                    "expires_on": "2026-06-16",
                    "status": "active",
                },
                {
                    "id": "d-62000.1.sold",
                    "kind": "sold",
                    "deal": "d-62000",
                    "deal_type": "partner_sourced",
                    "product": "marketing_hub",
                    "subscription": None,
                    "mrr": _MRR,
                    "points": 72.3,
                    "rule": _RULE,
                    "earned_on": "2026-03-17",
                    "expires_on": "2027-03-17",
                    "status": "active",
                },
            ],
            "next_cursor": None,
        },
        ("read_history", "answer"): {
            "months": [{"month": "2026-03", "as_of": "2026-03-17", **_MONTH}],
            "projection": [{"month": "2026-04", "as_of": "2026-04-30", **_MONTH, "gained": 0}],
        },
        ("assume_changes", "request"): {
            "add_deals": [{"mrr": _MRR, "deal_type": "partner_sourced", "market_type": "standard"}],
            "lose_clients": ["c-62000"],
            "certification_lapses": False,
        },
        ("assume_changes", "answer"): {
            "tier": "gold",
            "performing_tier": "gold",
            "points": {"sold": 144.6, "managed": 0, "total": 144.6},
            "to_keep": {"total": 0, "sold": 0},
            "next_tier": "gold",
            "to_next": {"total": 0, "sold": 0},
            "now": _OUTLOOK,
        },
        ("read_team", "answer"): [
            {
                "role": "account_manager",
                "name": "Amir Aldag",
                "email": "amir@vendor.example",
                "phone": "+49 30 5550100",
                "description": "Plans, targets, renewals",
                "mailto": "mailto:amir@vendor.example",
            }
        ],
        ("save_deal", "request"): _DEAL,
        ("save_deal", "answer"): {
            "result": "created",
            "deal_id": "d-62000",
            **_DEAL,
            "credit": {"credited": True, "reason": "domain_registered", "points": 72.3, "rule": _RULE},
            "revenue_share": {"eligible": True, "percent": 20, "months": 36, "until": "2029-03-17"},
        },
        ("check_points", "request"): {"partner_id": "p-lumen", "repair": False},
        ("check_points", "answer"): {
            "partner_id": "p-lumen",
            "ledger_entries": 12,
            "clients": 5,
            "difference_count": 1,
            "differences": [{"item": "POINTS#2026", "name": "sold-03-17", "stored": 70.3, "expected": 72.3}],
            "repaired": False,
        },
    }
)
