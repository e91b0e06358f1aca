"""Example bodies of the OpenAPI document: what is sent, and what is answered. A test holds them to the schemas."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local.openapi_client_examples import CAPACITY, CLIENT_EXAMPLES
from local.openapi_employee_examples import EMPLOYEE_EXAMPLES
from local.openapi_renewal_examples import RENEWAL_EXAMPLES
from local.openapi_tier_examples import TIER_EXAMPLES
from local.openapi_vendor_examples import VENDOR_EXAMPLES

_CONTACT = {"first_name": "Nora", "last_name": "Falk", "email": "nora.falk@northwind.example"}
_LEAD = {"website": "https://www.northwind.example/shop", "company": "Northwind", "contact": _CONTACT, "country": "DE"}
_REGISTRATION = {
    "registered_domain": "northwind.example",
    "website": "https://www.northwind.example/shop",
    "company": "Northwind",
    "contact": _CONTACT,
    "country": "DE",
    "registered_at": "2026-03-17T09:30:00Z",
    "registered_by": "u-lumen-admin",
    "commission_eligible": True,
    "expires_at": None,
}
_HELD_CONTACT = {"first_name": "Ada", "last_name": "Amsel", "email": "ada@juniper-bakery.example"}
_HELD = {
    **_REGISTRATION,
    "registered_domain": "juniper-bakery.example",
    "website": "https://www.juniper-bakery.example",
    "company": "Juniper Bakery",
    "contact": _HELD_CONTACT,
}
_USER = {
    "id": "u-lumen-member",
    "email": "leo@lumen.example",
    "name": "Leo Lund",
    "role": "partner_member",
    "language": "en",
    "partner_employee": False,
    "status": "active",
}
_ANSWERED = {"partner_id": "p-tide", "partner_name": "Tide Partners", "role": "partner_member", "status": "active"}
_ANOTHER = {"email": "nina@lumen.example", "name": "Nina Nord", "role": "partner_member"}
_NEW_USER = {"email": "leo@lumen.example", "name": "Leo Lund", "role": "partner_member"}
_LINK = {
    "name": "Northwind onboarding",
    "client": {
        "company": "Northwind",
        "contact_name": "Nora Falk",
        "email": "nora.falk@northwind.example",
        "language": "de",
    },
    "products": [{"product": "marketing_hub", "edition": "professional", "onboarding_type": "guided"}],
    "providing_onboarding": True,
    "estimated_onboarding_duration": "3_months",
}
_STORED_LINK = {
    "id": "l-8d0a41f6c2b97e53d1aa",
    "status": "pending",
    **_LINK,
    "url": "https://desk.example/c/4fzyo82mvyr...",
    "created_at": "2026-03-17T09:30:00Z",
    "created_by": "u-lumen-admin",
    "expires_at": "2026-04-16T09:30:00Z",
    "sent_at": None,
    "delivery": None,
    "decided_at": None,
    "signer_name": None,
    "rejection_reason": None,
}
_MANAGER = {
    "role": "account_manager",
    "name": "Maya Lind",
    "email": "maya.lind@vendor.example",
    "phone": "+49 30 5550100",
    "description": "Plans, targets, renewals",
}
_PARTNER = {
    "name": "Lumen Consulting",
    "type": "solutions_partner",
    "credited_tier": "gold",
    "tier_earned_on": "2025-11-01",
    "certification_expires_on": "2026-11-01",
    "email_domain": "lumen.example",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "capacity_limit_override": None,
    "team": [_MANAGER],
}
_TAKEN = {
    "type": "about:blank",
    "title": "The domain is not available",
    "status": 409,
    "detail": "contoso.example is registered by another partner. It becomes free when that partner deregisters it.",
    "code": "domain_unavailable",
    "instance": "Jb3kXhGkFiAEMhQ=",
}

EXAMPLES: Mapping[tuple[str, str], Any] = MappingProxyType(
    {
        **CLIENT_EXAMPLES,
        **EMPLOYEE_EXAMPLES,
        **TIER_EXAMPLES,
        **RENEWAL_EXAMPLES,
        **VENDOR_EXAMPLES,
        ("read_capacity", "answer"): CAPACITY,
        ("list_registrations", "answer"): {"data": [_REGISTRATION], "next_cursor": None},
        ("export_registrations", "answer"): (
            "website,company,first_name,last_name,email,country,registered_domain,registered_at,registered_by,expires_at\r\n"
            "https://www.northwind.example/shop,Northwind,Nora,Falk,nora.falk@northwind.example,DE,"
            "northwind.example,2026-03-17T09:30:00Z,u-lumen-admin,\r\n"
        ),
        ("register_lead", "request"): _LEAD,
        ("register_lead", "answer"): _REGISTRATION,
        ("register_leads", "request"): {"items": [_LEAD, {**_LEAD, "website": "contoso.example"}]},
        ("register_leads", "answer"): {
            "results": [
                {"status": "registered", "registration": _REGISTRATION},
                {"status": "refused", "problem": _TAKEN},
            ]
        },
        ("deregister_domains", "request"): {"domains": ["juniper-bikes.example", "fabrikam.example"], "confirm": True},
        ("deregister_domains", "answer"): {
            "results": [
                {
                    "domain": "juniper-bikes.example",
                    "status": "deregistered",
                    "restorable_until": "2026-04-16T09:30:00Z",
                },
                {"domain": "fabrikam.example", "status": "not_found"},
            ]
        },
        ("read_registration", "answer"): _HELD,
        ("change_registration", "request"): {"company": "Juniper Bakeries", "contact": {"last_name": "Amsel-Berg"}},
        ("change_registration", "answer"): {
            **_HELD,
            "company": "Juniper Bakeries",
            "contact": {**_HELD_CONTACT, "last_name": "Amsel-Berg"},
        },
        ("restore_registration", "answer"): {
            **_HELD,
            "registered_domain": "juniper-bikes.example",
            "website": "https://www.juniper-bikes.example",
            "company": "Juniper Bikes",
        },
        ("create_link", "request"): _LINK,
        ("create_link", "answer"): _STORED_LINK,
        ("preview_draft", "request"): _LINK,
        ("list_links", "answer"): {"data": [_STORED_LINK], "next_cursor": None},
        ("read_link", "answer"): _STORED_LINK,
        ("change_link", "request"): {"name": "Northwind onboarding, second draft"},
        ("change_link", "answer"): {**_STORED_LINK, "name": "Northwind onboarding, second draft"},
        ("clone_link", "answer"): {**_STORED_LINK, "id": "l-1c7b9a20e4f35d68b0aa"},
        ("send_link", "answer"): {**_STORED_LINK, "sent_at": "2026-03-17T09:30:00Z"},
        ("revoke_link", "answer"): {**_STORED_LINK, "status": "revoked"},
        ("list_link_events", "answer"): {
            "data": [
                {
                    "id": "a-5d1c0b7e9f",
                    "at": "2026-03-17T09:30:00Z",
                    "actor": "u-lumen-admin",
                    "action": "link.created",
                    "request_id": "Jb3kXhGkFiAEMhQ=",
                }
            ],
            "next_cursor": None,
        },
        ("read_catalogue", "answer"): {
            "products": [
                {
                    "product": "marketing_hub",
                    "name": {"en": "Marketing Hub", "de": "Marketing Hub"},
                    "editions": [
                        {
                            "edition": "starter",
                            "name": {"en": "Starter", "de": "Starter"},
                            "onboarding_required": False,
                        },
                        {
                            "edition": "professional",
                            "name": {"en": "Professional", "de": "Professional"},
                            "onboarding_required": True,
                        },
                    ],
                }
            ],
            "onboarding_types": ["guided"],
            "estimated_onboarding_durations": ["3_months"],
        },
        ("read_me", "answer"): {
            "user_id": "u-lumen-admin",
            "email": "laura@lumen.example",
            "name": "Laura Lumen",
            "role": "partner_admin",
            "partner_id": "p-lumen",
            "partner_name": "Lumen Consulting",
            "memberships": [
                {
                    "partner_id": "p-lumen",
                    "partner_name": "Lumen Consulting",
                    "role": "partner_admin",
                    "status": "active",
                }
            ],
        },
        ("accept_invitation", "answer"): _ANSWERED,
        ("decline_invitation", "answer"): {**_ANSWERED, "status": "declined"},
        ("resend_invitation", "answer"): _USER,
        ("list_users", "answer"): {"data": [_USER], "next_cursor": None},
        ("add_user", "request"): _ANOTHER,
        ("add_user", "answer"): {**_USER, **_ANOTHER, "id": "u-8d0a41f6c2b97e53d1aa"},
        ("read_user", "answer"): _USER,
        ("change_user", "request"): {"role": "partner_admin"},
        ("change_user", "answer"): {**_USER, "role": "partner_admin"},
        ("save_partner", "request"): _PARTNER,
        ("save_partner", "answer"): {"result": "created", "partner_id": "p-lumen", **_PARTNER},
        ("save_user", "request"): _NEW_USER,
        ("save_user", "answer"): {
            "result": "created",
            "partner_id": "p-lumen",
            "user_id": "u-lumen-member",
            **_NEW_USER,
            "language": "en",
        },
        ("read_suppression", "answer"): {
            "email": "old@juniper-bakery.example",
            "reason": "bounce",
            "notice_id": "n-8d0a41f6c2b97e53d1aa",
            "suppressed_at": "2026-03-17T09:30:00Z",
        },
        ("list_audit_entries", "answer"): {
            "data": [
                {
                    "id": "a-5d1c0b7e9f",
                    "at": "2026-03-17T09:30:00Z",
                    "as_of": None,
                    "partner_id": "p-lumen",
                    "actor": {"user_id": "u-lumen-admin", "role": "partner_admin"},
                    "action": "registration.created",
                    "object": "registration/northwind.example",
                    "before": None,
                    "after": {"company": "Northwind", "country": "DE"},
                    "request_id": "Jb3kXhGkFiAEMhQ=",
                }
            ],
            "next_cursor": None,
        },
        ("verify_audit_trail", "answer"): {
            "partner_id": "p-lumen",
            "seals": 2,
            "entries": 0,
            "head": {"position": 2, "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
            "faults": [
                {
                    "code": "entry_missing",
                    "detail": "The entry that was sealed here is gone.",
                    "position": 1,
                    "entry": {"entry_id": "a-5d1c0b7e9f", "at": "2026-03-17T09:30:00.000000Z"},
                }
            ],
            "waiting": [],
            "next_cursor": "hM2v...",
        },
    }
)
