"""Clients and what partners' lists show of them, on every engine."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from shared.domain.clients import Client, Relation, Relationship, Subscription
from shared.domain.money import Money
from shared.domain.renewals import Owner, OwnerChoice, RenewalDecision, RenewalState, RenewalStatus
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.program import program
from shared.table.client_lists import (
    ClientFilter,
    ClientOrder,
    ClientRow,
    Clients,
    RenewalOrder,
    RenewalRow,
    UsageSummary,
)
from shared.table.clients import AllClients, DueRenewal, due_renewals
from shared.table.keys import DUE_RENEWALS_SHARDS
from shared.table.session import UnreadableItem
from shared.table.transactions import Transaction
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, operation

NOW = StoppedClock.now
TODAY = NOW.date()
MOST_DAYS = 120
SETTLED = [RenewalStatus.CONFIRMED, RenewalStatus.CANCELLATION_REQUESTED, RenewalStatus.RENEWED]


@pytest.fixture
def seed(table: StoredTable) -> ClientSeed:
    for partner_id in ("p-hill", "p-lake"):
        Seed(table=table).partner(partner_id)
    return ClientSeed(table=table)


@pytest.fixture
def clients(seed: ClientSeed) -> Clients:
    """Those of p-hill."""
    return Clients(seed.session, "p-hill")


def save(seed: ClientSeed, client: Client, *, known: Client | None) -> Client:
    transaction = Transaction(seed.session, operation())
    saved = AllClients(seed.session).save(
        transaction, client, known=known, program=program(), refusal=lambda _: ChangedMeanwhileError()
    )
    transaction.commit()
    return saved


def change(seed: ClientSeed, hub_id: str = "4711", **fields: object) -> Client:
    known = seed.found(hub_id)
    return save(seed, replace(known, version=known.version + 1, **fields), known=known)


def rows(table: StoredTable, partner_id: str = "p-hill") -> dict[str, Item]:
    """By sort key, what the partner's lists hold of clients."""
    found = [item for item in table.items() if item["pk"] == f"PARTNER#{partner_id}"]
    return {item["sk"]: item for item in found if item["sk"].startswith(("CLIENT", "RENEWAL"))}


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def due(seed: ClientSeed, *, on: date) -> list[DueRenewal | UnreadableItem]:
    until = NOW + (on - TODAY)
    return [one for shard in range(DUE_RENEWALS_SHARDS) for one in due_renewals(seed.session, shard=shard, until=until)]


def test_what_was_saved_is_found_as_a_whole(seed: ClientSeed) -> None:
    seed.client(partners={"p-hill": "managed", "p-lake": "sold"})
    seed.subscription("s-1")
    seed.usage()
    decided = RenewalState(
        status=RenewalStatus.CONFIRMED,
        decision=RenewalDecision(partner_id="p-hill", decided_by="u-ada", decided_at=NOW, reason="Good"),
        notified={days(90): 90},
    )
    known = seed.found()
    owner = OwnerChoice(owner=Owner.PARTNER, notify_user_id="u-ada")

    saved = change(
        seed,
        relations={**known.relations, "p-lake": replace(known.relations["p-lake"], owner=owner, owner_version=2)},
        subscriptions={"s-1": replace(known.subscriptions["s-1"], state=decided)},
        bounced="dana@acme.example",
    )

    assert seed.found() == saved
    assert (saved.version, saved.subscriptions["s-1"].state, saved.relations["p-lake"].owner) == (6, decided, owner)


def test_a_partner_finds_the_clients_that_it_is_related_to_alone(seed: ClientSeed, clients: Clients) -> None:
    own = seed.client("1", partners={"p-hill": "sold"})
    others = seed.client("2", partners={"p-lake": "managed"})

    assert clients.find(own) == seed.found("1")
    assert [clients.find(one) for one in (others, "1", "c-", "c-unknown")] == [None] * 4
    assert (clients.count(), Clients(seed.session, "p-lake").count(), Clients(seed.session, "p-sea").count()) == (
        1,
        1,
        0,
    )


def test_a_client_is_written_over_the_version_that_was_read_alone(table: StoredTable, seed: ClientSeed) -> None:
    seed.client()
    known = seed.found()
    change(seed, bounced="dana@acme.example")
    before = table.items()

    for stale in (known, None):
        with pytest.raises(ChangedMeanwhileError):
            save(seed, replace(known, version=2), known=stale)
    assert table.items() == before


@pytest.mark.parametrize("first", SETTLED)
@pytest.mark.parametrize("then", SETTLED)
def test_a_renewal_is_settled_once_whoever_writes_the_client(
    table: StoredTable, seed: ClientSeed, first: RenewalStatus, then: RenewalStatus
) -> None:
    seed.client()
    seed.subscription("s-1")
    pending = seed.found("4711")
    one = pending.subscriptions["s-1"]

    def with_state(status: RenewalStatus, reason: str) -> dict[str, Subscription]:
        decision = RenewalDecision(partner_id="p-hill", decided_by="u-ada", decided_at=NOW, reason=reason)
        return {"s-1": replace(one, state=RenewalState(status=status, decision=decision))}

    standing = change(seed, subscriptions=with_state(first, "Good"))
    before = table.items()
    stale = replace(pending, version=standing.version)

    with pytest.raises(ChangedMeanwhileError):
        save(seed, replace(stale, subscriptions=with_state(then, "Bad"), version=standing.version + 1), known=stale)

    assert table.items() == before


def test_the_rows_of_a_client_say_what_the_client_says(seed: ClientSeed, clients: Clients) -> None:
    seed.client(partners={"p-hill": "sold_and_managed"})
    seed.subscription("s-1", mrr={"amount": 100_00, "currency": "USD"})
    seed.subscription("s-2", product="sales_hub", renews_in=30, mrr={"amount": 88_00, "currency": "EUR"})
    seed.subscription("s-3", renews_in=None, mrr={"amount": 14_400, "currency": "JPY"})
    seed.usage(score=7)

    [row] = clients.page(ClientFilter(), order=ClientOrder.COMPANY, descending=False, limit=9).rows

    assert row == ClientRow(
        hub_id="4711",
        company="Acme",
        website="https://www.acme.example",
        products=["marketing_hub", "sales_hub"],
        relationship=Relationship.SOLD_AND_MANAGED,
        usage=UsageSummary(tools=3, apps=1, score=7, measured_on=date(2026, 3, 16)),
        mrr=Money(300_00, "USD"),
        renewal_date=days(30),
    )
    assert clients.find_renewal("s-3") is None
    assert clients.find_renewal("s-2") == RenewalRow(
        subscription_id="s-2",
        hub_id="4711",
        company="Acme",
        product="sales_hub",
        edition="professional",
        owner=None,
        renewal_manager={"name": "Rea Roth", "email": "rea@vendor.example"},
        current_mrr=Money(88_00, "EUR"),
        renewal_mrr=Money(1400_00, "EUR"),
        starts_on=days(30),
        status=RenewalStatus.PENDING,
        flags=[],
        responsible=True,
    )


def test_a_change_writes_the_rows_that_it_changes_and_no_other(table: StoredTable, seed: ClientSeed) -> None:
    seed.client(partners={"p-hill": "managed", "p-lake": "sold"})
    seed.subscription("s-1")
    seed.subscription("s-2", renews_in=100)
    before = {partner_id: rows(table, partner_id) for partner_id in ("p-hill", "p-lake")}

    seed.subscription("s-2", renews_in=110)

    after = {partner_id: rows(table, partner_id) for partner_id in ("p-hill", "p-lake")}
    changed = {
        (partner_id, sk)
        for partner_id, found in after.items()
        for sk, item in found.items()
        if item != before[partner_id][sk]
    }
    assert changed == {("p-hill", "RENEWAL#s-2"), ("p-lake", "RENEWAL#s-2")}


def test_a_partner_that_leaves_keeps_no_row_and_one_that_returns_has_them_all(
    table: StoredTable, seed: ClientSeed, clients: Clients
) -> None:
    seed.client(partners={"p-hill": "managed", "p-lake": "sold"})
    seed.client("2")
    seed.subscription("s-1")
    before = seed.found()

    change(seed, relations={"p-lake": before.relations["p-lake"]})

    assert (sorted(rows(table)), clients.count()) == (["CLIENT#2", "CLIENT_COUNT"], 1)
    assert [one.partner_id for one in due(seed, on=days(0))] == ["p-lake"]
    later = NOW + timedelta(days=1)
    seed.relation("4711", "p-hill", "sold", at=later)
    assert (sorted(rows(table)), clients.count()) == (["CLIENT#2", "CLIENT#4711", "CLIENT_COUNT", "RENEWAL#s-1"], 2)
    assert seed.found().relations["p-hill"] == Relation(
        relationship=Relationship.SOLD, since=later, owner_version=1_773_826_200_000_000
    )


def test_pages_in_every_order_lose_and_repeat_nothing(seed: ClientSeed, clients: Clients) -> None:
    worth = {"a": (200_00, "USD"), "b": (88_00, "EUR"), "c": (43_200, "JPY"), "d": (88_00, "EUR")}
    for number, (hub_id, (amount, currency)) in enumerate(worth.items()):
        seed.client(hub_id, company=["Zebra", "Änne", "apple", "Mint"][number])
        money = {"amount": amount, "currency": currency}
        seed.subscription(f"s-{hub_id}", hub_id=hub_id, renews_in=[40, None, 30, 40][number], mrr=money)
    seed.client("e", company="Empty")
    seed.client("f", partners={"p-lake": "sold"})
    orders = {ClientOrder.COMPANY: "cedab", ClientOrder.MRR: "ebdac", ClientOrder.RENEWAL_DATE: "cadbe"}

    for order, hub_ids in orders.items():
        for descending in (False, True):
            found: list[str] = []
            start, sizes = None, []
            while True:
                page = clients.page(ClientFilter(), order=order, descending=descending, limit=2, start=start)
                found += [row.hub_id for row in page.rows]
                sizes.append(len(page.rows))
                start = page.last
                if start is None:
                    break
            assert (found, sizes) == (list(hub_ids[::-1] if descending else hub_ids), [2, 2, 1])


def test_a_filter_finds_what_fits_and_pages_it(seed: ClientSeed, clients: Clients) -> None:
    for hub_id, company, relationship in (("1", "Grün AG", "sold"), ("2", "Rot", "managed"), ("3", "GRÜN Ltd", "sold")):
        seed.client(hub_id, company=company, website=f"https://{hub_id}.example", partners={"p-hill": relationship})
    seed.subscription("s-1", hub_id="1", product="sales_hub")

    def found(**wanted: object) -> list[str]:
        page = clients.page(ClientFilter(**wanted), order=ClientOrder.COMPANY, descending=False, limit=9)  # type: ignore[arg-type]
        return [row.hub_id for row in page.rows]

    assert found(text="grün") == ["1", "3"]
    assert found(text="2.EXAMPLE") == ["2"]
    assert found(product="sales_hub") == ["1"]
    assert found(relationship=Relationship.SOLD) == ["1", "3"]
    assert found(text="rot", relationship=Relationship.SOLD) == []
    sold = ClientFilter(relationship=Relationship.SOLD)
    first = clients.page(sold, order=ClientOrder.COMPANY, descending=False, limit=1)
    second = clients.page(sold, order=ClientOrder.COMPANY, descending=False, limit=1, start=first.last)
    assert ([row.hub_id for row in (*first.rows, *second.rows)], second.last) == (["1", "3"], None)


def test_renewals_are_those_between_two_days_the_days_included(seed: ClientSeed, clients: Clients) -> None:
    seed.client()
    for subscription_id, renews_in, renewed_at in (("s-a", 0, 100), ("s-b", 120, 300), ("s-c", 121, 0), ("s-d", -1, 0)):
        terms = {"mrr": {"amount": renewed_at, "currency": "USD"}, "term_months": 12}
        money = {"amount": 200, "currency": "USD"}
        seed.subscription(subscription_id, renews_in=renews_in, mrr=money, renewal=terms)
    subscriptions = seed.found().subscriptions
    confirmed = replace(subscriptions["s-b"], state=RenewalState(status=RenewalStatus.CONFIRMED))
    change(seed, subscriptions={**subscriptions, "s-b": confirmed})

    def found(order: RenewalOrder, *, descending: bool = False, status: RenewalStatus | None = None) -> list[str]:
        listed: list[str] = []
        start = None
        while True:
            page = clients.renewals(
                first=days(0),
                last=days(MOST_DAYS),
                status=status,
                order=order,
                descending=descending,
                limit=1,
                start=start,
            )
            listed += [row.subscription_id for row in page.rows]
            start = page.last
            if start is None:
                return listed

    assert found(RenewalOrder.DAYS_LEFT) == ["s-a", "s-b"]
    assert found(RenewalOrder.DAYS_LEFT, descending=True) == ["s-b", "s-a"]
    assert found(RenewalOrder.MRR_CHANGE, descending=True) == ["s-b", "s-a"]
    assert found(RenewalOrder.DAYS_LEFT, status=RenewalStatus.PENDING) == ["s-a"]
    assert found(RenewalOrder.MRR_CHANGE, status=RenewalStatus.CONFIRMED) == ["s-b"]


def test_a_renewal_is_due_once_for_the_partner_that_is_responsible(seed: ClientSeed) -> None:
    seed.client(partners={"p-hill": "sold", "p-lake": "managed"})
    seed.client("2", partners={})
    seed.subscription("s-1", renews_in=130)
    seed.subscription("s-2", hub_id="2")
    seed.subscription("s-3", renews_in=None)

    assert due(seed, on=days(9)) == []
    assert due(seed, on=days(10)) == [DueRenewal("s-1", "4711", "p-lake")]

    one = seed.found().subscriptions["s-1"]
    told = replace(one.state, notified={days(130): 120})
    change(seed, subscriptions={"s-1": replace(one, state=told)})
    assert (due(seed, on=days(39)), len(due(seed, on=days(40)))) == ([], 1)
    decided = replace(told, status=RenewalStatus.CANCELLATION_REQUESTED)
    change(seed, subscriptions={"s-1": replace(one, state=decided)})
    assert due(seed, on=days(999)) == []


def test_a_subscription_id_is_tied_to_one_client(table: StoredTable, seed: ClientSeed) -> None:
    def tie(hub_id: str) -> None:
        transaction = Transaction(seed.session, operation())
        AllClients(seed.session).tie_subscription(
            transaction, "s-1", hub_id, elsewhere=lambda standing: NotFoundError(str(standing and standing["hub_id"]))
        )
        transaction.commit()

    tie("1")
    tie("1")
    with pytest.raises(NotFoundError, match="1"):
        tie("2")

    item = table.item("SUBSCRIPTION#s-1", "SUBSCRIPTION")
    assert item is not None
    assert item["hub_id"] == "1"
