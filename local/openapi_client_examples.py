"""Example bodies about clients and the dashboard."""

from collections.abc import Mapping
from typing import Any

CAPACITY = {
    "tier": "gold",
    "limit": 500,
    "used": 468,
    "available": 32,
    "state": "within",
    "over_limit_since": None,
    "commission_withheld_from": None,
}
_CLIENT_HEAD = {
    "id": "c-62000",
    "hub_id": "62000",
    "company": "Acacia Analytics",
    "website": "https://www.acacia-analytics.example",
    "relationship": "sold_and_managed",
    "mrr": {"amount": 127200, "currency": "USD"},
    "renewal_date": "2026-06-30",
}
_CLIENT_ROW = {
    **_CLIENT_HEAD,
    "products": ["marketing_hub", "sales_hub"],
    "usage": {"tools": 3, "apps": 1, "engagement": {"score": 6, "band": "medium"}, "measured_on": "2026-03-16"},
}
_CLIENT = {
    **_CLIENT_HEAD,
    "country": "US",
    "contact_tier": "2000",
    "email_tier": "20000",
    "crm_url": "https://crm.vendor.example/companies/62000",
    "account_url": "https://app.vendor.example/accounts/62000",
    "decision_maker": {"name": "Amara Acacia", "email": "amara@acacia-analytics.example", "language": "en"},
    "subscriptions": [
        {
            "id": "s-62000-1",
            "product": "marketing_hub",
            "edition": "professional",
            "mrr": {"amount": 89000, "currency": "USD"},
            "started_on": "2025-07-01",
            "renews_on": "2026-06-30",
        },
        {
            "id": "s-62000-2",
            "product": "sales_hub",
            "edition": "starter",
            "mrr": {"amount": 38200, "currency": "USD"},
            "started_on": "2025-10-01",
            "renews_on": "2026-09-30",
        },
    ],
}

CLIENT_EXAMPLES: Mapping[tuple[str, str], Any] = {
    ("list_clients", "answer"): {"data": [_CLIENT_ROW], "next_cursor": None},
    ("read_client", "answer"): _CLIENT,
    ("read_usage", "answer"): {
        "products": ["marketing_hub", "sales_hub"],
        "tools": ["campaigns", "forms", "workflows"],
        "apps": ["calendar"],
        "measured_on": "2026-03-16",
    },
    ("read_engagement", "answer"): {
        "score": 6,
        "band": "medium",
        "areas": {"marketing": {"score": 8, "band": "high"}, "sales": {"score": 3, "band": "low"}},
        "measured_on": "2026-03-16",
    },
    ("end_services", "request"): {"confirm": True},
    ("end_services", "answer"): {"client_id": "c-62000", "ended_at": "2026-03-17T09:30:00Z"},
    ("read_dashboard", "answer"): {
        "partner": {"id": "p-lumen", "name": "Lumen Consulting", "type": "solutions_partner"},
        "alerts": {"upcoming_renewal_decisions": 3},
        "capacity": CAPACITY,
        "tier": {
            "credited_tier": "gold",
            "performing_tier": "gold",
            "points": {"sold": 82.3, "managed": 44.5, "total": 126.8},
        },
        "client_count": 41,
        "pending_links": 2,
    },
}
