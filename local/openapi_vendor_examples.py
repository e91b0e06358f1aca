"""Example bodies of the vendor's reports about clients."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_CLIENT = {
    "company": "Acacia Analytics",
    "website": "https://www.acacia-analytics.example",
    "country": "US",
    "decision_maker": {"name": "Amara Acacia", "email": "amara@acacia-analytics.example", "language": "en"},
    "contact_tier": "10000",
    "email_tier": "50000",
    "portal_users": ["amara@acacia-analytics.example", "leo@lumen.example"],
    "crm_url": "https://crm.vendor.example/companies/62000",
    "account_url": "https://app.vendor.example/62000",
}
_SUBSCRIPTION = {
    "hub_id": "62000",
    "product": "marketing_hub",
    "edition": "professional",
    "mrr": {"amount": 127200, "currency": "USD"},
    "started_on": "2025-07-01",
    "renews_on": "2026-07-01",
    "renewal": {"mrr": {"amount": 139900, "currency": "USD"}, "term_months": 12},
    "renewal_manager": {"name": "Rea Roth", "email": "rea@vendor.example"},
}
_USAGE = {
    "tools": ["Forms", "E-mail", "Workflows"],
    "apps": ["Calendar"],
    "engagement": {"score": 7, "areas": {"Marketing": 8, "Sales": 5}},
    "measured_on": "2026-03-16",
}

VENDOR_EXAMPLES: Mapping[tuple[str, str], Any] = MappingProxyType(
    {
        ("save_client", "request"): _CLIENT,
        ("save_client", "answer"): {"result": "created", "hub_id": "62000", **_CLIENT},
        ("save_relation", "request"): {"relationship": "sold_and_managed"},
        ("save_relation", "answer"): {
            "result": "created",
            "hub_id": "62000",
            "partner_id": "p-lumen",
            "relationship": "sold_and_managed",
            "since": "2026-03-17T09:30:00Z",
        },
        ("save_subscription", "request"): _SUBSCRIPTION,
        ("save_subscription", "answer"): {"result": "created", "subscription_id": "s-62000-1", **_SUBSCRIPTION},
        ("save_usage", "request"): _USAGE,
        ("save_usage", "answer"): {"result": "created", "hub_id": "62000", **_USAGE},
    }
)
