"""Which column of a table holds what."""

import pytest

from shared.spreadsheets.columns import LONGEST_CELL, Selection, select
from shared.spreadsheets.exports import DEALS, LEADS, exporter_of, known_names
from shared.spreadsheets.faults import RowError, SpreadsheetError
from shared.spreadsheets.reading import Row

REQUIRED = ("website", "first_name")
LEAD_FIELDS = ("website", "company", "first_name", "last_name", "email", "country")


def selected(*columns: str, **said: str) -> Selection:
    return select(columns, required=REQUIRED, optional=("country",), known_as={"country": ("Land",)}, said=said)


@pytest.mark.parametrize("name", ["first_name", "First Name", "FIRSTNAME", "first-name", " First_Name ", "Fírst name"])
def test_a_column_is_found_in_any_spelling(name: str) -> None:
    assert selected("website", name).chosen == {"website": 0, "first_name": 1}


def test_a_field_has_other_names_too_after_its_own() -> None:
    assert selected("website", "first_name", "LAND").chosen == {"website": 0, "first_name": 1, "country": 2}
    assert selected("website", "first_name", "Land", "country").chosen["country"] == 3


def test_what_is_said_comes_before_everything() -> None:
    found = selected("website", "first_name", "Rufname", first_name="rufname")
    assert found.chosen == {"website": 0, "first_name": 2}
    assert found.renamed() == {"first_name": "Rufname"}


def test_unused_columns_may_be_there_twice_or_have_no_name() -> None:
    assert selected("note", "note", "", "", "website", "first_name").chosen == {"website": 4, "first_name": 5}


def test_a_used_column_may_not_be_there_twice() -> None:
    with pytest.raises(SpreadsheetError, match=r"^The header names the column 'Website' twice\. Rename one of them\.$"):
        selected("Website", "first_name", "website")


def test_missing_columns_are_named_together_with_those_that_are_there() -> None:
    with pytest.raises(SpreadsheetError) as refused:
        selected("URL", "", "note", country="Staat")
    assert refused.value.reason == "Columns are missing: website, first_name, Staat. The file has: URL, note."


def test_chosen_cells_come_by_field_without_white_space_around_them() -> None:
    row = Row(line=2, cells=(" acme.example ", "\ufeff", "Ada\u00a0"))
    assert selected("website", "note", "first_name").cells_of(row) == {
        "website": "acme.example",
        "first_name": "Ada",
    }


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("x" * (LONGEST_CELL + 1), "The cell is longer than 3,000 characters."),
        ("A\0", "The cell contains a NUL character. Remove it."),
        ("\udcc4", "The cell holds bytes that are no text in the file's encoding. Save the file as CSV in UTF-8."),
    ],
)
def test_a_wrong_cell_is_a_fault_of_its_row_only_where_it_is_used(cell: str, reason: str) -> None:
    selection = selected("website", "First Name", "note")
    assert selection.cells_of(Row(line=7, cells=("a.example", cell, "x"))) == RowError(
        line=7, column="First Name", reason=reason
    )
    assert selection.cells_of(Row(line=7, cells=("a.example", "Ada", cell))) == {
        "website": "a.example",
        "first_name": "Ada",
    }


@pytest.mark.parametrize(
    ("exporter", "columns", "used"),
    [
        (
            "HubSpot",
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Company name,Website URL,Country/Region",
            ["Website URL", "Company name", "First Name", "Last Name", "Email", "Country/Region"],
        ),
        (
            "HubSpot",
            "Datensatz-ID,Vorname,Nachname,E-Mail,Unternehmensname,Website-URL,Land/Region",
            ["Website-URL", "Unternehmensname", "Vorname", "Nachname", "E-Mail", "Land/Region"],
        ),
        (
            "Salesforce",
            "Lead ID,First Name,Last Name,Title,Company / Account,Email,Website,Country",
            ["Website", "Company / Account", "First Name", "Last Name", "Email", "Country"],
        ),
        (
            "Salesforce",
            "Id,IsDeleted,LastName,FirstName,Company,Website,Email,Country",
            ["Website", "Company", "FirstName", "LastName", "Email", "Country"],
        ),
        (
            "Pipedrive",
            (
                "Person - Name,Person - First name,Person - Last name,Person - Email - Work,Person - Organization,"
                "Organization - Website,Organization - Country of Address"
            ),
            [
                "Organization - Website", "Person - Organization", "Person - First name", "Person - Last name",
                "Person - Email - Work", "Organization - Country of Address",
            ],
        ),
        (
            None,
            "Firma;Webseite;Vorname;Name;E-Mail-Adresse;Land".replace(";", ","),
            ["Webseite", "Firma", "Vorname", "Name", "E-Mail-Adresse", "Land"],
        ),
    ],
)  # fmt: skip
def test_leads_of_crms_and_offices_are_recognised(exporter: str | None, columns: str, used: list[str]) -> None:
    names = columns.split(",")
    assert exporter_of(names) == exporter
    selection = select(
        names, required=LEAD_FIELDS, optional=(), known_as=known_names(LEADS, exporter=exporter), said={}
    )
    assert [selection.column_of(field) for field in LEAD_FIELDS] == used


@pytest.mark.parametrize(
    ("exporter", "columns", "used"),
    [
        (
            "HubSpot",
            "Record ID,Deal Name,Deal Stage,Close Date,Amount,Currency,Monthly recurring revenue,Associated Company",
            {"deal_id": "Record ID", "closed_on": "Close Date", "mrr": "Monthly recurring revenue"},
        ),
        (
            "Salesforce",
            "Opportunity ID,Opportunity Name,Account Name,Close Date,Amount,Opportunity Currency,Product Name",
            {"deal_id": "Opportunity ID", "closed_on": "Close Date", "currency": "Opportunity Currency"},
        ),
        (
            "Pipedrive",
            "Deal - ID,Deal - Title,Deal - Value,Deal - Currency,Deal - Won time,Deal - Organization",
            {"deal_id": "Deal - ID", "closed_on": "Deal - Won time", "currency": "Deal - Currency"},
        ),
    ],
)
def test_deals_of_crms_are_recognised(exporter: str, columns: str, used: dict[str, str]) -> None:
    names = columns.split(",")
    assert exporter_of(names) == exporter
    selection = select(
        names, required=(), optional=tuple(used), known_as=known_names(DEALS, exporter=exporter), said={}
    )
    assert {field: selection.column_of(field) for field in used} == used


def test_an_amount_of_the_whole_deal_is_no_price_a_month() -> None:
    names = ["Deal - ID", "Deal - Value", "Amount"]
    selection = select(
        names, required=(), optional=("mrr",), known_as=known_names(DEALS, exporter="Pipedrive"), said={}
    )
    assert selection.chosen == {}


def test_our_own_columns_are_no_crm_s() -> None:
    assert exporter_of(["deal_id", "account_id", "closed_on", "first_name"]) is None
