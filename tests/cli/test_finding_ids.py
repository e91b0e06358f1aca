"""Commands that list the ids which other commands ask for."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Run
from tests.cli.fake_program import FakeClock, FakeProgram

USER = {
    "id": "u-nia",
    "email": "nia@north.example",
    "name": "Nia Nord",
    "role": "partner_admin",
    "language": "en",
    "partner_employee": True,
    "status": "active",
}
CATALOGUE: dict[str, Any] = {
    "products": [
        {
            "product": "sales_hub",
            "editions": [
                {"edition": "starter", "onboarding_required": False},
                {"edition": "professional", "onboarding_required": True},
            ],
        }
    ],
    "onboarding_types": ["guided", "technical"],
    "estimated_onboarding_durations": ["1_month", "2_months"],
}
TRANSFER = {
    "id": "t-1",
    "direction": "incoming",
    "status": "pending",
    "client_id": "c-1",
    "company": "Acme",
    "user_id": "u-nia",
    "email": "nia@north.example",
    "asked_by": {"partner_name": "South Star", "user_name": "Sam South"},
    "created_at": "2026-03-17T09:30:00Z",
    "expires_at": "2026-04-17T09:30:00Z",
    "decided_at": None,
}


@dataclass
class ProgramWithIds(FakeProgram):
    catalogue: dict[str, Any] = field(default_factory=lambda: dict(CATALOGUE))
    transfers: list[dict[str, Any]] = field(default_factory=lambda: [TRANSFER])
    users: list[dict[str, Any]] = field(default_factory=lambda: [USER])
    is_operator: bool = False

    def _read(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v1/users":
            return httpx.Response(200, json={"data": self.users, "next_cursor": None})
        if path == "/v1/products":
            return httpx.Response(200, json=self.catalogue)
        if path == "/v1/transfer-requests":
            return httpx.Response(200, json={"data": self.transfers, "next_cursor": None})
        if path == "/v1/vendor/audit/verification":
            page = int(request.url.params.get("cursor", "0"))
            names = ["p-1", "p-1", "~0", "p-2", None]
            following = str(page + 1) if page + 1 < len(names) else None
            return httpx.Response(200, json={"partner_id": names[page], "data": [], "next_cursor": following})
        return super()._read(request)

    def _me(self, partner_id: str | None) -> dict[str, Any]:
        me = super()._me(partner_id)
        return {**me, "role": "vendor_operator", "memberships": []} if self.is_operator else me

    def _write(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if path.startswith("/v1/transfer-requests/"):
            assert body == {}
            status = {"accept": "accepted", "decline": "declined"}[path.rpartition("/")[2]]
            return httpx.Response(200, json={**TRANSFER, "status": status})
        if path == "/v1/employees/u-nia/clients/c-1/transfer-request":
            return httpx.Response(201, json={**TRANSFER, "direction": "outgoing"})
        return super()._write(path, body)


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithIds:
    return ProgramWithIds(clock=clock_of_program)


def test_users_are_listed_with_their_ids(signed_in: Run) -> None:
    assert signed_in("users", "list").stdout.splitlines() == [
        "User   Name      E-mail             Role           Status  Employee",
        "u-nia  Nia Nord  nia@north.example  partner admin  active  yes",
    ]
    assert json.loads(signed_in("users", "list", "--json").stdout) == {"data": [USER], "next_cursor": None}


def test_products_are_listed_in_the_codes_that_links_take(signed_in: Run, program: ProgramWithIds) -> None:
    assert signed_in("products").stdout.splitlines() == [
        "Product    Edition       Onboarding",
        "sales_hub  starter       not needed",
        "sales_hub  professional  needed",
        "",
        "Types of onboarding  guided, technical",
        "Durations            1_month, 2_months",
    ]
    assert json.loads(signed_in("products", "--json").stdout) == CATALOGUE

    program.catalogue = {"products": CATALOGUE["products"]}
    assert signed_in("products").stdout.splitlines()[-1] == "sales_hub  professional  needed"


def test_transfer_requests_are_listed_with_their_ids(signed_in: Run, program: ProgramWithIds) -> None:
    shown = signed_in("transfers", "list", "--direction", "incoming", "--status", "pending")

    assert shown.stdout.splitlines() == [
        "Request  Direction  Status   Client  E-mail             Expires",
        "t-1      incoming   pending  Acme    nia@north.example  2026-04-17",
    ]
    assert dict(program.requests[-1].url.params) == {"direction": "incoming", "status": "pending", "limit": "100"}


def test_without_requests_that_is_said(signed_in: Run, program: ProgramWithIds) -> None:
    program.transfers = []
    assert signed_in("transfers", "list").stderr == "There are no transfer requests.\n"
    assert signed_in("transfers", "list", "--status", "expired").stderr == "No request fits.\n"


@pytest.mark.parametrize(
    ("arguments", "done", "status"),
    [
        (("request", "u-nia", "c-1"), "Asked.\n", "pending"),
        (("accept", "t-1", "--yes"), "Accepted.\n", "accepted"),
        (("decline", "t-1"), "Declined.\n", "declined"),
    ],
)
def test_requests_are_made_and_answered(signed_in: Run, arguments: tuple[str, ...], done: str, status: str) -> None:
    ended = signed_in("transfers", *arguments)

    assert (ended.exit_code, ended.stderr) == (0, done)
    assert f"Status      {status}" in ended.stdout.splitlines()


def test_accepting_is_asked_about_first(signed_in: Run, program: ProgramWithIds) -> None:
    ended = signed_in("transfers", "accept", "t-1", typed="n\n")

    assert (ended.exit_code, program.requests) == (1, [])
    assert "Nothing was accepted." in ended.stderr


def test_what_is_no_id_is_not_sent(signed_in: Run, program: ProgramWithIds) -> None:
    assert signed_in("transfers", "decline", "../me").exit_code == 2
    assert program.requests == []


def test_people_see_their_own_partners(signed_in: Run, program: ProgramWithIds) -> None:
    program.partners["p-2"] = "South Star"
    assert signed_in("partners").stdout.splitlines() == [
        "Partner  Name        Your role",
        "p-1      North Star  partner member",
        "p-2      South Star  partner member",
    ]


def test_operators_see_every_partner(signed_in: Run, program: ProgramWithIds) -> None:
    program.is_operator = True
    assert signed_in("partners").stdout.splitlines() == [
        "Partner  Name  Your role",
        "p-1      -     vendor operator",
        "p-2      -     vendor operator",
    ]
