"""The outbox on each engine, and on the dictionary that the simulations of it use: the same steps, the same answers."""

import random
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.notices import Notice, NoticeKind
from shared.table.notices import Claim, NoticeNotClaimedError, Outbox, UnsentNotice, post
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import operation
from tests.memory_table import MemoryTable

STEPS = 120
NOTICES = ("n-1", "n-2", "n-3", "n-4")


class Storyteller:
    """Does the same things to an outbox for the same seed; what it saw is its story."""

    def __init__(self, client: Any, table: str) -> None:
        self.session = TableSession(client, table)
        self.outbox = Outbox(self.session)
        self.clock = StoppedClock()
        self.random = random.Random(11)
        self.claims: list[Claim] = []
        self.story: list[Any] = []

    def tell(self) -> list[Any]:
        for notice_id in NOTICES:
            self.post(notice_id)
        for _ in range(STEPS):
            self.clock.advance(timedelta(seconds=self.random.choice([0, 1, 20, 61])))
            step = self.random.choice([self.claim, self.claim, self.confirm, self.give_up, self.release, self.look])
            try:
                self.story.append((step.__name__, step()))
            except NoticeNotClaimedError:
                self.story.append((step.__name__, "not claimed"))
        return self.story

    def post(self, notice_id: str) -> None:
        notice = Notice(
            notice_id=notice_id,
            kind=NoticeKind.LINK_SENT,
            partner_id="p-hill",
            created_at=self.clock(),
            content={"link": {"link_id": "l-1", "products": [{"product": "hub"}]}},
            email="ann@acme.example",
        )
        transaction = Transaction(self.session, operation(operation_id=notice_id))
        post(transaction, notice)
        transaction.commit()

    def claim(self) -> tuple[Notice, int]:
        claim = self.outbox.claim(self.random.choice(NOTICES), now=self.clock())
        self.claims.append(claim)
        return claim.notice, claim.attempt

    def confirm(self) -> None:
        if self.claims:
            self.outbox.confirm(self.random.choice(self.claims), message_id="m-1", now=self.clock())

    def give_up(self) -> None:
        if self.claims and self.random.random() < 0.3:
            self.outbox.give_up(self.random.choice(self.claims), reason="recipient_gone", now=self.clock())

    def release(self) -> None:
        if self.claims:
            self.outbox.release(self.random.choice(self.claims), now=self.clock())

    def look(self) -> list[UnsentNotice | UnreadableItem]:
        return self.outbox.unsent(until=self.clock(), limit=3)


def test_the_outbox_lives_the_same_life_on_every_engine(table: StoredTable, monkeypatch: pytest.MonkeyPatch) -> None:
    leases = iter(range(10_000))
    monkeypatch.setattr("shared.table.notices.secrets.token_hex", lambda _: f"lease-{next(leases) % 1000}")
    memory = MemoryTable()

    told = Storyteller(memory, "memory").tell()
    leases = iter(range(10_000))
    expected = Storyteller(table.client, table.name).tell()

    assert told == expected
    assert len({what for _, what in told if isinstance(what, str)}) == 1
    stored = sorted(memory.items.values(), key=lambda item: item["pk"])
    assert stored == table.items()
