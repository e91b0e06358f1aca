"""Who works for which client."""

from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem
from tests.functions.employees.conftest import NIA, OF_NIA, Office


def test_smoke(office: Office) -> None:
    print(office.assign("4711", "nope"))
    print(office.api.get(OF_NIA).json)
    print(office.act("4711").json)
    print(office.clients())
    print(office.assign("4711", email=RIVAL))
    print(office.clients(email=RIVAL))
    print(office.api.post(f"{OF_NIA}/clients/c-4711/transfer-request", email=RIVAL).json)
    print(office.api.get("/v1/transfer-requests").json)
    [t] = office.api.get("/v1/transfer-requests").json["data"]
    print(office.api.post(f"/v1/transfer-requests/{t['id']}/accept").json)
    print(office.reasons(), office.reasons(email=RIVAL))
    print(office.api.get("/v1/employees").json)
    print(office.api.get(f"{OF_NIA}/activity", email=RIVAL).json)
    office.api.delete("/v1/users/u-nia", email=RIVAL)
    print([i["sk"] for i in office.api.table.items() if i["pk"].startswith("PARTNER#")])
    assert 0
