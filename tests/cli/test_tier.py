"""The commands on tier and points."""

import json

import pytest

from cli import tier
from tests.cli.conftest import Run
from tests.cli.fake_program import FakeClock
from tests.cli.fake_tier import STANDING, ProgramWithTier, history


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithTier:
    return ProgramWithTier(clock=clock_of_program)


@pytest.mark.feature("A38", "A39", "A48")
def test_the_tier_is_shown_with_a_chart(signed_in: Run) -> None:
    shown = signed_in("tier", "show").stdout

    facts, chart = shown.split("\n\n")
    assert [line.split(None, 3)[-1] for line in facts.splitlines()[-1:]] == ["2026-07-15"]
    assert "86.8: 72.3 sold, 14.5 managed" in facts
    assert "Missing to keep silver  nothing" in facts
    assert "Missing to reach gold   36.2 points in total" in facts
    assert [line.rstrip() for line in chart.splitlines()] == [
        "2026-02  █████████████▒▒▒▒▒▒▒                    | 60",
        "2026-03  ████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒| 123",
        "2026-04~                                         | 0",
        "█ sold, ▒ managed, ~ as far as it is known today, | what the tier needs: 123",
    ]


def test_the_tier_comes_as_json(signed_in: Run, program: ProgramWithTier) -> None:
    told = json.loads(signed_in("tier", "show", "--as-of", "2026-03-17", "--months", "2", "--json").stdout)

    assert told == {**STANDING, "history": history()}
    assert [dict(request.url.params) for request in program.requests] == [
        {"as_of": "2026-03-17"},
        {"months": "2", "projection_months": "3"},
    ]


def test_points_are_listed_by_client(signed_in: Run, program: ProgramWithTier) -> None:
    shown = signed_in("tier", "points", "--deal-type", "partner_sourced").stdout.splitlines()

    assert [line.split() for line in shown] == [
        ["Client", "Company", "Sold", "Managed", "Total"],
        ["c-1", "Acme", "72.3", "14.5", "86.8"],
    ]
    assert dict(program.requests[0].url.params) == {"deal_type": "partner_sourced", "limit": "25"}


def test_the_entries_of_a_client_are_listed(signed_in: Run) -> None:
    shown = signed_in("tier", "points", "c-1").stdout.splitlines()

    assert shown[1].split() == ["2026-03-17", "2027-03-17", "active", "sold", "d-1", "72.3"]


def test_what_would_be_if_is_shown_beside_what_is(signed_in: Run, program: ProgramWithTier) -> None:
    deal = "500.50:EUR:partner_assisted:growth"
    shown = signed_in("tier", "what-if", "--deal", deal, "--deal", "7:JPY", "--lose", "c-1", "--certification-lapses")

    assert program.assumed == [
        {
            "add_deals": [
                {
                    "mrr": {"amount": 50050, "currency": "EUR"},
                    "deal_type": "partner_assisted",
                    "market_type": "growth",
                },
                {"mrr": {"amount": 7, "currency": "JPY"}},
            ],
            "lose_clients": ["c-1"],
            "certification_lapses": True,
        }
    ]
    assert shown.stdout.splitlines() == [
        "                        Now                   Then",
        "Performing tier         silver                untiered",
        "Sold points             72.3                  20",
        "Managed points          14.5                  0",
        "Total points            86.8                  20",
        "Missing to keep silver  nothing               a valid certification",
        "Missing to reach gold   36.2 points in total  36.2 points in total, a valid certification",
    ]


def test_without_a_tier_nothing_is_missing_to_keep_one(signed_in: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STANDING, "credited_tier", "untiered")

    for command in (("show",), ("what-if",)):
        shown = signed_in("tier", *command).stdout
        assert "keep" not in shown
        assert "Missing to reach gold" in shown


def test_at_the_highest_tier_there_is_none_to_reach(signed_in: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STANDING, "next_tier", None)

    for command in (("show",), ("what-if",)):
        shown = signed_in("tier", *command).stdout
        assert "reach" not in shown
        assert "Missing to keep silver" in shown


def test_the_chart_is_drawn_in_what_the_output_can_hold(signed_in: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tier, "can_print", lambda _: False)

    shown = signed_in("tier", "show", "--months", "2").stdout

    assert "2026-02  #############:::::::                    | 60" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("points", "../users"),
        ("points", "c-1", "--market-type", "growth"),
        ("what-if", "--deal", "much"),
        ("what-if", "--deal", "1.005:EUR"),
    ],
)
def test_what_makes_no_sense_is_not_sent(signed_in: Run, program: ProgramWithTier, arguments: tuple[str, ...]) -> None:
    assert signed_in("tier", *arguments).exit_code == 2
    assert program.requests == []
