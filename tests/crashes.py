"""The proof that a request survives a crash at any AWS call: after one retry, all is as if nothing had happened."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from tests.faults import Crash, Moment, crashing, recording

RANDOM_ID = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{16,}(?![0-9A-Za-z])")
"""The random part of what `shared.ids` makes, and digests, wherever they stand in a text."""

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

Snapshot = list[dict[str, Any]]
"""Items with plain values, such as `StoredTable.items()` answers."""

State = TypeVar("State")
Answer = TypeVar("Answer")


class CallCountError(AssertionError):
    """The run made no AWS call at all, so the matrix would have proved nothing."""


@dataclass(frozen=True, kw_only=True)
class Crossing(Generic[Answer]):
    """One survived cell of the matrix: which attempt met what, whether that took a retry, and the last answer."""

    number: int
    operation: str
    moment: Moment
    retried: bool
    answer: Answer


def normalised(snapshot: Snapshot, *, unstable: Sequence[re.Pattern[str]] = (RANDOM_ID,)) -> list[str]:
    """The items as text, what is random in them numbered by first appearance, so that two runs can be compared.

    References stay visible: the same random text has the same number in every item. Items are first ordered by what is
    stable in them; add `INSTANT` to `unstable` where the clock is not frozen.
    """
    pattern = re.compile("|".join(f"(?:{part.pattern})" for part in unstable))
    texts = [json.dumps(item, sort_keys=True, default=str) for item in snapshot]
    texts.sort(key=lambda text: pattern.sub("?", text))
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"<{len(numbers) + 1}>")

    return sorted(pattern.sub(number, text) for text in texts)


@dataclass(frozen=True, kw_only=True)
class _Experiment(Generic[State, Answer]):
    clients: Callable[[], Sequence[BaseClient]]
    prepare: Callable[[], State]
    run: Callable[[State], Answer]
    snapshot: Callable[[State], Snapshot]
    unstable: Sequence[re.Pattern[str]]

    def run_freely(self) -> tuple[list[str], list[str]]:
        """The operations of a crash-free run, and its end state."""
        state = self.prepare()
        with recording(*self.clients()) as calls:
            self.run(state)
        return calls.operations, self._end_of(state)

    def cross(self, number: int, operation: str, moment: Moment, expected: list[str]) -> Crossing[Answer]:
        state = self.prepare()
        with crashing(*self.clients(), at=number, when=moment):
            answers = self._attempt(state)
        retried = not answers
        answer = self.run(state) if retried else answers[0]
        assert self._end_of(state) == expected, f"the end differs after {operation}, call {number}, moment {moment}"
        return Crossing(number=number, operation=operation, moment=moment, retried=retried, answer=answer)

    def _attempt(self, state: State) -> list[Answer]:
        """The answer, or nothing where a caller would see a failure and retry."""
        try:
            answer = self.run(state)
        except (Crash, BotoCoreError, ClientError):
            return []
        return [answer] if getattr(answer, "status", 200) < HTTPStatus.INTERNAL_SERVER_ERROR else []

    def _end_of(self, state: State) -> list[str]:
        return normalised(self.snapshot(state), unstable=self.unstable)


def crash_matrix(
    *,
    clients: Callable[[], Sequence[BaseClient]],
    prepare: Callable[[], State],
    run: Callable[[State], Answer],
    snapshot: Callable[[State], Snapshot],
    moments: Sequence[Moment] = tuple(Moment),
    unstable: Sequence[re.Pattern[str]] = (RANDOM_ID,),
) -> list[Crossing[Answer]]:
    """Runs once freely, then once for each AWS call and moment; asserts that every end state equals the free run's.

    `prepare` makes a fresh, equal state; `run` sends the same request on it, and is repeated once, unhindered, when it
    died, raised an AWS error or answered with a `status` of 500 and above. `clients` names those that a run uses, asked
    after `prepare`.
    """
    experiment = _Experiment(clients=clients, prepare=prepare, run=run, snapshot=snapshot, unstable=unstable)
    operations, expected = experiment.run_freely()
    if not operations:
        raise CallCountError("The run made no AWS call through the given clients.")
    return [
        experiment.cross(number, operation, moment, expected)
        for number, operation in enumerate(operations, start=1)
        for moment in moments
    ]
