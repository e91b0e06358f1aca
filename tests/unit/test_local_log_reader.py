"""`make dev` reads what the emulator writes; a look at nothing new asks nobody."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.logs import LogReader
from local.place import Place

FUNCTIONS = {"capacity": "desk-CapacityFunction-1", "vendor": "desk-VendorFunction-2"}


class Lambda:
    """Knows the log groups, and counts who asks for them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - AWS' name
        self.asked.append(FunctionName)
        return {"LoggingConfig": {"LogGroup": f"/logs/{FunctionName}"}}


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    functions = Lambda()
    monkeypatch.setattr("local.logs.client", lambda _service, *, endpoint_url: functions)  # noqa: ARG005 - its shape
    return functions


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(home=tmp_path, port=4566)
    place.functions_log.write_bytes(batch("capacity", "from before"))
    return place


def batch(function: str, *messages: str) -> bytes:
    """As the emulator writes it."""
    group = f"/logs/{FUNCTIONS.get(function, function)}"
    return json.dumps({"group": group, "messages": messages}).encode() + b"\n"


def write(place: Place, content: bytes) -> None:
    with place.functions_log.open("ab") as log:
        log.write(content)


def test_what_is_logged_from_now_on_is_told_once_under_plain_names(functions: Lambda, place: Place) -> None:
    reader = LogReader(place, functions=FUNCTIONS)
    write(place, batch("vendor", "START RequestId: 1", '{"level": "INFO", "message": "request", "status": 200}'))
    write(place, batch("capacity", "a line"))
    assert list(reader.new_lines()) == ["vendor: INFO request status=200", "capacity: a line"]
    assert list(reader.new_lines()) == []
    assert sorted(functions.asked) == sorted(FUNCTIONS.values())


def test_looks_ask_nobody_anything(functions: Lambda, place: Place) -> None:
    reader = LogReader(place, functions=FUNCTIONS)
    functions.asked.clear()
    for _ in range(100):
        assert list(reader.new_lines()) == []
    assert functions.asked == []


def test_a_line_that_is_still_being_written_is_told_when_it_is_whole(functions: Lambda, place: Place) -> None:
    reader = LogReader(place, functions=FUNCTIONS)
    whole = batch("vendor", "a line")
    write(place, whole[:10])
    assert list(reader.new_lines()) == []
    write(place, whole[10:])
    assert list(reader.new_lines()) == ["vendor: a line"]
    assert functions.asked


def test_functions_of_a_new_deployment_have_their_names(functions: Lambda, place: Place) -> None:
    reader = LogReader(place, functions=FUNCTIONS)
    reader.name({"tiers": "desk-TiersFunction-3"})
    write(place, batch("desk-TiersFunction-3", "a line"))
    assert list(reader.new_lines()) == ["tiers: a line"]
    assert functions.asked[-1] == "desk-TiersFunction-3"
