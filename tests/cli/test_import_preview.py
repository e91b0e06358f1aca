"""A dry run says what an import would do, and does nothing."""

import json
from pathlib import Path

import pytest

from cli.places import state_folder
from tests.cli.conftest import Run
from tests.cli.fake_program import FakeProgram
from tests.cli.lead_files import HEADER, write_leads


@pytest.mark.feature("A13")
def test_a_dry_run_foretells_the_import_and_changes_nothing(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = write_leads(tmp_path, 60)
    signed_in("registrations", "import", str(write_leads(tmp_path, 5)))
    write_leads(tmp_path, 60)
    program.requests.clear()

    result = signed_in("registrations", "import", str(file), "--dry-run", "--json")
    methods = {request.method for request in program.requests}
    done = signed_in("registrations", "import", str(file), "--json")

    assert result.exit_code == 1
    foretold, happened = json.loads(result.stdout), json.loads(done.stdout)
    for name in ("rows", "registered", "already_registered", "refused", "refused_by_code"):
        assert foretold[name] == happened[name]
    assert foretold["refused_by_code"] == {"capacity_reached": 10}
    assert foretold["capacity"]["used"] == 5
    assert methods == {"GET"}


@pytest.mark.usefixtures("signed_in")
def test_a_dry_run_leaves_no_file(signed_in: Run, tmp_path: Path) -> None:
    file = write_leads(tmp_path, 60)

    signed_in("registrations", "import", str(file), "--dry-run")

    assert [path.name for path in tmp_path.glob("*.csv")] == ["leads.csv"]
    assert not state_folder().exists()


def test_each_wrong_row_is_shown_with_its_reason(signed_in: Run, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(
        HEADER
        + "https://www.Müller.de/x,Müller,Ada,Ames,ada@acme.example,DE\r\n"
        + "shop.müller.de,Müller,Ada,Ames,ada@acme.example,\r\n"
        + "localhost,Acme,Ada,Ames,ada@acme.example,DE\r\n"
        + "gmail.com,Acme,Ada,Ames,ada@acme.example,DE\r\n"
        + "acme.example,,Ada,Ames,nobody,XX\r\n"
        + "acme.example\r\n",
        encoding="utf-8",
    )

    result = signed_in("registrations", "import", str(file), "--dry-run", "--json")

    answer = json.loads(result.stdout)
    assert (answer["registered"], answer["already_registered"]) == (1, 1)
    assert [(one["line"], one["code"]) for one in answer["refusals"]] == [
        (4, "invalid_domain"),
        (5, "invalid_domain"),
        (6, "validation_failed"),
        (7, "unreadable_row"),
    ]
    assert answer["refusals"][2]["reason"] == (
        "The company must not be empty. An email address must have an @-sign. "
        "The country must be a two-letter country code (ISO 3166-1), such as DE."
    )


def test_people_see_a_table_and_the_first_refusals(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    program.limit = 10
    file = write_leads(tmp_path, 40)

    result = signed_in("registrations", "import", str(file), "--dry-run")

    assert "would be registered                 10" in result.stdout
    assert "would be refused: capacity_reached  30" in result.stdout
    assert "0 of 10 used" in result.stdout
    assert "... and 10 more; --json shows all." in result.stderr
    assert "Dry run: nothing was changed." in result.stderr


def test_a_file_without_a_fault_ends_well(signed_in: Run, tmp_path: Path) -> None:
    assert signed_in("registrations", "import", str(write_leads(tmp_path, 3)), "--dry-run").exit_code == 0
