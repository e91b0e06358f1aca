"""The example data: a vendor, five partners over the tiers, their people and their leads. All of it is invented.

Every address ends in .example, which nobody can own. Two runs give the same data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

PASSWORD = "Example-only-1!"  # noqa: S105 - of every example user, and of no one else
OPERATOR_EMAIL = "olivia@vendor.example"
OPERATOR_NAME = "Olivia Operator"
BOUNCED_EMAIL = "old@juniper-bakery.example"
"""An address from which a mail once came back, so that it is not mailed any more."""


@dataclass(frozen=True, kw_only=True)
class ExampleUser:
    """Robin stands in two partners under one user id."""

    user_id: str
    email: str
    name: str
    role: str
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class ExampleLead:
    website: str
    company: str
    first_name: str
    last_name: str
    email: str
    country: str


@dataclass(frozen=True, kw_only=True)
class ExamplePartner:
    """`capacity_limit_override` is set once its leads are registered under its tier's limit."""

    partner_id: str
    name: str
    type: str
    credited_tier: str
    tier_earned_on: str | None
    email_domain: str
    currency: str
    time_zone: str
    users: tuple[ExampleUser, ...]
    leads: tuple[ExampleLead, ...]
    capacity_limit_override: int | None = None


_PEOPLE = (
    ("Ada", "Amsel"),
    ("Bruno", "Birke"),
    ("Clara", "Clement"),
    ("David", "Dorn"),
    ("Elif", "Erle"),
    ("Frank", "Fink"),
    ("Greta", "Garbe"),
    ("Hugo", "Halm"),
    ("Ines", "Imker"),
    ("Jonas", "Jäger"),
    ("Katja", "Krähe"),
)
_COUNTRIES = ("DE", "AT", "CH", "FR", "NL", "GB", "US")
_TRADES = ("Bakery", "Bikes", "Books", "Brewery", "Carpentry", "Clinic", "Dairy", "Energy", "Gardens", "Logistics")


def _leads(*names: str, count: int) -> tuple[ExampleLead, ...]:
    """The first `count` of the companies that the names and the trades give; no two partners use one name."""
    return tuple(islice(_companies(names), count))


def _companies(names: tuple[str, ...]) -> Iterator[ExampleLead]:
    for position, (trade, name) in enumerate(product(_TRADES, names)):
        first_name, last_name = _PEOPLE[position % len(_PEOPLE)]
        domain = f"{name}-{trade}.example".lower()
        yield ExampleLead(
            website=f"https://www.{domain}",
            company=f"{name} {trade}",
            first_name=first_name,
            last_name=last_name,
            email=f"{first_name.lower()}@{domain}",
            country=_COUNTRIES[position % len(_COUNTRIES)],
        )


def _given_name(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()


def _admin_and_member(word: str, *, admin: str, member: str, language: str = "en") -> tuple[ExampleUser, ExampleUser]:
    return (
        ExampleUser(
            user_id=f"u-{word}-admin",
            email=f"{_given_name(admin)}@{word}.example",
            name=admin,
            role="partner_admin",
            language=language,
        ),
        ExampleUser(
            user_id=f"u-{word}-member",
            email=f"{_given_name(member)}@{word}.example",
            name=member,
            role="partner_member",
            language=language,
        ),
    )


def _robin(role: str) -> ExampleUser:
    return ExampleUser(user_id="u-robin", email="robin@freelance.example", name="Robin Reyes", role=role)


PARTNERS = (
    ExamplePartner(
        partner_id="p-lumen",
        name="Lumen Consulting",
        type="solutions_partner",
        credited_tier="gold",
        tier_earned_on="2025-11-15",
        email_domain="lumen.example",
        currency="USD",
        time_zone="America/New_York",
        users=_admin_and_member("lumen", admin="Laura Lumen", member="Leo Lund"),
        leads=_leads("Juniper", "Kelp", "Larch", count=12),
    ),
    ExamplePartner(
        partner_id="p-sparrow",
        name="Sparrow Web Services",
        type="solutions_provider",
        credited_tier="untiered",
        tier_earned_on=None,
        email_domain="sparrow.example",
        currency="GBP",
        time_zone="Europe/London",
        users=_admin_and_member("sparrow", admin="Sally Sparrow", member="Sam Stone"),
        leads=_leads("Amber", "Birch", "Cedar", count=22),
    ),
    ExamplePartner(
        partner_id="p-hafen",
        name="Hafen Digital GmbH",
        type="solutions_partner",
        credited_tier="silver",
        tier_earned_on="2026-02-01",
        email_domain="hafen.example",
        currency="EUR",
        time_zone="Europe/Berlin",
        users=(
            *_admin_and_member("hafen", admin="Heike Hafen", member="Henrik Holm", language="de"),
            _robin("partner_member"),
        ),
        leads=(
            *_leads("Grove", "Heath", "Isle", count=27),
            ExampleLead(
                website="https://www.müller-töchter.example/über-uns",
                company="Müller & Töchter",
                first_name="Jürgen",
                last_name="Müller",
                email="juergen@xn--mller-tchter-bjb1f.example",
                country="DE",
            ),
        ),
        # Three fewer than it holds: the vendor lowered it after these leads were registered.
        capacity_limit_override=25,
    ),
    ExamplePartner(
        partner_id="p-orchard",
        name="Orchard Row",
        type="solutions_partner",
        credited_tier="platinum",
        tier_earned_on="2025-08-20",
        email_domain="orchard.example",
        currency="EUR",
        time_zone="Europe/Paris",
        users=(*_admin_and_member("orchard", admin="Odile Orchard", member="Omar Olsen"), _robin("partner_admin")),
        leads=_leads("Maple", "Nettle", "Oak", count=18),
    ),
    ExamplePartner(
        partner_id="p-tide",
        name="Granite & Tide",
        type="solutions_partner",
        credited_tier="diamond",
        tier_earned_on="2025-03-10",
        email_domain="tide.example",
        currency="AUD",
        time_zone="Australia/Sydney",
        users=_admin_and_member("tide", admin="Tessa Tide", member="Theo Thorn"),
        leads=_leads("Pine", "Quince", "Reed", count=30),
    ),
)
