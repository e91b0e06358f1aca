"""Example clients of three partners: who serves them, what they pay for and use.

All of it is invented. Only the days follow the day on which it is brought, so that there is always something to decide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, product
from types import MappingProxyType
from typing import Any

from functions.vendor.clients_schemas import ClientBody, SubscriptionBody, UsageBody
from shared.domain.clients import Client, Relation, Relationship
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.ids import new_id
from shared.program import program
from shared.table import keys
from shared.table.client_records import profile_record, relation_record
from shared.table.clients import AllClients
from shared.table.session import TableSession
from shared.table.transactions import Transaction

DAYS_OF_RENEWALS = 150
NO_DECISION_MAKER = "62007"
"""The hub id of the one client that has named nobody."""
TWO_PARTNERS = "61000"
"""The hub id of the one client that one partner manages and another sold to."""

_ACTOR = "example-data"
_CLIENTS_A_PARTNER = 20
_RENEWAL_MANAGERS = ("Rea Roth", "Ravi Rao")
_TOOLS = ("Forms", "E-mail", "Workflows", "Landing pages", "Sequences", "Reports", "Chat", "Tickets", "Calls", "Quotes")
_APPS = ("Calendar", "Spreadsheets", "Video calls", "Webshop")
_AREAS = ("Marketing", "Sales", "Service")
_PRODUCTS = ("marketing_hub", "sales_hub", "service_hub", "content_hub")
_PRICES = MappingProxyType({"starter": 45, "professional": 890, "enterprise": 3600})
"""A month, in US dollars; other currencies at the program's rates."""
_RELATIONSHIPS = (Relationship.MANAGED, Relationship.SOLD_AND_MANAGED, Relationship.SOLD)
_TRADES = ("Analytics", "Bakeries", "Coffee", "Design", "Estates")
_FIRST_NAMES = ("Amara", "Boris", "Chiara", "Dev", "Esra", "Felipe", "Gudrun", "Hana", "Ivo")


@dataclass(frozen=True, kw_only=True)
class Region:
    """Where a partner's clients are. `employees` are partner users who can sign in to clients' portals."""

    partner_id: str
    first_hub_id: int
    currency: str
    countries: tuple[str, ...]
    names: tuple[str, ...]
    employees: tuple[str, ...]
    language: str = "en"


REGIONS = (
    Region(
        partner_id="p-hafen",
        first_hub_id=61_000,
        currency="EUR",
        countries=("DE", "AT", "FR"),
        names=("Ahorn", "Buche", "Distel", "Eibe"),
        employees=("heike@hafen.example", "henrik@hafen.example", "robin@freelance.example"),
        language="de",
    ),
    Region(
        partner_id="p-lumen",
        first_hub_id=62_000,
        currency="USD",
        countries=("US", "CA", "BR", "MX"),  # two of them are growth markets
        names=("Acacia", "Bramble", "Clover", "Dogwood"),
        employees=("laura@lumen.example", "leo@lumen.example"),
    ),
    Region(
        partner_id="p-tide",
        first_hub_id=63_000,
        currency="AUD",
        countries=("AU", "NZ", "SG"),
        names=("Banksia", "Correa", "Dianella", "Eremophila"),
        employees=("tessa@tide.example", "theo@tide.example"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class ExampleSubscription:
    """`renews_in` counts days from the day on which the data is brought; None where nothing is due."""

    subscription_id: str
    product: str
    edition: str
    renews_in: int | None
    terms: Mapping[str, Any] | None
    renewal_manager: str


@dataclass(frozen=True, kw_only=True)
class ExampleClient:
    hub_id: str
    profile: Mapping[str, Any]
    relations: Mapping[str, Relationship]
    currency: str
    subscriptions: tuple[ExampleSubscription, ...]
    usage: Mapping[str, Any] | None


def bring_clients(session: TableSession, *, now: datetime) -> None:
    """The example clients that are not there yet, each with all that there is to say of it on this day.

    Written by the product's own code, and not by the requests that report them: those would be 256, and take as long as
    all else together.
    """
    for example in CLIENTS:
        if AllClients(session).find(example.hub_id) is None:
            _bring(session, example, now)


def _bring(session: TableSession, example: ExampleClient, now: datetime) -> None:
    request = new_id("o")
    operation = Operation(id=request, actor=_ACTOR, actor_role=_ACTOR, at=now, request_id=request)
    transaction = Transaction(session, operation)
    client = client_of(example, now)
    for subscription_id in client.subscriptions:
        AllClients(session).tie_subscription(transaction, subscription_id, client.hub_id, elsewhere=_taken)
    AllClients(session).save(transaction, client, known=None, program=program(), refusal=_taken)
    for trail, after in [
        (keys.vendor_trail(client.hub_id), profile_record(client.profile)),
        *((partner_id, relation_record(one)) for partner_id, one in client.relations.items()),
    ]:
        action = "client.created" if keys.is_vendor_trail(trail) else "client_relation.created"
        transaction.record(partner_id=trail, action=action, subject=f"client/{client.hub_id}", before=None, after=after)
    transaction.commit()


def client_of(example: ExampleClient, now: datetime) -> Client:
    """The client as the vendor's reports would make it."""
    today = now.date()
    subscriptions = {
        one.subscription_id: SubscriptionBody.model_validate(_subscription_body(example, one, today)).to_subscription(
            one.subscription_id
        )
        for one in example.subscriptions
    }
    measured_on = (today - timedelta(days=1)).isoformat()
    usage = UsageBody.model_validate({**example.usage, "measured_on": measured_on}) if example.usage else None
    return Client(
        hub_id=example.hub_id,
        profile=ClientBody.model_validate(example.profile).to_profile(),
        relations={
            partner_id: Relation(relationship=relationship, since=now)
            for partner_id, relationship in example.relations.items()
        },
        subscriptions=subscriptions,
        usage=usage.to_usage() if usage else None,
        version=1,
    )


def _taken(_: object) -> ProblemError:
    return ChangedMeanwhileError()


def _subscription_body(client: ExampleClient, one: ExampleSubscription, today: date) -> dict[str, Any]:
    started_on = today - timedelta(days=365 - (one.renews_in or 0))
    return {
        "hub_id": client.hub_id,
        "product": one.product,
        "edition": one.edition,
        "mrr": _price(one.edition, client.currency),
        "started_on": started_on.isoformat(),
        "renews_on": (today + timedelta(days=one.renews_in)).isoformat() if one.renews_in is not None else None,
        "renewal": one.terms,
        "renewal_manager": {
            "name": one.renewal_manager,
            "email": f"{one.renewal_manager.split(maxsplit=1)[0].lower()}@vendor.example",
        },
    }


def _price(edition: str, currency: str, *, percent: int = 100) -> dict[str, Any]:
    """A hundred of the program's units are a hundred dollars; all example currencies have cents."""
    return {"amount": _PRICES[edition] * program().points.one_hundred[currency] * percent // 100, "currency": currency}


def _clients() -> Iterator[ExampleClient]:
    for region in REGIONS:
        companies = islice(product(_TRADES, region.names), _CLIENTS_A_PARTNER)
        for position, (trade, name) in enumerate(companies):
            yield _client(region, position, f"{name} {trade}")


def _client(region: Region, position: int, company: str) -> ExampleClient:
    hub_id = str(region.first_hub_id + position)
    relations = {region.partner_id: _RELATIONSHIPS[position % len(_RELATIONSHIPS)]}
    if hub_id == TWO_PARTNERS:
        relations["p-orchard"] = Relationship.SOLD
    return ExampleClient(
        hub_id=hub_id,
        profile=_profile(region, position, company, hub_id),
        relations=relations,
        currency=region.currency,
        subscriptions=tuple(_subscriptions(region, position, hub_id)),
        usage=_usage(position) if position % 10 != 9 else None,  # noqa: PLR2004 - one in ten was never measured
    )


def _profile(region: Region, position: int, company: str, hub_id: str) -> dict[str, Any]:
    domain = f"{company.replace(' ', '-').lower()}.example"
    first_name = _FIRST_NAMES[position % len(_FIRST_NAMES)]
    name, email = f"{first_name} {company.split(maxsplit=1)[0]}", f"{first_name.lower()}@{domain}"
    employees = region.employees[: position % (len(region.employees) + 1)]
    return {
        "company": company,
        "website": f"https://www.{domain}",
        "country": region.countries[position % len(region.countries)],
        "decision_maker": None
        if hub_id == NO_DECISION_MAKER
        else {"name": name, "email": email, "language": region.language},
        "contact_tier": str(1000 * (1 + position % 5)),
        "email_tier": str(10_000 * (1 + position % 5)),
        "portal_users": [email, *employees],
        "crm_url": f"https://crm.vendor.example/companies/{hub_id}",
        "account_url": f"https://app.vendor.example/{hub_id}",
    }


def _subscriptions(region: Region, position: int, hub_id: str) -> Iterator[ExampleSubscription]:
    """One for each client and a second for every third; the renewals of a partner lie a week or so apart."""
    days = 1 + position * DAYS_OF_RENEWALS // _CLIENTS_A_PARTNER
    for number in range(1 if position % 3 else 2):
        edition = tuple(_PRICES)[(position + number) % len(_PRICES)]
        percent = (100, 108, 95)[position % 3]
        yield ExampleSubscription(
            subscription_id=f"s-{hub_id}-{number + 1}",
            product=_PRODUCTS[(position + number) % len(_PRODUCTS)],
            edition=edition,
            renews_in=None if number and position % 2 else (days + 60 * number) % DAYS_OF_RENEWALS,
            terms=None
            if percent == 100  # noqa: PLR2004 - it costs the same afterwards
            else {"mrr": _price(edition, region.currency, percent=percent), "term_months": 12},
            renewal_manager=_RENEWAL_MANAGERS[position % len(_RENEWAL_MANAGERS)],
        )


def _usage(position: int) -> dict[str, Any]:
    score = position * 3 % 11
    return {
        "tools": list(_TOOLS[: 1 + score * 9 // 10]),
        "apps": list(_APPS[: position % (len(_APPS) + 1)]),
        "engagement": {
            "score": score,
            "areas": {area: (score + 4 * place) % 11 for place, area in enumerate(_AREAS)},
        },
    }


CLIENTS = tuple(_clients())
