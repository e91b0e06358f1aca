"""The API held to its own OpenAPI document: schemathesis makes requests from it, right, wrong and in sequences."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.run import PhaseName
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.gateway import bearer
from tests.tenants import ADMIN, OPERATOR, two_tenants

FEWEST_CASES = 2_000

REFUSALS_OF_WRONG_DATA = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]

BULK = ["register_leads", "deregister_domains", "assign_clients", "record_vendor_activities"]
"""An invalid item fails alone: the request is answered 200 with a result for each."""

CONFIGURATION: dict[str, Any] = {
    "seed": 20260317,
    "continue-on-failure": True,
    "headers": bearer(ADMIN),
    "operations": [
        {"include-tag": "Vendor", "headers": bearer(OPERATOR)},
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
        "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 400, 403, 404, 409, 412, 422]},
    },
    "phases": {"stateful": {"generation": {"max-examples": 20}}},
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


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Say nothing: the report says what matters."""


@dataclass
class Report:
    """What one run did; `failures` are sentences with the request that showed each."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
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


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    with two_tenants(tmp_path_factory.mktemp("schemathesis")) as tenants:
        server = make_server("127.0.0.1", 0, tenants.gateway, request_handler=_Silent)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(60)
        server.server_close()


def test_the_api_is_what_its_document_says(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=SchemathesisConfig.from_dict(CONFIGURATION))
    report = Report()
    for event in from_schema(schema).execute():
        report.add(event)

    with capsys.disabled():
        sys.stdout.write(f"\nschemathesis: {report.cases.total()} cases {dict(report.cases)}\n")
    assert not report.failures, "\n\n".join(report.failures)
    assert report.unfinished == []
    assert report.cases.total() >= FEWEST_CASES
    assert report.cases[PhaseName.STATEFUL_TESTING.value] > 0
    assert {200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 415, 422, 428} <= report.statuses.keys()
