import json
import os
import socket
from pathlib import Path

import pytest

from local.place import Place
from local.processes import find_process
from local.server import (
    PROCESS_FILE,
    Server,
    StackFailedError,
    find_server,
    forget_ended_server,
    listen,
    refuse_other_ports,
    start_server,
)
from tests.ending import lifeline


def write_process_file(home: Path, *, number: int, started: str) -> Path:
    path = home / PROCESS_FILE
    note = {"number": number, "started": started, "port": 4566, "inbox_url": "http://127.0.0.1:4567/"}
    path.write_text(json.dumps(note), encoding="utf-8")
    return path


def test_without_a_process_file_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert find_server(tmp_path) is None
    forget_ended_server(tmp_path)
    assert capsys.readouterr().out == ""


def test_the_process_of_the_file_is_found_again(tmp_path: Path) -> None:
    process = find_process(os.getpid())
    assert process is not None
    write_process_file(tmp_path, number=process.number, started=process.started)
    assert find_server(tmp_path) == Server(
        number=process.number, started=process.started, port=4566, inbox_url="http://127.0.0.1:4567/"
    )


def test_another_process_of_the_same_number_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_process_file(tmp_path, number=os.getpid(), started="long ago")
    assert find_server(tmp_path) is None
    assert path.exists()  # to look changes nothing: another command may be about to remove the file itself
    assert capsys.readouterr().out == ""

    forget_ended_server(tmp_path)
    assert not path.exists()
    assert capsys.readouterr().out == (
        "The stack ended without `make down`; what changed since it was started last is lost.\n"
    )


def test_a_process_file_that_vanishes_while_it_is_read_means_that_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_process_file(tmp_path, number=os.getpid(), started="long ago")
    read_text = Path.read_text

    def vanish(self: Path) -> str:
        path.unlink(missing_ok=True)  # as the other command does at just this moment
        return read_text(self)

    monkeypatch.setattr(Path, "read_text", vanish)
    assert find_server(tmp_path) is None


@pytest.mark.parametrize("port", [-1, 0, 80, 1023, 65536, 999999])
def test_what_is_no_port_for_everybody_is_refused_with_one_that_is(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.server.free_port", lambda *, after: {4566: 4600}[after])
    with pytest.raises(StackFailedError) as refused:
        refuse_other_ports(port)
    assert str(refused.value) == (
        f"The stack cannot listen on port {port}; choose one from 1024 to 65535, such as PORT=4600."
    )


@pytest.mark.parametrize("port", [1024, 4566, 65535])
def test_the_bounds_are_ports_themselves(port: int) -> None:
    refuse_other_ports(port)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_taken_port_is_named_with_another_one_that_is_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(StackFailedError) as refused:
            start_server(Place(home=tmp_path, port=taken), python=tmp_path, lifeline=lifeline())
    words, _, named = str(refused.value).removesuffix(".").partition("PORT=")
    assert words == f"Port {taken} is in use by another program. Stop it, or choose another port, such as "
    assert int(named) != taken
    for port in (int(named), int(named) + 1):
        listener = listen(port)
        assert listener is not None
        listener.close()
