"""What the capacity manager's routes take and answer."""

from typing import Annotated, Any, Literal, Self

from msgspec.structs import replace
from pydantic import AfterValidator, Field, WithJsonSchema

from shared.addresses import Email
from shared.countries import Country
from shared.domain.registrations import Lead, Registration
from shared.domains import InvalidDomainError, registrable_domain
from shared.http.leads import InvalidWebsiteError, LeadBody, Website
from shared.http.schemas import (
    UNCHANGED,
    Answer,
    Body,
    Changes,
    CheckedAs,
    Confirmed,
    Instant,
    Problem,
    refused_as,
)
from shared.text import Line

MOST_ITEMS = 100


def _with_a_domain(website: str) -> str:
    """Of a lead that stays registered, whose website may have come to be refused since."""
    try:
        registrable_domain(website)
    except InvalidDomainError as error:
        raise refused_as(InvalidWebsiteError(error.reason)) from None
    return website


class ContactChanges(Changes):
    """What is left out stays as it is."""

    first_name: Line = UNCHANGED
    last_name: Line = UNCHANGED
    email: Email = UNCHANGED


class LeadChanges(Changes):
    """What is left out stays as it is; `country` alone may be cleared with null."""

    website: Annotated[Website, AfterValidator(_with_a_domain)] = UNCHANGED
    company: Line = UNCHANGED
    contact: ContactChanges = UNCHANGED
    country: Country | None = None

    def applied_to(self, lead: Lead) -> Lead:
        """The lead as it is once it is changed."""
        changes = self.sent()
        if "contact" in changes:
            changes["contact"] = replace(lead.contact, **self.contact.sent())
        return replace(lead, **changes)


class BatchBody(Body):
    """Items are checked one by one: an invalid one fails alone."""

    items: Annotated[
        list[Annotated[Any, CheckedAs(LeadBody)]],
        Field(min_length=1, max_length=MOST_ITEMS, description="Each as the body of `POST /v1/registrations`."),
    ]


class DeregisterBody(Body):
    """What names no registered domain, whatever it is, is `not_found` by itself."""

    domains: Annotated[
        list[Annotated[Any, WithJsonSchema({"type": "string"})]],
        Field(min_length=1, max_length=MOST_ITEMS, description="Registered domains, in any spelling."),
    ]
    confirm: Annotated[Confirmed, Field(description="Must be true: the user has confirmed the list of domains.")]


class ContactAnswer(Answer):
    """Whom the partner talks to."""

    first_name: str
    last_name: str
    email: str


class RegistrationAnswer(Answer):
    """A current registration. `registered_domain` never changes."""

    registered_domain: Annotated[str, Field(description="What is registered, and the registration's name in paths.")]
    website: str
    company: str
    contact: ContactAnswer
    country: Annotated[str | None, Field(description="ISO 3166-1 alpha-2.")]
    registered_at: Instant
    registered_by: Annotated[str, Field(description="The id of the user who registered the lead.")]
    commission_eligible: Annotated[bool, Field(description="False once commission is withheld from the partner.")]
    expires_at: Annotated[Instant | None, Field(description="Null where registrations do not expire.")]

    @classmethod
    def of(cls, registration: Registration, *, commission_eligible: bool) -> Self:
        lead = registration.lead
        return cls(
            registered_domain=registration.registered_domain,
            website=lead.website,
            company=lead.company,
            contact=ContactAnswer(
                first_name=lead.contact.first_name, last_name=lead.contact.last_name, email=lead.contact.email
            ),
            country=lead.country,
            registered_at=registration.registered_at,
            registered_by=registration.registered_by,
            commission_eligible=commission_eligible,
            expires_at=registration.expires_at,
        )


class RegisteredItem(Answer):
    """An item that was registered."""

    status: Literal["registered"] = "registered"
    registration: RegistrationAnswer


class RefusedItem(Answer):
    """An item that was not registered, and why."""

    status: Literal["refused"] = "refused"
    problem: Problem


class RegisterResults(Answer):
    """One result an item, in the order sent."""

    results: list[RegisteredItem | RefusedItem]


class DeregisteredItem(Answer):
    """A domain that is free again."""

    domain: str
    status: Literal["deregistered"] = "deregistered"
    restorable_until: Annotated[Instant, Field(description="Until then the lead can be restored, if it is still free.")]


class UnknownItem(Answer):
    """Nothing that this partner has registered."""

    domain: Annotated[Any, Field(description="What was sent.")]
    status: Literal["not_found"] = "not_found"


class DeregisterResults(Answer):
    """One result a domain, in the order sent."""

    results: list[DeregisteredItem | UnknownItem]
