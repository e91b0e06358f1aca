"""What the emulator adds to ministack, on modules of the same shape; tests/system/test_restart.py has the real ones."""

import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from local.emulator import forget_process, keep_also, write_logs


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
