"""A program in memory that lives through years: each act is done by the product and told to the model."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from msgspec.structs import replace

from functions.capacity.service import deregister
from functions.tiers.review import attend_day
from functions.vendor.deals_service import save_deal
from functions.vendor.service import save_partner
from shared.domain import claims
from shared.domain.activities import Activity, ActivityRecord, recorded
from shared.domain.clients import Client
from shared.domain.managed_points import risen
from shared.domain.partners import Partner, PartnerType, Tier
from shared.domain.service import Service, Worker
from shared.errors import ChangedMeanwhileError
from shared.http.deals import DealBody
from shared.program import program
from shared.table.clients import AllClients
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.tiers import promote_risen
from tests.client_factories import ClientSeed
from tests.factories import Seed, operation
from tests.functions.tiers.points_model import Lasting, PointsModel, Standing
from tests.functions.tiers.points_table import StoredInMemory

EMAILS = ("kim@work.example", "lou@work.example")
CURRENCIES = ("EUR", "USD", "SGD", "GBP")


@dataclass
class PointsWorld:
    """Two partners compete for two clients in each corner of the program."""

    table: StoredInMemory
    now: datetime
    chance: Random
    model: PointsModel = field(default_factory=PointsModel)
    models: dict[str, PointsModel] = field(default_factory=dict)

    @property
    def session(self) -> TableSession:
        return TableSession(self.table.client, self.table.name)

    def open_corner(self, name: str) -> None:
        """Partners and clients whose ids end in the name."""
        self.model = self.models[name] = PointsModel()
        for letter in "ab":
            self.certify(f"p-{letter}{name}", self.now.date() + timedelta(days=self.chance.randrange(200, 1_300)))
            self.model.partners[f"p-{letter}{name}"].tier = "untiered"
        seed = ClientSeed(table=self.table, at=self.now)
        for hub, country in ((f"1{name}", "DE"), (f"2{name}", "BR")):
            seed.client(hub, partners={}, country=country, website=f"https://{hub}.example")
            self.model.countries[hub] = country
        self.hold(f"p-a{name}", f"1{name}")
        self.price(f"p-a{name}", f"1{name}")

    def act(self, name: str) -> None:
        """Something happens in the corner."""
        self.model = self.models[name]
        partner, hub = f"p-{self.chance.choice('ab')}{name}", f"{self.chance.choice('12')}{name}"
        acts: list[Callable[[str, str], None]] = [self.sell] * 5 + [self.serve] * 4 + [self.work] * 3
        acts += [self.hold, self.hold, self.price, self.price, self.let_go, self.stop_serving, self.renew]
        before = self.model.managed_now(hub, self.now)
        self.chance.choice(acts)(partner, hub)
        self.model.promote_risen(before, hub, self.now)

    def certify(self, partner: str, until: date) -> None:
        said = Partner(
            partner_id=partner,
            name=partner,
            type=PartnerType.SOLUTIONS_PARTNER,
            credited_tier=Tier.UNTIERED,
            certification_expires_on=until,
        )
        save_partner(self.session, operation(at=self.now), said, program=program())
        self.model.partners.setdefault(partner, Standing()).certified_until = until
        self.model.promote(partner, self.now.date())

    def renew(self, partner: str, hub: str) -> None:
        assert hub
        self.certify(partner, self.now.date() + timedelta(days=self.chance.randrange(-30, 700)))

    def hold(self, partner: str, hub: str) -> None:
        """Register the client's domain, or give it up; another partner may have it."""
        domain = f"{hub}.example"
        seed = Seed(table=self.table)
        holder = next((one.what[0] for one in self.model.held if one.what[1] == domain and not one.until), None)
        if holder is None:
            seed.registrations([domain], partner_id=partner, at=self.now)
            self.model.held.append(Lasting((partner, domain), self.now))
        elif self.chance.random() < 0.4:
            deregister(seed.desk(holder, at=self.now), [domain])
            self.model.end(self.model.held, (holder, domain), self.now)

    def sell(self, partner: str, hub: str) -> None:
        """Report a deal, or correct one."""
        closed = self.now.date() - timedelta(days=self.chance.choice((0, 0, 1, 30, 200)))
        cents, currency = int(10 ** self.chance.uniform(3, 6.2)), self.chance.choice(CURRENCIES)
        domain, assisted = f"{hub}.example", self.chance.random() < 0.1
        number = self.chance.randrange(12)
        body: dict[str, Any] = {
            "partner_id": partner,
            "hub_id": hub,
            "domain": domain,
            "deal_type": "partner_assisted" if assisted else "partner_sourced",
            "mrr": {"amount": cents, "currency": currency},
            "closed_on": closed.isoformat(),
            "product": "marketing_hub",
        }
        deal_id = f"d-{hub}-{number}"
        deal = DealBody.model_validate(body).to_deal(deal_id)
        decided, _ = save_deal(self.session, operation(at=self.now), deal, program=program())
        told = (partner, hub, domain, assisted, Fraction(cents, 100), currency, closed)
        assert Fraction(decided.credit.points) == self.model.deal(deal_id, body=told, at=self.now)
        assert self.credited_tier(partner) == self.model.partners[partner].tier

    def price(self, _: str, hub: str) -> None:
        """A subscription, or another price of it."""
        name, currency = f"s-{hub}-{self.chance.choice('12')}", self.chance.choice(CURRENCIES)
        cents = int(10 ** self.chance.uniform(4, 6))
        started = self.now.date() - timedelta(days=self.chance.choice((0, 0, 100)))
        ClientSeed(table=self.table).subscription(
            name,
            hub_id=hub,
            at=self.now,
            renews_in=None,
            started_on=started.isoformat(),
            mrr={"amount": cents, "currency": currency},
        )
        prices = self.model.prices.setdefault(hub, {}).setdefault(name, [])
        since = self.now.date() if prices else started
        prices.append((since, Fraction(cents, 100), currency))

    def serve(self, partner: str, hub: str) -> None:
        """The client is the partner's to manage, and somebody works for it."""
        ClientSeed(table=self.table).relation(hub, partner, "managed", at=self.now)
        if not any(one.what == (partner, hub) and not one.until for one in self.model.managing):
            self.model.managing.append(Lasting((partner, hub), self.now))
        email = self.chance.choice(EMAILS)
        standing = self.model.claims.setdefault(f"{hub} {email}", [])
        if not any(one.what == partner and not one.until for one in standing):
            standing.append(Lasting(partner, self.now))
        self._change(
            hub,
            lambda service: claims.claim(
                service, email, partner_id=partner, user_id=partner, at=self.now, tagged=True, in_portal=True
            ),
        )
        self._work(hub, email, self.now)

    def work(self, _: str, hub: str) -> None:
        """Somebody is seen at work, perhaps some days late."""
        at = self.now - timedelta(days=self.chance.choice((0, 0, 3, 60)))
        self._work(hub, self.chance.choice(EMAILS), at)

    def let_go(self, partner: str, hub: str) -> None:
        email = self.chance.choice(EMAILS)
        self.model.end(self.model.claims.get(f"{hub} {email}", []), partner, self.now)
        self._change(
            hub, lambda service: claims.let_go(service, email, partner_id=partner, user_id=partner, at=self.now)
        )

    def stop_serving(self, partner: str, hub: str) -> None:
        ClientSeed(table=self.table).relation(hub, partner, "sold", at=self.now)
        self.model.end(self.model.managing, (partner, hub), self.now)

    def review(self, day: date) -> None:
        """The daily run of a review's day."""
        attend_day(self.session, operation(at=self.now), day, rules=program())
        for model in self.models.values():
            model.review(day)
            for partner, standing in model.partners.items():
                assert self.credited_tier(partner) == standing.tier, (partner, day)

    def credited_tier(self, partner: str) -> str:
        stored = self.table.item(f"PARTNER#{partner}", "PROFILE")
        assert stored is not None
        return str(stored["credited_tier"])

    def _work(self, hub: str, email: str, at: datetime) -> None:
        if f"{hub} {email}" not in self.model.claims:
            return
        self.model.active.setdefault((hub, email), set()).add(at.date())

        def seen(service: Service) -> Service:
            worker = service.workers.get(email) or Worker()
            record = ActivityRecord(hub_id=hub, email=email, active_days=worker.active_days)
            done = Activity(activity_id="x", hub_id=hub, email=email, kind="edit", occurred_at=at)
            window = timedelta(days=program().managed_credit.activity_window_days)
            return claims.seen_active(
                service, email, recorded(record, done, qualifying=("edit",), window=window).as_worker()
            )

        self._change(hub, seen)

    def _change(self, hub: str, change: Callable[[Service], Service]) -> None:
        clients = AllClients(self.session)
        known = clients.find(hub)
        assert known is not None
        changed: Client = replace(known, service=change(known.service), version=known.version + 1)
        transaction = Transaction(self.session, operation(at=self.now))
        saved = clients.save(
            transaction, changed, known=known, program=program(), refusal=lambda _: ChangedMeanwhileError()
        )
        transaction.commit()
        lifted = risen(known.service, saved.service, program(), at=self.now)
        promote_risen(self.session, operation(at=self.now), lifted, program=program())
