"""Drives of clients, renewals and the weekly digest."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.system.drives import bodies
from tests.system.drives.drive import Drive, refused_operator, refused_path
from tests.system.drives.world import World


def renewal(world: World) -> str:
    """The id of a renewal that p-drive may decide."""
    return f"r-{world.subscription(world.hub())}"


def digest_page(world: World) -> str:
    """Where the admin's weekly digest is ended, as the digest's mail says it."""
    world.subscription(world.hub())
    world.admin.put("/v1/renewals/digest", {"weekly": True})
    world.invoke("RenewalDigestFunction", {"as_of": bodies.day(days=7)})
    return world.address_in_mail("admin@drive.example", r"/d/\S+")


CLIENTS: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /v1/dashboard": Drive(
            lambda world: world.admin.get("/v1/dashboard"), refusal=refused_operator("/v1/dashboard")
        ),
        "GET /v1/clients": Drive(
            lambda world: world.admin.get("/v1/clients?relationship=managed&sort=company"),
            refusal=(422, "validation_failed", lambda world: world.admin.get("/v1/clients?relationship=friend")),
        ),
        "GET /v1/clients/{client_id}": Drive(
            lambda world: world.admin.get(f"/v1/clients/c-{world.hub()}"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/clients/c-{world.hub()}")),
        ),
        "GET /v1/clients/{client_id}/renewals": Drive(
            lambda world: world.admin.get(f"/v1/clients/c-{world.hub()}/renewals"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/clients/c-{world.hub()}/renewals")),
        ),
        "GET /v1/clients/{client_id}/usage": Drive(
            lambda world: world.admin.get(f"/v1/clients/c-{world.hub()}/usage"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/clients/c-{world.hub()}/usage")),
        ),
        "GET /v1/clients/{client_id}/engagement": Drive(
            lambda world: world.admin.get(f"/v1/clients/c-{world.hub()}/engagement"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/clients/c-{world.hub()}/engagement")),
        ),
        "POST /v1/clients/{client_id}/end-services": Drive(
            lambda world: world.admin.post(f"/v1/clients/c-{world.hub()}/end-services", {"confirm": True}),
            refusal=(
                403,
                "role_required",
                lambda world: world.member.post(f"/v1/clients/c-{world.hub()}/end-services", {"confirm": True}),
            ),
        ),
        "GET /v1/clients/{client_id}/renewal-owner": Drive(
            lambda world: world.admin.get(f"/v1/clients/c-{world.hub()}/renewal-owner"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/clients/c-{world.hub()}/renewal-owner")),
        ),
        "PUT /v1/clients/{client_id}/renewal-owner": Drive(
            lambda world: world.admin.put(
                f"/v1/clients/c-{world.hub()}/renewal-owner",
                {"owner": "partner", "notify_user_id": "u-drive-admin"},
                if_match="*",
            ),
            refusal=(
                428,
                "precondition_required",
                lambda world: world.admin.put(f"/v1/clients/c-{world.hub()}/renewal-owner", {"owner": "default"}),
            ),
        ),
    }
)

RENEWALS: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /v1/renewals": Drive(
            lambda world: world.admin.get("/v1/renewals?within_days=120&status=pending&sort=-mrr_change"),
            refusal=(422, "validation_failed", lambda world: world.admin.get("/v1/renewals?within_days=0")),
        ),
        "POST /v1/renewals/{renewal_id}/decision": Drive(
            lambda world: world.admin.post(f"/v1/renewals/{renewal(world)}/decision", {"decision": "confirm"}),
            refusal=(
                403,
                "role_required",
                lambda world: world.member.post(f"/v1/renewals/{renewal(world)}/decision", {"decision": "confirm"}),
            ),
        ),
        "GET /v1/renewals.ics": Drive(
            lambda world: world.admin.get("/v1/renewals.ics"), refusal=refused_operator("/v1/renewals.ics")
        ),
        "GET /v1/renewals/settings": Drive(
            lambda world: world.admin.get("/v1/renewals/settings"), refusal=refused_operator("/v1/renewals/settings")
        ),
        "PUT /v1/renewals/settings": Drive(
            lambda world: world.admin.put(
                "/v1/renewals/settings", {"owner": "vendor", "notify_user_id": "u-drive-admin"}, if_match="*"
            ),
            refusal=(
                412,
                "precondition_failed",
                lambda world: world.admin.put(
                    "/v1/renewals/settings", {"owner": "vendor", "notify_user_id": "u-drive-admin"}, if_match='"v999"'
                ),
            ),
        ),
        "GET /v1/renewals/digest": Drive(
            lambda world: world.admin.get("/v1/renewals/digest"), refusal=refused_operator("/v1/renewals/digest")
        ),
        "PUT /v1/renewals/digest": Drive(
            lambda world: world.admin.put("/v1/renewals/digest", {"weekly": True}),
            refusal=(422, "validation_failed", lambda world: world.admin.put("/v1/renewals/digest", {})),
        ),
    }
)

PAGES: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /d/{token}": Drive(lambda world: world.anybody.get(digest_page(world)), refusal=refused_path("/d/nobody")),
        "POST /d/{token}": Drive(
            lambda world: world.anybody.send_form(digest_page(world), **{"List-Unsubscribe": "One-Click"}),
            refusal=(404, None, lambda world: world.anybody.send_form("/d/nobody")),
        ),
    }
)
