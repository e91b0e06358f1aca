"""Confirmation links: a customer's proof that a partner took part in a sale."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct, convert
from msgspec.structs import asdict

from shared.clock import instant, instant_text
from shared.domain.languages import Language
from shared.domain.terms import Terms

CUSTOMER = "customer"
"""The actor in the audit trail: the customer has no account; the typed name stands in the entry."""


class LinkPlace(NamedTuple):
    """Which link of which partner is meant."""

    partner_id: str
    link_id: str


def subject_of(link_id: str) -> str:
    """The link as the audit trail names it: `link/l-1`."""
    return f"link/{link_id}"


class LinkStatus(StrEnum):
    PENDING = "pending"
    SIGNED = "signed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Delivery(StrEnum):
    """What became of the last mail that carried the link, as far as it is known."""

    SENT = "sent"
    NOT_DELIVERED = "not_delivered"


class LinkClient(Struct, frozen=True, kw_only=True):
    """The customer's side: who is asked, and in which language."""

    company: str
    contact_name: str
    email: str
    language: Language


class LinkProduct(Struct, frozen=True, kw_only=True):
    """Codes of the program's catalogue; `onboarding_type` is None on the links of a solutions provider."""

    product: str
    edition: str
    onboarding_type: str | None = None


class LinkDraft(Struct, frozen=True, kw_only=True):
    """What a partner asks a customer to confirm, under a `name` that only the partner sees.

    The onboarding fields are None on a provider's links.
    """

    name: str
    client: LinkClient
    products: tuple[LinkProduct, ...]
    providing_onboarding: bool | None = None
    estimated_onboarding_duration: str | None = None

    def record(self) -> dict[str, Any]:
        """The draft as the table and the audit trail keep it."""
        return {
            **asdict(self),
            "client": asdict(self.client),
            "products": [asdict(product) for product in self.products],
        }


class Decision(Struct, frozen=True, kw_only=True):
    """What the customer chose, about which terms; `reason` is None where the link was signed.

    `sent_at` is when the link was mailed last before, None where it never was; `opened_at` when the page was opened
    whose form was sent, None where that form did not say. `time_zone` is the partner's of then.
    """

    signed: bool
    signer_name: str
    reason: str | None
    decided_at: datetime
    terms: Terms
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    time_zone: str = "UTC"

    @property
    def status(self) -> LinkStatus:
        return LinkStatus.SIGNED if self.signed else LinkStatus.REJECTED

    def record(self) -> dict[str, Any]:
        """The decision as the table and the audit trail keep it."""
        return {
            "status": self.status,
            "signer_name": self.signer_name,
            "reason": self.reason,
            "decided_at": instant_text(self.decided_at),
            "terms": self.terms.record(),
            "terms_digest": self.terms.digest,
            "sent_at": instant_text(self.sent_at) if self.sent_at else None,
            "opened_at": instant_text(self.opened_at) if self.opened_at else None,
            "time_zone": self.time_zone,
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Decision":
        return cls(
            signed=record["status"] == LinkStatus.SIGNED,
            signer_name=record["signer_name"],
            reason=record["reason"],
            decided_at=instant(record["decided_at"]),
            terms=convert(record["terms"], Terms),
            sent_at=instant(record["sent_at"]) if record["sent_at"] else None,
            opened_at=instant(record["opened_at"]) if record["opened_at"] else None,
            time_zone=record["time_zone"],
        )


class Link(Struct, frozen=True, kw_only=True):
    """A confirmation link as it is stored; its URL is derived and stands nowhere.

    `stored_status` stays pending until a scheduled run finds it expired: ask `status_at`. `reminders` counts those of
    the last sending. `creator_name` is shown to the customer.
    """

    link_id: str
    draft: LinkDraft
    stored_status: LinkStatus
    created_at: datetime
    created_by: str
    creator_name: str
    expires_at: datetime
    sent_at: datetime | None = None
    reminders: int = 0
    delivery: Delivery | None = None
    decision: Decision | None = None
    version: int = 1

    @property
    def question_digest(self) -> str:
        """SHA-256 of what this link asks its customer: of everything but the name, which only the partner sees."""
        question = {**self.draft.record(), "name": None, "creator_name": self.creator_name}
        return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()

    def status_at(self, instant: datetime) -> LinkStatus:
        if self.stored_status is LinkStatus.PENDING and self.expires_at <= instant:
            return LinkStatus.EXPIRED
        return self.stored_status

    def is_pending_at(self, instant: datetime) -> bool:
        return self.status_at(instant) is LinkStatus.PENDING
