"""The figures as docs/performance.md states them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.figures import Figures, FunctionFigures, RouteFigures
from tests.bench.processes import RUNS, valgrind
from tests.bench.renewal_run import RunFigures
from tests.counting import Call

MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Goal:
    """`now` is what must not be exceeded; `public` where a function that serves people's pages has another one."""

    name: str
    now: float
    unit: str = ""

    def verdict(self, value: float) -> str:
        return "met" if value <= self.now else "**missed**"


COLD = Goal(name="cold init", now=1.20)
FIRST = Goal(name="init + first request", now=1.25)
PAGE_FIRST = Goal(name="init + first request", now=1.30)
WARM = Goal(name="warm request", now=1.00)
ZIP = Goal(name="zip", now=5, unit=" MB")
MEMORY = Goal(name="memory", now=60, unit=" MB")
PAGE_ROOMS = {"confirmations customer"}

METHOD = """\
# What the functions cost

Written by `make bench`; never edited by hand.

## Method

- Every function of template.yaml that answers HTTP is measured in its package as it is deployed: bytecode with
  unchecked hashes, botocore's data cut to the services in use; but with the libraries of the measuring machine, on
  CPython {python}.
- Cold floor: a fresh interpreter that imports the whole, compiled boto3 and makes one `boto3.client("dynamodb")`.
  Warm floor: a bare handler on that client that makes the same calls as the measured request (one `GetItem` where it
  makes none) and returns the answer as JSON. Figures are ratios to these floors; smaller is better. Cold init and
  init + first request are both divided by the cold floor alone, which has made its client but answered no request.
- {unit}
- DynamoDB and the other services are answered inside the process, below botocore's signing and parsing, with what
  dynoxide answered to the same request before: for product and floor alike, and no engine's work is measured. The
  network and its TLS handshake are not in the figures.
- Memory is the resident set after the first request. The zip holds Lambda's own libraries (arm64).
- Calls and capacity units are those of dynoxide, which counts as DynamoDB does. The partner has 100 registrations;
  "tenfold" is the same request with 1,000.
"""
COUNTED = (
    "The unit is the instruction, counted by valgrind's callgrind in one process for each function. It repeats to\n"
    "  0.1 %, whatever else the machine does."
)
TIMED = (
    f"The unit is processor time, because valgrind is not installed: the median of {RUNS} processes, in turns with the "
    "floor. Expect a few percent between runs."
)


def goals_missed(figures: Figures) -> list[str]:
    return [
        f"{function.room}: {goal.name} {value:.3f}{goal.unit}, goal {goal.now:.2f}{goal.unit}"
        for function in figures.functions
        for goal, value in _results(function)
        if value > goal.now
    ]


def document(figures: Figures) -> str:
    unit = COUNTED if valgrind() else TIMED
    parts = [METHOD.format(python=figures.python, unit=unit), *_functions(figures)]
    for function in figures.functions:
        parts.extend(_routes(function))
    if figures.throughput:
        parts.extend(_throughput(figures))
    if figures.daily_runs:
        parts.extend(daily_runs(figures.daily_runs))
    if any(verdict == "**missed**" for function in figures.functions for verdict in _verdicts(function)):
        parts.extend(_profiles(figures.functions))
    return "\n".join(parts) + "\n"


def _results(function: FunctionFigures) -> list[tuple[Goal, float]]:
    """Each goal with the function's figure; the warm one is that of its first route."""
    floor, own = function.floor, function.own
    first_goal = PAGE_FIRST if function.room in PAGE_ROOMS else FIRST
    return [
        (COLD, own.cold / floor.cold),
        (first_goal, (own.cold + own.first) / floor.cold),
        (WARM, function.routes[0].warm / function.routes[0].bare),
        (ZIP, function.zip_bytes / MEGABYTE),
        (MEMORY, own.memory / MEGABYTE),
    ]


def _verdicts(function: FunctionFigures) -> list[str]:
    return [goal.verdict(value) for goal, value in _results(function)]


def _functions(figures: Figures) -> Iterator[str]:
    yield "## Functions\n"
    yield "| Function | cold init | init + first request | warm, first route | zip | memory |"
    yield "|---|---|---|---|---|---|"
    goals = [f"≤ {goal.now:g}{goal.unit}" for goal in (COLD, FIRST, WARM, ZIP, MEMORY)]
    yield "| goal | " + " | ".join(goals) + " |"
    for function in figures.functions:
        cells = [f"{value:.3f}{goal.unit} {goal.verdict(value)}" for goal, value in _results(function)]
        yield f"| {function.room} | " + " | ".join(cells) + " |"
    if figures.functions:
        yield f"\nThe floor's own memory: {figures.functions[0].floor.memory / MEGABYTE:.1f} MB.\n"


def _routes(function: FunctionFigures) -> Iterator[str]:
    yield f"## {function.room.capitalize()}: warm requests\n"
    yield (
        "| Request | DynamoDB calls | read units | write units | cost, bare = 1 "
        "| tenfold: calls | read units | cost, before = 1 |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for route in function.routes:
        yield f"| `{route.name}` | {_consumed(route.calls)} | {route.warm / route.bare:.2f} | {_grown(route)} |"
    yield ""


def _consumed(calls: Sequence[Call]) -> str:
    reads = sum(call.read_units for call in calls)
    return f"{len(calls)} | {reads:g} | {sum(call.write_units for call in calls):g}"


def _grown(route: RouteFigures) -> str:
    if route.calls_grown is None or route.warm_grown is None:
        return "| |"
    reads = sum(call.read_units for call in route.calls_grown)
    return f"{len(route.calls_grown)} | {reads:g} | {route.warm_grown / route.warm:.2f}"


def _throughput(figures: Figures) -> Iterator[str]:
    yield "## Registrations on ministack\n"
    yield "| Clients | through the handler | the same calls made bare | ratio |"
    yield "|---|---|---|---|"
    for clients, (handled, bare) in figures.throughput.items():
        yield f"| {clients} | {handled:.0f} a second | {bare:.0f} a second | {handled / bare:.2f} |"
    yield "\nBoth wait for ministack, one process on the measuring machine; the ratio is what the handler costs.\n"


def daily_runs(runs: Sequence[RunFigures]) -> Iterator[str]:
    """The section about renewals."""
    yield "## The daily run over renewals\n"
    yield "| Subscriptions in the table | told of | DynamoDB calls | read units | write units |"
    yield "|---|---|---|---|---|"
    for one in runs:
        yield f"| {one.subscriptions:,} | {one.told} | {one.calls:,} | {one.read_units:,g} | {one.write_units:,g} |"
    yield "\nAs many are due each time: what a run costs follows from that, and not from what else there is.\n"


def _profiles(functions: Sequence[FunctionFigures]) -> Iterator[str]:
    yield "## Where a missed goal goes\n"
    yield "Shares of the time of all imports (the median of some runs), of a process's first request and of a warm one,"
    yield "both under cProfile; then what takes longest by itself.\n"
    for function in functions:
        cold, first, warm, *_ = _verdicts(function)
        if "**missed**" in (cold, first):
            yield f"- **{function.room}, start**: {function.imports[0]}. Slowest: {function.imports[1]}."
        if first == "**missed**":
            yield f"- **{function.room}, first request**: {function.first[0]}. Slowest: {function.first[1]}."
        if warm == "**missed**":
            yield f"- **{function.room}, warm**: {function.steps[0]}. Slowest: {function.steps[1]}."
    yield ""
