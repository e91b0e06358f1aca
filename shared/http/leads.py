"""A lead as the API takes it, and as a file of leads is checked before it is sent."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.addresses import Email
from shared.countries import Country
from shared.domain.registrations import Contact, Lead
from shared.domains import InvalidDomainError, company_domain
from shared.errors import ProblemError
from shared.http.schemas import Body, refused_as
from shared.program import Capacity as CapacityRules
from shared.program import program
from shared.text import Line, OneLine

Website = Annotated[
    str,
    Field(min_length=1, max_length=2048, description="Any address of the company's site, with or without `https://`."),
    OneLine,
]


class InvalidWebsiteError(ProblemError):
    status = 422
    code = "invalid_domain"
    title = "The website has no domain that can be registered"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, errors=[{"pointer": "#/website", "detail": reason}])


def domain_of(website: str, rules: CapacityRules) -> str:
    """Raises InvalidWebsiteError, which says what is wrong with the website."""
    try:
        return company_domain(website, rules)
    except InvalidDomainError as error:
        raise InvalidWebsiteError(error.reason) from None


def _registrable(website: str) -> str:
    """Checked here too, so that it is told together with whatever else is wrong with the lead."""
    try:
        domain_of(website, program().capacity)
    except InvalidWebsiteError as problem:
        raise refused_as(problem) from None
    return website


class ContactBody(Body):
    """Whom the partner talks to."""

    first_name: Line
    last_name: Line
    email: Email


class LeadBody(Body):
    """A lead as a partner registers it."""

    website: Annotated[Website, AfterValidator(_registrable)]
    company: Line
    contact: ContactBody
    country: Country | None = None

    def to_lead(self) -> Lead:
        return Lead(
            website=self.website,
            company=self.company,
            contact=Contact(**self.contact.model_dump()),
            country=self.country,
        )
