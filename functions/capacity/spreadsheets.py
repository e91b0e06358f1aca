"""The CSV of registrations. Its first columns are those of an import, so that what was exported imports again."""

from shared.domain.registrations import Registration
from shared.http.schemas import rfc3339

EXPORT_HEADER = (
    "website",
    "company",
    "first_name",
    "last_name",
    "email",
    "country",
    "registered_domain",
    "registered_at",
    "registered_by",
    "expires_at",
)


def export_row(registration: Registration) -> list[str]:
    lead = registration.lead
    return [
        lead.website,
        lead.company,
        lead.contact.first_name,
        lead.contact.last_name,
        lead.contact.email,
        lead.country or "",
        registration.registered_domain,
        rfc3339(registration.registered_at),
        registration.registered_by,
        rfc3339(registration.expires_at) if registration.expires_at else "",
    ]
