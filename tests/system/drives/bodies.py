"""What drives send: one valid body of each kind."""

from datetime import UTC, datetime, timedelta
from typing import Any


def day(*, days: int) -> str:
    """The day so many days from today."""
    return (datetime.now(tz=UTC).date() + timedelta(days=days)).isoformat()


def lead(domain: str) -> dict[str, Any]:
    contact = {"first_name": "Nora", "last_name": "Falk", "email": f"nora@{domain}"}
    return {"website": f"https://www.{domain}", "company": domain, "contact": contact, "country": "DE"}


def link(number: int) -> dict[str, Any]:
    """Each to an address of its own."""
    return {
        "name": f"Link {number}",
        "client": {
            "company": f"Company {number}",
            "contact_name": "Nora Falk",
            "email": f"nora@company-{number}.example",
            "language": "en",
        },
        "products": [{"product": "sales_hub", "edition": "professional", "onboarding_type": "guided"}],
        "providing_onboarding": True,
        "estimated_onboarding_duration": "1_month",
    }


def partner(word: str) -> dict[str, Any]:
    return {
        "name": f"{word.title()} Consulting",
        "type": "solutions_partner",
        "credited_tier": "gold",
        "tier_earned_on": day(days=-30),
        "certification_expires_on": day(days=300),
        "email_domain": f"{word}.example",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "team": [{"role": "account_manager", "name": "Maya Lind", "email": "maya@vendor.example"}],
    }


def client(hub_id: str) -> dict[str, Any]:
    """Its decision maker is a portal user."""
    email = f"nora@client-{hub_id}.example"
    return {
        "company": f"Client {hub_id}",
        "website": f"https://client-{hub_id}.example",
        "country": "DE",
        "decision_maker": {"name": "Nora Falk", "email": email, "language": "de"},
        "contact_tier": "1000",
        "email_tier": "5000",
        "portal_users": [email],
    }


def subscription(hub_id: str) -> dict[str, Any]:
    """Renews in 100 days, so that its decision is open."""
    return {
        "hub_id": hub_id,
        "product": "sales_hub",
        "edition": "professional",
        "mrr": {"amount": 90_000, "currency": "EUR"},
        "started_on": day(days=-265),
        "renews_on": day(days=100),
        "renewal": {"mrr": {"amount": 95_000, "currency": "EUR"}, "term_months": 12},
        "renewal_manager": {"name": "Rea Roth", "email": "rea@vendor.example"},
    }


def deal(hub_id: str, domain: str) -> dict[str, Any]:
    """Sold by p-drive today."""
    return {
        "partner_id": "p-drive",
        "hub_id": hub_id,
        "domain": domain,
        "deal_type": "partner_sourced",
        "mrr": {"amount": 50_000, "currency": "EUR"},
        "closed_on": day(days=0),
    }


def usage() -> dict[str, Any]:
    return {
        "tools": ["Forms"],
        "apps": ["Calendar"],
        "engagement": {"score": 7, "areas": {"Sales": 7}},
        "measured_on": day(days=-1),
    }


def activity(number: int, hub_id: str) -> dict[str, Any]:
    return {
        "id": f"e-drive-{number}",
        "hub_id": hub_id,
        "employee_email": "member@drive.example",
        "kind": "edit",
        "occurred_at": f"{day(days=-1)}T12:00:00Z",
    }
