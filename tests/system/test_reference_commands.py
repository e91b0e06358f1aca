"""Every command of the reference, pasted into a shell as it stands, on the example data."""

import json
import os
import subprocess
from collections.abc import Iterator

from functions.reference.document import document
from functions.reference.views import Operation, areas, paragraphs
from tests.system.conftest import Stack

SHELL = """\
command -v uuidgen >/dev/null || uuidgen() { cat /proc/sys/kernel/random/uuid; }
curl() { command curl --globoff "$@"; }
"""
STATUS = " -s -o /dev/null -w '%{http_code}'"

ORDER = ("remove_assignment", "accept_transfer", "decline_transfer", "request_transfer")
"""What was accepted can be neither declined nor asked again: conflicts; who is removed has no clients any more."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def operations() -> Iterator[Operation]:
    """Those that read come first, those that take away last."""
    every = [operation for area in areas(document()) for operation in area.operations]
    places = {name: place for place, name in enumerate(ORDER)}
    yield from sorted(every, key=lambda one: (METHODS.index(one.method), places.get(one.name, len(ORDER))))


def test_every_command_names_what_there_is(own_stack: Stack, door: str) -> None:
    """Success, or a conflict with the state that an object is in: neither can be had for an id of another kind."""
    tokens: dict[str, str] = {"": ""}
    answered: dict[str, str] = {}
    for operation in operations():
        if operation.caller not in tokens:
            tokens[operation.caller] = own_stack.token(operation.caller)
        command, last = operation.curl.rpartition("\ncurl ")[0], operation.curl.rpartition("curl ")[2]
        done = subprocess.run(
            ["bash", "-euc", f"{SHELL}{command}\ncurl{STATUS} {last}"],
            env={**os.environ, "BASE_URL": door, "TOKEN": tokens[operation.caller]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        answered[operation.name] = done.stdout + done.stderr
    assert {name: said for name, said in answered.items() if said not in {"200", "201", "204", "409"}} == {}
    assert sum(said == "409" for said in answered.values()) <= len(answered) // 10


def test_the_token_is_got_as_the_document_says(own_stack: Stack) -> None:
    [command] = [text for [(kind, text), *_] in paragraphs(document()["info"]["description"]) if kind == "block"]
    known = {
        "POOL_URL": own_stack.description["endpoint_url"],
        "CLIENT_ID": own_stack.description["user_pool_client_id"],
    }
    done = subprocess.run(
        ["bash", "-euc", f"{command} --silent --fail"],
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    token = json.loads(done.stdout)["AuthenticationResult"]["AccessToken"]
    assert own_stack.call("GET", "/v1/me", token=token).body["email"] == "laura@lumen.example"
