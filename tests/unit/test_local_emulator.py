"""What the emulator adds to ministack, on modules of the same shape; tests/system/test_restart.py has the real ones."""

import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from local.emulator import forget_process, forget_what_was_read, keep_also, write_logs


def service() -> ModuleType:
    """Keeps its tables, and forgets what it has sent."""
    module = ModuleType("service")
    module.tables, module.sent = {}, {}  # type: ignore[attr-defined]
    module.get_state = lambda: {"tables": dict(module.tables)}  # type: ignore[attr-defined]
    module.load_persisted_state = lambda data: module.tables.update(data["tables"])  # type: ignore[attr-defined]
    return module


def test_a_service_keeps_what_it_forgot_beside_what_it_kept() -> None:
    before = service()
    keep_also(before, "sent")
    before.tables["one"] = {"rows": 1}
    before.sent["entries"] = ["a mail"]
    written = json.loads(json.dumps(before.get_state()))
    assert written == {"tables": {"one": {"rows": 1}}, "sent": {"entries": ["a mail"]}}

    after = service()
    keep_also(after, "sent")
    after.load_persisted_state(written)
    assert (after.tables, after.sent) == ({"one": {"rows": 1}}, {"entries": ["a mail"]})


def test_what_is_written_does_not_change_with_what_comes_after() -> None:
    module = service()
    keep_also(module, "sent")
    module.sent["entries"] = ["a mail"]
    written = module.get_state()
    module.sent["entries"].append("another")
    assert written["sent"] == {"entries": ["a mail"]}


def test_state_from_before_it_was_kept_is_read() -> None:
    module = service()
    keep_also(module, "sent")
    module.load_persisted_state({"tables": {}})
    assert module.sent == {}


class Scoped(dict[tuple[str, str, str], Any]):
    """As ministack keeps what belongs to an account, a region and a name."""

    def all_items(self) -> Any:
        return list(self.items())

    def get_scoped(self, account: str, region: str, name: str, default: Any) -> Any:
        return self.get((account, region, name), default)

    def set_scoped(self, account: str, region: str, name: str, value: Any) -> None:
        self[account, region, name] = value

    @property
    def _data(self) -> "Scoped":
        return self


@pytest.mark.parametrize(
    ("positions", "left", "trimmed"),
    [
        ({"relay": 105, "sealing": 103}, ["103", "104"], 103),  # the slower one decides
        ({"relay": 105, "sealing": 105}, [], 105),
        ({"relay": 105}, ["100", "101", "102", "103", "104"], 100),  # the other one has read nothing yet
    ],
)
def test_what_every_reader_of_a_stream_has_read_is_not_kept(
    positions: dict[str, int], left: list[str], trimmed: int
) -> None:
    here = ("0", "eu-central-1")
    dynamodb, lambdas = ModuleType("dynamodb"), ModuleType("lambdas")
    dynamodb._stream_records = Scoped({(*here, "table"): [str(number) for number in range(100, 105)]})  # type: ignore[attr-defined]
    dynamodb._stream_trimmed = Scoped({(*here, "table"): 100})  # type: ignore[attr-defined]
    mapping = {"EventSourceArn": "arn:aws:dynamodb:eu-central-1:0:table/table/stream/2026-01-31"}
    lambdas._esms = Scoped({(*here, name): mapping for name in ("relay", "sealing")})  # type: ignore[attr-defined]
    lambdas._dynamodb_stream_positions = Scoped({(*here, name): at for name, at in positions.items()})  # type: ignore[attr-defined]

    forget_what_was_read(dynamodb, lambdas)
    assert dynamodb._stream_records == {(*here, "table"): left}
    assert dynamodb._stream_trimmed == {(*here, "table"): trimmed}


def test_what_a_function_logs_is_written_as_one_line_and_passed_on() -> None:
    passed_on: list[Any] = []
    logs = ModuleType("logs")
    logs._fanout_to_subscription_filters = lambda *batch: passed_on.append(batch)  # type: ignore[attr-defined]
    lines = io.BytesIO()
    write_logs(logs, lines)
    events = [{"timestamp": 1, "message": "first"}, {"timestamp": 1, "message": "zweite Zeile: ü"}]
    logs._fanout_to_subscription_filters("/group", "stream", events)
    assert passed_on == [("/group", "stream", events)]
    assert [json.loads(line) for line in lines.getvalue().splitlines()] == [
        {"group": "/group", "messages": ["first", "zweite Zeile: ü"]}
    ]


def test_an_end_in_good_order_leaves_no_trace(tmp_path: Path) -> None:
    for name in ("process.json", "stack.json", "ministack.log"):
        (tmp_path / name).touch()
    forget_process(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["ministack.log"]
    forget_process(tmp_path)
