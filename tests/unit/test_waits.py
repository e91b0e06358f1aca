"""No test waits without a limit: what waits for ever says nothing, and holds up everything behind it."""

import ast

import pytest

from local.place import PROJECT

WAITING_METHODS = {"wait", "join", "communicate", "result"}
"""Those of threads, events, barriers, processes and futures: each takes a limit, and needs none to be called."""
RUNNING = {"run", "check_output", "check_call", "call"}
"""Those of `subprocess`."""


def waits_without_limit(source: str) -> list[int]:
    """The lines of calls that may wait for ever."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_endless(node, node.func)
    ]


def _is_endless(call: ast.Call, called: ast.Attribute) -> bool:
    if called.attr in WAITING_METHODS:
        return not call.args and not call.keywords
    if called.attr in RUNNING and ast.unparse(called.value) == "subprocess":
        return "timeout" not in {keyword.arg for keyword in call.keywords}
    return called.attr == "Barrier" and ast.unparse(called.value) == "threading" and _has_no_timeout(call)


def _has_no_timeout(barrier: ast.Call) -> bool:
    return "timeout" not in {keyword.arg for keyword in barrier.keywords}


def test_each_wait_of_our_tests_has_a_limit() -> None:
    tests = [path for path in sorted((PROJECT / "tests").rglob("*.py")) if "bench" not in path.parts]
    endless = {
        path.relative_to(PROJECT).as_posix(): lines
        for path in tests
        if (lines := waits_without_limit(path.read_text(encoding="utf-8")))
    }
    assert endless == {}


@pytest.mark.parametrize(
    "code",
    [
        "thread.join()",
        "event.wait()",
        "process.communicate()",
        "future.result()",
        "subprocess.run(['sleep', '9'], check=True)",
        "threading.Barrier(8)",
    ],
)
def test_a_wait_without_a_limit_is_found(code: str) -> None:
    assert waits_without_limit(code) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "thread.join(60)",
        "event.wait(timeout=60)",
        "process.communicate(timeout=60)",
        "subprocess.run(['sleep', '9'], check=True, timeout=60)",
        "threading.Barrier(8, timeout=60)",
        "', '.join(names)",
    ],
)
def test_a_wait_with_one_passes(code: str) -> None:
    assert waits_without_limit(code) == []
