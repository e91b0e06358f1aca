"""Deals from a CRM's export."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_program import FakeClock
from tests.cli.fake_tier import ProgramWithTier

PIPELINE = """\
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
OPP1001,Ada Hill,Suite Basic,Acme,Won,2026-01-20,2026-03-01,1272.50
OPP1002,Ada Hill,Suite Plus,Globe Trade,Won,2026-01-25,2026-03-11,500
OPP1003,Max Moss,Suite Plus,Acme,Lost,2026-01-25,2026-03-12,0
OPP1004,Max Moss,Suite Pro,Unknown,Won,2026-02-02,2026-03-14,800
OPP1005,Max Moss,Suite Pro,Acme,Won,2026-02-03,soon,800
"""
NO_DAY = "The day must be written as 2026-01-31; --date-format says how else, such as DD.MM.YYYY."
READ = (
    "Read as CSV in UTF-8, separated by commas.\n"
    "Columns: deal_id from 'opportunity_id', mrr from 'close_value', closed_on from 'close_date'.\n"
)
OPTIONS = (
    *("--map", "deal_id=opportunity_id", "--map", "closed_on=close_date", "--map", "mrr=close_value"),
    *("--set", "partner_id=p-1", "--set", "hub_id={account}", "--set", "domain={account}.example"),
    *("--set", "deal_type=partner_sourced", "--set", "currency=EUR", "--only", "deal_stage=Won"),
)


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithTier:
    return ProgramWithTier(clock=clock_of_program)


@pytest.fixture
def pipeline(computer: Path) -> str:
    (computer / "pipeline.csv").write_text(PIPELINE, encoding="utf-8")
    return "pipeline.csv"


def test_the_won_deals_of_an_export_are_reported(signed_in: Run, program: ProgramWithTier, pipeline: str) -> None:
    ended = signed_in("deals", "import", pipeline, *OPTIONS)

    assert ended.exit_code == 1
    assert [line.strip().split(None, 3) for line in ended.stdout.splitlines()] == [
        ["Line", "Deal", "Result", "Credit, or what is wrong"],
        ["2", "OPP1001", "created", "72.3 points"],
        ["3", "OPP1002", "created", "domain not registered"],
        ["5", "OPP1004", "refused", "hub_id: The program has no client with this id. (unknown_client)"],
        ["6", "OPP1005", "refused", f"close_date: {NO_DAY}"],
    ]
    assert ended.stderr == f"{READ}2 created, 2 refused; 1 left out.\n"
    assert program.deals["OPP1001"] == {
        "partner_id": "p-1",
        "hub_id": "acme",
        "domain": "acme.example",
        "deal_type": "partner_sourced",
        "mrr": {"amount": 127250, "currency": "EUR"},
        "closed_on": "2026-03-01",
        "product": "Suite Basic",
    }
    again = json.loads(signed_in("deals", "import", pipeline, *OPTIONS, "--json").stdout)
    assert again["counts"] == {"unchanged": 2, "refused": 2}


def test_an_export_needs_no_column_of_products(signed_in: Run, program: ProgramWithTier, computer: Path) -> None:
    (computer / "plain.csv").write_text(PIPELINE.replace(",product,", ",package,"), encoding="utf-8")

    signed_in("deals", "import", "plain.csv", *OPTIONS)

    assert [deal["product"] for deal in program.deals.values()] == [None, None]


def test_a_product_column_that_is_named_must_be_there(signed_in: Run, program: ProgramWithTier, pipeline: str) -> None:
    ended = signed_in("deals", "import", pipeline, *OPTIONS, "--map", "product=package")

    assert (ended.exit_code, program.requests) == (2, [])
    assert "Columns are missing: package" in ended.stderr


def test_a_dry_run_sends_nothing(signed_in: Run, program: ProgramWithTier, pipeline: str) -> None:
    told = signed_in("deals", "import", pipeline, *OPTIONS, "--dry-run", "--json")

    assert [one["result"] for one in json.loads(told.stdout)["results"]] == [
        "readable",
        "readable",
        "readable",
        "refused",
    ]
    assert program.requests == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.csv",), "nowhere.csv cannot be read"),
        (
            ("pipeline.csv",),
            "Columns are missing: partner_id, hub_id, domain, deal_type, mrr, currency.",
        ),
        (("pipeline.csv", "--map", "price=close_value"), "There is no field price."),
        (("pipeline.csv", "--map", "mrr"), "--map takes a name and a text"),
        (("pipeline.csv", *OPTIONS, "--only", "stage=Won"), "Columns are missing: stage"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_sent(
    signed_in: Run, program: ProgramWithTier, pipeline: str, arguments: tuple[str, ...], message: str
) -> None:
    assert pipeline
    ended = signed_in("deals", "import", *arguments)

    assert (ended.exit_code, program.requests) == (2, [])
    assert message in ended.stderr


def test_an_empty_export_says_so(signed_in: Run, computer: Path) -> None:
    (computer / "empty.csv").write_text(PIPELINE.splitlines()[0] + "\n", encoding="utf-8")

    ended = signed_in("deals", "import", "empty.csv", *OPTIONS)

    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "", f"{READ}No deal in the file.\n")
