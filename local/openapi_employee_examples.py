"""Example bodies about partner employees, their clients and activities, and transfer requests."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_USER = {
    "id": "u-lumen-member",
    "email": "leo@lumen.example",
    "name": "Leo Lund",
    "role": "partner_member",
    "language": "en",
    "partner_employee": True,
    "status": "active",
}
_EMPLOYEE = {**_USER, "client_count": 2}
_EARNING = {
    "client_id": "c-62000",
    "company": "Acacia Analytics",
    "assigned_at": "2026-02-01T08:00:00Z",
    "portal_access": "granted",
    "access_requested_at": "2026-02-01T08:05:00Z",
    "last_activity_at": "2026-03-16T14:20:00Z",
    "managed_credit": "earned",
    "managed_credit_reason": None,
    "managed_credit_detail": None,
}
_BARRED = {
    **_EARNING,
    "client_id": "c-62001",
    "company": "Bramble Analytics",
    "portal_access": "requested",
    "last_activity_at": None,
    "managed_credit": "none",
    "managed_credit_reason": "not_in_portal",
    "managed_credit_detail": (
        "The client's portal does not list the employee as a user. Request access; the client has to add them."
    ),
}
_CONFLICT = {
    "type": "about:blank",
    "title": "The e-mail address is already associated with another partner for this client",
    "status": 409,
    "detail": (
        "You earn no managed credit by this address. Three ways lead out: ask the other partner to remove the "
        "employee's access to the client (a transfer request does that), make a new address for the employee on your "
        "own e-mail domain, lumen.example, and add it as a user, or ask the employee for another address."
    ),
    "code": "email_already_with_another_partner",
    "instance": "Jb3kXhGkFiAEMhQ=",
}
_TRANSFER = {
    "id": "t-8d0a41f6c2b97e53d1aa",
    "direction": "outgoing",
    "status": "pending",
    "client_id": "c-62012",
    "company": "Acacia Design",
    "user_id": "u-lumen-member",
    "email": "leo@lumen.example",
    "asked_by": {"partner_name": "Lumen Consulting", "user_name": "Laura Lumen"},
    "created_at": "2026-03-17T09:30:00Z",
    "expires_at": "2026-03-31T09:30:00Z",
    "decided_at": None,
}
_DECIDED = {**_TRANSFER, "direction": "incoming", "decided_at": "2026-03-18T10:00:00Z"}

EMPLOYEE_EXAMPLES: Mapping[tuple[str, str], Any] = MappingProxyType(
    {
        ("mark_as_employee", "request"): {"enabled": True},
        ("mark_as_employee", "answer"): _USER,
        ("list_employees", "answer"): {"data": [_EMPLOYEE], "next_cursor": None},
        ("read_employee", "answer"): {**_EMPLOYEE, "clients": [_EARNING, _BARRED], "next_cursor": None},
        ("list_activity", "answer"): {
            "data": [
                {
                    "client_id": "c-62000",
                    "company": "Acacia Analytics",
                    "last_activity_at": "2026-03-16T14:20:00Z",
                    "last_qualifying_activity_at": "2026-03-16T14:20:00Z",
                    "counts": {"edit": 3, "view": 12},
                    "recent": [{"kind": "edit", "occurred_at": "2026-03-16T14:20:00Z"}],
                }
            ],
            "next_cursor": None,
        },
        ("assign_clients", "request"): {"clients": [{"client_id": "c-62000"}, {"hub_id": "62012"}, {"hub_id": "1"}]},
        ("assign_clients", "answer"): {
            "results": [
                {"client_id": "c-62000", "hub_id": "62000", "status": "assigned"},
                {
                    "client_id": "c-62012",
                    "hub_id": "62012",
                    "status": "assigned_without_credit",
                    "problem": _CONFLICT,
                },
                {"client_id": None, "hub_id": "1", "status": "not_found"},
            ]
        },
        ("request_access", "answer"): {
            "client_id": "c-62001",
            "company": "Bramble Analytics",
            "portal_access": "requested",
            "access_requested_at": "2026-03-17T09:30:00Z",
            "client_notified": True,
        },
        ("request_transfer", "answer"): _TRANSFER,
        ("list_transfers", "answer"): {"data": [_TRANSFER], "next_cursor": None},
        ("accept_transfer", "answer"): {**_DECIDED, "status": "accepted"},
        ("decline_transfer", "answer"): {**_DECIDED, "status": "declined"},
        ("record_vendor_activities", "request"): {
            "activities": [
                {
                    "id": "e-20260316-1",
                    "hub_id": "62000",
                    "employee_email": "leo@lumen.example",
                    "kind": "edit",
                    "occurred_at": "2026-03-16T14:20:00Z",
                }
            ]
        },
        ("record_vendor_activities", "answer"): {"results": [{"id": "e-20260316-1", "status": "recorded"}]},
    }
)
