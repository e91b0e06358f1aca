"""The daily run over renewals: each threshold of each date once, and what nobody decides goes on by itself."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from functions.renewals.attending import Run, attend
from functions.renewals.service import RenewalDesk, decide
from shared.domain.partners import Partner, PartnerType, Tier
from shared.domain.renewals import RenewalStatus
from shared.errors import ProblemError
from shared.program import program
from shared.runs import UnfinishedRunError
from shared.table.clients import DueRenewal
from shared.table.partners import Partners
from shared.table.transactions import Transaction
from tests.factories import operation
from tests.functions.renewals.notice_model import ModelRenewal, NoticeModel
from tests.functions.renewals.renewal_world import RenewalWorld, Told, days

START = date(2026, 3, 17)
ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland")
SEEDS = range(3)
DAYS_SIMULATED = 300


@pytest.mark.feature("A52")
def test_half_a_year_is_told_day_by_day_as_the_model_says(world: RenewalWorld) -> None:
    starts = {f"s-{left}": START + timedelta(days=left) for left in (3, 44, 45, 46, 100, 120, 121, 150, 170, 300)}
    model = NoticeModel({name: ModelRenewal(day) for name, day in starts.items()})
    for name, day in starts.items():
        world.subscription(name, day)

    for today in days(START, 183):
        expected = model.run(dict.fromkeys(starts, today))
        counts = world.run(today)
        assert world.told() == expected
        assert counts["notified"] == len(expected)
        world.run(today)
        assert world.told() == []

    state = {name: one.state.status for name, one in world.clients.found().subscriptions.items()}
    assert state == {name: renewal.status for name, renewal in model.renewals.items()}


def test_several_missed_thresholds_are_caught_up_with_by_one_notice(world: RenewalWorld) -> None:
    starts_on = START + timedelta(days=130)
    world.subscription("s-1", starts_on)

    world.run(starts_on - timedelta(days=120))
    assert world.told() == [Told("s-1", starts_on, 120)]
    world.run(starts_on - timedelta(days=50))
    assert world.told() == [Told("s-1", starts_on, 60)]


def test_a_day_that_is_replayed_later_tells_nothing(world: RenewalWorld) -> None:
    world.subscription("s-1", START + timedelta(days=60))
    world.run(START)
    assert len(world.told()) == 1

    for today in days(START - timedelta(days=60), 60):
        world.run(today)
    assert world.told() == []


@pytest.mark.parametrize(
    ("left", "status"), [(46, RenewalStatus.PENDING), (45, RenewalStatus.PENDING), (44, RenewalStatus.RENEWED)]
)
def test_a_renewal_goes_on_by_itself_at_44_days(world: RenewalWorld, left: int, status: RenewalStatus) -> None:
    world.subscription("s-1", START + timedelta(days=left))

    world.run(START)

    assert world.clients.found().subscriptions["s-1"].state.status is status


def test_what_begins_leaves_the_queue(world: RenewalWorld) -> None:
    world.subscription("s-1", START)

    world.run(START)
    assert world.told() == [Told("s-1", START, 1)]
    world.run(START + timedelta(days=1))

    assert world.told() == []
    assert world.clients.found().subscriptions["s-1"].state.notified == {START: 0}
    assert [row for row in world.rows("PARTNER#p-hill / RENEWAL#") if "due_queue" in row] == []


def test_one_transaction_tells_of_the_state_the_notice_and_the_entry(world: RenewalWorld) -> None:
    starts_on = START + timedelta(days=44)
    world.subscription("s-1", starts_on)

    world.run(START)

    [notice] = world.notices()
    entries = [item for item in world.rows("AUDIT#p-hill / ") if item["audit_object"] == "renewal/s-1"]
    [entry] = entries
    assert notice["write_id"] == entry["write_id"] == world.rows("CLIENT#4711 / CLIENT")[0]["write_id"]
    assert (entry["action"], entry["audit_actor"]) == ("renewal.renewed", "system")
    assert entry["before"] == {"status": "pending", "notified": {}}
    assert entry["after"] == {
        "status": "renewed",
        "notified": {starts_on.isoformat(): 45},
        "notice_id": notice["notice_id"],
    }


def test_of_two_partners_the_responsible_one_alone_is_told(world: RenewalWorld) -> None:
    world.people.partner("p-lake", name="Lake & Co")
    world.clients.relation("4711", "p-lake", "sold")
    world.subscription("s-1", START + timedelta(days=90))

    world.run(START)

    assert [notice["partner_id"] for notice in world.notices()] == ["p-hill"]


def test_an_index_that_lags_behind_tells_no_partner_that_is_not_responsible(world: RenewalWorld) -> None:
    world.people.partner("p-lake", name="Lake & Co")
    world.clients.relation("4711", "p-lake", "sold")
    world.subscription("s-1", START + timedelta(days=90))
    run = Run(session=world.session, program=program(), at=world.clock.now, request_id="r-1", as_of=START)

    for gone in (DueRenewal("s-1", "4711", "p-lake"), DueRenewal("s-9", "4711", "p-hill"), DueRenewal("s-1", "9", "x")):
        assert attend(run, gone) == Counter()

    assert world.notices() == []


def test_each_partner_has_its_own_day(world: RenewalWorld) -> None:
    for number, zone in enumerate(ZONES):
        in_zone(world, f"p-{number}", zone)
        world.clients.client(f"h-{number}", partners={f"p-{number}": "managed"})
        world.subscription(f"s-{number}", START + timedelta(days=120), hub_id=f"h-{number}")

    world.clock.now = datetime(2026, 3, 16, 11, 30, tzinfo=UTC)
    world.run()
    assert [told.subscription_id for told in world.told()] == ["s-3"]
    world.clock.now = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)
    world.run()
    assert [told.subscription_id for told in world.told()] == ["s-2"]
    world.clock.now = datetime(2026, 3, 17, 7, 30, tzinfo=UTC)
    world.run()
    assert [told.subscription_id for told in world.told()] == ["s-0", "s-1"]


def test_a_renewal_that_cannot_be_attended_to_stops_no_other(world: RenewalWorld) -> None:
    world.clients.client("4712")
    for hub_id in ("4711", "4712"):
        world.subscription(f"s-{hub_id}", START + timedelta(days=90), hub_id=hub_id)
    [client] = world.rows("CLIENT#4711 / CLIENT")
    kept = client.pop("profile")

    with pytest.raises(UnfinishedRunError, match=r"these partners: p-hill$"):
        world.run(START)
    assert [told.subscription_id for told in world.told()] == ["s-4712"]

    client["profile"] = kept
    world.run(START)
    assert [told.subscription_id for told in world.told()] == ["s-4711"]


def in_zone(world: RenewalWorld, partner_id: str, zone: str) -> None:
    partner = Partner(
        partner_id=partner_id,
        name=f"Partner of {zone}",
        type=PartnerType.SOLUTIONS_PARTNER,
        credited_tier=Tier.UNTIERED,
        time_zone=zone,
        version=1,
    )
    transaction = Transaction(world.session, operation(at=world.clock.now))
    Partners(world.session, partner_id).save(transaction, partner, known=None)
    transaction.commit()


@dataclass
class Life:
    """Four partners in four time zones: their runs come late or not for days, dates move, people decide."""

    world: RenewalWorld
    random: random.Random
    model: NoticeModel = field(default_factory=NoticeModel)
    zones: dict[str, str] = field(default_factory=dict)

    def begin(self, at: datetime) -> None:
        self.world.clock.now = at
        for number, zone in enumerate(ZONES):
            in_zone(self.world, f"p-{number}", zone)
            self.world.clients.client(f"h-{number}", partners={f"p-{number}": "managed"})
            for name in (f"s-{number}a", f"s-{number}b"):
                self.zones[name] = zone
                self.model.renewals[name] = ModelRenewal(None)
                self.world.subscription(name, None, hub_id=f"h-{number}")
                self.move(name)

    def today(self, name: str) -> date:
        return self.world.clock.now.astimezone(ZoneInfo(self.zones[name])).date()

    def run(self) -> list[Told]:
        expected = self.model.run({name: self.today(name) for name in self.zones})
        self.world.run()
        told = self.world.told()
        assert told == expected, self.world.clock.now
        self.world.forget()
        return told

    def move(self, name: str) -> None:
        """To a new date, to one that it had before, or to none."""
        seen = {told.starts_on for told in self.model.told if told.subscription_id == name}
        renewal = self.model.renewals[name]
        utc_today = self.world.clock.now.date()
        new = utc_today + timedelta(days=self.random.randrange(-5, 200))
        day = self.random.choice([new, new, *sorted(seen)[-2:], utc_today + timedelta(days=60)])
        renewal.move(day, today=utc_today)
        self.world.subscription(name, day, hub_id=f"h-{name[2]}")

    def decide(self, name: str) -> None:
        desk = RenewalDesk(
            self.world.session, f"p-{name[2]}", operation(at=self.world.clock.now, actor="u-ada"), program()
        )
        status = self.random.choice([RenewalStatus.CONFIRMED, RenewalStatus.CANCELLATION_REQUESTED])
        try:
            decide(desk, f"r-{name}", status, reason=None, today=self.today(name))
        except ProblemError:
            return
        self.model.renewals[name].status = status


@pytest.mark.parametrize("seed", SEEDS)
def test_over_a_leap_year_nothing_is_told_twice_or_forgotten(seed: int) -> None:
    life = Life(RenewalWorld(), random.Random(seed))
    first = date(2027, 10, 20)
    life.begin(datetime(2027, 10, 20, 5, tzinfo=UTC))
    told: Counter[Told] = Counter()
    day = first
    while day < first + timedelta(days=DAYS_SIMULATED):
        for hour in (5, 13, 21):
            life.world.clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            told.update(life.run())
        assert life.run() == []
        for name in life.zones:
            if life.random.random() < 0.01:
                life.move(name)
            if life.random.random() < 0.005:
                life.decide(name)
        day += timedelta(days=life.random.choice([1, 1, 1, 1, life.random.randrange(2, 8)]))

    assert sum(told.values()) > 20
    assert set(told.values()) == {1}
