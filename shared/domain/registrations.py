"""Registered partner leads."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict


class Contact(Struct, frozen=True, kw_only=True):
    first_name: str
    last_name: str
    email: str


class Lead(Struct, frozen=True, kw_only=True):
    """What a partner says of a prospect. `website` is kept as given, `country` is ISO 3166-1 alpha-2."""

    website: str
    company: str
    contact: Contact
    country: str | None = None

    def record(self) -> dict[str, Any]:
        """The lead as the table and the audit trail keep it."""
        return {**asdict(self), "contact": asdict(self.contact)}


class Registration(Struct, frozen=True, kw_only=True):
    """A lead that holds one registrable domain for one partner.

    `registered_domain` is a snapshot: it never changes, whatever becomes of the website (A12).
    `held_since` is when the present holding began: later than `registered_at` once the lead was restored.
    """

    registered_domain: str
    lead: Lead
    registered_at: datetime
    registered_by: str
    held_since: datetime
    expires_at: datetime | None
    version: int


class Holding(Struct, frozen=True, kw_only=True):
    """A closed span of time during which a partner held a domain; who holds it on a sale date earns the credit."""

    held_from: datetime
    held_until: datetime


class FormerRegistration(Struct, frozen=True, kw_only=True):
    """A deregistered lead, kept for restoring it and for saying who held the domain on a past day.

    `freed_by` is the write id of the operation that deregistered it.
    """

    registration: Registration
    deregistered_at: datetime
    freed_by: str
    holdings: tuple[Holding, ...]
