"""The process that plays AWS on this machine: ministack, started, found again and stopped."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from local.place import DEFAULT_PORT, HIGHEST_PORT, LOWEST_PORT, PROJECT, REGION, Place
from local.processes import find_process, group_is_running

EMULATOR = PROJECT / "local" / "emulator.py"
PROCESS_FILE = "process.json"
# Each many times what it takes on an idle machine, where the state is written within a second.
START_SECONDS = 120
STOP_SECONDS = 120
POLL_SECONDS = 0.05


class StackFailedError(Exception):
    """The stack cannot do what was asked; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running ministack that was started here; its process number is that of its group as well."""

    number: int
    started: str
    port: int
    inbox_url: str = ""


def _read_process_file(home: Path) -> Server | None:
    try:
        return Server(**json.loads((home / PROCESS_FILE).read_text()))
    except FileNotFoundError:  # nothing was started, or another command has just ended it
        return None


def find_server(home: Path) -> Server | None:
    """The server that the process file names, if that very process still runs. Changes nothing: anybody may ask."""
    noted = _read_process_file(home)
    process = find_process(noted.number) if noted else None
    return noted if noted and process and process.started == noted.started else None


def forget_ended_server(home: Path) -> None:
    """Says so where the stack ended by itself, and removes its process file. Only for who holds the stack."""
    if (home / PROCESS_FILE).exists() and find_server(home) is None:
        (home / PROCESS_FILE).unlink()
        print("The stack ended without `make down`; what changed since it was started last is lost.", flush=True)


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


def refuse_other_ports(port: int) -> None:
    """Refuses what is no port, or none for everybody."""
    if not LOWEST_PORT <= port <= HIGHEST_PORT:
        raise StackFailedError(
            f"The stack cannot listen on port {port}; choose one from {LOWEST_PORT} to {HIGHEST_PORT}, "
            f"such as PORT={free_port(after=DEFAULT_PORT)}."
        )


def listen(port: int) -> socket.socket | None:
    """A listening socket on the loopback interface; nothing where the port is taken."""
    listener = socket.socket()
    # As servers do; without it a port whose last connections are still closing would look taken.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except (OSError, OverflowError):
        listener.close()
        return None
    return listener


def _is_free(port: int) -> bool:
    listener = listen(port)
    if listener is None:
        return False
    listener.close()
    return True


def free_port(*, after: int) -> int:
    """A port that a stack can have, with the next one free for its inbox; the first such one after `after`, by tens."""
    candidates: list[int] = [*range(after + 10, HIGHEST_PORT, 10), *range(LOWEST_PORT, HIGHEST_PORT, 10)]
    for port in candidates:
        if _is_free(port) and _is_free(port + 1):
            return port
    raise StackFailedError("No port is free on the loopback interface.")


def _refuse_taken_port(port: int) -> None:
    if not _is_free(port):
        raise StackFailedError(
            f"Port {port} is in use by another program. Stop it, or choose another port, "
            f"such as PORT={free_port(after=port)}."
        )


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _write_process_file(home: Path, server: Server) -> None:
    aside = home / f"{PROCESS_FILE}.new"
    aside.write_text(json.dumps(asdict(server)) + "\n")
    aside.rename(home / PROCESS_FILE)  # a reader finds the whole file or none


def start_server(place: Place, *, python: Path, lifeline: int | None = None) -> Server:
    """Starts ministack on `python` and waits until it answers. In its own session Ctrl-C reaches it through us.

    With `lifeline`, the reading end of a pipe, it ends by itself once the other end is closed, however that happens.
    """
    refuse_other_ports(place.port)
    _refuse_taken_port(place.port)
    shutil.rmtree(place.temporary, ignore_errors=True)
    for folder in (place.temporary, place.state, place.objects):
        folder.mkdir(parents=True, exist_ok=True)
    place.functions_log.write_bytes(b"")
    server = _spawn(place, python=python, lifeline=lifeline)
    try:
        _write_process_file(place.home, server)
        _wait_for_answer(place, server)
    except BaseException:
        _end_group(server.number)
        (place.home / PROCESS_FILE).unlink(missing_ok=True)
        raise
    return server


def _spawn(place: Place, *, python: Path, lifeline: int | None) -> Server:
    """The new process. It outlives us, which an object of the subprocess module would object to."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(place.log_file), flags, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    # -P: the folder of the emulator's file is no place to import from.
    command = [str(python), "-P", str(EMULATOR), "--home", str(place.home)]
    if lifeline is not None:
        os.set_inheritable(lifeline, True)
        command += ["--lifeline", str(lifeline)]
    with _listen_for_inbox(place.port) as inbox:
        inbox.set_inheritable(True)
        command += ["--inbox", str(inbox.fileno())]
        number = os.posix_spawn(python, command, _environment(place), file_actions=files, setsid=True)
        inbox_url = f"http://127.0.0.1:{inbox.getsockname()[1]}/"
    process = find_process(number)
    if process is None:
        raise StackFailedError(_why_not_started(place))
    return Server(number=number, started=process.started, port=place.port, inbox_url=inbox_url)


def _listen_for_inbox(stack_port: int) -> socket.socket:
    """On the port after the stack's, or on any where that one is taken."""
    listener = listen(stack_port + 1) or listen(0)
    if listener is None:
        raise StackFailedError("No port is free on the loopback interface for the inbox.")
    return listener


def _wait_for_answer(place: Place, server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(place.port):
        if find_process(server.number) is None or time.monotonic() > deadline:
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
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
    if _has_ended(group):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    _has_ended(group)
    return False


def _has_ended(group: int) -> bool:
    """Waits for it."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        _collect(group)
        if not group_is_running(group):
            return True
        time.sleep(POLL_SECONDS)
    return False


def _collect(child: int) -> None:
    """Takes the exit status where the process is ours, so that no ended process stays listed."""
    try:
        os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return
