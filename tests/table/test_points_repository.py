"""Totals of points and the ledger as they are stored, on every engine."""

from datetime import date
from decimal import Decimal

import pytest

from shared.domain.points import DealType, MarketType, PointsByDay
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.points import ClientPoints, ManagedSlice, PartnerPoints, PointChanges, SoldSlice, StoredTotals
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.engines import StoredTable
from tests.factories import operation

SALE = SoldSlice(date(2026, 3, 17), DealType.PARTNER_SOURCED, MarketType.GROWTH)
BEGIN = ManagedSlice(date(2025, 12, 1), MarketType.STANDARD)
END = ManagedSlice(date(2026, 3, 2), MarketType.STANDARD)


def test_the_keys_of_points_and_tiers() -> None:
    assert [
        keys.points("p-7"),
        keys.points_of_year("p-7", 2026),
        keys.client_points("p-7", "4711"),
        keys.tool_usage("p-7"),
        keys.deal("d-1"),
        keys.ledger_entry("p-7", "4711", "2026-01-31", "d-1.1.sold"),
        keys.listed_partner("p-7"),
        keys.tier_review("p-7", "2026-01-15"),
        keys.review_warning("p-7", "2026-01-15"),
    ] == [
        ("PARTNER#p-7", "POINTS"),
        ("PARTNER#p-7", "POINTS#2026"),
        ("PARTNER#p-7", "CLIENT_POINTS#4711"),
        ("PARTNER#p-7", "TOOL_USAGE"),
        ("DEAL#d-1", "DEAL"),
        ("PARTNER#p-7", "LEDGER#4711#2026-01-31#d-1.1.sold"),
        ("PARTNERS#4", "p-7"),
        ("PARTNER#p-7", "REVIEW#2026-01-15"),
        ("PARTNER#p-7", "REVIEW_WARNING#2026-01-15"),
    ]


def add(session: TableSession) -> None:
    changes = PointChanges()
    changes.sell("p-7", "4711", SALE, Decimal("2.5"))
    changes.manage("p-7", "4711", BEGIN, Decimal("1.2"))
    changes.manage("p-7", "4711", END, Decimal("-0.7"))
    changes.use_tools("p-7", 3, clients=1)
    transaction = Transaction(session, operation())
    changes.write(transaction)
    transaction.commit()


def test_totals_are_added_up_by_day_and_read_back(table: StoredTable) -> None:
    session = TableSession(table.client, table.name)
    add(session)
    add(session)

    sale = {"sold-2026-03-17-partner_sourced-growth": 5}
    service = {"managed-2025-12-01-standard": Decimal("2.4"), "managed-2026-03-02-standard": Decimal("-1.4")}
    assert table.items() == [
        {"pk": "PARTNER#p-7", "sk": "CLIENT_POINTS#4711", **sale, **service},
        {"pk": "PARTNER#p-7", "sk": "POINTS", "managed-2025": Decimal("2.4"), "managed-2026": Decimal("-1.4")},
        {"pk": "PARTNER#p-7", "sk": "POINTS#2025", "managed-12-01": Decimal("2.4")},
        {"pk": "PARTNER#p-7", "sk": "POINTS#2026", "managed-03-02": Decimal("-1.4"), "sold-03-17": 5},
        {"pk": "PARTNER#p-7", "sk": "TOOL_USAGE", "tools-3": 2},
    ]
    repository = PartnerPoints(session, "p-7")
    assert repository.between(2026, 2027) == PointsByDay(
        sold={date(2026, 3, 17): Decimal(5)},
        managed={date(2026, 3, 2): Decimal("-1.4")},
        managed_before=Decimal("2.4"),
    )
    assert repository.of_clients(["4711", "0815"]) == [
        ClientPoints(hub_id="4711", sold={SALE: Decimal(5)}, managed={BEGIN: Decimal("2.4"), END: Decimal("-1.4")}),
        None,
    ]
    assert repository.tools_used() == {3: 2}
    assert [row.hub_id for row in repository.page(lambda _: True, limit=1).rows] == ["4711"]


def test_a_total_is_corrected_only_while_it_is_as_it_was_read(table: StoredTable) -> None:
    session = TableSession(table.client, table.name)
    add(session)
    totals, key = StoredTotals(session, "p-7"), keys.points_of_year("p-7", 2026)
    stored = totals.read()[key]

    def correct() -> None:
        transaction = Transaction(session, operation())
        totals.correct(transaction, key, stored=stored, expected={"sold-03-17": Decimal(3), "sold-01-01": Decimal(1)})
        transaction.commit()

    correct()
    assert totals.read()[key] == {"sold-03-17": 3, "sold-01-01": 1}
    with pytest.raises(ChangedMeanwhileError):
        correct()
