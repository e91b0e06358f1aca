"""Clients to test with, put into the table by the product's own code."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from functions.notifications.unreachable import mark_unreachable
from functions.vendor import clients_service
from functions.vendor.clients_schemas import ClientBody, RelationBody, SubscriptionBody, UsageBody
from shared.domain.clients import Client, client_id
from shared.domain.notices import Notice, NoticeKind
from shared.program import program
from shared.table.clients import AllClients
from shared.table.session import TableSession
from shared.table.suppressions import Suppressions
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import operation

HUB = "4711"
TODAY = StoppedClock.now.date()


def client_body(**changes: Any) -> dict[str, Any]:
    """The body that makes a client whose decision maker is Dana Day."""
    return {
        "company": "Acme",
        "website": "https://www.acme.example",
        "country": "DE",
        "decision_maker": {"name": "Dana Day", "email": "dana@acme.example", "language": "en"},
        "contact_tier": "2000",
        "email_tier": "10000",
        "portal_users": ["dana@acme.example"],
        "crm_url": "https://crm.vendor.example/companies/4711",
        "account_url": "https://app.vendor.example/4711",
        **changes,
    }


def subscription_body(
    *, hub_id: str = HUB, renews_in: int | None = 90, today: date = TODAY, **changes: Any
) -> dict[str, Any]:
    """The body that makes a subscription of 1,272 euros a month, renewed in so many days; never for None."""
    return {
        "hub_id": hub_id,
        "product": "marketing_hub",
        "edition": "professional",
        "mrr": {"amount": 127200, "currency": "EUR"},
        "started_on": "2025-01-01",
        "renews_on": (today + timedelta(days=renews_in)).isoformat() if renews_in is not None else None,
        "renewal": {"mrr": {"amount": 140000, "currency": "EUR"}, "term_months": 12},
        "renewal_manager": {"name": "Rea Roth", "email": "rea@vendor.example"},
        **changes,
    }


def usage_body(*, score: int = 6, **changes: Any) -> dict[str, Any]:
    """The body that says what a client uses."""
    return {
        "tools": ["Forms", "E-mail", "Workflows"],
        "apps": ["Calendar"],
        "engagement": {"score": score, "areas": {"Marketing": score, "Sales": 3}},
        "measured_on": "2026-03-16",
        **changes,
    }


@dataclass(frozen=True, kw_only=True)
class ClientSeed:
    """Writes clients to a table as the vendor reports them; each write is an operation of its own."""

    table: StoredTable
    at: datetime = StoppedClock.now

    @property
    def session(self) -> TableSession:
        return TableSession(self.table.client, self.table.name)

    def client(
        self, hub_id: str = HUB, *, partners: dict[str, str] | None = None, at: datetime | None = None, **changes: Any
    ) -> str:
        """A client with its relations, `{partner_id: relationship}`; answers the id under which partners know it."""
        profile = ClientBody.model_validate(client_body(**changes)).to_profile()
        clients_service.save_client(
            self.session, operation(at=at or self.at), hub_id=hub_id, profile=profile, rules=program()
        )
        for partner_id, relationship in ({"p-hill": "managed"} if partners is None else partners).items():
            self.relation(hub_id, partner_id, relationship, at=at)
        return client_id(hub_id)

    def relation(self, hub_id: str, partner_id: str, relationship: str, *, at: datetime | None = None) -> None:
        clients_service.save_relation(
            self.session,
            operation(at=at or self.at),
            hub_id=hub_id,
            partner_id=partner_id,
            relationship=RelationBody.model_validate({"relationship": relationship}).relationship,
            rules=program(),
        )

    def subscription(
        self,
        subscription_id: str = "s-1",
        *,
        hub_id: str = HUB,
        renews_in: int | None = 90,
        at: datetime | None = None,
        **changes: Any,
    ) -> None:
        """A subscription that renews so many days after the instant of the write."""
        moment = at or self.at
        body = subscription_body(hub_id=hub_id, renews_in=renews_in, today=moment.date(), **changes)
        clients_service.save_subscription(
            self.session,
            operation(at=moment),
            hub_id=hub_id,
            subscription=SubscriptionBody.model_validate(body).to_subscription(subscription_id),
            rules=program(),
        )

    def usage(self, hub_id: str = HUB, *, score: int = 6, at: datetime | None = None, **changes: Any) -> None:
        clients_service.save_usage(
            self.session,
            operation(at=at or self.at),
            hub_id=hub_id,
            usage=UsageBody.model_validate(usage_body(score=score, **changes)).to_usage(),
            rules=program(),
        )

    def bounce(self, email: str, *hub_ids: str) -> None:
        """Mail to the address came back for good: it is suppressed, and the renewals of these clients show it."""
        Suppressions(self.session).add(email, reason="bounce", notice_id="n-1", at=self.at)
        for hub_id in hub_ids:
            notice = Notice(
                notice_id="n-1",
                kind=NoticeKind.RENEWAL_NOTICE,
                partner_id="p-hill",
                created_at=self.at,
                content={"renewal": {"hub_id": hub_id}},
                email=email,
            )
            assert mark_unreachable(self.session, notice, now=self.at)

    def found(self, hub_id: str = HUB) -> Client:
        """The client as it is stored."""
        client = AllClients(self.session).find(hub_id)
        assert client is not None
        return client
