"""The deployed system on this machine, without Docker and without a cloud account: up, down, dev and reset.

It is template.yaml and the handlers themselves on ministack; `make help` says what each command does.
"""

import argparse
import json
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.deploy import Deployment, deploy
from local.environments import RUNTIME, STACK
from local.inbox import end_inbox, show_inbox
from local.logs import LogReader
from local.place import DEFAULT_PORT, LOG_FILE, PROJECT, REGION, Place
from local.seed import ExampleDataRefusedError, example_users, seed_once
from local.server import Server, StackFailedError, empty_server, find_server, start_server, stop_server
from local.template import TemplateRefusedError
from local.watch import Watcher, reload_code, syntax_error

HOME = PROJECT / ".local"
LOOK_SECONDS = 0.5
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def describe(place: Place, deployment: Deployment) -> dict[str, Any]:
    """What stack.json holds: everything that a client of the running stack has to know."""
    return {
        "base_url": deployment.base_url,
        "connect": place.connect,
        "host": deployment.host,
        "endpoint_url": place.endpoint_url,
        "region": REGION,
        "user_pool_id": deployment.user_pool_id,
        "user_pool_client_id": deployment.user_pool_client_id,
        "table_name": deployment.table_name,
        "inbox_url": place.inbox_url,
        "functions": dict(deployment.scheduled),
        "users": example_users(),
    }


def bring_up(place: Place, *, project: Path) -> Deployment:
    """A stack that answers, with the code of now and the example data; ends what it started if it cannot deploy."""
    running = find_server(place.home)
    server = running or start_server(place, python=project / STACK.folder / "bin" / "python")
    try:
        return _bring_up_to_date(place, project=project)
    except BaseException:
        if running is None:
            take_down(place, server)
        raise


def _bring_up_to_date(place: Place, *, project: Path) -> Deployment:
    deployment = deploy(place, project=project, packages=project / RUNTIME.folder)
    _bring_example_data(place, deployment)
    aside = place.description_file.with_suffix(".new")
    aside.write_text(json.dumps(describe(place, deployment), indent=2) + "\n")
    aside.rename(place.description_file)  # a reader finds the whole file or none
    return deployment


def _bring_example_data(place: Place, deployment: Deployment) -> None:
    """Code that is broken just now must not keep the stack from running: it goes on without the data."""
    try:
        seed_once(place, deployment)
    except ExampleDataRefusedError as error:
        print(
            f"{error}\nThe next start tries again, and so does `make dev` when code changes.",
            file=sys.stderr,
            flush=True,
        )


def take_down(place: Place, server: Server) -> None:
    """Nothing that was started runs afterwards; a second Ctrl-C does not cut short the writing of the state."""
    with _undisturbed():
        place.description_file.unlink(missing_ok=True)
        end_inbox(place.home)
        stop_server(place, server)


@contextmanager
def _undisturbed() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _place(home: Path, *, port: int | None) -> Place:
    """The place of the running stack, or of one to be started; refuses a second stack over the same data."""
    running = find_server(home)
    if running is None:
        return Place(home=home, port=port or DEFAULT_PORT)
    if port not in (None, running.port):
        raise StackFailedError(
            f"The stack runs already, on port {running.port}. To move it: make down, then make up PORT={port}"
        )
    return Place(home=home, port=running.port)


def _tell(place: Place, deployment: Deployment) -> None:
    print(f"Partnerdesk answers at {deployment.base_url} (reference: {deployment.base_url}/reference)")
    roles: dict[str, dict[str, Any]] = {}
    for user in example_users():
        roles.setdefault(user["role"], user)
    for role, user in roles.items():
        print(f"  {role:16} {user['email']}  {user['password']}")
    print(f"  sent mail        {show_inbox(place, python=sys.executable)}")
    print(f"  all of it        {place.description_file}")


def up(home: Path, *, port: int | None) -> None:
    place = _place(home, port=port)
    _tell(place, bring_up(place, project=PROJECT))


def down(home: Path) -> None:
    server = find_server(home)
    if server is None:
        print("The stack is not running; there is nothing to stop.")
        return
    take_down(Place(home=home, port=server.port), server)
    print("The stack is stopped. Its data is kept for the next start; make reset empties it.")


def reset(home: Path, *, port: int | None) -> None:
    """A running stack goes on with nothing but the example data; a stopped one starts so."""
    server = find_server(home)
    if server is None:
        place = Place(home=home, port=port or DEFAULT_PORT)
        for folder in (place.state, place.objects):
            shutil.rmtree(folder, ignore_errors=True)
        print("The stack is empty. The next start brings the example data.")
        return
    place = _place(home, port=port)
    empty_server(place)
    _tell(place, bring_up(place, project=PROJECT))


def dev(home: Path, *, port: int | None) -> None:
    place = _place(home, port=port)
    try:
        deployment = bring_up(place, project=PROJECT)
        _tell(place, deployment)
        print(
            "Following the functions' logs and reloading changed code. Ctrl-C stops the stack and keeps its data.",
            flush=True,
        )
        _follow(place, deployment)
    except KeyboardInterrupt:
        print()
    finally:
        with _undisturbed():
            server = find_server(home)
            if server is not None:
                take_down(place, server)
                print("The stack is stopped. Its data is kept.")


def _follow(place: Place, deployment: Deployment) -> None:
    reader = LogReader(place, functions=deployment.functions)
    watcher = Watcher(PROJECT)
    while find_server(place.home) is not None:
        try:
            for line in reader.new_lines():
                print(line, flush=True)
            changed = watcher.changed_files()
            if Path("template.yaml") in changed:
                deployment = _bring_up_to_date(place, project=PROJECT)
                reader = LogReader(place, functions=deployment.functions)
                print("Deployed template.yaml and the code", flush=True)
            elif changed:
                _take_up(place, deployment, changed)
        except (StackFailedError, TemplateRefusedError) as error:
            print(error, flush=True)
        except (BotoCoreError, ClientError, OSError) as error:
            # Another command stops or empties it, or a file vanished while it was read; the next look tells.
            print(f"The stack did not answer as expected: {str(error)[:300]}", flush=True)
        time.sleep(LOOK_SECONDS)
    print("The stack was stopped by another command.")


def _take_up(place: Place, deployment: Deployment, changed: list[Path]) -> None:
    fault = syntax_error(changed, project=PROJECT)
    if fault:
        print(f"Not reloaded, the code that ran before goes on: {fault}", flush=True)
        return
    started = time.monotonic()
    reloaded = reload_code(place, project=PROJECT, functions=deployment.functions, rooms=deployment.rooms)
    _bring_example_data(place, deployment)
    if reloaded:
        print(f"Reloaded {', '.join(reloaded)} in {time.monotonic() - started:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The deployed system on this machine.")
    parser.add_argument("command", choices=["dev", "up", "down", "reset"])
    parser.add_argument("--home", type=Path, default=HOME, help="the folder of its data; default: .local")
    parser.add_argument("--port", type=int, help=f"default: {DEFAULT_PORT}, or where the stack runs already")
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
                up(home, port=arguments.port)
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
