"""Who earns managed credit, against a model of its own: a table of conditions, and every step of a shared address."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain import claims
from shared.domain.clients import Client, Profile, Relation, Relationship
from shared.domain.credit import Candidate, Credit, CreditReason, credit_of
from shared.domain.service import Service, Worker

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
WINDOW = timedelta(days=90)
NIA = "nia@hill.example"

CONDITIONS = ("user", "tagged", "assigned", "in the portal", "recently active")
REASONS = dict(
    zip(CONDITIONS, ("not_a_user", "not_tagged", "not_assigned", "not_in_portal", "no_recent_activity"), strict=True)
)


def client(
    *,
    claimed_by: tuple[str, ...] = ("p-hill",),
    in_portal: bool = True,
    active_at: datetime | None = NOW,
    managed: bool = True,
) -> Client:
    """One whose address is claimed by these partners, one after the other."""
    seen = Worker(last_qualifying_at=active_at, last_activity_at=active_at)
    service = claims.seen_active(Service(workers={NIA: Worker()}), NIA, seen)
    for partner_id in claimed_by:
        service = claims.claim(
            service, NIA, partner_id=partner_id, user_id="u-nia", at=NOW, tagged=True, in_portal=in_portal
        )
    relationship = Relationship.MANAGED if managed else Relationship.SOLD
    return Client(
        hub_id="4711",
        profile=Profile(company="Acme", portal_users=(NIA,) if in_portal else ()),
        relations={one: Relation(relationship=relationship, since=NOW) for one in ("p-hill", "p-lake")},
        service=service,
    )


def candidate(partner_id: str = "p-hill", *, is_user: bool = True, is_tagged: bool = True) -> Candidate:
    return Candidate(partner_id=partner_id, user_id="u-nia", email=NIA, is_user=is_user, is_tagged=is_tagged)


def reason(of: Client, who: Candidate, *, at: datetime = NOW) -> str | None:
    credit = credit_of(of, who, at=at, window=WINDOW)
    assert credit.is_earned == (credit.reason is None) == (credit.detail is None)
    return credit.reason


@pytest.mark.feature("A92")
@pytest.mark.parametrize(
    "holds", list(product([True, False], repeat=5)), ids=lambda holds: "".join("ny"[one] for one in holds)
)
def test_credit_is_earned_where_all_five_conditions_hold_and_else_the_first_missing_is_named(
    holds: tuple[bool, ...],
) -> None:
    met = dict(zip(CONDITIONS, holds, strict=True))
    missing = [name for name in CONDITIONS if not met[name]]

    found = reason(
        client(
            claimed_by=("p-hill",) if met["assigned"] else (),
            in_portal=met["in the portal"],
            active_at=NOW if met["recently active"] else None,
        ),
        candidate(is_user=met["user"], is_tagged=met["tagged"]),
    )

    assert found == (REASONS[missing[0]] if missing else None)


@pytest.mark.parametrize(("ago", "expected"), [(WINDOW, None), (WINDOW + timedelta(seconds=1), "no_recent_activity")])
def test_an_activity_holds_for_ninety_days_to_the_second(ago: timedelta, expected: str | None) -> None:
    assert reason(client(active_at=NOW - ago), candidate()) == expected


def test_who_sold_to_the_client_and_does_not_manage_it_earns_nothing() -> None:
    assert reason(client(managed=False), candidate()) == "relationship_not_managed"


@pytest.mark.feature("A106", "A107")
def test_of_two_partners_with_one_address_the_first_earns() -> None:
    shared = client(claimed_by=("p-lake", "p-hill"))

    assert reason(shared, candidate("p-lake")) is None
    assert reason(shared, candidate("p-hill")) == "email_with_another_partner"


@pytest.mark.parametrize("one", CreditReason)
def test_every_reason_says_what_to_do(one: CreditReason) -> None:
    detail = Credit(one).detail
    assert detail is not None
    assert detail.endswith(".")


PARTNERS = ("p-a", "p-b", "p-c", "p-d")


@dataclass
class Queue:
    """The model: partners in the order in which they came, who leave and come again behind the others."""

    waiting: list[str] = field(default_factory=list)
    turns: list[tuple[datetime, str | None]] = field(default_factory=list)

    def step(self, partner_id: str, *, comes: bool, at: datetime) -> None:
        if comes and partner_id not in self.waiting:
            self.waiting.append(partner_id)
        if not comes and partner_id in self.waiting:
            self.waiting.remove(partner_id)
        self.turns.append((at, self.waiting[0] if self.waiting else None))


@pytest.mark.feature("A107", "A108")
@given(st.lists(st.tuples(st.sampled_from(PARTNERS), st.booleans(), st.integers(0, 2)), max_size=30))
def test_whoever_lets_go_the_next_in_time_holds_the_address(steps: list[tuple[str, bool, int]]) -> None:
    service, queue, at = Service(), Queue(), NOW
    for partner_id, comes, minutes in steps:
        at += timedelta(minutes=minutes)
        queue.step(partner_id, comes=comes, at=at)
        whose: dict[str, Any] = {"partner_id": partner_id, "user_id": f"u-{partner_id}"}
        if comes:
            service = claims.claim(service, NIA, **whose, at=at, tagged=True, in_portal=True)
        else:
            service = claims.let_go(service, NIA, **whose, at=at)
        holder = claims.holder(service.workers.get(NIA), at)
        assert (holder.partner_id if holder else None) == (queue.waiting[0] if queue.waiting else None)
    for when, expected in dict(queue.turns).items():
        holder = claims.holder(service.workers.get(NIA), when)  # and so it stays, looked at from later
        assert (holder.partner_id if holder else None) == expected


def test_letting_go_can_be_written_down_late_and_twice() -> None:
    service = client(claimed_by=("p-lake", "p-hill")).service
    left = NOW + timedelta(hours=1)

    once = claims.let_go(service, NIA, partner_id="p-lake", user_id="u-nia", at=left)

    assert claims.let_go(once, NIA, partner_id="p-lake", user_id="u-nia", at=left) == once
    for moment, partner_id in ((left - timedelta(seconds=1), "p-lake"), (left, "p-hill")):
        holder = claims.holder(once.workers[NIA], moment)
        assert holder is not None
        assert holder.partner_id == partner_id


def test_the_steps_of_a_tag_can_be_written_down_twice() -> None:
    service = client().service
    whose = {"partner_id": "p-hill", "user_id": "u-nia"}

    def follow(before: Service) -> Service:
        for hours, enabled in ((1, False), (2, True), (3, False)):
            before = claims.tag_changed(before, NIA, **whose, enabled=enabled, at=NOW + timedelta(hours=hours))
        return before

    once = follow(service)

    [claim] = once.workers[NIA].claims
    assert [span.holds(NOW + timedelta(hours=2)) for span in claim.tagged] == [False, True]
    assert claim.tagged[-1].until == NOW + timedelta(hours=3)
    assert follow(once) == once


def test_the_portal_is_followed_while_somebody_claims_the_address() -> None:
    service = client().service
    later = [NOW + timedelta(hours=hours) for hours in range(5)]
    service = claims.portal_changed(service, before=[NIA], after=[], at=later[1])
    service = claims.portal_changed(service, before=[], after=[NIA, "ann@acme.example"], at=later[2])
    service = claims.let_go(service, NIA, partner_id="p-hill", user_id="u-nia", at=later[3])
    service = claims.portal_changed(service, before=[NIA], after=[], at=later[4])

    assert [(span.since, span.until) for span in service.workers[NIA].in_portal] == [
        (NOW, later[1]),
        (later[2], later[3]),
    ]
    assert list(service.workers) == [NIA]


def test_a_client_remembers_the_latest_of_many_ended_claims_and_every_standing_one() -> None:
    service, at = client(claimed_by=("p-lake",)).service, NOW
    for number in range(claims.MOST_ENDED_CLAIMS + 5):
        at = NOW + timedelta(minutes=number)
        whose: dict[str, Any] = {"partner_id": "p-hill", "user_id": f"u-{number}"}
        service = claims.claim(service, f"{number}@hill.example", **whose, at=at, tagged=True, in_portal=False)
        service = claims.let_go(service, f"{number}@hill.example", **whose, at=at + timedelta(seconds=1))

    assert len(service.workers) == claims.MOST_ENDED_CLAIMS + 1
    assert "4@hill.example" not in service.workers
    assert claims.standing_claims(service) == 1
    assert claims.claimed_by(service, "p-lake")
    assert not claims.claimed_by(service, "p-hill")


def test_ending_services_ends_the_claims_of_one_partner() -> None:
    service = client(claimed_by=("p-lake", "p-hill")).service

    left = claims.partner_left(service, partner_id="p-lake", at=NOW + timedelta(hours=1))

    holder = claims.holder(left.workers[NIA], NOW + timedelta(hours=1))
    assert holder is not None
    assert holder.partner_id == "p-hill"
    assert claims.partner_left(left, partner_id="p-lake", at=NOW) == replace(left)
