"""One request of every route, in an order in which all of them succeed, and the data they meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.partners import Tier
from shared.domain.people import Role
from tests.client_factories import ClientSeed, client_body, subscription_body, usage_body
from tests.engines import StoredTable
from tests.factories import Seed, domains, lead

PARTNER = "p-hill"
ADMIN = "ada@hill.example"
MEMBER = "max@hill.example"
OPERATOR = "olivia@vendor.example"


@dataclass(frozen=True, kw_only=True)
class Request:
    """`{name}` in a path, or in a form, stands for what the answer to an earlier request said: `keeps` says where."""

    route: str
    path: str = ""
    status: int = 200
    email: str | None = ADMIN
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    grows: bool = False

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def name(self) -> str:
        return f"{self.route} {self.label}".strip()


def seed(table: StoredTable, *, registrations: int) -> None:
    """A diamond partner with so many registrations and as many clients, two users, and an operator of the vendor."""
    seeded = Seed(table=table)
    seeded.partner(PARTNER, tier=Tier.DIAMOND, limit=10_000)
    seeded.user(ADMIN)
    seeded.user(MEMBER, role=Role.PARTNER_MEMBER)
    seeded.operator(OPERATOR)
    names = domains(registrations)
    for start in range(0, registrations, 100):
        seeded.registrations(names[start : start + 100])
    clients = ClientSeed(table=table)
    for number in range(registrations):
        hub_id = f"{number:04}"
        clients.client(hub_id, company=f"Client {hub_id}", partners={PARTNER: "managed"})
        clients.subscription(f"s-{hub_id}", hub_id=hub_id)
        clients.usage(hub_id)


_ANY_VERSION = {"if-match": "*"}
_BATCH = {"items": [lead(domain) for domain in domains(100, word="batch")]}
_LINK = {
    "name": "Offer",
    "client": {"company": "Acme", "contact_name": "Carla Clay", "email": "carla@acme.example", "language": "en"},
    "products": [{"product": "marketing_hub", "edition": "starter", "onboarding_type": "none"}],
    "providing_onboarding": False,
    "estimated_onboarding_duration": None,
}

REQUESTS = (
    Request(route="GET /v1/capacity", grows=True),
    Request(route="GET /v1/registrations", grows=True),
    Request(route="GET /v1/registrations", label="limit=100", query={"limit": "100"}, grows=True),
    Request(
        route="GET /v1/registrations",
        label="search, one found",
        query={"q": "lead-0007.", "search_by": "domain"},
        grows=True,
    ),
    Request(route="GET /v1/registrations.csv", grows=True),
    Request(route="GET /v1/registrations/{domain}", path="/v1/registrations/lead-0007.example", grows=True),
    Request(route="POST /v1/registrations", status=201, body=lead("new-lead.example"), grows=True),
    Request(
        route="POST /v1/registrations",
        label="with Idempotency-Key",
        status=201,
        body=lead("newer-lead.example"),
        headers={"idempotency-key": "offer-1"},
    ),
    Request(
        route="POST /v1/registrations",
        label="repeated with its Idempotency-Key",
        status=201,
        body=lead("newer-lead.example"),
        headers={"idempotency-key": "offer-1"},
    ),
    Request(route="POST /v1/registrations/batch", label="of 100", body=_BATCH),
    Request(
        route="PATCH /v1/registrations/{domain}",
        path="/v1/registrations/lead-0007.example",
        body={"company": "Acme"},
        headers=_ANY_VERSION,
    ),
    Request(
        route="POST /v1/registrations/deregister",
        label="of 24",
        body={"domains": domains(24, word="batch"), "confirm": True},
    ),
    Request(route="POST /v1/registrations/{domain}/restore", path="/v1/registrations/batch-0003.example/restore"),
    Request(route="GET /v1/clients", grows=True),
    Request(route="GET /v1/clients", label="search, one found", query={"q": "client 0007"}, grows=True),
    Request(route="GET /v1/clients/{client_id}", path="/v1/clients/c-0007", grows=True),
    Request(route="GET /v1/clients/{client_id}/usage", path="/v1/clients/c-0007/usage"),
    Request(route="GET /v1/clients/{client_id}/engagement", path="/v1/clients/c-0007/engagement"),
    Request(route="GET /v1/dashboard", grows=True),
    Request(
        route="POST /v1/clients/{client_id}/end-services",
        path="/v1/clients/c-0008/end-services",
        body={"confirm": True},
    ),
    Request(route="GET /v1/renewals", grows=True),
    Request(route="GET /v1/renewals/settings"),
    Request(
        route="PUT /v1/renewals/settings",
        body={"owner": "vendor", "notify_user_id": "u-ada"},
        headers=_ANY_VERSION,
    ),
    Request(route="GET /v1/clients/{client_id}/renewals", path="/v1/clients/c-0007/renewals"),
    Request(route="GET /v1/clients/{client_id}/renewal-owner", path="/v1/clients/c-0007/renewal-owner"),
    Request(
        route="PUT /v1/clients/{client_id}/renewal-owner",
        path="/v1/clients/c-0007/renewal-owner",
        body={"owner": "partner", "notify_user_id": "u-max"},
        headers=_ANY_VERSION,
    ),
    Request(route="GET /v1/tier", grows=True),
    Request(route="GET /v1/tier/points"),
    Request(route="GET /v1/tier/history", grows=True),
    Request(route="POST /v1/tier/what-if", body={"certification_lapses": True}),
    Request(route="GET /v1/team"),
    Request(route="GET /v1/me"),
    Request(route="GET /v1/users"),
    Request(
        route="POST /v1/users",
        status=201,
        body={"email": "nora@hill.example", "name": "Nora Hill", "role": "partner_member"},
        keeps={"user": "id"},
    ),
    Request(route="GET /v1/users/{user_id}", path="/v1/users/{user}"),
    Request(route="PATCH /v1/users/{user_id}", path="/v1/users/{user}", body={"name": "Nora"}, headers=_ANY_VERSION),
    Request(route="DELETE /v1/users/{user_id}", path="/v1/users/{user}", status=204),
    Request(
        route="PUT /v1/users/{user_id}/partner-employee",
        path="/v1/users/u-max/partner-employee",
        body={"enabled": True},
    ),
    Request(
        route="POST /v1/employees/{user_id}/clients",
        label="of 1",
        path="/v1/employees/u-max/clients",
        body={"clients": [{"client_id": "c-0009"}]},
    ),
    Request(route="GET /v1/employees"),
    Request(route="GET /v1/employees/{user_id}", path="/v1/employees/u-max"),
    Request(route="GET /v1/vendor/audit", email=OPERATOR, query={"partner_id": PARTNER}),
    Request(
        route="PUT /v1/vendor/partners/{partner_id}",
        path="/v1/vendor/partners/p-new",
        status=201,
        email=OPERATOR,
        body={"name": "New Partner", "type": "solutions_partner", "credited_tier": "gold"},
    ),
    Request(
        route="PUT /v1/vendor/partners/{partner_id}/users/{user_id}",
        path="/v1/vendor/partners/p-new/users/u-9",
        status=201,
        email=OPERATOR,
        body={"email": "ned@new.example", "name": "Ned New", "role": "partner_admin"},
    ),
    Request(
        route="PUT /v1/vendor/usage/{hub_id}",
        label="unchanged",
        path="/v1/vendor/usage/0007",
        email=OPERATOR,
        body=usage_body(),
    ),
    Request(
        route="PUT /v1/vendor/clients/{hub_id}",
        path="/v1/vendor/clients/4711",
        status=201,
        email=OPERATOR,
        body=client_body(),
    ),
    Request(
        route="PUT /v1/vendor/clients/{hub_id}/partners/{partner_id}",
        path=f"/v1/vendor/clients/4711/partners/{PARTNER}",
        status=201,
        email=OPERATOR,
        body={"relationship": "sold"},
    ),
    Request(
        route="PUT /v1/vendor/subscriptions/{subscription_id}",
        path="/v1/vendor/subscriptions/s-4711",
        status=201,
        email=OPERATOR,
        body=subscription_body(),
    ),
    Request(
        route="PUT /v1/vendor/usage/{hub_id}",
        path="/v1/vendor/usage/4711",
        status=201,
        email=OPERATOR,
        body=usage_body(),
    ),
    Request(
        route="PUT /v1/vendor/deals/{deal_id}",
        path="/v1/vendor/deals/d-1",
        status=201,
        email=OPERATOR,
        body={
            "partner_id": PARTNER,
            "hub_id": "0007",
            "domain": "lead-0007.example",
            "deal_type": "partner_sourced",
            "mrr": {"amount": 127200, "currency": "EUR"},
            "closed_on": "2026-03-18",
            "product": "marketing_hub",
        },
    ),
    Request(route="GET /openapi.json", email=None),
    Request(route="GET /reference", email=None),
    Request(route="GET /reference/{area}", path="/reference/vendor", email=None),
    Request(route="GET /v1/{proxy+}", path="/v1/unknown", label="unknown path", status=404),
    Request(route="GET /v1/products"),
    Request(route="GET /v1/confirmation-links"),
    Request(route="POST /v1/confirmation-links/preview", body=_LINK),
    Request(route="POST /v1/confirmation-links", status=201, body=_LINK, keeps={"link": "id", "url": "url"}),
    Request(route="GET /v1/confirmation-links/{link_id}", path="/v1/confirmation-links/{link}"),
    Request(route="GET /v1/confirmation-links/{link_id}/preview", path="/v1/confirmation-links/{link}/preview"),
    Request(
        route="PATCH /v1/confirmation-links/{link_id}",
        path="/v1/confirmation-links/{link}",
        body={"name": "Better offer"},
        headers=_ANY_VERSION,
    ),
    Request(route="POST /v1/confirmation-links/{link_id}/send", path="/v1/confirmation-links/{link}/send"),
    Request(route="GET /v1/confirmation-links/{link_id}/events", path="/v1/confirmation-links/{link}/events"),
    Request(
        route="POST /v1/confirmation-links/{link_id}/clone",
        path="/v1/confirmation-links/{link}/clone",
        status=201,
        keeps={"clone": "id"},
    ),
    Request(route="POST /v1/confirmation-links/{link_id}/revoke", path="/v1/confirmation-links/{clone}/revoke"),
    Request(
        route="POST /v1/confirmation-links/{link_id}/clone",
        label="of a revoked link",
        path="/v1/confirmation-links/{clone}/clone",
        status=201,
        keeps={"spare": "id"},
    ),
    Request(route="DELETE /v1/confirmation-links/{link_id}", path="/v1/confirmation-links/{spare}", status=204),
    Request(route="GET /c/{token}", path="{url}", email=None, keeps={"terms": "terms"}),
    Request(
        route="POST /c/{token}/sign",
        path="{url}/sign",
        status=303,
        email=None,
        body="terms={terms}&signer_name=Carla+Clay",
        headers={"content-type": "application/x-www-form-urlencoded"},
    ),
    Request(route="GET /c/{token}", label="signed", path="{url}", email=None),
    Request(route="GET /c/{token}/certificate", path="{url}/certificate", email=None),
)
