"""Files of deals as offices and CRMs write them: each row goes in, or is refused with its column and the reason."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Run
from tests.cli.fake_program import FakeClock
from tests.cli.fake_tier import ProgramWithTier

HEADER = "deal_id,partner_id,hub_id,domain,deal_type,mrr,currency,closed_on,product"
ROW = "D-1,p-1,62000,acme.example,partner_sourced,10.00,EUR,2026-11-01,sales_hub"
DEAL = {
    "partner_id": "p-1",
    "hub_id": "62000",
    "domain": "acme.example",
    "deal_type": "partner_sourced",
    "mrr": {"amount": 1000, "currency": "EUR"},
    "closed_on": "2026-11-01",
    "product": "sales_hub",
}
NO_DAY = "The day must be written as 2026-01-31; --date-format says how else, such as DD.MM.YYYY."
NO_ID = "must have 1 to 64 letters, digits, dots, underscores and hyphens, and start with a letter or a digit."
DEAL_TYPES = "partner_sourced or partner_assisted"
NO_AMOUNT = "The amount must be written as 1272.50, with at most 2 digits after the point"


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithTier:
    return ProgramWithTier(clock=clock_of_program)


def write(folder: Path, content: bytes | str) -> str:
    (folder / "deals.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return "deals.csv"


def row(**cells: str) -> str:
    names = HEADER.split(",")
    return ",".join({**dict(zip(names, ROW.split(","), strict=True)), **cells}.values())


def results(run: Run, *arguments: str) -> list[dict[str, Any]]:
    found = json.loads(run("deals", "import", *arguments, "--dry-run", "--json").stdout)["results"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    "content",
    {
        "lines that end in CR": f"{HEADER}\r{ROW}\r".encode(),
        "a mark and lines that end in CR": f"\ufeff{HEADER}\r{ROW}\r".encode(),
        "Windows-1252 in a column that nobody uses": f"Größe,{HEADER}\nx,{ROW}\n".encode("cp1252"),
        "unused columns twice": f"Account Name,Account Name,{HEADER}\na,b,{ROW}\n".encode(),
        "empty columns at the end": f"{HEADER},,\n{ROW},,\n".encode(),
        "blank rows": f"{HEADER}\n{ROW}\n,,,,,,,,\n,,,,,,,,\n".encode(),
        "semicolons": f"{HEADER}\n{ROW}\n".replace(",", ";").encode(),
        "names in words": f"{HEADER.replace('_', ' ').title()}\n{ROW}\n".encode(),
    }.values(),
)
def test_a_file_of_any_dialect_goes_in(
    signed_in: Run, program: ProgramWithTier, computer: Path, content: bytes
) -> None:
    assert signed_in("deals", "import", write(computer, content)).exit_code == 0
    assert program.deals == {"D-1": DEAL}


@pytest.mark.parametrize(
    ("text", "day_format", "day"),
    [
        ("2026-11-01 00:00", None, "2026-11-01"),
        ("2021-05-13T03:00:00+03:00", None, "2021-05-13"),
        ("01-03-17", "DD-MM-YY", "2017-03-01"),
        ("3/11/2025 0:00", "MM/DD/YYYY", "2025-03-11"),
        ("04/01/2021", "MM/DD/YYYY", "2021-04-01"),
        ("12-05-2020", "MM-DD-YYYY", "2020-12-05"),
        ("1.11.2026", "DD.MM.YYYY", "2026-11-01"),
        ("46327", "serial", "2026-11-01"),
    ],
)
def test_days_of_real_exports_are_read_as_it_is_said(
    signed_in: Run, computer: Path, text: str, day_format: str | None, day: str
) -> None:
    options = ("--date-format", day_format) if day_format else ()
    (read,) = results(signed_in, write(computer, f"{HEADER}\n{row(closed_on=text)}\n"), *options)
    assert (read["result"], read["closed_on"]) == ("readable", day)


@pytest.mark.parametrize("text", ["01-03-17", "3/11/2025 0:00", "04/01/2021", "12-05-2020", "1.11.2026"])
def test_a_day_that_could_be_another_is_refused(signed_in: Run, computer: Path, text: str) -> None:
    (read,) = results(signed_in, write(computer, f"{HEADER}\n{row(closed_on=text)}\n"))
    assert (read["result"], read["detail"]) == ("refused", f"closed_on: {NO_DAY}")


def test_a_format_without_a_day_is_refused(signed_in: Run, computer: Path) -> None:
    ended = signed_in("deals", "import", write(computer, f"{HEADER}\n{ROW}\n"), "--date-format", "%d.%m.%Y")
    assert ended.exit_code == 2
    assert ended.stderr == (
        "--date-format: A format of days has DD, MM and YYYY in it, such as DD.MM.YYYY, or is serial; not '%d.%m.%Y'.\n"
    )


def test_amounts_may_have_a_decimal_comma(signed_in: Run, program: ProgramWithTier, computer: Path) -> None:
    file = write(computer, f"{HEADER}\n{row(mrr='1.272,50')}\n".replace(",", ";").replace("1.272;50", "1.272,50"))
    assert signed_in("deals", "import", file, "--decimal-comma").exit_code == 0
    assert program.deals["D-1"]["mrr"] == {"amount": 127_250, "currency": "EUR"}


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"currency": "eur"}, "currency", "The currency must be one of USD, EUR, GBP, AUD, CAD, SGD, JPY, ZAR, COP."),
        ({"deal_type": "Partner Sourced"}, "deal_type", f"The deal type must be one of {DEAL_TYPES}."),
        ({"hub_id": "1.23457E+14"}, "hub_id", f"The hub id {NO_ID}"),
        ({"partner_id": "P DEMO"}, "partner_id", f"The partner id {NO_ID}"),
        ({"deal_id": "D 1"}, "deal_id", f"The deal id {NO_ID}"),
        (
            {"closed_on": "1969-12-31"},
            "closed_on",
            "The day of the sale must be a day from 1970-01-01 to 2999-12-31, such as 2026-01-31.",
        ),
        ({"closed_on": ""}, "closed_on", "The cell is empty."),
        ({"product": "x" * 201}, "product", "The product must have at most 200 characters."),
        ({"domain": "localhost"}, "domain", "This is a single name. Give the full domain name, such as acme.example."),
        ({"mrr": "1e5000"}, "mrr", f"{NO_AMOUNT}."),
        ({"mrr": "NaN"}, "mrr", f"{NO_AMOUNT}."),
        ({"mrr": "10.001"}, "mrr", f"{NO_AMOUNT}."),
        ({"mrr": '"10,50"'}, "mrr", f"{NO_AMOUNT}; --decimal-comma reads 1.272,50."),
        ({"mrr": "999999999999"}, "mrr", "The amount must be at most 1,000,000,000,000."),
    ],
)
@pytest.mark.parametrize("sending", [True, False])
def test_a_wrong_row_is_refused_with_its_column_and_reason_before_it_is_sent(
    signed_in: Run,
    program: ProgramWithTier,
    computer: Path,
    cells: dict[str, str],
    column: str,
    reason: str,
    *,
    sending: bool,
) -> None:
    file = write(computer, f"{HEADER}\n{row(**cells)}\n")

    ended = signed_in("deals", "import", file, "--json", *([] if sending else ["--dry-run"]))

    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["results"] == [
        {
            "line": 2,
            "deal_id": cells.get("deal_id", "D-1"),
            "result": "refused",
            "column": column,
            "code": "validation_failed",
            "reason": reason,
            "detail": f"{column}: {reason}",
        }
    ]
    assert program.deals == {}


@pytest.mark.parametrize(
    ("cells", "column", "code", "reason"),
    [
        ({"partner_id": "unknown"}, "partner_id", "not_found", "The program has no partner with this id. (not_found)"),
        (
            {"hub_id": "unknown"},
            "Account",
            "unknown_client",
            "The program has no client with this id. (unknown_client)",
        ),
    ],
)
def test_what_the_program_does_not_know_is_refused_under_its_column(
    signed_in: Run, computer: Path, cells: dict[str, str], column: str, code: str, reason: str
) -> None:
    file = write(computer, f"{HEADER}\n{row(**cells)}\n".replace("hub_id", "Account"))

    ended = signed_in("deals", "import", file, "--map", "hub_id=Account", "--json")

    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["results"] == [
        {
            "line": 2,
            "deal_id": "D-1",
            "result": "refused",
            "column": column,
            "code": code,
            "reason": reason,
            "detail": f"{column}: {reason}",
        }
    ]


def test_all_faults_of_a_row_are_told_together_under_the_names_of_its_columns(signed_in: Run, computer: Path) -> None:
    file = write(computer, f"{HEADER}\n{row(mrr='x', closed_on='soon', hub_id='')}\n".replace("hub_id", "Account No"))

    (refused,) = results(signed_in, file, "--map", "hub_id=account no")

    assert (refused["column"], refused["detail"]) == (
        "Account No, mrr, closed_on",
        f"Account No, mrr, closed_on: The cell is empty. {NO_AMOUNT}. {NO_DAY}",
    )


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300)
    | st.lists(st.lists(st.text(max_size=8), min_size=9, max_size=9).map(",".join), max_size=4).map(
        lambda rows: "\n".join([HEADER, *rows]).encode()
    )
)
def test_no_file_ends_in_a_traceback(signed_in: Run, computer: Path, content: bytes) -> None:
    ended = signed_in("deals", "import", write(computer, content), "--dry-run", "--json")
    assert ended.exit_code in {0, 1, 2}
    assert json.loads(ended.stdout)
