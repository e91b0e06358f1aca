"""Nia, who works for two partners, and clients to assign to her."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.people import Role
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.events import Answer
from tests.functions.client import ADMIN, OPERATOR, RIVAL, Api

NIA = "nia@hill.example"
EMPLOYEES = "/v1/employees"
OF_NIA = f"{EMPLOYEES}/u-nia"


@dataclass(frozen=True, kw_only=True)
class Office:
    """What tests do over and over: `email` says who, the admin of p-hill or p-lake."""

    api: Api

    @property
    def seed(self) -> ClientSeed:
        return ClientSeed(table=self.api.table, at=self.api.clock.now)

    def tag(self, user_id: str = "u-nia", *, enabled: bool = True, email: str = ADMIN) -> Answer:
        return self.api.put(f"/v1/users/{user_id}/partner-employee", {"enabled": enabled}, email=email)

    def assign(self, *hub_ids: str, user_id: str = "u-nia", email: str = ADMIN, **more: Any) -> list[Item]:
        clients = [{"hub_id": hub_id} for hub_id in hub_ids]
        answer = self.api.post(f"{EMPLOYEES}/{user_id}/clients", {"clients": clients}, email=email, **more)
        assert answer.status == 200, answer.body
        results: list[Item] = answer.json["results"]
        return results

    def remove(self, hub_id: str, *, user_id: str = "u-nia", email: str = ADMIN) -> Answer:
        path = f"{EMPLOYEES}/{user_id}/clients/c-{hub_id}"
        return self.api.delete(path, query={"confirm": "REMOVE"}, email=email)

    def act(
        self,
        hub_id: str,
        *,
        kind: str = "publish",
        ago: timedelta = timedelta(),
        who: str = NIA,
        activity_id: str = "e-1",
    ) -> Answer:
        """The vendor tells that somebody did something so long ago."""
        activity = {
            "id": activity_id,
            "hub_id": hub_id,
            "employee_email": who,
            "kind": kind,
            "occurred_at": (self.api.clock.now - ago).isoformat().replace("+00:00", "Z"),
        }
        return self.api.post("/v1/vendor/activities", {"activities": [activity]}, email=OPERATOR)

    def clients(self, *, user_id: str = "u-nia", email: str = ADMIN) -> list[Item]:
        rows: list[Item] = self.api.get(f"{EMPLOYEES}/{user_id}", email=email).json["clients"]
        return rows

    def reasons(self, *, email: str = ADMIN) -> dict[str, str | None]:
        """By client, why Nia earns the partner nothing there; None where she earns."""
        return {one["client_id"]: one["managed_credit_reason"] for one in self.clients(email=email)}

    def notices(self, kind: str) -> list[Item]:
        return [item for item in self.api.table.items() if item["sk"] == "NOTICE" and item["kind"] == kind]

    def rows(self, prefix: str) -> list[Item]:
        return [item for item in self.api.table.items() if item["sk"].startswith(prefix)]


@pytest.fixture
def office(api: Api) -> Office:
    """Nia is a tagged user of p-hill and of p-lake; both manage the client 4711, whose portal lists her."""
    office = Office(api=api)
    for partner_id, email in (("p-hill", ADMIN), ("p-lake", RIVAL)):
        api.seed.user(NIA, partner_id=partner_id, name="Nia Nord", role=Role.PARTNER_MEMBER)
        office.tag(email=email)
    office.seed.client(
        "4711", partners={"p-hill": "managed", "p-lake": "managed"}, portal_users=["dana@acme.example", NIA]
    )
    return office
