"""Registrations as CSV."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from shared.spreadsheets.reading import Row, read_table
from tests.factories import domains, lead
from tests.functions.client import Api, problem

CSV = "/v1/registrations.csv"

DANGEROUS = {
    "company": '=HYPERLINK("http://evil.example";"Click")',
    "contact": {"first_name": "+1", "last_name": '-Hill", "x', "email": "-ann@contact.example"},
}


def test_the_file_holds_what_the_filter_finds_in_its_order(api: Api) -> None:
    api.seed.registrations(["b.example"], company="Apex, Inc.")
    api.seed.registrations(["a.example"], company="Apex", at=api.clock.now + timedelta(hours=1), country="FR")
    api.seed.registrations(["c.example"], company="Zebra")
    api.seed.registrations(["d.example"], company="Apex", partner_id="p-lake")

    answer = api.get(CSV, query={"q": "apex", "search_by": "company", "sort": "-domain"})

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="registrations.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body == (
        "\ufeffwebsite,company,first_name,last_name,email,country,registered_domain,registered_at,registered_by,expires_at\r\n"
        'https://www.b.example/about,"Apex, Inc.",Ann,Hill,ann.hill@contact.example,DE,b.example,'
        "2026-03-17T09:30:00Z,u-seed,\r\n"
        "https://www.a.example/about,Apex,Ann,Hill,ann.hill@contact.example,FR,a.example,"
        "2026-03-17T10:30:00Z,u-seed,\r\n"
    )


def test_without_registrations_the_file_is_its_header(api: Api) -> None:
    assert api.get(CSV).body.count("\r\n") == 1


@pytest.mark.parametrize(("bom", "begin"), [("true", "\ufeffwebsite,"), ("false", "website,")])
def test_the_file_begins_with_a_byte_order_mark_unless_that_is_unwanted(api: Api, bom: str, begin: str) -> None:
    assert api.get(CSV, query={"bom": bom}).body.startswith(begin)


def test_whether_there_is_a_mark_is_yes_or_no(api: Api) -> None:
    assert problem(api.get(CSV, query={"bom": "perhaps"})) == (422, "validation_failed")


def test_a_spreadsheet_would_execute_nothing_of_it(api: Api) -> None:
    api.post("/v1/registrations", lead("acme.example", **DANGEROUS))

    cells = api.get(CSV).body.splitlines()[1]

    assert "'=HYPERLINK" in cells
    assert ",'+1," in cells
    assert "\"'-Hill" in cells
    assert ",'-ann@contact.example," in cells


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "company", ["Acme;=1+1;x", "Ltd;@SUM(1)", "'=1+1;=1+2", "\uff1d1+1", "\u200e=1", 'x;"=1";y', "a;\u200e -1"]
)
def test_nothing_runs_under_whichever_separator_it_is_opened(api: Api, company: str, separator: str) -> None:
    api.post("/v1/registrations", lead("acme.example", company=company))

    body = api.get(CSV, query={"bom": "false"}).body
    cells = [cell for row in csv.reader(io.StringIO(body, newline=""), delimiter=separator) for cell in row]

    assert [cell for cell in cells if cell.strip('\u200e" ')[:1] in {"=", "+", "-", "@", "\uff1d"}] == []


def test_what_was_exported_imports_again_unchanged(api: Api) -> None:
    bodies = [
        lead("acme.example", **DANGEROUS),
        lead("beta.example", company="'=1+1", website="@beta.example"),
        lead("delta.example", company="Acme;=1+1;x;'-2"),
        lead("gamma.example", company="Quote \" and, comma; and 'apostrophe", country=None),
        lead("xn--mller-kva.de", company="Müller \U0001f600", website="https://www.müller.de/ä?b=c"),
    ]
    assert {api.post("/v1/registrations", body).status for body in bodies} == {201}

    table = read_table(api.get(CSV, query={"sort": "domain"}).body.encode())

    assert [
        imported(dict(zip(table.columns, row.cells, strict=True))) for row in table.rows if isinstance(row, Row)
    ] == (bodies)


def imported(cells: dict[str, str]) -> dict[str, Any]:
    return {
        "website": cells["website"],
        "company": cells["company"],
        "contact": {name: cells[name] for name in ("first_name", "last_name", "email")},
        "country": cells["country"] or None,
    }


def test_the_file_is_not_cut_into_pages(api: Api) -> None:
    api.seed.partner("p-hill", limit=120)
    api.seed.registrations(domains(120))

    body = api.get(CSV).body

    assert [line.split(",")[6] for line in body.splitlines()[1:]] == domains(120)


def test_the_file_takes_no_page_parameters(api: Api) -> None:
    for name in ("limit", "cursor"):
        assert problem(api.get(CSV, query={name: "1"})) == (422, "validation_failed")
