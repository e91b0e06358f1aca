"""Audit trails to seal and to tamper with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from shared.clock import instant_text
from shared.domain.chains import Fault
from shared.table import keys
from shared.table.chain import Chain
from shared.table.chain_verification import ChainVerification, Stretch
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item, to_attributes
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import operation

PARTNER = "p-hill"


def record_entries(
    table: StoredTable, count: int, *, partner_id: str = PARTNER, at: datetime = StoppedClock.now, word: str = "lead"
) -> list[Item]:
    """So many changes, a second apart, each with what an entry can hold; answers the entries as they are stored."""
    for number in range(count):
        doing = replace(operation(at=at + timedelta(seconds=number)), request_id=f"r-{word}-{number}")
        transaction = Transaction(TableSession(table.client, table.name), doing)
        transaction.record(
            partner_id=partner_id,
            action="registration.changed",
            subject=f"registration/{word}-{number}.example",
            before={"company": "Hill", "share": Decimal("0.25"), "country": None},
            after={"company": "Hill & Söhne", "share": number, "contact": {"tags": ["new", "é"], "agreed": True}},
        )
        transaction.commit()
    since = instant_text(at)
    return [entry for entry in trail(table, partner_id) if entry["at"] >= since and f"-{word}-" in entry["request_id"]]


def trail(table: StoredTable, partner_id: str = PARTNER) -> list[Item]:
    """The stored entries of a partner, in the order of their time."""
    return [item for item in table.items() if item["pk"] == keys.audit_trail(partner_id)]


def seals(table: StoredTable, partner_id: str = PARTNER) -> list[Item]:
    """The stored seals of a partner, in their order."""
    stored = [item for item in table.items() if item["pk"] == keys.chain(partner_id)]
    return [item for item in stored if item["sk"].startswith(keys.SEAL_PREFIX)]


def chain_of(table: StoredTable, partner_id: str = PARTNER) -> Chain:
    return Chain(TableSession(table.client, table.name), partner_id)


def verified(session: TableSession, partner_id: str | None = PARTNER, *, now: datetime, limit: int = 100) -> Stretch:
    """The whole verification, page after page, added up; `last` is the last page's."""
    verification = ChainVerification(session, now)
    pages = [verification.stretch(partner_id, limit=limit, start=None)]
    while pages[-1].last is not None:
        pages.append(verification.stretch(partner_id, limit=limit, start=pages[-1].last))
    return Stretch(
        partner_id=pages[0].partner_id,
        seals=sum(page.seals for page in pages),
        entries=sum(page.entries for page in pages),
        head=next((page.head for page in pages if page.head), None),
        faults=[fault for page in pages for fault in page.faults],
        waiting=[moment for page in pages for moment in page.waiting],
    )


def faults_in(table: StoredTable, partner_id: str = PARTNER, *, now: datetime = StoppedClock.now) -> list[Fault]:
    return verified(TableSession(table.client, table.name), partner_id, now=now).faults


def stream_event(entries: Sequence[Item]) -> dict[str, Any]:
    """The stream's batch about these items, each just inserted."""
    return {
        "Records": [
            {
                "eventID": f"e-{number}",
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": to_attributes({"pk": entry["pk"], "sk": entry["sk"]}),
                    "NewImage": to_attributes(entry),
                    "SequenceNumber": str(1000 + number),
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
            }
            for number, entry in enumerate(entries)
        ]
    }
