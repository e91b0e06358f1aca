"""The vendor's clients, the partners that sell to them or serve them, and what they subscribe to."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from shared.domain.languages import Language
from shared.domain.money import Money
from shared.domain.renewals import OwnerChoice, RenewalState
from shared.domain.service import Service

_CLIENT_ID_PREFIX = "c-"


class Relationship(StrEnum):
    SOLD = "sold"
    MANAGED = "managed"
    SOLD_AND_MANAGED = "sold_and_managed"

    @property
    def is_managed(self) -> bool:
        return self is not Relationship.SOLD


class DecisionMaker(Struct, frozen=True, kw_only=True):
    """Whom the client has named in its own portal (A63)."""

    name: str
    email: str
    language: Language


class Profile(Struct, frozen=True, kw_only=True):
    """What the vendor says of a client."""

    company: str
    website: str | None = None
    country: str | None = None
    decision_maker: DecisionMaker | None = None
    contact_tier: str | None = None
    email_tier: str | None = None
    portal_users: tuple[str, ...] = ()
    crm_url: str | None = None
    account_url: str | None = None


class Relation(Struct, frozen=True, kw_only=True):
    """One partner's relation to the client, with its own choice of the renewal owner; None follows the default.

    `owner_version` counts the changes of that choice.
    """

    relationship: Relationship
    since: datetime
    owner: OwnerChoice | None = None
    owner_version: int = 1


class RenewalManager(Struct, frozen=True, kw_only=True):
    """Who of the vendor handles a renewal."""

    name: str
    email: str


class RenewalTerms(Struct, frozen=True, kw_only=True):
    """What the subscription costs a month once it is renewed, and for how long."""

    mrr: Money
    term_months: int


class Subscription(Struct, frozen=True, kw_only=True):
    """A product that the client pays for; `renews_on` is None where nothing is due."""

    subscription_id: str
    product: str
    edition: str
    mrr: Money
    started_on: date
    renews_on: date | None = None
    renewal: RenewalTerms | None = None
    renewal_manager: RenewalManager | None = None
    state: RenewalState = field(default_factory=RenewalState)

    @property
    def renewal_mrr(self) -> Money:
        return self.renewal.mrr if self.renewal else self.mrr


class Usage(Struct, frozen=True, kw_only=True):
    """What the client uses, as measured on a day; `score` and areas are indexes from 0 to 10."""

    tools: tuple[str, ...]
    apps: tuple[str, ...]
    score: int | None
    areas: Mapping[str, int]
    measured_on: date


class Client(Struct, frozen=True, kw_only=True):
    """Everything known of one client, changed as a whole: `version` counts the changes.

    `bounced` is an address of its decision maker at which no mail arrives.
    """

    hub_id: str
    profile: Profile
    relations: Mapping[str, Relation] = field(default_factory=dict)
    subscriptions: Mapping[str, Subscription] = field(default_factory=dict)
    usage: Usage | None = None
    service: Service = field(default_factory=Service)
    bounced: str | None = None
    version: int = 0

    @property
    def client_id(self) -> str:
        return client_id(self.hub_id)

    @property
    def products(self) -> list[str]:
        return sorted({one.product for one in self.subscriptions.values()})

    @property
    def renewal_date(self) -> date | None:
        """The earliest of its subscriptions."""
        return min((one.renews_on for one in self.subscriptions.values() if one.renews_on), default=None)

    @property
    def renewal_flags(self) -> list[str]:
        """What stands in the way of telling the client itself about a renewal."""
        maker = self.profile.decision_maker
        if maker is None:
            return ["decision_maker_missing"]
        return ["decision_maker_undeliverable"] if maker.email == self.bounced else []

    def flags_of(self, partner_id: str, *subscriptions: Subscription) -> list[str]:
        """What the partner has to know about telling people of these renewals; its own mailboxes concern it alone."""
        untold = partner_id == self.responsible_partner and any(one.state.untold for one in subscriptions)
        return [*self.renewal_flags, *(["nobody_told"] if untold else [])]

    @property
    def responsible_partner(self) -> str | None:
        """Whose settings decide about renewal notices: of those who manage the client, or else sold to it, the first.

        One partner alone, so that nobody is mailed twice about one renewal.
        """
        if not self.relations:
            return None
        return min(
            self.relations,
            key=lambda one: (not self.relations[one].relationship.is_managed, self.relations[one].since, one),
        )


def client_id(hub_id: str) -> str:
    """The id under which partners know the client of a hub id."""
    return _CLIENT_ID_PREFIX + hub_id


def hub_id_of(text: str) -> str | None:
    """The hub id in a client id; None where it is no client id."""
    return text.removeprefix(_CLIENT_ID_PREFIX) if text.startswith(_CLIENT_ID_PREFIX) else None
