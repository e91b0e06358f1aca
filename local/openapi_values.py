"""What lists of values in the OpenAPI document are called and mean, where the code does not say it."""

from collections.abc import Mapping
from types import MappingProxyType

SCHEMAS: Mapping[str, str] = MappingProxyType(
    {
        "Band": "A score of the engagement index in a word: low up to 3, medium from 4 to 6, high from 7.",
        "CapacityState": "Whether more domains can be registered: at and over the limit they cannot.",
        "DealType": "Whether the partner found the customer, or helped the vendor to win it.",
        "Language": "The languages of mails and pages.",
        "LinkStatus": "Only a pending link can be decided, edited, sent or revoked.",
        "MarketType": "Deals in growth markets bring more points.",
        "PartnerType": "Solutions partners consult and sell; solutions providers sell.",
        "Relationship": "Whether the partner sold to the client, manages it, or both.",
        "RenewalStatus": "What is pending when the deadline has passed renews by itself.",
        "Role": "An admin changes what a member reads; an operator works for the vendor.",
        "TeamRole": "What somebody of the vendor does for a partner.",
        "TransferStatus": "Only a pending request can be answered.",
    }
)
"""Of lists of values that say nothing of themselves."""

VALUES: Mapping[tuple[str, ...], tuple[str, str]] = MappingProxyType(
    {
        ("created", "updated", "unchanged"): ("UpsertResult", "What a PUT did; repeating it changes nothing."),
        ("partner_admin", "partner_member"): ("PartnerRole", "An admin changes what a member reads."),
        ("default", "vendor", "partner"): ("ChosenOwner", "Who talks to one client about renewals."),
        ("default", "client"): ("OwnerSource", "Where the effective owner comes from."),
        ("confirm", "request_cancellation"): ("RenewalChoice", "What can be decided about a renewal."),
        ("earned", "none"): ("ManagedCredit", "Whether an employee's work at a client brings points."),
        ("sold", "correction", "managed"): ("LedgerKind", "Where points come from."),
        ("active", "expired"): ("LedgerStatus", "Whether points count."),
        ("assigned", "already_assigned"): ("AssignedStatus", "Whether the assignment is new."),
        ("recorded", "already_recorded"): ("RecordedStatus", "Whether the activity is new."),
        ("domain", "company", "contact", "country", "registered_at"): (
            "RegistrationSort",
            "What registrations can be sorted by; a minus sorts downwards.",
        ),
        ("company", "mrr", "renewal_date"): ("ClientSort", "What clients can be sorted by; a minus sorts downwards."),
        ("days_left", "mrr_change"): ("RenewalSort", "What renewals can be sorted by; a minus sorts downwards."),
        ("created_at", "name", "status"): ("LinkSort", "What links can be sorted by; a minus sorts downwards."),
    }
)
"""Of lists of values that have no name in the code, what they are called and mean; of sorts without their minus."""
