import json
import os
from pathlib import Path

import pytest

from local.processes import find_process
from local.server import PROCESS_FILE, Server, find_server


def write_process_file(home: Path, *, number: int, started: str) -> Path:
    path = home / PROCESS_FILE
    path.write_text(json.dumps({"number": number, "started": started, "port": 4566}), encoding="utf-8")
    return path


def test_without_a_process_file_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert find_server(tmp_path) is None
    assert capsys.readouterr().out == ""


def test_the_process_of_the_file_is_found_again(tmp_path: Path) -> None:
    process = find_process(os.getpid())
    assert process is not None
    write_process_file(tmp_path, number=process.number, started=process.started)
    assert find_server(tmp_path) == Server(number=process.number, port=4566)


def test_another_process_of_the_same_number_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_process_file(tmp_path, number=os.getpid(), started="long ago")
    assert find_server(tmp_path) is None
    assert not path.exists()
    assert capsys.readouterr().out == (
        "The stack ended without `make down`; what changed since it was started last is lost.\n"
    )
