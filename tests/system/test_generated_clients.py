"""The walk of docs/walk.md, taken with clients that public generators make from the document."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.system.clients import Client, openapi_generator, openapi_python_client, openapi_typescript
from tests.system.conftest import Stack

SECONDS_TO_WALK = 300
PEOPLE = {
    "laura": "laura@lumen.example",
    "odile": "odile@orchard.example",
    "heike": "heike@hafen.example",
    "olivia": "olivia@vendor.example",
}

SEEN = {
    "capacity": "within",
    "registered": [
        "xn--mller-werkzeuge-zvb.example",
        "xn--mller-werkzeuge-zvb.example",
        ["xn--mller-werkzeuge-zvb.example"],
    ],
    "deregistered": ["validation_failed", ["deregistered", "not_found"]],
    "link": ["pending", True, "signed", "Nora Nadel"],
    "renewals": ["vendor", "partner", "confirmed", "BEGIN:VCALENDAR"],
    "assigned": ["assigned", "assigned", "not_found"],
    "employee": [True, 8, "requested", True, "confirmation_required", 204],
    "transfer": ["none", "accepted", True],
    "nina": [2, 204, "not_found"],
    "deal": ["created", True, True],
    "tier": ["gold", True, True],
}


@pytest.mark.parametrize("make", [openapi_python_client, openapi_generator, openapi_typescript])
def test_a_generated_client_takes_the_walk(make: Callable[[], Client], own_stack: Stack, door: str) -> None:
    client = make()
    given = {
        "api": door,
        "tokens": {name: own_stack.token(email) for name, email in PEOPLE.items()},
        "today": datetime.now(tz=UTC).date().isoformat(),
        "deal_id": make.__name__,
    }
    walked = subprocess.run(
        client.command,
        env={**os.environ, **client.environment, "WALK": json.dumps(given)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_TO_WALK,
    )
    assert walked.returncode == 0, walked.stderr
    assert json.loads(walked.stdout.splitlines()[-1]) == SEEN
