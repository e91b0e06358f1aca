"""What requests about partner employees cost."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.client_factories import ClientSeed, client_body
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api

OF_MAX = "/v1/employees/u-max"
BOTH = {"p-hill": "managed", "p-lake": "managed"}


class EmployeeCase(NamedTuple):
    send: Callable[[Api], Any]
    before: Callable[[Api], object]


def mark(api: Api) -> Any:
    return api.put("/v1/users/u-max/partner-employee", {"enabled": True}, email=ADMIN)


def clients(api: Api, count: int = 25) -> None:
    mark(api)
    seed = ClientSeed(table=api.table)
    for number in range(count):
        seed.client(f"{number}", company=f"Client {number:04}", partners=BOTH)


def one_client(api: Api) -> None:
    clients(api, 1)


def assign(api: Api, count: int = 25, *, email: str = ADMIN) -> Any:
    chosen = [{"hub_id": f"{number}"} for number in range(count)]
    return api.post(f"{OF_MAX}/clients", {"clients": chosen}, email=email)


def assigned(api: Api) -> None:
    clients(api)
    assign(api)


def one_assigned(api: Api) -> None:
    one_client(api)
    assign(api, 1)


def contested(api: Api) -> None:
    one_assigned(api)
    api.seed.user(MEMBER, partner_id="p-lake")
    assign(api, 1, email=RIVAL)


def ask(api: Api) -> Any:
    return api.post(f"{OF_MAX}/clients/c-0/transfer-request", email=RIVAL)


def asked(api: Api) -> None:
    contested(api)
    ask(api)


def accept(api: Api) -> Any:
    [item] = [one for one in api.table.items() if one["pk"] == "PARTNER#p-hill" and one["sk"].startswith("TRANSFER#")]
    return api.post(f"/v1/transfer-requests/{item['transfer_id']}/accept")


def record(api: Api, count: int = 24) -> Any:
    told = [
        {
            "id": f"e-{number}",
            "hub_id": "0",
            "employee_email": MEMBER,
            "kind": "edit",
            "occurred_at": "2026-03-17T09:00:00Z",
        }
        for number in range(count)
    ]
    return api.post("/v1/vendor/activities", {"activities": told}, email=OPERATOR)


EMPLOYEE_CASES = {
    "marking an employee": EmployeeCase(mark, lambda _: None),
    "the employees": EmployeeCase(lambda api: api.get("/v1/employees"), mark),
    "an employee with 25 clients": EmployeeCase(lambda api: api.get(OF_MAX), assigned),
    "an employee's activity at 25 clients": EmployeeCase(lambda api: api.get(f"{OF_MAX}/activity"), assigned),
    "assigning a client": EmployeeCase(lambda api: assign(api, 1), one_client),
    "assigning 25 clients": EmployeeCase(assign, clients),
    "requesting access": EmployeeCase(lambda api: api.post(f"{OF_MAX}/clients/c-0/request-access"), one_assigned),
    "taking a client away": EmployeeCase(
        lambda api: api.delete(f"{OF_MAX}/clients/c-0", query={"confirm": "REMOVE"}), one_assigned
    ),
    "removing a user with 25 clients": EmployeeCase(lambda api: api.delete("/v1/users/u-max"), assigned),
    "asking for a transfer": EmployeeCase(ask, contested),
    "accepting a transfer": EmployeeCase(accept, asked),
    "the transfer requests": EmployeeCase(lambda api: api.get("/v1/transfer-requests"), asked),
    "renaming a client with an employee": EmployeeCase(
        lambda api: api.put("/v1/vendor/clients/0", client_body(company="Zebra")), one_assigned
    ),
    "recording 24 activities": EmployeeCase(record, one_assigned),
}
