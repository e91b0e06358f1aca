"""The commands on the audit trail."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Run
from tests.cli.fake_program import INSTANT, FakeProgram

VERIFICATION = "/v1/vendor/audit/verification"
AUDIT = "/v1/vendor/audit"
HEAD = {"position": 418, "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
FAULT = {
    "code": "entry_changed",
    "detail": "The entry does not say what it said when it was sealed.",
    "position": 17,
    "entry": {"entry_id": "a-17", "at": INSTANT},
}
NAMELESS = {"code": "seal_missing", "detail": "There is no seal at 9.", "position": 9, "entry": None}


def stretch(partner_id: str | None, **changes: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "partner_id": partner_id,
        "seals": 0,
        "entries": 0,
        "head": None,
        "faults": [],
        "waiting": [],
    }
    return {**empty, **changes}


def entry(number: int) -> dict[str, Any]:
    return {
        "id": f"a-{number}",
        "at": INSTANT,
        "as_of": None,
        "partner_id": "p-1",
        "actor": {"user_id": "u-1", "role": "partner_member"},
        "action": "registration.created",
        "object": f"registration/lead-{number}.example",
        "before": None,
        "after": {"company": "Acme"},
        "request_id": f"r-{number}",
    }


@dataclass
class Vendor:
    """Answers the vendor's audit routes, page by page, and checks what it is asked."""

    program: FakeProgram
    asked: list[dict[str, str]]

    def pages(self, path: str, pages: list[dict[str, Any]]) -> None:
        def page(number: int) -> Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]:
            def answer(request: httpx.Request, _: Callable[[], httpx.Response]) -> httpx.Response:
                assert (request.method, request.url.path) == ("GET", path)
                assert "X-Partner-Id" not in request.headers
                query = dict(request.url.params)
                assert query.pop("cursor", None) == (f"c-{number}" if number else None)
                self.asked.append(query)
                more = number + 1 < len(pages)
                return httpx.Response(200, json={**pages[number], "next_cursor": f"c-{number + 1}" if more else None})

            return answer

        self.program.interference.extend(page(number) for number in range(len(pages)))


@pytest.fixture
def vendor(program: FakeProgram) -> Vendor:
    return Vendor(program, [])


def test_an_untouched_trail_is_shown_with_where_it_ends(signed_in: Run, vendor: Vendor) -> None:
    vendor.pages(
        VERIFICATION,
        [
            stretch("p-1", seals=100),
            stretch("p-1", seals=18, head=HEAD),
            stretch("p-1", entries=118),
            stretch("p-2", seals=1, head={"position": 1, "hash": "aa"}),
            stretch("p-2", entries=1),
        ],
    )

    shown = signed_in("audit", "verify")

    assert shown.exit_code == 0
    assert [line.split() for line in shown.stdout.splitlines()] == [
        ["Partner", "Seals", "Entries", "Waiting", "Faults", "Hash", "at", "the", "end"],
        ["p-1", "118", "118", "0", "0", HEAD["hash"]],
        ["p-2", "1", "1", "0", "0", "aa"],
    ]
    assert shown.stderr == "No faults.\n"
    assert vendor.asked == [{"limit": "100"}] * 5


def test_faults_are_listed_and_end_with_exit_code_1(signed_in: Run, vendor: Vendor) -> None:
    vendor.pages(
        VERIFICATION,
        [stretch("p-1", seals=20, head=HEAD, faults=[NAMELESS]), stretch("p-1", entries=20, faults=[FAULT])],
    )

    shown = signed_in("audit", "verify", "--partner", "p-1")

    assert shown.exit_code == 1
    assert [" ".join(line.split()) for line in shown.stdout.splitlines()] == [
        "Partner Seals Entries Waiting Faults Hash at the end",
        f"p-1 20 20 0 2 {HEAD['hash']}",
        "Partner Fault Position Entry At What it means",
        "p-1 seal_missing 9 - - There is no seal at 9.",
        f"p-1 entry_changed 17 a-17 {INSTANT} The entry does not say what it said when it was sealed.",
    ]
    assert shown.stderr == "2 faults. docs/audit.md says what each means and what to do.\n"
    assert vendor.asked == [{"partner_id": "p-1", "limit": "100"}] * 2


def test_for_machines_the_pages_of_a_partner_are_one(signed_in: Run, vendor: Vendor) -> None:
    waiting = [{"entry_id": "a-9", "at": INSTANT}]
    vendor.pages(
        VERIFICATION, [stretch("p-1", seals=2, head=HEAD), stretch("p-1", entries=3, faults=[FAULT], waiting=waiting)]
    )

    shown = signed_in("audit", "verify", "--json")

    assert shown.exit_code == 1
    assert json.loads(shown.stdout) == {
        "partners": [
            {"partner_id": "p-1", "seals": 2, "entries": 3, "head": HEAD, "faults": [FAULT], "waiting": waiting}
        ]
    }


def test_waiting_entries_are_told_and_are_no_fault(signed_in: Run, vendor: Vendor) -> None:
    waiting = [{"entry_id": f"a-{number}", "at": INSTANT} for number in range(2)]
    vendor.pages(VERIFICATION, [stretch("p-1", entries=2, waiting=waiting)])

    shown = signed_in("audit", "verify")

    assert shown.exit_code == 0
    assert shown.stderr.splitlines() == [
        "2 entries have waited for their seal for more than an hour. Is the sealing function running?",
        "No faults.",
    ]


def test_without_any_chain_nothing_is_called_good(signed_in: Run, vendor: Vendor) -> None:
    vendor.pages(VERIFICATION, [stretch(None)])

    shown = signed_in("audit", "verify")

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == "No entry has been sealed yet, so there is nothing to verify.\n"


def test_a_partner_without_a_trail_is_refused(signed_in: Run, program: FakeProgram) -> None:
    problem = {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": "There is no audit trail of such a partner. Check partner_id.",
        "code": "not_found",
        "instance": "req-1",
    }
    program.interference.append(lambda *_: httpx.Response(404, json=problem))

    shown = signed_in("audit", "verify", "--partner", "p-none")

    assert shown.exit_code == 1
    assert "There is no audit trail of such a partner." in shown.stderr


def test_the_trail_is_listed_by_every_filter(signed_in: Run, vendor: Vendor) -> None:
    vendor.pages(AUDIT, [{"data": [entry(1), entry(2)]}, {"data": [entry(3)]}])

    shown = signed_in(
        "audit", "list", "--partner", "p-1", "--actor", "u-1", "--object", "user/u-2",
        "--since", "2026-01-01T00:00:00Z", "--until", "2026-02-01T00:00:00Z", "--all",
    )  # fmt: skip

    assert shown.exit_code == 0
    assert [line.split() for line in shown.stdout.splitlines()] == [
        ["At", "Partner", "Actor", "Action", "Object", "Request"],
        *(
            [INSTANT, "p-1", "u-1", "registration.created", f"registration/lead-{number}.example", f"r-{number}"]
            for number in (1, 2, 3)
        ),
    ]
    filters = {
        "partner_id": "p-1",
        "actor": "u-1",
        "object": "user/u-2",
        "since": "2026-01-01T00:00:00Z",
        "until": "2026-02-01T00:00:00Z",
    }
    assert vendor.asked == [{**filters, "limit": "100"}] * 2


def test_a_list_says_when_there_is_more(signed_in: Run, vendor: Vendor) -> None:
    vendor.pages(AUDIT, [{"data": [entry(1), entry(2)]}, {"data": []}])

    shown = signed_in("audit", "list", "--limit", "2")

    assert shown.stderr == "These are the newest 2; --all shows the rest, --json what each change was.\n"
    assert vendor.asked == [{"limit": "2"}]


def test_a_list_for_machines_is_what_the_api_gave(signed_in: Run, vendor: Vendor) -> None:
    vendor.pages(AUDIT, [{"data": [entry(1)]}])

    shown = signed_in("audit", "list", "--json")

    assert json.loads(shown.stdout) == {"data": [entry(1)], "next_cursor": None}


def test_an_empty_list_says_so(signed_in: Run, vendor: Vendor) -> None:
    vendor.pages(AUDIT, [{"data": []}])

    shown = signed_in("audit", "list")

    assert (shown.exit_code, shown.stdout, shown.stderr) == (0, "", "Nothing was recorded that fits.\n")
