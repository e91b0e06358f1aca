"""Days and amounts in cells."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.spreadsheets.values import DayFormat, amount_in, day_in

reproducibly = settings(derandomize=True, deadline=None)
FORMATS = [None, "DD.MM.YYYY", "MM/DD/YYYY", "DD/MM/YYYY", "DD-MM-YY", "serial"]


@pytest.mark.parametrize(
    ("text", "day_format", "day"),
    [
        ("2026-11-30", None, date(2026, 11, 30)),
        ("2026-11-30", "DD.MM.YYYY", date(2026, 11, 30)),
        ("2026-11-30 00:00", None, date(2026, 11, 30)),
        ("2026-11-30T23:30:00.000Z", None, date(2026, 11, 30)),
        ("2021-05-13T03:00:00+03:00", None, date(2021, 5, 13)),
        ("30.11.2026", "DD.MM.YYYY", date(2026, 11, 30)),
        ("1.11.2026", "DD.MM.YYYY", date(2026, 11, 1)),
        ("1.11.2026 9:30", "dd.mm.yyyy", date(2026, 11, 1)),
        ("11/30/2026", "MM/DD/YYYY", date(2026, 11, 30)),
        ("3/11/2025 0:00", "MM/DD/YYYY", date(2025, 3, 11)),
        ("3/11/2025 0:00", "DD/MM/YYYY", date(2025, 11, 3)),
        ("11/30/2026 12:00 AM", "MM/DD/YYYY", date(2026, 11, 30)),
        ("01-03-17", "DD-MM-YY", date(2017, 3, 1)),
        ("2026/11/30", "YYYY/MM/DD", date(2026, 11, 30)),
        ("46327", "serial", date(2026, 11, 1)),
        ("46327.5", "serial", date(2026, 11, 1)),
    ],
)
def test_a_day_is_read_in_the_format_that_is_said(text: str, day_format: str | None, day: date) -> None:
    assert day_in(text, DayFormat(day_format) if day_format else None) == day


@pytest.mark.parametrize("day_format", FORMATS)
@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "2026-13-01", "00.00.2026", "99999999", "2026-11-30x"])
def test_what_is_no_day_is_none(text: str, day_format: str | None) -> None:
    assert day_in(text, DayFormat(day_format) if day_format else None) is None


@pytest.mark.parametrize("text", ["30.11.2026", "11/30/2026", "01-03-17", "46327", "3/11/2025 0:00"])
def test_a_day_is_never_guessed(text: str) -> None:
    assert day_in(text, None) is None


@pytest.mark.parametrize("text", ["", "DD.MM", "YYYY", "MM/DD/YYYY/DD", "%d.%m.%Y", "excel"])
def test_a_format_has_day_month_and_year(text: str) -> None:
    with pytest.raises(ValueError, match=r"^A format of days has DD, MM and YYYY in it"):
        DayFormat(text)


@pytest.mark.parametrize(
    ("text", "amount"), [("1272.50", "1272.50"), ("0", "0"), ("500", "500"), ("999999999999999", "999999999999999")]
)
def test_an_amount_has_a_decimal_point(text: str, amount: str) -> None:
    assert amount_in(text, decimal_comma=False) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1272,50", "1272.50"), ("1.272,50", "1272.50"), ("1.272.000", "1272000"), ("500", "500"), ("0,5", "0.5")],
)
def test_an_amount_may_have_a_decimal_comma_where_it_is_said(text: str, amount: str) -> None:
    assert amount_in(text, decimal_comma=True) == Decimal(amount)


NO_AMOUNTS = [
    "",
    "1e5000",
    "1e3",
    "NaN",
    "Infinity",
    "-1",
    "+1",
    "1_000",
    "1 000",
    "\u0661",
    "5.",
    ".5",
    "9" * 16,
    "10 €",
]


@pytest.mark.parametrize("text", [*NO_AMOUNTS, "1272,50", "1,272.50", "1.272,50"])
def test_anything_else_is_no_amount(text: str) -> None:
    assert amount_in(text, decimal_comma=False) is None


@pytest.mark.parametrize("text", [*NO_AMOUNTS, "1272.50", "1,272.50", "1.27"])
def test_anything_else_is_no_amount_with_a_comma(text: str) -> None:
    assert amount_in(text, decimal_comma=True) is None


@reproducibly
@given(text=st.text() | st.text(st.sampled_from("0123456789.,/-: TZ+")))
def test_any_text_is_read_or_is_none(text: str) -> None:
    for day_format in FORMATS:
        assert isinstance(day_in(text, DayFormat(day_format) if day_format else None), date | None)
    for decimal_comma in (True, False):
        assert isinstance(amount_in(text, decimal_comma=decimal_comma), Decimal | None)
