"""Whatever happens in whatever order: the entries of the ledger add up to every total that is shown, on any day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from functions.tiers.breakdown import PointsFilter, breakdown, client_ledger
from functions.tiers.service import TierDesk, tier_on
from functions.vendor.points_check import check_points
from shared.program import program
from tests.conftest import ENVIRONMENT
from tests.factories import operation
from tests.functions.tiers.points_table import PointsTable, StoredInMemory
from tests.functions.tiers.points_world import PointsWorld

BEGIN = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
NAME = "001"
PARTNERS = (f"p-a{NAME}", f"p-b{NAME}")


class LedgerMachine(RuleBasedStateMachine):
    """Two partners, two clients; the steps are those of the simulation."""

    @initialize(seed=st.integers(0, 2**32))
    def open(self, seed: int) -> None:
        table = StoredInMemory(client=PointsTable(), name=ENVIRONMENT["TABLE_NAME"])
        self.world = PointsWorld(table=table, now=BEGIN, chance=Random(seed))
        self.world.open_corner(NAME)
        self.day = BEGIN.date()

    @rule(seed=st.integers(0, 2**32))
    def act(self, seed: int) -> None:
        self.world.chance.seed(seed)
        self.world.act(NAME)

    @rule(days=st.integers(1, 120))
    def wait(self, days: int) -> None:
        self.world.now += timedelta(days=days)

    @rule()
    def review(self) -> None:
        today = self.world.now.date()
        self.world.review(date(today.year + 1, 1, 15) if today > date(today.year, 7, 15) else date(today.year, 7, 15))

    @rule(days=st.integers(-500, 900))
    def look_at(self, days: int) -> None:
        self.day = self.world.now.date() + timedelta(days=days)

    @invariant()
    def the_ledger_adds_up_to_what_is_shown(self) -> None:
        for partner in PARTNERS:
            desk = TierDesk(self.world.session, partner, operation(at=self.world.now), program())
            shown = tier_on(desk, self.day).outlook.standing
            rows = breakdown(desk, self.day, PointsFilter(), limit=100, start=None).rows
            sold = managed = Decimal(0)
            for row in rows:
                ledger = client_ledger(desk, f"c-{row.hub_id}", self.day, limit=1_000, before=None)
                entries = [line for line in ledger.lines if line.is_active(self.day)]
                points = sum((line.entry.points for line in entries), Decimal(0))
                assert points == row.standing.total == ledger.client.standing.total
                sold += row.standing.sold
                managed += row.standing.managed
            assert (shown.sold, shown.managed) == (sold, managed)
            assert Fraction(sold) == self.world.model.sold(partner, self.day)
            assert Fraction(managed) == self.world.model.managed(partner, self.day)
            checked = check_points(
                self.world.session, operation(at=self.world.now), partner, repair=False, program=program()
            )
            assert checked.differences == []


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
