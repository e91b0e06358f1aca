"""What an import has done so far, written batch by batch, so that a second run goes on where the first one stopped.

The journal is a file of JSON lines: one head, then one line per answered batch. A batch counts as done once its line is
whole on the disk; a torn last line is a batch that was not done. Losing the journal costs time and nothing else: the
API itself never registers a domain twice.
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cli.places import state_folder

RESUME_SECONDS = 23 * 3600
"""The API remembers an Idempotency-Key for 24 hours; an older import starts over, which is as safe."""


@dataclass(frozen=True)
class Refusal:
    """Why the row that begins on this line of the file was not taken; `code` is stable.

    `column` names the columns at fault, between commas; it is empty where none is.
    """

    line: int
    code: str
    reason: str
    column: str = ""

    def text(self) -> str:
        """The reason, beginning with the column that it is about."""
        return f"{self.column}: {self.reason}" if self.column else self.reason


@dataclass(frozen=True)
class BatchOutcome:
    """What became of the rows of one batch. `index` counts from 0."""

    index: int
    registered: int
    already_registered: int
    refusals: tuple[Refusal, ...] = ()

    @property
    def rows(self) -> int:
        return self.registered + self.already_registered + len(self.refusals)


@dataclass(frozen=True)
class Journal:
    """`run_id` goes into every Idempotency-Key: importing the file again later asks anew and gets no old answers."""

    path: Path
    run_id: str
    outcomes: dict[int, BatchOutcome] = field(default_factory=dict)

    def record(self, outcome: BatchOutcome) -> None:
        """Returns once the line is on the disk."""
        _append(self.path, asdict(outcome))
        self.outcomes[outcome.index] = outcome

    def finish(self) -> None:
        """The import is through: the next run of the same file starts over."""
        self.path.unlink(missing_ok=True)


def import_name(file_hash: str, api_address: str, partner_id: str) -> str:
    """The same file for another partner or another API is another import."""
    digest = hashlib.sha256()
    for part in (file_hash, api_address, partner_id):
        digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()


def open_journal(name: str, *, now: float, restart: bool) -> Journal:
    """The unfinished import of this name, or a new one. `now` is in epoch seconds."""
    folder = state_folder() / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.jsonl"):
        if now - old.stat().st_mtime > RESUME_SECONDS:
            old.unlink(missing_ok=True)
    path = folder / f"{name}.jsonl"
    if restart:
        path.unlink(missing_ok=True)
    found = _read(path)
    if found is not None:
        return found
    path.unlink(missing_ok=True)
    journal = Journal(path=path, run_id=secrets.token_hex(8))
    _append(path, {"run_id": journal.run_id})
    return journal


def _append(path: Path, line: dict[str, Any]) -> None:
    """A line begins with its line feed, so that it does not join one that was torn before it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
        file.write(b"\n" + json.dumps(line).encode())
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> Journal | None:
    """None where there is no journal, or none that this release can read."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    whole = [value for value in map(_decoded, lines) if value is not None]
    try:
        outcomes = [
            BatchOutcome(**{**line, "refusals": tuple(Refusal(**refusal) for refusal in line["refusals"])})
            for line in whole[1:]
        ]
        return Journal(path=path, run_id=whole[0]["run_id"], outcomes={outcome.index: outcome for outcome in outcomes})
    except (IndexError, KeyError, TypeError):
        return None


def _decoded(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
