"""The process that plays AWS on this machine: ministack, started, found again and stopped."""

import http.client
import json
import os
import shutil
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from local.place import REGION, Place
from local.processes import RunningProcess, find_process, group_is_running

PROCESS_FILE = "process.json"
START_SECONDS = 60
# Ample for writing the state; a stack of this size takes well under a second.
STOP_SECONDS = 30
POLL_SECONDS = 0.05


class StackFailedError(Exception):
    """The stack cannot do what was asked; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running ministack that was started here; its process number is that of its group as well."""

    number: int
    port: int


def find_server(home: Path) -> Server | None:
    """The server that the process file names, if that very process still runs; the file of an ended one goes."""
    process_file = home / PROCESS_FILE
    if not process_file.is_file():
        return None
    noted = json.loads(process_file.read_text())
    process = find_process(noted["number"])
    if process is None or process.started != noted["started"]:
        process_file.unlink()
        print("The stack ended without `make down`; what changed since it was started last is lost.")
        return None
    return Server(number=process.number, port=noted["port"])


def _environment(place: Place) -> dict[str, str]:
    """Everything the process and the functions inside it inherit: nothing of the machine's own environment."""
    return {
        "PATH": os.defpath,
        "HOME": str(place.temporary),  # no ~/.aws of the person at the machine
        "TMPDIR": str(place.temporary),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(place.port),
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        # A socket that does not exist: with a running Docker, ministack would look there for containers to remove.
        "DOCKER_HOST": f"unix://{place.temporary}/no-docker.sock",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(place.state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(place.objects),
    }


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        # As servers do; without it a port whose last connections are still closing would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise StackFailedError(f"{port} is not a port; choose one from 1024 to 65535, such as PORT=4600.") from None
        except PermissionError:
            raise StackFailedError(
                f"Port {port} needs more rights than you have; choose one above 1023, such as PORT=4600."
            ) from None
        except OSError:
            raise StackFailedError(
                f"Port {port} is in use by another program. Stop it, or choose another port: make up PORT=4600"
            ) from None


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _write_process_file(place: Place, *, process: RunningProcess) -> None:
    note = {"number": process.number, "started": process.started, "port": place.port}
    aside = place.home / f"{PROCESS_FILE}.new"
    aside.write_text(json.dumps(note) + "\n")
    aside.rename(place.home / PROCESS_FILE)  # a reader finds the whole file or none


def start_server(place: Place, *, python: Path) -> Server:
    """Starts ministack on `python` and waits until it answers. In its own session Ctrl-C reaches it through us."""
    _refuse_taken_port(place.port)
    shutil.rmtree(place.temporary, ignore_errors=True)
    for folder in (place.temporary, place.state, place.objects):
        folder.mkdir(parents=True, exist_ok=True)
    number = _spawn(place, python=python)
    try:
        process = find_process(number)
        if process is not None:
            _write_process_file(place, process=process)
        _wait_for_answer(place, number)
    except BaseException:
        _end_group(number)
        (place.home / PROCESS_FILE).unlink(missing_ok=True)
        raise
    return Server(number=number, port=place.port)


def _spawn(place: Place, *, python: Path) -> int:
    """The number of the new process. It outlives us, which an object of the subprocess module would object to."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(place.log_file), flags, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    command = [str(python), "-m", "ministack"]
    return os.posix_spawn(python, command, _environment(place), file_actions=files, setsid=True)


def _wait_for_answer(place: Place, number: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(place.port):
        if find_process(number) is None or time.monotonic() > deadline:
            raise StackFailedError(_why_not_started(place))
        time.sleep(POLL_SECONDS)


def _why_not_started(place: Place) -> str:
    last_lines = place.log_file.read_text(errors="replace").splitlines()[-15:]
    return "\n".join(
        ["ministack did not start. The last lines of its log:", *last_lines, f"The whole log is {place.log_file}."]
    )


def empty_server(place: Place) -> None:
    """Forgets everything, in memory and on disk, and goes on running."""
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
    try:
        connection.request("POST", "/_ministack/reset")
        emptied = connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        emptied = False
    finally:
        connection.close()
    if not emptied:
        raise StackFailedError(
            f"The stack did not empty itself. Run make down, then make reset. The log is {place.log_file}."
        )


def stop_server(place: Place, server: Server) -> None:
    """Ends the whole group and waits until nothing of it runs. Only SIGTERM makes ministack write its state."""
    written = _end_group(server.number)
    (place.home / PROCESS_FILE).unlink(missing_ok=True)
    shutil.rmtree(place.temporary, ignore_errors=True)
    if not written:
        print(
            f"The stack did not end within {STOP_SECONDS} s and was killed; what changed since it was started is lost."
        )


def _end_group(group: int) -> bool:
    """Whether SIGTERM was enough."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, ending)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            _collect(group)
            if not group_is_running(group):
                return ending is signal.SIGTERM
            time.sleep(POLL_SECONDS)
    return False


def _collect(child: int) -> None:
    """Takes the exit status where the process is ours, so that no ended process stays listed."""
    try:
        os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return
