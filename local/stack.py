"""The deployed system on this machine, without Docker and without a cloud account: up, down, dev and reset.

It is template.yaml and the handlers themselves on ministack; `make help` says what each command does. One of these
commands at a time holds the stack; the others wait for it and say so.
"""

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.bring_up import ENDING_SIGNALS, bring_up, take_down
from local.deploy import Deployment
from local.follow import follow
from local.holding import holding
from local.place import DEFAULT_PORT, LOG_FILE, PROJECT, Place
from local.seed import example_users
from local.server import Server, StackFailedError, empty_server, find_server, forget_ended_server, refuse_other_ports
from local.template import TemplateRefusedError

HOME = PROJECT / ".local"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _place(home: Path, *, port: int | None) -> Place:
    """The place of the running stack, or of one to be started; refuses a second stack over the same data."""
    forget_ended_server(home)
    running = find_server(home)
    if port is not None:
        refuse_other_ports(port)
    if running is None:
        return Place(home=home, port=port or DEFAULT_PORT)
    if port not in (None, running.port):
        raise StackFailedError(
            f"The stack runs already, on port {running.port}. To move it: make down, then make up PORT={port}"
        )
    return Place(home=home, port=running.port)


def _tell(place: Place, server: Server, deployment: Deployment) -> None:
    print(f"Partnerdesk answers at {deployment.base_url} (reference: {deployment.base_url}/reference)")
    roles: dict[str, dict[str, Any]] = {}
    for user in example_users():
        roles.setdefault(user["role"], user)
    for role, user in roles.items():
        print(f"  {role:16} {user['email']}  {user['password']}")
    print(f"  sent mail        {server.inbox_url}")
    print(f"  all of it        {place.description_file}", flush=True)


def up(home: Path, *, port: int | None, lifeline: int | None) -> None:
    with holding(home, command="up"):
        place = _place(home, port=port)
        _tell(place, *bring_up(place, project=PROJECT, lifeline=lifeline))


def down(home: Path) -> None:
    with holding(home, command="down"):
        forget_ended_server(home)
        server = find_server(home)
        if server is None:
            print("The stack is not running; there is nothing to stop.")
            return
        take_down(Place(home=home, port=server.port), server)
        print("The stack is stopped. Its data is kept for the next start; make reset empties it.")


def reset(home: Path, *, port: int | None) -> None:
    """A running stack goes on with nothing but the example data; a stopped one starts so."""
    with holding(home, command="reset"):
        place = _place(home, port=port)
        if find_server(home) is None:
            for folder in (place.state, place.objects):
                shutil.rmtree(folder, ignore_errors=True)
            print("The stack is empty. The next start brings the example data.")
            return
        empty_server(place)
        _tell(place, *bring_up(place, project=PROJECT))


def dev(home: Path, *, port: int | None) -> None:
    """Ends the stack that it started itself, and no other. Should it be killed, that one ends in good order too."""
    with _lifeline() as lifeline:
        try:
            with holding(home, command="dev"):
                place = _place(home, port=port)
                joined = find_server(home) is not None
                server, deployment = bring_up(place, project=PROJECT, lifeline=lifeline)
                _tell(place, server, deployment)
        except KeyboardInterrupt:
            print("\nThe start was interrupted. What this command had started is stopped.")
            return
        try:
            print(
                f"Following the functions' logs and reloading changed code. {_what_ctrl_c_does(joined=joined)}",
                flush=True,
            )
            follow(place, server, deployment)
        except KeyboardInterrupt:
            print()
        finally:
            if not joined:
                _end(place, server)
            elif find_server(home) == server:
                print("The stack goes on running; make down stops it.")


def _what_ctrl_c_does(*, joined: bool) -> str:
    if joined:
        return "The stack ran already: Ctrl-C ends this command and leaves the stack running."
    return "Ctrl-C stops the stack and keeps its data."


def _end(place: Place, server: Server) -> None:
    """Nothing is left to end where another command has done it meanwhile."""
    with holding(place.home, command="dev"):
        if find_server(place.home) == server:
            take_down(place, server)
            print("The stack is stopped. Its data is kept.")


@contextmanager
def _lifeline() -> Iterator[int]:
    """The reading end of a pipe that closes with this process, however that ends."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def main() -> None:
    parser = argparse.ArgumentParser(description="The deployed system on this machine.")
    parser.add_argument("command", choices=["dev", "up", "down", "reset"])
    parser.add_argument("--home", type=Path, default=HOME, help="the folder of its data; default: .local")
    parser.add_argument("--port", type=int, help=f"default: {DEFAULT_PORT}, or where the stack runs already")
    parser.add_argument("--lifeline", type=int, help="for up: the reading end of a pipe; the stack ends when it closes")
    arguments = parser.parse_args()
    home: Path = arguments.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    for number in ENDING_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        match arguments.command:
            case "dev":
                dev(home, port=arguments.port)
            case "up":
                up(home, port=arguments.port, lifeline=arguments.lifeline)
            case "down":
                down(home)
            case _:
                reset(home, port=arguments.port)
    except (StackFailedError, TemplateRefusedError) as error:
        sys.exit(str(error))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"The stack did not answer as expected: {str(error)[:300]}\nThe log is {home / LOG_FILE}.")
    except KeyboardInterrupt:
        sys.exit("Interrupted. What this command had started is stopped.")


if __name__ == "__main__":
    main()
