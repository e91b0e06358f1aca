"""The example employees are what the product makes of them."""

from dataclasses import dataclass
from typing import Any

from local.example_clients import TWO_PARTNERS, bring_clients
from local.example_data import PARTNERS
from local.example_employees import EMPLOYEES, assign_employees, tell_activities
from shared.domain.people import Role
from shared.table.session import TableSession
from tests.functions.client import OPERATOR, Api
from tests.functions.employees.work_table import api_in_memory


@dataclass(frozen=True)
class Person:
    """Calls as the example data does: whatever is refused is a fault."""

    api: Api
    email: str
    partner_id: str | None = None

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.api.request(method, path, body=body, email=self.email, partner=self.partner_id, match="*")
        assert answer.status < 300, answer.body
        return answer.json

    def put(self, path: str, body: dict[str, Any]) -> None:
        self.call("PUT", path, body)


def bring(api: Api) -> None:
    partners = {one.partner_id: one for one in PARTNERS}
    for partner_id in EMPLOYEES:
        assign_employees(partner_id, Person(api, partners[partner_id].users[0].email, partner_id))
    tell_activities(Person(api, OPERATOR), now=api.clock.now)


def test_the_example_employees_earn_miss_each_condition_and_share_one_address() -> None:
    with api_in_memory() as (api, memory):
        api.seed.operator(OPERATOR)
        for partner in PARTNERS:
            api.seed.partner(partner.partner_id, name=partner.name)
            for user in partner.users:
                api.seed.user(
                    user.email,
                    partner_id=partner.partner_id,
                    role=Role(user.role),
                    user_id=user.user_id,
                    name=user.name,
                )
        bring_clients(TableSession(api.table.client, api.table.name), now=api.clock.now)

        bring(api)
        before = set(memory.items)
        bring(api)

        assert {key for key in set(memory.items) ^ before if not key[0].startswith("AUDIT#")} == set()
        heike, odile = Person(api, "heike@hafen.example"), Person(api, "odile@orchard.example")
        told = {
            one["managed_credit_reason"]
            for user_id in ("u-hafen-member", "u-robin")
            for one in heike.call("GET", f"/v1/employees/{user_id}")["clients"]
        }
        assert told == {None, "not_in_portal", "no_recent_activity", "relationship_not_managed"}
        [contested] = odile.call("GET", "/v1/employees/u-robin")["clients"]
        assert (contested["client_id"], contested["managed_credit_reason"]) == (
            f"c-{TWO_PARTNERS}",
            "email_with_another_partner",
        )
        [asked] = heike.call("GET", "/v1/transfer-requests")["data"]
        assert (asked["direction"], asked["status"], asked["asked_by"]["partner_name"]) == (
            "incoming",
            "pending",
            "Orchard Row",
        )
