"""The running stack held to its OpenAPI document: schemathesis makes requests from it, right, wrong and in sequences.

It signs in as each role of the example data. What a member may not do is refused as the document says.
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.run import PhaseName

from functions.reference.document import document
from tests.system.conftest import Stack
from tests.system.drives import bodies
from tests.system.drives.world import OPERATOR, Person, World, made, set_up

FEWEST_CASES = 2_000

REFUSALS_OF_WRONG_DATA = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]

BULK = ["register_leads", "deregister_domains", "assign_clients", "record_vendor_activities"]
"""An invalid item fails alone: the request is answered 200 with a result for each."""

PHASES: dict[str, Any] = {"stateful": {"generation": {"max-examples": 20}}}
CONFIGURATION: dict[str, Any] = {
    "seed": 20260317,
    "continue-on-failure": True,
    "operations": [
        {
            "include-operation-id": BULK,
            "checks": {"negative_data_rejection": {"expected-statuses": [200, *REFUSALS_OF_WRONG_DATA]}},
        },
    ],
    "generation": {"deterministic": True, "database": "none", "max-examples": 10},
    "checks": {
        "negative_data_rejection": {"expected-statuses": REFUSALS_OF_WRONG_DATA},
        "missing_required_header": {"expected-statuses": [401, 403, 404, 422, 428]},
        # What a text must hold beyond its length (a registrable domain, an assigned country) no schema can say: 422.
        "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 400, 403, 404, 409, 412, 422, 429]},
    },
    "phases": PHASES,
}


@schemathesis.check  # type: ignore[untyped-decorator] # its types do not reach here
def problem_is_listed(_: Any, response: Any, case: Any) -> None:
    """Every refusal of ours carries a code that the operation lists under `x-problems`, with that status."""
    content_type = response.headers.get("content-type", [""])[0]
    if content_type != "application/problem+json" or response.status_code == 405:
        return
    code = response.json()["code"]
    listed = [(one["status"], one["code"]) for one in case.operation.definition.raw["x-problems"]]
    if (response.status_code, code) not in listed:
        raise AssertionError(f"{response.status_code} {code} is not among the operation's x-problems")


VENDOR = {"include-tag": "Vendor"}
ADMIN, MEMBER = "laura@lumen.example", "leo@lumen.example"
DELETING = {path for path, found in document()["paths"].items() if "delete" in found}


@dataclass
class Report:
    """What one run did; `failures` are sentences with the request that showed each, `deleted` paths of the document."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    deleted: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)

    def add(self, event: events.EngineEvent) -> None:
        if isinstance(event, events.ScenarioFinished):
            self.add_scenario(event)
        elif isinstance(event, events.NonFatalError | events.FatalError | events.Interrupted):
            self.failures.append(repr(event))
        elif isinstance(event, events.PhaseFinished) and event.status in {Status.ERROR, Status.INTERRUPTED}:
            self.unfinished.append(event.phase.name.value)

    def add_scenario(self, event: events.ScenarioFinished) -> None:
        recorder = event.recorder
        for interaction in recorder.interactions.values():
            self.cases[event.phase.value] += 1
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
                if interaction.response.status_code == HTTPStatus.NO_CONTENT:
                    self.deleted |= {path for path in DELETING if _is_at(path, interaction.request.uri)}
        for case_id, checks in recorder.checks.items():
            sent = recorder.interactions[case_id].request
            for check in checks:
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    body = (sent.body or b"")[:500] if sent else b""
                    self.failures.append(
                        f"{check.name}: {failure.title}: {failure.message}\n{sent.method} {sent.uri} {body!r}"
                        if sent
                        else f"{check.name}: {failure.title}: {failure.message}"
                    )


def _is_at(path: str, uri: str) -> bool:
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
    return re.fullmatch(pattern, urlsplit(uri).path) is not None


@pytest.fixture(scope="module")
def world(own_stack: Stack) -> World:
    """On a stack of its own, where requests that succeed change what they like."""
    return set_up(own_stack)


def run(world: World, email: str, *, without: dict[str, str], **settings: Any) -> Report:
    """The requests that schemathesis finds as this person, `without` some operations, with further settings of it."""
    headers = {"Host": world.stack.description["host"], "Authorization": f"Bearer {world.stack.token(email)}"}
    configuration = {
        **CONFIGURATION,
        **settings,
        "headers": headers,
        "operations": [*CONFIGURATION["operations"], {**without, "enabled": False}],
    }
    schema = schemathesis.openapi.from_url(
        f"http://{world.stack.description['connect']}/openapi.json",
        headers=headers,
        config=SchemathesisConfig.from_dict(configuration),
    )
    report = Report()
    for event in from_schema(schema).execute():
        report.add(event)
    return report


@pytest.mark.timeout(1_500)
def test_the_running_api_is_what_its_document_says(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.suppressed("old@juniper-bakery.example")
    laura = Person(stack=world.stack, token=world.stack.token(ADMIN))
    link_id = made(laura.post("/v1/confirmation-links", bodies.link(1)), 201)["id"]
    # The coverage of wrong data is the admin's: a member is asked for the role before the data is looked at.
    member = run(world, MEMBER, without=VENDOR, phases={**PHASES, "coverage": {"enabled": False}})
    operator = run(world, OPERATOR, without={"exclude-tag": "Vendor"})
    admin = run(world, ADMIN, without=VENDOR)
    remover = run(
        world,
        ADMIN,
        without={"exclude-operation-id": "remove_link"},
        phases={"stateful": {"enabled": False}},
        parameters={"path.link_id": link_id},
    )

    for name, report in (("member", member), ("operator", operator), ("admin", admin), ("remover", remover)):
        with capsys.disabled():
            sys.stdout.write(f"\nschemathesis as {name}: {report.cases.total()} cases {dict(report.cases)}\n")
        assert not report.failures, "\n\n".join(report.failures)
        assert report.unfinished == []
    assert all(report.cases[PhaseName.STATEFUL_TESTING.value] > 0 for report in (member, operator, admin))
    assert sum(report.cases.total() for report in (member, operator, admin)) >= FEWEST_CASES
    assert {200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 415, 422, 428} <= admin.statuses.keys()
    assert admin.deleted | operator.deleted | remover.deleted == DELETING
