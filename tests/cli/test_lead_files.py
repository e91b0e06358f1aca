"""Files of leads as offices and CRMs write them: each goes in, or its rows are refused one by one with a reason."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Run
from tests.cli.fake_program import FakeProgram

HEADER = "website,company,first_name,last_name,email,country"
ROW = "https://www.acme.example,Acme GmbH,Ada,Ames,ada@acme.example,DE"
ACME = {
    "website": "https://www.acme.example",
    "company": "Acme GmbH",
    "contact": {"first_name": "Ada", "last_name": "Ames", "email": "ada@acme.example"},
    "country": "DE",
}


def workbook(*rows: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Leads")
    for row in rows:
        sheet.append(row.split(","))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def lines(*rows: str, separator: str = ",", line_break: str = "\n") -> str:
    return "".join(f"{row.replace(',', separator)}{line_break}" for row in rows)


def sent(program: FakeProgram) -> list[dict[str, Any]]:
    bodies = [json.loads(request.content) for request in program.sent("/v1/registrations/batch")]
    return [item for body in bodies for item in body["items"]]


@pytest.mark.parametrize(
    "content",
    {
        "semicolons": lines(HEADER, ROW, separator=";").encode(),
        "tabs in UTF-16 without a mark": lines(HEADER, ROW, separator="\t").encode("utf-16-le"),
        "UTF-16 with a mark": lines(HEADER, ROW, separator="\t").encode("utf-16"),
        "a mark of UTF-8": lines(HEADER, ROW).encode("utf-8-sig"),
        "Windows-1252 in a column that nobody uses": lines(f"Größe,{HEADER}", f"groß,{ROW}").encode("cp1252"),
        "lines that end in CR": lines(HEADER, ROW, line_break="\r").encode(),
        "a line that says the separator": f"sep=,\n{lines(HEADER, ROW)}".encode(),
        "a blank first line": f"\r\n{lines(HEADER, ROW)}".encode(),
        "blank rows": lines(HEADER, ",,,,,", ROW, ",,,,,", " , , , , , ", '"","","","","",""', "").encode(),
        "empty columns at the end": lines(f"{HEADER},,", f"{ROW},,").encode(),
        "unused columns twice": lines(f"Note,Note,,{HEADER}", f"a,b,c,{ROW}").encode(),
        "line breaks in the header": f'"Remarks\r\nand more",{lines(HEADER, f"x,{ROW}")}'.encode(),
        "other columns than ours": lines(f"{HEADER},line,code,reason", f"{ROW},1,2,3").encode(),
        "a workbook": workbook(HEADER, ROW),
    }.values(),
)
def test_a_file_of_any_dialect_goes_in(signed_in: Run, program: FakeProgram, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(content)

    dry_run = signed_in("registrations", "import", str(file), "--dry-run", "--json")
    ended = signed_in("registrations", "import", str(file), "--json")

    assert (dry_run.exit_code, ended.exit_code) == (0, 0)
    assert json.loads(dry_run.stdout)["registered"] == json.loads(ended.stdout)["registered"] == 1
    assert sent(program) == [ACME]


@pytest.mark.parametrize(
    "header",
    [
        "Website,Company,First Name,LAST NAME,E-Mail,Country",
        "Website URL,Company name,First Name,Last Name,Email,Country/Region",
        "Website-URL,Unternehmensname,Vorname,Nachname,E-Mail,Land/Region",
        "Website,Company / Account,First Name,Last Name,Email,Country",
        "Website,Company,FirstName,LastName,Email,Country",
        (
            "Organization - Website,Person - Organization,Person - First name,Person - Last name,"
            "Person - Email - Work,Organization - Country of Address"
        ),
        "Webseite,Firma,Vorname,Name,E-Mail-Adresse,Land",
    ],
)
@pytest.mark.parametrize("country", ["DE", "de", "Germany", "Deutschland"])
def test_columns_and_countries_are_recognised_as_crms_and_offices_call_them(
    signed_in: Run, program: FakeProgram, tmp_path: Path, header: str, country: str
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(lines(f"Record ID,{header}", f"1,{ROW.removesuffix('DE')}{country}"), encoding="utf-8")

    assert signed_in("registrations", "import", str(file)).exit_code == 0
    assert sent(program) == [ACME]


def test_what_was_recognised_is_told(signed_in: Run, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(
        lines("Record ID,Website URL,Company name,First Name,Last Name,Email,Country/Region", f"1,{ROW}", separator=";")
    )

    told = signed_in("registrations", "import", str(file), "--dry-run")
    machine = json.loads(signed_in("registrations", "import", str(file), "--json").stdout)

    assert told.stderr.startswith(
        "Read as CSV in UTF-8, separated by semicolons, exported by HubSpot.\n"
        "Columns: website from 'Website URL', company from 'Company name', country from 'Country/Region'.\n"
    )
    assert machine["read_as"] == {
        "file": "CSV in UTF-8, separated by semicolons",
        "export_of": "HubSpot",
        "columns": {
            "website": "Website URL",
            "company": "Company name",
            "country": "Country/Region",
        },
    }


def test_a_column_can_be_named(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(lines("website,Client,Rufname,last_name,email,country", ROW))

    unnamed = signed_in("registrations", "import", str(file))
    named = signed_in("registrations", "import", str(file), "--map", "company=client", "--map", "first_name=Rufname")

    assert (unnamed.exit_code, named.exit_code) == (2, 0)
    assert unnamed.stderr == (
        f"{file}: Columns are missing: company, first_name. "
        "The file has: website, Client, Rufname, last_name, email, country. "
        "--map FIELD=COLUMN says which column holds what.\n"
    )
    assert sent(program) == [ACME]


def test_a_field_that_there_is_not_cannot_be_mapped(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(lines(HEADER, ROW))

    ended = signed_in("registrations", "import", str(file), "--map", "phone=Phone")

    assert (ended.exit_code, program.requests) == (2, [])
    assert ended.stderr == (
        "There is no field phone. Fields are website, company, first_name, last_name, email, country.\n"
    )


def test_the_same_file_read_otherwise_is_another_import(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(lines(f"{HEADER},Other", f"{ROW},Globex"))
    program.interference = [None, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)]
    signed_in("registrations", "import", str(file))

    signed_in("registrations", "import", str(file), "--map", "company=Other")

    assert program.registrations["acme.example"]["company"] == "Globex"


WRONG = lines(
    "Website,Company name,First Name,Last Name,Email,Country/Region",
    "https://a.example,,Ada,Ames,ada@a.example,DE",
    "localhost,B,Ada,Ames,ada@b.example,DE",
    "https://c.example,C,Ada,Ames,ada@c.example",
    "https://d.example,\0,Ada,Ames,ada@d.example,DE",
)


def test_each_refusal_says_line_column_code_and_reason(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(WRONG)

    for_people = signed_in("registrations", "import", str(file))
    for_machines = json.loads(signed_in("registrations", "import", str(file), "--json").stdout)

    assert program.registrations == {}
    assert for_people.exit_code == 1
    assert [line.strip().split(maxsplit=2) for line in for_people.stdout.splitlines()[-4:]] == [
        ["2", "validation_failed", "Company name: The company must not be empty."],
        ["3", "invalid_domain", "Give a full domain name."],
        ["4", "unreadable_row", "Cells in this row: 5, in the header: 6. They must be as many."],
        ["5", "unreadable_row", "Company name: The cell contains a NUL character. Remove it."],
    ]
    assert for_machines["refusals"] == [
        {
            "line": 2,
            "code": "validation_failed",
            "reason": "The company must not be empty.",
            "column": "Company name",
        },
        {"line": 3, "code": "invalid_domain", "reason": "Give a full domain name.", "column": ""},
        {
            "line": 4,
            "code": "unreadable_row",
            "reason": "Cells in this row: 5, in the header: 6. They must be as many.",
            "column": "",
        },
        {
            "line": 5,
            "code": "unreadable_row",
            "reason": "The cell contains a NUL character. Remove it.",
            "column": "Company name",
        },
    ]


def test_a_dry_run_applies_every_rule(signed_in: Run, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(
        WRONG
        + lines(
            "gmail.com,E,Ada,Ames,ada@e.example,Germny",
            f"{'x' * 2_100}.example,F,Ada,Ames,ada@f.example,DE",
            "https://g.example,G\u202e,Ada,Ames,nobody,DE",
            "gmail.com,H,Ada,Ames,ada@h.example,DE",
        ),
        encoding="utf-8",
    )

    ended = signed_in("registrations", "import", str(file), "--dry-run", "--json")

    assert [(one["line"], one["column"]) for one in json.loads(ended.stdout)["refusals"]] == [
        (2, "Company name"),
        (3, "Website"),
        (4, ""),
        (5, "Company name"),
        (6, "Website, Country/Region"),
        (7, "Website"),
        (8, "Company name, Email"),
        (9, "Website"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leads.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "The file is a workbook of the old kind (.xls)"),
        ("leads.xlsx", b"PK\x03\x04 damaged", "The file is a zip archive, and no workbook (.xlsx)."),
        ("leads.pdf", b"%PDF-1.7", "The file is a PDF document."),
        ("leads.csv", b"", "The file is empty."),
        ("leads.csv", b'"', "The header cannot be read."),
    ],
)
def test_what_is_no_table_is_refused_by_name(
    signed_in: Run, program: FakeProgram, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    ended = signed_in("registrations", "import", str(file), "--json")

    assert (ended.exit_code, program.requests) == (2, [])
    assert json.loads(ended.stdout)["problem"]["code"] == "wrong_usage"
    assert f"{file}: {reason}" in ended.stderr


def test_refused_rows_of_any_file_are_written_as_they_were_and_import_again(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(
        lines("Note,Note,Website,Firma,Vorname,Nachname,E-Mail", "'=1;\t@x,é,a.example,,Ada,Ames,ada@a.example").encode(
            "utf-16"
        )
    )
    program.limit = 1
    signed_in("registrations", "import", str(file))
    refused = tmp_path / "leads.refused.csv"
    written = refused.read_bytes().decode()

    refused.write_bytes(refused.read_bytes().replace(b"a.example,,", "a.example,Łódź;=1,".encode()))
    again = signed_in("registrations", "import", str(refused))

    assert written == (
        "\ufeffNote,Note,Website,Firma,Vorname,Nachname,E-Mail,line,column,code,reason\r\n"
        "\"'=1;\t'@x\",é,a.example,,Ada,Ames,ada@a.example,2,Firma,validation_failed,The company must not be empty.\r\n"
    )
    assert again.exit_code == 0
    assert program.registrations["a.example"]["company"] == "Łódź;=1"


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300)
    | st.lists(st.lists(st.text(max_size=8), min_size=6, max_size=6).map(";".join), max_size=4).map(
        lambda rows: "\n".join([HEADER.replace(",", ";"), *rows]).encode("utf-16")
    )
)
def test_no_file_ends_in_a_traceback(signed_in: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(content)

    ended = signed_in("registrations", "import", str(file), "--dry-run", "--json")

    assert ended.exit_code in {0, 1, 2}
    assert json.loads(ended.stdout)
