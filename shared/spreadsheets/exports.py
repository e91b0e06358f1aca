"""What HubSpot, Salesforce and Pipedrive call the columns of their exports, and offices those of their own lists.

HubSpot writes the labels of properties; Salesforce labels in reports and names of fields in its data export; Pipedrive
puts the kind of object before each (`Person - Email - Work`).
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.spreadsheets.columns import Names

LEADS: Mapping[str, Names] = {
    "HubSpot": {
        "website": ("Website URL", "Company Domain Name", "Website-URL", "Domain-Name des Unternehmens"),
        "company": ("Company name", "Associated Company", "Primary Associated Company", "Unternehmensname"),
        "first_name": ("First Name", "Vorname"),
        "last_name": ("Last Name", "Nachname"),
        "email": ("Email", "E-Mail"),
        "country": ("Country/Region", "Land/Region"),
    },
    "Salesforce": {
        "website": ("Website",),
        "company": ("Company / Account", "Account Name", "Account.Name", "Firma / Account", "Accountname"),
        "first_name": ("FirstName",),
        "last_name": ("LastName",),
        "email": ("Email",),
        "country": ("Country", "Mailing Country", "Billing Country", "CountryCode"),
    },
    "Pipedrive": {
        "website": ("Organization - Website", "Person - Website", "Lead - Website"),
        "company": (
            "Organization - Name",
            "Person - Organization",
            "Lead - Organization",
            "Deal - Organization",
            "Organization",
        ),
        "first_name": ("Person - First name",),
        "last_name": ("Person - Last name",),
        "email": ("Person - Email - Work", "Person - Email", "Person - Email - Other", "Email - Work"),
        "country": ("Organization - Country of Address", "Organization - Country", "Person - Country"),
    },
    "": {
        "website": ("Web site", "Homepage", "URL", "Domain", "Webseite", "Internetseite"),
        "company": ("Company", "Account", "Firma", "Unternehmen", "Firmenname"),
        "first_name": ("Given name", "Forename"),
        "last_name": ("Surname", "Family name", "Name", "Familienname"),
        "email": ("Email address", "E-mail", "Mail", "E-Mail-Adresse"),
        "country": ("Country code", "Land", "Ländercode"),
    },
}

DEALS: Mapping[str, Names] = {
    "HubSpot": {
        "deal_id": ("Record ID", "Datensatz-ID"),
        "closed_on": ("Close Date", "Abschlussdatum"),
        "currency": ("Currency", "Währung"),
        "mrr": ("Monthly recurring revenue", "Monatlich wiederkehrender Umsatz"),
        "product": ("Product", "Line item name"),
        "domain": ("Company Domain Name",),
    },
    "Salesforce": {
        "deal_id": ("Opportunity ID", "Opportunity.Id", "Id"),
        "closed_on": ("CloseDate",),
        "currency": ("Opportunity Currency", "CurrencyIsoCode", "Amount Currency"),
        "product": ("Product Name",),
        "domain": ("Account Website", "Website"),
    },
    "Pipedrive": {
        "deal_id": ("Deal - ID",),
        "closed_on": ("Deal - Won time", "Deal - Deal closed on", "Deal - Closed on"),
        "currency": ("Deal - Currency", "Deal - Currency of Value"),
        "mrr": ("Deal - MRR",),
        "product": ("Deal - Product name", "Deal - Product"),
        "domain": ("Organization - Website",),
    },
    "": {
        "deal_id": ("Deal", "Deal number"),
        "closed_on": ("Closed date", "Sold on", "Datum"),
        "mrr": ("Monthly price", "MRR per month"),
        "hub_id": ("HubID", "Portal ID"),
        "product": ("Produkt",),
    },
}
"""Amounts of a whole deal are not among them: they are no price a month."""

_SIGNS: Mapping[str, Sequence[str]] = {
    "HubSpot": ("Record ID", "Datensatz-ID", "Country/Region", "Land/Region", "Create Date", "Associated Company"),
    "Salesforce": (
        "Lead ID", "Contact ID", "Account ID", "Opportunity ID", "Company / Account", "Firma / Account", "LastName",
        "CloseDate", "CurrencyIsoCode",
    ),
    "Pipedrive": (
        "Person - Name", "Person - First name", "Person - Email - Work", "Organization - Name", "Deal - ID",
        "Deal - Title", "Lead - Title",
    ),
}  # fmt: skip


def exporter_of(columns: Iterable[str]) -> str | None:
    """The CRM that names columns just like these, but for case."""
    there = {column.casefold() for column in columns}
    return next((crm for crm, signs in _SIGNS.items() if there & {sign.casefold() for sign in signs}), None)


def known_names(kinds: Mapping[str, Names], *, exporter: str | None) -> Names:
    """Other names of each field: those of the CRM first, then everybody's."""
    order = sorted(kinds, key=lambda crm: crm != exporter)
    fields = {field for names in kinds.values() for field in names}
    return {field: [name for crm in order for name in kinds[crm].get(field, ())] for field in fields}
