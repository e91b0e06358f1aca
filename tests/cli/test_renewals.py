"""The commands on renewals."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Run
from tests.cli.fake_program import FakeClock, FakeProgram

RENEWALS = "/v1/renewals"
SETTINGS = f"{RENEWALS}/settings"


@dataclass
class ProgramWithRenewals(FakeProgram):
    """`changed` says what the settings were changed to, and over which version."""

    renewals: list[dict[str, Any]] = field(default_factory=list)
    listed: list[dict[str, str]] = field(default_factory=list)
    decided: dict[str, Any] = field(default_factory=dict)
    changed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def _api(self, request: httpx.Request) -> httpx.Response:
        if request.method != "PUT":
            return super()._api(request)
        assert request.url.path == SETTINGS
        body = json.loads(request.content)
        assert body.keys() == {"owner", "notify_user_id"}
        self.changed.append((request.headers["If-Match"], body))
        return httpx.Response(200, json={**body, "flags": self.flags})

    def _read(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == SETTINGS:
            found = {"owner": "vendor", "notify_user_id": None, "flags": self.flags}
            return httpx.Response(200, json=found, headers={"ETag": '"v3"'})
        if request.url.path != RENEWALS:
            return super()._read(request)
        query = dict(request.url.params)
        assert query.keys() <= {"limit", "cursor", "status", "within_days", "sort"}
        self.listed.append(query)
        limit, start = int(query["limit"]), int(query.get("cursor", "0"))
        more = str(start + limit) if start + limit < len(self.renewals) else None
        return httpx.Response(200, json={"data": self.renewals[start : start + limit], "next_cursor": more})

    def _write(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if not path.startswith(f"{RENEWALS}/"):
            return super()._write(path, body)
        renewal_id, _, what = path.removeprefix(f"{RENEWALS}/").partition("/")
        assert what == "decision"
        self.decided[renewal_id] = body
        if renewal_id == "r-late":
            problem = {"title": "The time to decide is over", "status": 409, "code": "decision_deadline_over"}
            return httpx.Response(409, json={**problem, "type": "about:blank", "detail": "Too late.", "instance": "r"})
        return httpx.Response(200, json=renewal_of(1, status="cancellation_requested"))


def renewal_of(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"r-s-{number}",
        "client_id": "c-4711",
        "company": "Acme",
        "products": ["sales_hub"],
        "owner": "vendor",
        "renewal_manager": None,
        "current_mrr": {"amount": 127200, "currency": "EUR"},
        "renewal_mrr": {"amount": 120000, "currency": "EUR"},
        "mrr_change": {"amount": -7200, "currency": "EUR"},
        "starts_on": "2026-06-15",
        "decision_deadline": "2026-05-01",
        "days_left": 90,
        "status": "pending",
        "flags": [],
        "responsible": True,
        **changes,
    }


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithRenewals:
    made = [renewal_of(1), renewal_of(2, status="renewed", owner="partner", flags=["decision_maker_missing"])]
    return ProgramWithRenewals(clock=clock_of_program, renewals=made)


def test_renewals_are_listed_with_deadline_and_change(signed_in: Run) -> None:
    result = signed_in("renewals", "list")

    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()][1:] == [
        ["r-s-1", "Acme", "sales_hub", "pending", "2026-05-01", "2026-06-15", "90", "1,272.00", "EUR", "-72.00", "EUR",
         "vendor", "-"],
        ["r-s-2", "Acme", "sales_hub", "renewed", "2026-05-01", "2026-06-15", "90", "1,272.00", "EUR", "-72.00", "EUR",
         "partner", "decision", "maker", "missing"],
    ]  # fmt: skip


def test_the_filter_goes_to_the_api_and_pages_are_followed(signed_in: Run, program: ProgramWithRenewals) -> None:
    program.renewals = [renewal_of(number) for number in range(130)]

    result = signed_in("renewals", "list", "--status", "pending", "--within-days", "30", "--all", "--json")

    assert len(json.loads(result.stdout)["data"]) == 130
    assert program.listed[0] == {"status": "pending", "within_days": "30", "limit": "100"}
    shown = signed_in("renewals", "list", "--sort", "-mrr_change")
    assert program.listed[-1] == {"sort": "-mrr_change", "limit": "25"}
    assert shown.stderr.startswith("These are the first 25;")


def test_an_empty_list_says_what_that_means(signed_in: Run, program: ProgramWithRenewals) -> None:
    program.renewals = []

    assert signed_in("renewals", "list").stderr == "Nothing renews in the next 120 days.\n"
    filtered = signed_in("renewals", "list", "--status", "confirmed")
    assert filtered.stderr == "No renewal fits. Try more days, or without --status.\n"


def test_a_decision_is_asked_about_and_sent_once(signed_in: Run, program: ProgramWithRenewals) -> None:
    refused = signed_in("renewals", "decide", "r-s-1", "confirm", typed="n\n")
    assert (refused.exit_code, program.decided) == (1, {})

    result = signed_in("renewals", "decide", "r-s-1", "request-cancellation", "--reason", "They close.", "--yes")

    assert result.exit_code == 0
    assert "cancellation requested" in result.stdout
    assert program.decided == {"r-s-1": {"decision": "request_cancellation", "reason": "They close."}}


def test_a_refusal_is_told_and_fails(signed_in: Run) -> None:
    result = signed_in("renewals", "decide", "r-late", "confirm", "--yes", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["problem"]["code"] == "decision_deadline_over"


@pytest.mark.parametrize("renewal_id", ["s-1", "r-1/../x", "r-ü"])
def test_an_id_that_is_none_is_not_sent(signed_in: Run, program: ProgramWithRenewals, renewal_id: str) -> None:
    result = signed_in("renewals", "decide", renewal_id, "confirm", "--yes")

    assert (result.exit_code, program.decided) == (2, {})


@pytest.mark.feature("A54")
def test_settings_are_shown_and_changed_over_the_version_that_was_read(
    signed_in: Run, program: ProgramWithRenewals
) -> None:
    shown = signed_in("renewals", "settings")
    assert "nobody chosen: the first admin by name" in shown.stdout
    assert "Attention" not in shown.stdout
    assert program.changed == []

    changed = signed_in("renewals", "settings", "--owner", "partner", "--notify", "u-1", "--json")

    assert json.loads(changed.stdout) == {"owner": "partner", "notify_user_id": "u-1", "flags": []}
    assert program.changed == [('"v3"', {"owner": "partner", "notify_user_id": "u-1"})]


def test_settings_say_that_no_mail_reaches_the_user(signed_in: Run, program: ProgramWithRenewals) -> None:
    program.flags = ["notified_user_undeliverable"]

    shown = signed_in("renewals", "settings")

    assert " ".join(shown.stdout.split()).endswith(
        "Attention no mail reaches this user: the first admin whom mail reaches is told instead"
    )


@pytest.mark.parametrize("half", [("--owner", "vendor"), ("--notify", "u-1")])
def test_half_a_setting_is_wrong_usage(signed_in: Run, program: ProgramWithRenewals, half: tuple[str, str]) -> None:
    result = signed_in("renewals", "settings", *half)

    assert (result.exit_code, program.changed) == (2, [])
