"""Drives of users, employees, their assignments and transfer requests."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.system.conftest import Answer
from tests.system.drives.drive import Drive, refused_operator
from tests.system.drives.world import World


def add_user(world: World) -> Answer:
    number = world.number()
    body = {"email": f"added-{number}@drive.example", "name": f"Added {number}", "role": "partner_member"}
    return world.admin.post("/v1/users", body)


def clients_of(user_id: str) -> str:
    return f"/v1/employees/{user_id}/clients"


def assigned(world: World) -> str:
    """The path of a client in an employee's list."""
    user_id, hub_id = world.assignment()
    return f"{clients_of(user_id)}/c-{hub_id}"


def shared(world: World) -> str:
    """The path of a client in the list of somebody whose address another partner has listed there first."""
    user_id, hub_id = world.shared_employee()
    return f"{clients_of(user_id)}/c-{hub_id}"


PEOPLE: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /v1/me": Drive(
            lambda world: world.member.get("/v1/me"),
            refusal=(403, "not_a_member", lambda world: world.admin.get("/v1/me", x_partner_id="p-rival")),
        ),
        "POST /v1/me/memberships/{partner_id}/accept": Drive(
            lambda world: world.invited().post("/v1/me/memberships/p-drive/accept"),
            refusal=(
                404,
                "not_found",
                lambda world: world.rival.post("/v1/me/memberships/p-nobody/accept"),
            ),
        ),
        "POST /v1/me/memberships/{partner_id}/decline": Drive(
            lambda world: world.invited().post("/v1/me/memberships/p-drive/decline"),
            refusal=(
                404,
                "not_found",
                lambda world: world.rival.post("/v1/me/memberships/p-nobody/decline"),
            ),
        ),
        "GET /v1/users": Drive(
            lambda world: world.admin.get("/v1/users?limit=2"),
            refusal=(400, "invalid_cursor", lambda world: world.admin.get("/v1/users?cursor=none-of-ours")),
        ),
        "POST /v1/users": Drive(
            add_user,
            status=201,
            refusal=(
                403,
                "role_required",
                lambda world: world.member.post(
                    "/v1/users", {"email": "a@drive.example", "name": "A", "role": "partner_member"}
                ),
            ),
        ),
        "GET /v1/users/{user_id}": Drive(
            lambda world: world.admin.get(f"/v1/users/{world.user()}"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/users/{world.user()}")),
        ),
        "PATCH /v1/users/{user_id}": Drive(
            lambda world: world.admin.patch(f"/v1/users/{world.user()}", {"role": "partner_admin"}, if_match="*"),
            refusal=(
                412,
                "precondition_failed",
                lambda world: world.admin.patch(f"/v1/users/{world.user()}", {"name": "A"}, if_match='"v999"'),
            ),
        ),
        "DELETE /v1/users/{user_id}": Drive(
            lambda world: world.admin.delete(f"/v1/users/{world.user()}"),
            status=204,
            refusal=(409, "own_user", lambda world: world.rival.delete("/v1/users/u-rival-rival")),
        ),
        "POST /v1/users/{user_id}/resend-invitation": Drive(
            lambda world: world.admin.post(f"/v1/users/{world.user()}/resend-invitation"),
            refusal=(
                409,
                "already_active",
                lambda world: world.admin.post("/v1/users/u-drive-member/resend-invitation"),
            ),
        ),
        "PUT /v1/users/{user_id}/partner-employee": Drive(
            lambda world: world.admin.put(f"/v1/users/{world.user()}/partner-employee", {"enabled": True}),
            refusal=(
                403,
                "role_required",
                lambda world: world.member.put(f"/v1/users/{world.user()}/partner-employee", {"enabled": True}),
            ),
        ),
        "GET /v1/employees": Drive(
            lambda world: world.admin.get("/v1/employees"), refusal=refused_operator("/v1/employees")
        ),
        "GET /v1/employees/{user_id}": Drive(
            lambda world: world.admin.get(f"/v1/employees/{world.employee()}"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/employees/{world.employee()}")),
        ),
        "GET /v1/employees/{user_id}/activity": Drive(
            lambda world: world.admin.get(f"/v1/employees/{world.assignment()[0]}/activity"),
            refusal=(404, "not_found", lambda world: world.admin.get("/v1/employees/u-nobody/activity")),
        ),
        "POST /v1/employees/{user_id}/clients": Drive(
            lambda world: world.admin.post(clients_of(world.employee()), {"clients": [{"hub_id": world.hub()}]}),
            refusal=(
                422,
                "validation_failed",
                lambda world: world.admin.post(clients_of(world.employee()), {"clients": []}),
            ),
        ),
        "POST /v1/employees/{user_id}/clients/{client_id}/request-access": Drive(
            lambda world: world.admin.post(f"{assigned(world)}/request-access"),
            refusal=(
                404,
                "not_found",
                lambda world: world.admin.post(f"{clients_of(world.employee())}/c-{world.hub()}/request-access"),
            ),
        ),
        "POST /v1/employees/{user_id}/clients/{client_id}/transfer-request": Drive(
            lambda world: world.rival.post(f"{shared(world)}/transfer-request"),
            status=201,
            refusal=(
                409,
                "no_conflict",
                lambda world: world.admin.post(f"{assigned(world)}/transfer-request"),
            ),
        ),
        "DELETE /v1/employees/{user_id}/clients/{client_id}": Drive(
            lambda world: world.admin.delete(f"{assigned(world)}?confirm=REMOVE"),
            status=204,
            refusal=(
                422,
                "confirmation_required",
                lambda world: world.admin.delete(f"{assigned(world)}?confirm=remove"),
            ),
        ),
        "GET /v1/transfer-requests": Drive(
            lambda world: world.admin.get("/v1/transfer-requests?direction=incoming"),
            refusal=(422, "validation_failed", lambda world: world.admin.get("/v1/transfer-requests?direction=up")),
        ),
        "POST /v1/transfer-requests/{transfer_id}/accept": Drive(
            lambda world: world.admin.post(f"/v1/transfer-requests/{world.transfer()}/accept"),
            refusal=(
                404,
                "not_found",
                lambda world: world.admin.post("/v1/transfer-requests/t-nobody/accept"),
            ),
        ),
        "POST /v1/transfer-requests/{transfer_id}/decline": Drive(
            lambda world: world.admin.post(f"/v1/transfer-requests/{world.transfer()}/decline"),
            refusal=(
                404,
                "not_found",
                lambda world: world.admin.post("/v1/transfer-requests/t-nobody/decline"),
            ),
        ),
    }
)
