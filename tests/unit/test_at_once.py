"""The helper of the races: a failure is told at once instead of leaving everybody else at the barrier for ever."""

import threading

import pytest

from tests.at_once import Meet, all_at_once


def test_all_begin_together_and_answer_in_their_order() -> None:
    running = threading.Barrier(8, timeout=60)

    def work(number: int, meet: Meet) -> int:
        running.wait(60)  # passes only while all eight are here
        meet()
        return number * number

    assert all_at_once(work, threads=8) == [0, 1, 4, 9, 16, 25, 36, 49]


def test_one_that_fails_lets_the_others_go_and_its_failure_is_told() -> None:
    def work(number: int, meet: Meet) -> None:
        if number == 3:
            raise ValueError("the table answered 503")
        meet()

    with pytest.raises(ValueError, match="the table answered 503"):
        all_at_once(work, threads=8)


def test_one_that_leaves_early_is_told_instead_of_waited_for() -> None:
    def work(number: int, meet: Meet) -> None:
        if number != 3:
            meet()

    with pytest.raises(AssertionError, match="7 of 8 threads"):
        all_at_once(work, threads=8, longest_wait=0.5)


def test_one_that_hangs_is_told_with_the_limit() -> None:
    release = threading.Event()

    def work(number: int, _meet: Meet) -> None:
        if number == 3:
            release.wait(60)

    with pytest.raises(AssertionError, match="1 of 8 threads had not ended after 0 s"):
        all_at_once(work, threads=8, longest_wait=0.2)
    release.set()
