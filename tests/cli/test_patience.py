"""How long the client waits, and when it stops waiting."""

import pytest

from cli.patience import Patience


def patience() -> Patience:
    return Patience(sleep=lambda _seconds: None, now=lambda: 1_790_000_000.0, spread=lambda most: most)


def test_the_wait_doubles_up_to_a_bound_and_ends() -> None:
    waits = [patience().pause_before(attempt, asked=None) for attempt in range(2, 10)]

    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0, None]


def test_the_server_s_wish_is_kept_unless_it_is_too_long() -> None:
    assert patience().pause_before(2, asked=3.0) == 3.5
    assert patience().pause_before(2, asked=0.0) == 0.5
    assert patience().pause_before(2, asked=120.5) is None


def test_waits_are_spread_at_random_below_the_bound() -> None:
    plain = Patience(sleep=lambda _seconds: None, now=lambda: 0.0)
    waits = {plain.pause_before(4, asked=None) for _ in range(50)}

    assert len(waits) > 1
    assert all(wait is not None and 0 <= wait <= 4.0 for wait in waits)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("5", 5.0),
        (" 0 ", 0.0),
        ("Mon, 21 Sep 2026 14:13:50 GMT", 30.0),
        ("Mon, 21 Sep 2026 14:13:50 -0000", 30.0),
        ("Mon, 21 Sep 2020 14:13:50 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("1e9", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert patience().read_retry_after(header) == seconds
