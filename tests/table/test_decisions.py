"""One decision a link, however many decide at once.

On the engines that are programs of their own: they serve many threads at the same time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from functions.confirmations.decisions import Choice, decide, open_link
from shared import settings
from shared.domain.languages import Language
from shared.domain.links import Decision, Link, LinkClient, LinkDraft, LinkPlace, LinkProduct, LinkStatus
from shared.table.client import dynamodb
from shared.table.links import Links
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item
from tests.at_once import Meet, all_at_once
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, operation
from tests.faults import Fault, failing

PARTNER = "p-hill"
THREADS = 64
LINKS = 50  # on each of two engines
NOW = StoppedClock.now


@pytest.fixture(autouse=True)
def partner(monkeypatch: pytest.MonkeyPatch, table: StoredTable) -> None:
    monkeypatch.setenv("VENDOR_NAME", "Vendor Software")
    Seed(table=table).partner(PARTNER, name="Hill Consulting")


def made_links(table: StoredTable, count: int) -> list[Link]:
    """Pending links, which their creator u-ada has not sent."""
    client = LinkClient(company="Acme", contact_name="Kim Kern", email="kim@acme.example", language=Language.ENGLISH)
    draft = LinkDraft(
        name="Acme 2026",
        client=client,
        products=(LinkProduct(product="sales_hub", edition="starter", onboarding_type="none"),),
        providing_onboarding=False,
    )
    links = [
        Link(
            link_id=f"l-{number:03}",
            draft=draft,
            stored_status=LinkStatus.PENDING,
            created_at=NOW,
            created_by="u-ada",
            creator_name="Ada Hill",
            expires_at=NOW + timedelta(days=90),
        )
        for number in range(count)
    ]
    for link in links:
        transaction = Transaction(TableSession(table.client, table.name), operation())
        Links(transaction.session, PARTNER).add(transaction, link, due_at=link.expires_at)
        transaction.commit()
    return links


@dataclass(frozen=True, kw_only=True)
class Try:
    """What one of many customers wanted to decide, and the decision that stands by what they were told."""

    link_id: str
    wanted: Decision
    standing: Decision


def decide_all_at_once(links: Sequence[Link]) -> list[Try]:
    """Every thread has opened every link and decides it, half of them sign: all decide one at the same moment."""
    session = TableSession(dynamodb(), settings.table_name())
    opened = [open_link(session, LinkPlace(PARTNER, link.link_id), now=NOW) for link in links]

    def run(number: int, meet: Meet) -> list[Try]:
        signed = number % 2 == 0
        name, reason = f"Somebody {number}", None if signed else f"Reason {number}"
        now = NOW + timedelta(seconds=number)
        tries = []
        for one in opened:
            assert one is not None
            choice = Choice(signed=signed, signer_name=name, reason=reason, terms=one.terms.digest)
            wanted = Decision(
                signed=signed,
                signer_name=name,
                reason=reason,
                decided_at=now,
                terms=one.terms,
                time_zone=one.partner.time_zone,
            )
            meet()
            standing = decide(TableSession(dynamodb(), session.table), one, choice, now=now, request_id=f"r-{number}")
            tries.append(Try(link_id=one.link.link_id, wanted=wanted, standing=standing))
        return tries

    return [one for tries in all_at_once(run, threads=THREADS) for one in tries]


def decision_in(row: Item) -> Decision:
    decision = Decision.of_record(row["decision"])
    assert row["link_status"] == decision.status
    return decision


def assert_each_is_decided_once(table: StoredTable, links: Sequence[Link], tries: Sequence[Try]) -> None:
    """One decision, one audit entry, one notice to the creator and one receipt a link; and everybody knows it."""
    items = table.items()
    rows = {item["link_id"]: item for item in items if item["sk"].startswith("LINK#")}
    notices = [item for item in items if item["sk"] == "NOTICE"]
    notices.sort(key=lambda item: (item["content"]["link"]["link_id"], item["email"] is None))
    entries = [item["audit_object"] for item in items if item["pk"] == f"AUDIT#{PARTNER}"]
    decisions = {link_id: decision_in(row) for link_id, row in rows.items()}

    assert len(tries) == THREADS * len(links)
    assert [one for one in tries if one.standing != decisions[one.link_id]] == []
    assert {one.link_id for one in tries if one.wanted == one.standing} == decisions.keys()
    assert {row["version"] for row in rows.values()} == {2}
    assert sorted(entries) == [*(f"link/{link.link_id}" for link in links), f"partner/{PARTNER}"]
    assert [(item["kind"], item["email"], item["user_id"]) for item in notices] == [
        notice
        for link in links
        for notice in (
            ("decision_receipt", "kim@acme.example", None),
            (f"link_{rows[link.link_id]['link_status']}", None, "u-ada"),
        )
    ]
    for item in notices:
        standing = decisions[item["content"]["link"]["link_id"]]
        assert {name: standing.record()[name] for name in ("signer_name", "reason", "decided_at")} == {
            name: item["content"]["decision"][name] for name in ("signer_name", "reason", "decided_at")
        }
        assert item["content"]["decision"]["signed"] == standing.signed


@pytest.mark.feature("A76", "A80", "A81")
@pytest.mark.parametrize("engine", ["ministack", "dynoxide"], indirect=True)
def test_of_64_who_sign_and_reject_at_once_one_decides_and_all_learn_the_same_decision(table: StoredTable) -> None:
    links = made_links(table, LINKS)

    tries = decide_all_at_once(links)

    assert_each_is_decided_once(table, links, tries)


@pytest.mark.parametrize("engine", ["dynoxide"], indirect=True)
def test_conflicts_throttles_and_lost_answers_make_no_second_decision(table: StoredTable) -> None:
    links = made_links(table, 10)

    with failing(dynamodb(), seed=5, conflict=0.05, throttled=0.03, answer_lost=0.05) as failures:
        tries = decide_all_at_once(links)

    assert {failure.fault for failure in failures} == {Fault.CONFLICT, Fault.THROTTLED, Fault.ANSWER_LOST}
    assert_each_is_decided_once(table, links, tries)
