"""Values for parameters that exist in the example data, so that an example can be sent as it stands.

A link's and a transfer request's id is made anew on each machine: those stand for their kind.
"""

from collections.abc import Mapping
from types import MappingProxyType

EXAMPLE_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "area": "capacity",
        "client_id": "c-62000",
        "deal_id": "d-62000",
        "domain": "juniper-bakery.example",
        "email": "old@juniper-bakery.example",
        "hub_id": "62000",
        "link_id": "l-8d0a41f6c2b97e53d1aa",
        "partner_id": "p-lumen",
        "renewal_id": "r-s-62013-1",
        "subscription_id": "s-62000-1",
        "transfer_id": "t-8d0a41f6c2b97e53d1aa",
        "user_id": "u-lumen-member",
        "accept_invitation.partner_id": "p-tide",
        "decline_invitation.partner_id": "p-tide",
        "end_services.client_id": "c-62019",
        "remove_assignment.client_id": "c-62001",
        "remove_assignment.confirm": "REMOVE",
        "request_access.client_id": "c-62002",
        "request_transfer.client_id": "c-61000",
        "request_transfer.user_id": "u-robin",
        "restore_registration.domain": "juniper-bikes.example",
        "verify_audit_trail.partner_id": "p-lumen",
    }
)
"""By the parameter's name, or by operation and parameter; of a query only those without which a request is refused."""


def example_value(operation: str, parameter: str, *, place: str) -> str | None:
    own = EXAMPLE_VALUES.get(f"{operation}.{parameter}")
    return own or (EXAMPLE_VALUES.get(parameter) if place == "path" else None)
