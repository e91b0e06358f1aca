"""Sending a file of leads in batches: nothing twice, nothing forgotten, whatever happens in between."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.exits import ApiFailedError
from cli.import_journal import BatchOutcome, Journal, Refusal
from cli.problems import read_problem

if TYPE_CHECKING:
    from cli.api import Api

BATCH_ROWS = 100
BATCH_BYTES = 200_000
"""The API reads up to 256 KB of a request; long cells make a batch shorter."""

REGISTERED = "registered"
ALREADY_REGISTERED = "already_registered"
LIMIT_REACHED = "capacity_reached"
NOT_SENT = "not_sent"


@dataclass(frozen=True)
class Lead:
    """One row as the API takes it; `line` is where the row begins in the file."""

    line: int
    item: dict[str, Any]


@dataclass(frozen=True)
class ImportOutcome:
    """Rows by what became of them, the resumed part included."""

    registered: int
    already_registered: int
    refusals: tuple[Refusal, ...]

    @property
    def rows(self) -> int:
        return self.registered + self.already_registered + len(self.refusals)

    def refused_by_code(self) -> dict[str, int]:
        """The most frequent code first."""
        return dict(Counter(refusal.code for refusal in self.refusals).most_common())


def make_batches(leads: Iterable[Lead]) -> Iterator[tuple[Lead, ...]]:
    """Up to 100 leads and 200,000 bytes each, the same for the same file; a longer lead is alone."""
    batch: list[Lead] = []
    size = 0
    for lead in leads:
        length = len(_encoded(lead.item)) + 1
        if batch and (len(batch) == BATCH_ROWS or size + length > BATCH_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(lead)
        size += length
    if batch:
        yield tuple(batch)


def send_batches(
    batches: Sequence[tuple[Lead, ...]],
    *,
    api: "Api",
    journal: Journal,
    file_hash: str,
    stop_at_limit: bool,
    advance: Callable[[int], None],
    column_of: Callable[[str], str],
) -> ImportOutcome:
    """Sends what the journal does not hold yet, in the file's order, and tells `advance` the rows of each answer.

    `column_of` says what the file calls the column of a field.

    An error or an interruption leaves the journal as it is: the same call goes on there.
    """
    limit_line: int | None = None
    outcomes: list[BatchOutcome] = []
    for index, batch in enumerate(batches):
        outcome = journal.outcomes.get(index)
        if outcome is None and limit_line is not None:
            outcome = _left_out(index, batch, limit_line=limit_line)
        elif outcome is None:
            body = {"items": [lead.item for lead in batch]}
            key = _idempotency_key(file_hash, journal.run_id, str(index), _encoded(body))
            answer = api.post("/v1/registrations/batch", body, idempotency_key=key)
            outcome = _read_answer(index, batch, answer, column_of)
            journal.record(outcome)
            advance(outcome.rows)
        outcomes.append(outcome)
        if stop_at_limit and limit_line is None:
            limit_line = next((one.line for one in outcome.refusals if one.code == LIMIT_REACHED), None)
    return ImportOutcome(
        registered=sum(outcome.registered for outcome in outcomes),
        already_registered=sum(outcome.already_registered for outcome in outcomes),
        refusals=tuple(refusal for outcome in outcomes for refusal in outcome.refusals),
    )


def _read_answer(index: int, batch: tuple[Lead, ...], answer: Any, column_of: Callable[[str], str]) -> BatchOutcome:
    try:
        results = [_read_result(lead, result, column_of) for lead, result in zip(batch, answer["results"], strict=True)]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ApiFailedError(f"The API did not answer for each of the {len(batch)} rows it was sent.") from None
    return BatchOutcome(
        index=index,
        registered=results.count(REGISTERED),
        already_registered=results.count(ALREADY_REGISTERED),
        refusals=tuple(result for result in results if isinstance(result, Refusal)),
    )


def _read_result(lead: Lead, result: dict[str, Any], column_of: Callable[[str], str]) -> str | Refusal:
    problem = read_problem(result.get("problem"), status=0)
    code = problem.code if problem else str(result["status"])
    if code in (REGISTERED, ALREADY_REGISTERED):
        return code
    reason = problem.reason() if problem else code
    columns = [column_of(field) for field in problem.field_names()] if problem else []
    return Refusal(line=lead.line, code=code, reason=reason, column=", ".join(columns))


def _left_out(index: int, batch: tuple[Lead, ...], *, limit_line: int) -> BatchOutcome:
    reason = f"Not sent: the capacity limit was reached on line {limit_line}."
    refusals = tuple(Refusal(line=lead.line, code=NOT_SENT, reason=reason) for lead in batch)
    return BatchOutcome(index=index, registered=0, already_registered=0, refusals=refusals)


def _idempotency_key(file_hash: str, run_id: str, index: str, body: bytes) -> str:
    """The same batch of the same run has the same key; with another body in it, never."""
    digest = hashlib.sha256()
    for part in (file_hash.encode(), run_id.encode(), index.encode(), body):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()
