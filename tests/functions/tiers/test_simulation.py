"""A thousand partners through three years: what the API says is what an independent model reckons."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest

from shared.domain.people import Role
from tests.factories import Seed
from tests.functions.client import Api
from tests.functions.tiers.points_model import PointsModel, year_later
from tests.functions.tiers.points_table import StoredInMemory
from tests.functions.tiers.points_world import PointsWorld

CORNERS = 500
"""Of two partners each."""
ACTS = 4_500
BEGIN = datetime(2025, 1, 20, 8, 0, tzinfo=UTC)
MONTHS = 36
REVIEWS = [
    date(2025, 7, 15),
    date(2026, 1, 15),
    date(2026, 7, 15),
    date(2027, 1, 15),
    date(2027, 7, 15),
    date(2028, 1, 15),
]


@pytest.mark.feature("A10")
@pytest.mark.feature("A20")
@pytest.mark.feature("A35")
@pytest.mark.feature("A36")
@pytest.mark.feature("A37")
@pytest.mark.feature("A43")
def test_a_thousand_partners_stand_where_the_model_says(table: StoredInMemory, empty_api: Api) -> None:
    chance = Random(20260317)
    world = PointsWorld(table=table, now=BEGIN, chance=chance)
    names = [f"{number:03}" for number in range(CORNERS)]
    for name in names:
        world.open_corner(name)
    seed = Seed(table=table)
    reviews = list(REVIEWS)
    for minutes in sorted(chance.randrange(MONTHS * 30 * 1440) for _ in range(ACTS)):
        world.now = BEGIN + timedelta(minutes=minutes)
        while reviews and world.now.date() > reviews[0]:
            world.review(reviews.pop(0))
        world.act(chance.choice(names))

    for day in reviews:
        world.now = datetime.combine(day, world.now.timetz())
        world.review(day)
    empty_api.clock.now = world.now
    tiers, risks = set(), set()
    for name in names:
        model = world.models[name]
        for partner, standing in model.partners.items():
            assert world.credited_tier(partner) == standing.tier, partner
            tiers.add(standing.tier)
        partner = f"p-{chance.choice('ab')}{name}"
        seed.user(f"{partner}@users.example", partner_id=partner, role=Role.PARTNER_MEMBER)
        for day in (a_day(chance), a_turning_point(model, partner, chance)):
            risks.add(check(empty_api, model, partner, day))
    assert tiers == {"untiered", "silver", "gold", "platinum", "diamond"}
    assert risks == {True, False}


def a_day(chance: Random) -> date:
    return BEGIN.date() + timedelta(days=chance.randrange(MONTHS * 30 + 400))


def a_turning_point(model: PointsModel, partner: str, chance: Random) -> date:
    """A day on which the points of a sale begin or end, or the day before."""
    sold = [sale.closed for sale, _ in model.sales.values() if sale.partner == partner and sale.points]
    if not sold:
        return a_day(chance)
    day = chance.choice(sold)
    return chance.choice((day, year_later(day))) - timedelta(days=chance.randrange(2))


def check(api: Api, model: PointsModel, partner: str, day: date) -> bool:
    """The tier page of the day against the model; answers whether the partner is at risk."""
    told = api.get("/v1/tier", email=f"{partner}@users.example", query={"as_of": day.isoformat()}).json
    sold, managed = model.sold(partner, day), model.managed(partner, day)
    shown = [Fraction(str(told["points"][kind])) for kind in ("sold", "managed", "total")]
    assert shown == [sold, managed, sold + managed], (partner, day)
    assert told["performing_tier"] == model.performing(partner, day), (partner, day)
    at_risk: bool = told["at_risk"]
    review = date.fromisoformat(told["next_review_on"])
    assert at_risk == (model.after_review(partner, review) != model.partners[partner].tier), (partner, day)
    return at_risk
