"""Example bodies of the vendor's reports about clients."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_CLIENT = {
    "company": "Northwind",
    "website": "https://www.northwind.example",
    "country": "DE",
    "decision_maker": {"name": "Nora Falk", "email": "nora.falk@northwind.example", "language": "de"},
    "contact_tier": "10000",
    "email_tier": "50000",
    "portal_users": ["nora.falk@northwind.example", "ben@hill.example"],
    "crm_url": "https://crm.vendor.example/companies/4711",
    "account_url": "https://app.vendor.example/4711",
}
_SUBSCRIPTION = {
    "hub_id": "4711",
    "product": "marketing_hub",
    "edition": "professional",
    "mrr": {"amount": 127200, "currency": "EUR"},
    "started_on": "2025-07-01",
    "renews_on": "2026-07-01",
    "renewal": {"mrr": {"amount": 139900, "currency": "EUR"}, "term_months": 12},
    "renewal_manager": {"name": "Rea Roth", "email": "rea.roth@vendor.example"},
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
        ("save_client", "answer"): {"result": "created", "hub_id": "4711", **_CLIENT},
        ("save_relation", "request"): {"relationship": "sold_and_managed"},
        ("save_relation", "answer"): {
            "result": "created",
            "hub_id": "4711",
            "partner_id": "p-hill",
            "relationship": "sold_and_managed",
            "since": "2026-03-17T09:30:00Z",
        },
        ("save_subscription", "request"): _SUBSCRIPTION,
        ("save_subscription", "answer"): {"result": "created", "subscription_id": "s-1", **_SUBSCRIPTION},
        ("save_usage", "request"): _USAGE,
        ("save_usage", "answer"): {"result": "created", "hub_id": "4711", **_USAGE},
    }
)
