"""What was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.processes import Cost
from tests.bench.renewal_run import RunFigures
from tests.counting import Call


@dataclass(frozen=True, kw_only=True)
class RouteFigures:
    """One request: its calls, and its cost beside the same calls made bare; `…_grown` with ten times the data."""

    name: str
    calls: Sequence[Call]
    bare: float
    warm: float
    calls_grown: Sequence[Call] | None
    warm_grown: float | None


@dataclass(frozen=True, kw_only=True)
class FunctionFigures:
    """`imports`, `first` and `steps` are profiles of the start, of the first and of a warm request."""

    room: str
    floor: Cost
    own: Cost
    zip_bytes: int
    routes: Sequence[RouteFigures]
    imports: Sequence[str]
    first: Sequence[str]
    steps: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`throughput` holds, by number of clients, registrations a second through the handler and bare; `daily_runs` the
    runs over renewals with ever more subscriptions.
    """

    python: str
    functions: Sequence[FunctionFigures]
    throughput: Mapping[int, tuple[float, float]]
    daily_runs: Sequence[RunFigures] = ()
