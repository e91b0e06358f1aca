"""Drives of tier, points and team, of the vendor's routes, and of the reference."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.system.drives import bodies
from tests.system.drives.drive import Drive, Refusal, refused_operator, refused_path
from tests.system.drives.world import World


def refused_partner(method: str, path: str, body: object = None) -> Refusal:
    """A vendor's route, asked by a partner's admin."""
    return 403, "role_required", lambda world: world.stack.call(method, path, token=world.admin.token, body=body)


TIERS: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /v1/tier": Drive(
            lambda world: world.admin.get(f"/v1/tier?as_of={bodies.day(days=30)}"),
            refusal=(422, "validation_failed", lambda world: world.admin.get("/v1/tier?as_of=soon")),
        ),
        "GET /v1/tier/points": Drive(
            lambda world: world.admin.get("/v1/tier/points?deal_type=partner_sourced"),
            refusal=(422, "validation_failed", lambda world: world.admin.get("/v1/tier/points?deal_type=won")),
        ),
        "GET /v1/tier/points/{client_id}": Drive(
            lambda world: world.admin.get(f"/v1/tier/points/c-{sold(world)}"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/tier/points/c-{sold(world)}")),
        ),
        "GET /v1/tier/history": Drive(
            lambda world: world.admin.get("/v1/tier/history?months=12"),
            refusal=(422, "validation_failed", lambda world: world.admin.get("/v1/tier/history?months=0")),
        ),
        "POST /v1/tier/what-if": Drive(
            lambda world: world.admin.post("/v1/tier/what-if", {"certification_lapses": True}),
            refusal=(
                422,
                "validation_failed",
                lambda world: world.admin.post("/v1/tier/what-if", {"lose_clients": ["c-nobody"]}),
            ),
        ),
        "GET /v1/team": Drive(lambda world: world.admin.get("/v1/team"), refusal=refused_operator("/v1/team")),
    }
)


def sold(world: World) -> str:
    """The hub id of a client whose deal is credited to p-drive."""
    hub_id = world.hub()
    path = f"/v1/vendor/deals/d-drive-{world.number()}"
    assert world.operator.put(path, bodies.deal(hub_id, world.registered())).body["credit"]["credited"]
    return hub_id


def make_partner(world: World) -> str:
    return f"/v1/vendor/partners/p-made-{world.number()}"


VENDOR: Mapping[str, Drive] = MappingProxyType(
    {
        "PUT /v1/vendor/partners/{partner_id}": Drive(
            lambda world: world.operator.put(make_partner(world), bodies.partner("made")),
            status=201,
            refusal=refused_partner("PUT", "/v1/vendor/partners/p-drive", bodies.partner("drive")),
        ),
        "PUT /v1/vendor/partners/{partner_id}/users/{user_id}": Drive(
            lambda world: world.operator.put(
                "/v1/vendor/partners/p-drive/users/u-drive-member",
                {"email": "member@drive.example", "name": "Member", "role": "partner_member"},
            ),
            refusal=(
                404,
                "not_found",
                lambda world: world.operator.put(
                    "/v1/vendor/partners/p-nobody/users/u-1",
                    {"email": "a@b.example", "name": "A", "role": "partner_member"},
                ),
            ),
        ),
        "PUT /v1/vendor/clients/{hub_id}": Drive(
            lambda world: world.operator.put(f"/v1/vendor/clients/{world.hub()}", bodies.client("renamed")),
            refusal=(422, "validation_failed", lambda world: world.operator.put("/v1/vendor/clients/1", {})),
        ),
        "PUT /v1/vendor/clients/{hub_id}/partners/{partner_id}": Drive(
            lambda world: world.operator.put(
                f"/v1/vendor/clients/{world.hub()}/partners/p-rival", {"relationship": "sold"}
            ),
            status=201,
            refusal=(
                404,
                "unknown_client",
                lambda world: world.operator.put("/v1/vendor/clients/1/partners/p-drive", {"relationship": "sold"}),
            ),
        ),
        "PUT /v1/vendor/subscriptions/{subscription_id}": Drive(
            lambda world: world.operator.put(
                f"/v1/vendor/subscriptions/s-drive-{world.number()}", bodies.subscription(world.hub())
            ),
            status=201,
            refusal=refused_partner("PUT", "/v1/vendor/subscriptions/s-1", bodies.subscription("1")),
        ),
        "PUT /v1/vendor/usage/{hub_id}": Drive(
            lambda world: world.operator.put(f"/v1/vendor/usage/{world.hub()}", bodies.usage()),
            status=201,
            refusal=(404, "unknown_client", lambda world: world.operator.put("/v1/vendor/usage/1", bodies.usage())),
        ),
        "PUT /v1/vendor/deals/{deal_id}": Drive(
            lambda world: world.operator.put(
                f"/v1/vendor/deals/d-drive-{world.number()}", bodies.deal(world.hub(), world.registered())
            ),
            status=201,
            refusal=refused_partner("PUT", "/v1/vendor/deals/d-1", bodies.deal("1", "a.example")),
        ),
        "POST /v1/vendor/activities": Drive(
            lambda world: world.operator.post(
                "/v1/vendor/activities", {"activities": [bodies.activity(world.number(), world.hub())]}
            ),
            refusal=(
                422,
                "validation_failed",
                lambda world: world.operator.post("/v1/vendor/activities", {"activities": []}),
            ),
        ),
        "POST /v1/vendor/points/verification": Drive(
            lambda world: world.operator.post("/v1/vendor/points/verification", {"partner_id": "p-drive"}),
            refusal=refused_partner("POST", "/v1/vendor/points/verification", {"partner_id": "p-drive"}),
        ),
        "GET /v1/vendor/suppressions/{email}": Drive(
            lambda world: world.operator.get(f"/v1/vendor/suppressions/{world.suppressed()}"),
            refusal=(404, "not_found", lambda world: world.operator.get("/v1/vendor/suppressions/a@well.example")),
        ),
        "DELETE /v1/vendor/suppressions/{email}": Drive(
            lambda world: world.operator.delete(f"/v1/vendor/suppressions/{world.suppressed()}"),
            status=204,
            refusal=(404, "not_found", lambda world: world.operator.delete("/v1/vendor/suppressions/a@well.example")),
        ),
        "GET /v1/vendor/audit": Drive(
            lambda world: world.operator.get("/v1/vendor/audit?partner_id=p-drive&limit=5"),
            refusal=refused_partner("GET", "/v1/vendor/audit?partner_id=p-drive"),
        ),
        "GET /v1/vendor/audit/verification": Drive(
            lambda world: world.operator.get("/v1/vendor/audit/verification?partner_id=p-drive"),
            refusal=refused_partner("GET", "/v1/vendor/audit/verification?partner_id=p-drive"),
        ),
    }
)


REFERENCE: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /openapi.json": Drive(
            lambda world: world.anybody.get("/openapi.json"),
            refusal=(422, "validation_failed", lambda world: world.anybody.get("/openapi.json?version=2")),
        ),
        "GET /reference": Drive(
            lambda world: world.anybody.get("/reference"),
            refusal=(422, "validation_failed", lambda world: world.anybody.get("/reference?version=2")),
        ),
        "GET /reference/{area}": Drive(
            lambda world: world.anybody.get("/reference/vendor"),
            refusal=(404, "not_found", lambda world: world.anybody.get("/reference/nowhere")),
        ),
        "GET /static/{digest}/{name}": Drive(
            lambda world: world.anybody.get(stylesheet(world)), refusal=refused_path("/static/0/app.css")
        ),
    }
)


def stylesheet(world: World) -> str:
    """The path of the first style sheet of the reference."""
    text = str(world.anybody.get("/reference").body)
    return text.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
