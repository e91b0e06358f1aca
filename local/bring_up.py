"""Brings a stack up and takes it down. Whoever calls this holds the stack, or has it for itself."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.deploy import Deployment, deploy
from local.environments import RUNTIME, STACK
from local.place import REGION, Place
from local.progress import progress
from local.seed import ExampleDataRefusedError, example_users, seed_once
from local.server import Server, find_server, start_server, stop_server

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


def bring_up(place: Place, *, project: Path, lifeline: int | None = None) -> tuple[Server, Deployment]:
    """A stack that answers, with the code of now and the example data; ends what it started if it cannot deploy."""
    running = find_server(place.home)
    server = running or _start(place, project=project, lifeline=lifeline)
    try:
        return server, bring_up_to_date(place, project=project)
    except BaseException:
        if running is None:
            take_down(place, server)
        raise


def _start(place: Place, *, project: Path, lifeline: int | None) -> Server:
    with progress("Starting the stack"):
        return start_server(place, python=project / STACK.folder / "bin" / "python", lifeline=lifeline)


def bring_up_to_date(place: Place, *, project: Path) -> Deployment:
    with progress("Deploying template.yaml and the code"):
        deployment = deploy(place, project=project, packages=project / RUNTIME.folder)
    bring_example_data(place, deployment)
    aside = place.description_file.with_suffix(".new")
    aside.write_text(json.dumps(describe(place, deployment), indent=2) + "\n")
    aside.rename(place.description_file)  # a reader finds the whole file or none
    return deployment


def bring_example_data(place: Place, deployment: Deployment) -> None:
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
    with undisturbed():
        place.description_file.unlink(missing_ok=True)
        stop_server(place, server)


@contextmanager
def undisturbed() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
