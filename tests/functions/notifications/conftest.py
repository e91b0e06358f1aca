"""The outbox on a small table, with SES at hand."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import RawMessage, ses_backends

from functions.notifications.delivery import Courier, open_courier
from functions.notifications.relay import relay
from functions.notifications.sweeper import sweep
from shared.domain.languages import Language
from shared.domain.links import Link
from shared.domain.notices import Notice
from shared.domain.people import Role
from shared.mail import sender
from shared.table import keys
from shared.table.session import TableSession
from shared.table.values import Item
from tests.clocks import StoppedClock
from tests.engines import REGION, StoredTable
from tests.factories import Seed
from tests.functions.notifications.outbox import (
    CONFIGURATION_SET,
    CREATOR,
    MAIL_SENDER,
    VENDOR,
    RunContext,
    link,
    notice_record,
    put_link,
    put_notice,
    stream_event,
)
from tests.functions.notifications.outbox_world import Chances, OutboxWorld


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The room on a table with one partner: Karla, and the admins Abel and Zoe. `mails` are those that SES took."""

    table: StoredTable
    clock: StoppedClock

    @property
    def courier(self) -> Courier:
        return open_courier(self.clock)

    @property
    def session(self) -> TableSession:
        return TableSession(self.table.client, self.table.name)

    @property
    def mails(self) -> list[RawMessage]:
        sent: list[RawMessage] = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        return sent

    def link(self, made: Link | None = None) -> Link:
        whole = made or link()
        put_link(self.session, whole)
        return whole

    def post(self, *posted: Notice) -> None:
        for one in posted:
            put_notice(self.session, one)

    def relay(self, *posted: Notice) -> Any:
        """What the function answers to the records of these notices."""
        records = [notice_record(one.notice_id, number=number) for number, one in enumerate(posted, start=1)]
        return relay(stream_event(records), RunContext(), courier=self.courier)

    def sweep(self, *, milliseconds_left: int = 50_000) -> dict[str, int]:
        return sweep(RunContext(milliseconds_left), courier=self.courier, until=self.clock())

    def notice_item(self, notice_id: str = "n-1") -> Item:
        item = self.table.item(*keys.notice(notice_id))
        assert item is not None
        return item

    def link_item(self, link_id: str = "l-1") -> Item:
        item = self.table.item(*keys.link("p-nordwind", link_id))
        assert item is not None
        return item


@pytest.fixture
def desk(table: StoredTable, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("VENDOR_NAME", VENDOR)
    monkeypatch.setenv("MAIL_SENDER", MAIL_SENDER)
    monkeypatch.setenv("SES_CONFIGURATION_SET", CONFIGURATION_SET)
    sender.reset()
    boto3.client("sesv2").create_email_identity(EmailIdentity=MAIL_SENDER)
    seed = Seed(table=table)
    seed.partner("p-nordwind", name="Nordwind Beratung GmbH")
    seed.user(CREATOR, partner_id="p-nordwind", name="Karla Vogt", role=Role.PARTNER_MEMBER, language=Language.GERMAN)
    seed.user("zoe@nordwind.example", partner_id="p-nordwind", name="Zoe Zander")
    seed.user("abel@nordwind.example", partner_id="p-nordwind", name="Abel Adler")
    yield Desk(table=table, clock=clock)
    sender.reset()


@pytest.fixture
def outbox_world() -> OutboxWorld:
    """One without faults."""
    return OutboxWorld(random=random.Random(1), chances=Chances())
