import threading
from collections.abc import Callable

import pytest

from local.progress import progress, signs_of_life

LONGEST_WAIT = 30


def told_twice() -> tuple[threading.Event, Callable[[], str]]:
    """An event that is set once somebody has asked for the second time how far the work is."""
    asked: list[int] = []
    twice = threading.Event()

    def detail() -> str:
        asked.append(1)
        if len(asked) > 1:
            twice.set()
        return f", {len(asked)} of 9"

    return twice, detail


def test_long_work_says_again_and_again_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    twice, detail = told_twice()
    with signs_of_life("installing", detail=detail, every_seconds=0.01):
        assert twice.wait(LONGEST_WAIT), "nobody asked how far the work is"
    assert capsys.readouterr().out.splitlines()[:2] == [
        "  still installing: 0 s, 1 of 9",
        "  still installing: 0 s, 2 of 9",
    ]


def test_work_is_named_as_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Starting the stack"):
        assert capsys.readouterr().out == "Starting the stack ...\n"
    assert capsys.readouterr().out == ""


def test_work_that_fails_says_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no network"), progress("Installing"):
        raise ValueError("no network")
    assert capsys.readouterr().out == "Installing ...\n"
    assert [thread.name for thread in threading.enumerate() if "tell" in thread.name] == []
