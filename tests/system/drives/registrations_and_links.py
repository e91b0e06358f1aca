"""Drives of the capacity manager, of confirmation links and of the customer's page."""

import re
import time
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from tests.system.conftest import Answer
from tests.system.drives import bodies
from tests.system.drives.drive import Drive, refused_operator, refused_path
from tests.system.drives.world import World, made

_SECONDS_TO_SEAL = 30

REGISTRATIONS: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /v1/capacity": Drive(
            lambda world: world.admin.get("/v1/capacity"), refusal=refused_operator("/v1/capacity")
        ),
        "GET /v1/registrations": Drive(
            lambda world: world.admin.get("/v1/registrations?q=lead&search_by=domain&sort=-registered_at&limit=2"),
            refusal=(422, "validation_failed", lambda world: world.admin.get("/v1/registrations?limit=0")),
        ),
        "POST /v1/registrations": Drive(
            lambda world: world.admin.post("/v1/registrations", bodies.lead(f"new-{world.number()}.example")),
            status=201,
            refusal=(
                409,
                "domain_unavailable",
                lambda world: world.rival.post("/v1/registrations", bodies.lead(world.registered())),
            ),
        ),
        "GET /v1/registrations.csv": Drive(
            lambda world: world.admin.get("/v1/registrations.csv"), refusal=refused_operator("/v1/registrations.csv")
        ),
        "POST /v1/registrations/batch": Drive(
            lambda world: world.admin.post(
                "/v1/registrations/batch", {"items": [bodies.lead(f"batch-{world.number()}.example"), {}]}
            ),
            refusal=(
                422,
                "validation_failed",
                lambda world: world.admin.post("/v1/registrations/batch", {"items": []}),
            ),
        ),
        "POST /v1/registrations/deregister": Drive(
            lambda world: world.admin.post(
                "/v1/registrations/deregister", {"domains": [world.registered()], "confirm": True}
            ),
            refusal=(
                422,
                "validation_failed",
                lambda world: world.admin.post("/v1/registrations/deregister", {"domains": ["a.example"]}),
            ),
        ),
        "GET /v1/registrations/{domain}": Drive(
            lambda world: world.admin.get(f"/v1/registrations/{world.registered()}"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"/v1/registrations/{world.registered()}")),
        ),
        "PATCH /v1/registrations/{domain}": Drive(
            lambda world: world.admin.patch(
                f"/v1/registrations/{world.registered()}", {"company": "Renamed"}, if_match="*"
            ),
            refusal=(
                428,
                "precondition_required",
                lambda world: world.admin.patch(f"/v1/registrations/{world.registered()}", {"company": "Renamed"}),
            ),
        ),
        "POST /v1/registrations/{domain}/restore": Drive(
            lambda world: world.admin.post(f"/v1/registrations/{deregistered(world)}/restore"),
            refusal=(
                404,
                "not_found",
                lambda world: world.rival.post(f"/v1/registrations/{deregistered(world)}/restore"),
            ),
        ),
    }
)


def deregistered(world: World) -> str:
    domain = world.registered()
    world.admin.post("/v1/registrations/deregister", {"domains": [domain], "confirm": True})
    return domain


_LINKS = "/v1/confirmation-links"

LINKS: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /v1/products": Drive(
            lambda world: world.admin.get("/v1/products"), refusal=refused_operator("/v1/products")
        ),
        "GET /v1/confirmation-links": Drive(
            lambda world: world.admin.get(f"{_LINKS}?status=pending&sort=-created_at&limit=3"),
            refusal=(422, "validation_failed", lambda world: world.admin.get(f"{_LINKS}?status=open")),
        ),
        "POST /v1/confirmation-links": Drive(
            lambda world: world.member.post(_LINKS, bodies.link(world.number())),
            status=201,
            refusal=(422, "validation_failed", lambda world: world.admin.post(_LINKS, {})),
        ),
        "POST /v1/confirmation-links/preview": Drive(
            lambda world: world.admin.post(f"{_LINKS}/preview", bodies.link(world.number())),
            refusal=(422, "validation_failed", lambda world: world.admin.post(f"{_LINKS}/preview", {"name": "A"})),
        ),
        "GET /v1/confirmation-links/{link_id}": Drive(
            lambda world: world.admin.get(f"{_LINKS}/{world.link()}"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"{_LINKS}/{world.link()}")),
        ),
        "PATCH /v1/confirmation-links/{link_id}": Drive(
            lambda world: world.admin.patch(f"{_LINKS}/{world.link()}", {"name": "Renamed"}, if_match="*"),
            refusal=(
                409,
                "link_not_pending",
                lambda world: world.admin.patch(f"{_LINKS}/{world.signed()}", {"name": "Renamed"}, if_match="*"),
            ),
        ),
        "DELETE /v1/confirmation-links/{link_id}": Drive(
            lambda world: world.admin.delete(f"{_LINKS}/{world.link()}"),
            status=204,
            refusal=(409, "link_not_pending", lambda world: world.admin.delete(f"{_LINKS}/{world.signed()}")),
        ),
        "GET /v1/confirmation-links/{link_id}/certificate": Drive(
            lambda world: world.admin.get(f"{_LINKS}/{world.signed()}/certificate"),
            refusal=(409, "link_not_decided", lambda world: world.admin.get(f"{_LINKS}/{world.link()}/certificate")),
        ),
        "POST /v1/confirmation-links/{link_id}/clone": Drive(
            lambda world: world.admin.post(f"{_LINKS}/{world.signed()}/clone"),
            status=201,
            refusal=(404, "not_found", lambda world: world.rival.post(f"{_LINKS}/{world.link()}/clone")),
        ),
        "GET /v1/confirmation-links/{link_id}/events": Drive(
            lambda world: world.admin.get(f"{_LINKS}/{world.signed()}/events"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"{_LINKS}/{world.link()}/events")),
        ),
        "GET /v1/confirmation-links/{link_id}/preview": Drive(
            lambda world: world.admin.get(f"{_LINKS}/{world.link()}/preview"),
            refusal=(404, "not_found", lambda world: world.rival.get(f"{_LINKS}/{world.link()}/preview")),
        ),
        "POST /v1/confirmation-links/{link_id}/revoke": Drive(
            lambda world: world.admin.post(f"{_LINKS}/{world.link()}/revoke"),
            refusal=(409, "link_not_pending", lambda world: world.admin.post(f"{_LINKS}/{world.signed()}/revoke")),
        ),
        "POST /v1/confirmation-links/{link_id}/send": Drive(
            lambda world: world.admin.post(f"{_LINKS}/{world.link()}/send"),
            refusal=(409, "link_not_pending", lambda world: world.admin.post(f"{_LINKS}/{world.signed()}/send")),
        ),
    }
)


def page(world: World) -> str:
    return world.page_of(world.link())


def stop_page(world: World) -> str:
    """Where a customer ends the reminders of a link, as the reminder mail says it."""
    number = world.number()
    body = bodies.link(number)
    link_id = world.admin.post(_LINKS, body).body["id"]
    world.admin.post(f"{_LINKS}/{link_id}/send")
    world.invoke("LinkRemindersFunction", {"as_of": bodies.day(days=6)})
    return world.address_in_mail(body["client"]["email"], r"/c/\S+/unsubscribe")


def decide(world: World, path: str, action: str, **fields: str) -> Answer:
    return world.anybody.send_form(f"{path}/{action}", **world.hidden_fields(path), **fields)


def check_of(world: World, link_id: str) -> str:
    """The path of the address on the link's certificate, which has it once the decision is sealed."""
    for _ in range(_SECONDS_TO_SEAL):
        certificate = str(made(world.anybody.get(f"{world.page_of(link_id)}/certificate")))
        if address := re.search(r'class="address" href="([^"]+)"', certificate):
            parts = urlsplit(address[1])
            return f"{parts.path}?{parts.query}"
        time.sleep(1)
    raise AssertionError(f"the decision of {link_id} was not sealed within {_SECONDS_TO_SEAL} seconds")


PAGES: Mapping[str, Drive] = MappingProxyType(
    {
        "GET /c/{token}": Drive(lambda world: world.anybody.get(page(world)), refusal=refused_path("/c/nobody")),
        "POST /c/{token}/sign": Drive(
            lambda world: decide(world, page(world), "sign", signer_name="Nora Falk"),
            status=303,
            refusal=(422, None, lambda world: decide(world, page(world), "sign", signer_name="")),
        ),
        "POST /c/{token}/reject": Drive(
            lambda world: decide(world, page(world), "reject", signer_name="Nora Falk", reason="Not us."),
            status=303,
            refusal=(422, None, lambda world: decide(world, page(world), "reject", signer_name="Nora Falk")),
        ),
        "GET /c/{token}/certificate": Drive(
            lambda world: world.anybody.get(f"{world.page_of(world.signed())}/certificate"),
            refusal=(404, None, lambda world: world.anybody.get(f"{page(world)}/certificate")),
        ),
        "GET /c/{token}/check": Drive(
            lambda world: world.anybody.get(check_of(world, world.signed())),
            refusal=(404, None, lambda world: world.anybody.get(f"{page(world)}/check")),
        ),
        "GET /c/{token}/unsubscribe": Drive(
            lambda world: world.anybody.get(stop_page(world)), refusal=refused_path("/c/nobody/unsubscribe")
        ),
        "POST /c/{token}/unsubscribe": Drive(
            lambda world: world.anybody.send_form(stop_page(world), **{"List-Unsubscribe": "One-Click"}),
            refusal=(404, None, lambda world: world.anybody.send_form("/c/nobody/unsubscribe")),
        ),
    }
)
