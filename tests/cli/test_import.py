"""Importing leads from a file: what is sent, what is refused, and what is reported."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_program import EMAIL, FakeProgram
from tests.cli.lead_files import HEADER, lead_row, write_leads


def refused_rows(path: Path) -> list[dict[str, str]]:
    with path.with_name(f"{path.stem}.refused.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_is_registered_in_batches_of_a_hundred(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    program.limit = 500
    file = write_leads(tmp_path, 230)

    result = signed_in("registrations", "import", str(file), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "file": str(file),
        "dry_run": False,
        "read_as": {"file": "CSV in UTF-8, separated by commas", "export_of": None, "columns": {}},
        "rows": 230,
        "registered": 230,
        "already_registered": 0,
        "refused": 0,
        "refused_by_code": {},
        "refusals": [],
        "refused_file": None,
        "rows_sent": 230,
        "seconds": 0.0,
        "rows_per_second": 0.0,
    }
    assert [len(batch) for batch in program.batches()] == [100, 100, 30]
    assert program.registrations["lead-007.example"]["contact"] == {
        "first_name": "Ada",
        "last_name": "Ames",
        "email": "ada@lead-007.example",
    }
    assert program.registrations["lead-007.example"]["country"] == "DE"


@pytest.mark.feature("A13", "A16")
def test_beyond_the_limit_every_row_is_refused_by_reason(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    program.taken_by_others = {"lead-003.example"}
    file = write_leads(tmp_path, 250)

    result = signed_in("registrations", "import", str(file))

    assert result.exit_code == 1
    assert len(program.registrations) == 50
    assert [len(batch) for batch in program.batches()] == [100, 100, 50]
    rows = refused_rows(file)
    assert [row["code"] for row in rows] == ["domain_unavailable"] + ["capacity_reached"] * 199
    assert rows[0] == {
        "website": "https://lead-003.example",
        "company": "Lead 3",
        "first_name": "Ada",
        "last_name": "Ames",
        "email": "ada@lead-003.example",
        "country": "DE",
        "line": "5",
        "column": "",
        "code": "domain_unavailable",
        "reason": "lead-003.example is registered by another partner.",
    }
    assert "registered                   50" in result.stdout
    assert "refused: capacity_reached    199" in result.stdout
    assert "leads.refused.csv" in result.stderr


def test_stopping_at_the_limit_sends_no_more_and_says_which_rows_are_left(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = write_leads(tmp_path, 250)

    result = signed_in("registrations", "import", str(file), "--stop-at-limit", "--json")

    assert result.exit_code == 1
    assert len(program.batches()) == 1
    answer = json.loads(result.stdout)
    assert answer["refused_by_code"] == {"not_sent": 150, "capacity_reached": 50}
    assert answer["rows_sent"] == 100
    assert refused_rows(file)[-1]["reason"] == "Not sent: the capacity limit was reached on line 52."


def test_importing_again_registers_nothing_twice_and_refuses_nothing(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    program.limit = 500
    file = write_leads(tmp_path, 130)
    signed_in("registrations", "import", str(file))

    again = signed_in("registrations", "import", str(file), "--json")

    assert again.exit_code == 0
    assert json.loads(again.stdout)["already_registered"] == 130
    assert len(program.registrations) == 130


def test_importing_again_after_making_room_gets_no_old_answers(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = write_leads(tmp_path, 60)
    first = signed_in("registrations", "import", str(file))
    program.limit = 500

    second = signed_in("registrations", "import", str(file), "--json")

    assert (first.exit_code, second.exit_code) == (1, 0)
    assert json.loads(second.stdout)["registered"] == 10
    assert len(program.registrations) == 60


def test_a_domain_twice_in_the_file_counts_as_already_there(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = write_leads(tmp_path, 1)
    file.write_text(file.read_text() + lead_row(0).replace("https://", "https://www."))

    result = signed_in("registrations", "import", str(file), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["already_registered"] == 1
    assert len(program.registrations) == 1


def test_rows_that_cannot_be_read_are_refused_and_cost_no_other_row(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = write_leads(tmp_path, 2)
    file.write_text(file.read_text() + "short,row\r\n" + f"{'x' * 3001},Long,Ada,Ames,ada@x.example,\r\n" + lead_row(2))

    result = signed_in("registrations", "import", str(file), "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["refused_by_code"] == {"unreadable_row": 2}
    rows = refused_rows(file)
    assert [(row["line"], row["website"]) for row in rows] == [("4", ""), ("5", "")]
    assert "header" in rows[0]["reason"]
    assert (rows[1]["column"], rows[1]["reason"]) == ("website", "The cell is longer than 3,000 characters.")
    assert len(program.registrations) == 3


def test_a_wrong_field_is_named_in_the_reason(signed_in: Run, tmp_path: Path) -> None:
    file = write_leads(tmp_path, 1)
    file.write_text(file.read_text().replace("Lead 0", ""))

    signed_in("registrations", "import", str(file))

    assert refused_rows(file)[0]["reason"] == "The company must not be empty."


def test_the_corrected_file_of_refused_rows_imports(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    file = write_leads(tmp_path, 2)
    file.write_text(file.read_text().replace("Lead 1", ""))
    signed_in("registrations", "import", str(file))
    refused = tmp_path / "leads.refused.csv"
    refused.write_text(refused.read_text().replace("https://lead-001.example,,", "https://lead-001.example,Lead 1,"))

    corrected = signed_in("registrations", "import", str(refused))

    assert corrected.exit_code == 0
    assert list(program.registrations) == ["lead-000.example", "lead-001.example"]


def test_a_file_of_refused_rows_goes_once_nothing_is_refused(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = write_leads(tmp_path, 51)
    signed_in("registrations", "import", str(file))
    there_after_refusal = (tmp_path / "leads.refused.csv").exists()
    program.limit = 51

    signed_in("registrations", "import", str(file))

    assert there_after_refusal
    assert [path.name for path in tmp_path.glob("*.csv")] == ["leads.csv"]


def test_refused_formulas_stay_harmless_in_the_file_and_unchanged_on_import(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    program.limit = 0
    file = write_leads(tmp_path, 1)
    file.write_text(file.read_text().replace("Lead 0", "=1+1"))
    signed_in("registrations", "import", str(file))
    refused = tmp_path / "leads.refused.csv"
    written = refused.read_text()
    program.limit = 1

    signed_in("registrations", "import", str(refused))

    assert "https://lead-000.example,'=1+1,Ada" in written
    assert program.registrations["lead-000.example"]["company"] == "=1+1"


def test_a_file_without_the_needed_columns_is_refused_before_anything_is_sent(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("website,company\r\n")

    result = signed_in("registrations", "import", str(file))

    assert result.exit_code == 2
    assert "Columns are missing: first_name, last_name, email." in result.stderr
    assert program.requests == []


def test_a_file_of_a_header_alone_imports_nothing(signed_in: Run, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(HEADER)

    result = signed_in("registrations", "import", str(file), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["rows"] == 0


def test_someone_of_several_partners_has_to_pick_one_before_anything_is_sent(
    signed_in: Run, program: FakeProgram, tmp_path: Path
) -> None:
    program.partners["p-2"] = "South Star"
    file = write_leads(tmp_path, 1)

    undecided = signed_in("registrations", "import", str(file))
    decided = signed_in("registrations", "import", str(file), "--partner", "p-2")

    assert (undecided.exit_code, decided.exit_code) == (2, 0)
    assert "pick one with --partner: p-1, p-2." in undecided.stderr
    assert [request.headers["X-Partner-Id"] for request in program.sent("/v1/registrations/batch")] == ["p-2"]


def test_an_operator_without_a_partner_is_told_why_not(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    program.partners.clear()

    result = signed_in("registrations", "import", str(write_leads(tmp_path, 1)))

    assert result.exit_code == 2
    assert "sign in as a partner's user" in result.stderr
    assert program.batches() == []


def test_long_rows_make_shorter_batches(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    rows = [f"https://lead-{number}.example,{'é' * 2_900},Ada,Ames,{EMAIL},\r\n" for number in range(30)]
    file.write_text(HEADER + "".join(rows), encoding="utf-8")

    result = signed_in("registrations", "import", str(file))

    assert result.exit_code == 0
    assert [len(batch) for batch in program.batches()] == [11, 11, 8]
