"""A small program in memory whose days can be played through: what is due, who is mailed, what stays as it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from msgspec.structs import replace

from functions.notifications.delivery import Courier, Outcome, deliver
from functions.renewals.notices import attend_day
from shared.domain.renewals import OwnerChoice, RenewalSettings
from shared.errors import ProblemError
from shared.mail.header_values import Mailbox
from shared.mail.sender import Sender
from shared.program import program
from shared.table.clients import AllClients
from shared.table.renewal_settings import RenewalDefaults
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item, from_attributes, to_attributes
from tests.client_factories import ClientSeed
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, operation
from tests.memory_table import MemoryTable

THRESHOLDS = (120, 90, 60, 45, 30, 15, 7, 1)
VENDOR = "Contoso Software"


class Told(NamedTuple):
    """A notice, by what makes it one of its kind."""

    subscription_id: str
    starts_on: date
    threshold: int


class BatchTable(MemoryTable):
    """Reads several items with one call, too, and what is due without a look at all the rest."""

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803 - the client's own name
        [(table, wanted)] = RequestItems.items()
        places = [(key["pk"]["S"], key["sk"]["S"]) for key in wanted["Keys"]]
        found = [to_attributes(self.items[place]) for place in places if place in self.items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def query(self, *, KeyConditionExpression: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        if more["IndexName"] != "due":
            return MemoryTable.query(self, KeyConditionExpression=KeyConditionExpression, **more)
        assert KeyConditionExpression == "due_queue = :queue AND due_at <= :until"
        wanted = from_attributes(more["ExpressionAttributeValues"])
        found = [
            item
            for item in self.items.values()
            if item.get("due_queue") == wanted[":queue"] and item["due_at"] <= wanted[":until"]
        ]
        return {"Items": [to_attributes(item) for item in sorted(found, key=lambda item: str(item["due_at"]))]}


@dataclass
class HeldQueue:
    """Passes for the queue: keeps the messages."""

    messages: list[str] = field(default_factory=list)

    def send(self, messages: Iterable[str]) -> int:
        new = list(messages)
        self.messages.extend(new)
        return len(new)


@dataclass
class MailService:
    """Passes for SES: keeps to whom each mail went."""

    mails: list[dict[str, list[str]]] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    def send_email(self, *, Destination: dict[str, list[str]], Content: Any, **_: Any) -> dict[str, str]:  # noqa: N803
        self.mails.append(Destination)
        self.messages.append(Content["Raw"]["Data"])
        return {"MessageId": f"m-{len(self.mails)}"}


@dataclass
class RenewalWorld:
    memory: BatchTable = field(default_factory=BatchTable)
    clock: StoppedClock = field(default_factory=StoppedClock)
    queue: HeldQueue = field(default_factory=HeldQueue)
    ses: MailService = field(default_factory=MailService)
    _seen: set[str] = field(default_factory=set)

    @property
    def table(self) -> StoredTable:
        return StoredTable(client=self.memory, name="renewals")  # type: ignore[arg-type] # plays the client

    @property
    def session(self) -> TableSession:
        return TableSession(self.table.client, self.table.name)

    @property
    def people(self) -> Seed:
        return Seed(table=self.table, at=self.clock.now)

    @property
    def clients(self) -> ClientSeed:
        return ClientSeed(table=self.table, at=self.clock.now)

    def subscription(self, subscription_id: str, starts_on: date | None, *, hub_id: str = "4711") -> None:
        """The vendor says when it renews, now."""
        self.clients.subscription(
            subscription_id, hub_id=hub_id, renews_on=starts_on.isoformat() if starts_on else None
        )

    def settings(self, partner_id: str, choice: OwnerChoice) -> None:
        defaults = RenewalDefaults(self.session, partner_id)
        known = defaults.find()
        transaction = Transaction(self.session, operation(at=self.clock.now))
        defaults.save(
            transaction,
            RenewalSettings(choice=choice, version=known.version + 1),
            known=known,
            refusal=_unexpected,
        )
        transaction.commit()

    def change_client(self, hub_id: str = "4711", *, bounced: str | None, owner: OwnerChoice | None) -> None:
        """Straight into the table: p-hill's own choice for the client, and an address that bounced."""
        clients = AllClients(self.session)
        known = clients.find(hub_id)
        assert known is not None
        relation = replace(known.relations["p-hill"], owner=owner)
        after = replace(known, bounced=bounced, relations={"p-hill": relation}, version=known.version + 1)
        transaction = Transaction(self.session, operation(at=self.clock.now))
        clients.save(transaction, after, known=known, program=program(), refusal=_unexpected)
        transaction.commit()

    def run(self, as_of: date | None = None) -> dict[str, int]:
        """The daily run, for a day or for the clock's own instant."""
        event = {"as_of": as_of.isoformat()} if as_of else {}
        return attend_day(event, session=self.session, queue=self.queue, clock=self.clock)  # type: ignore[arg-type]

    def notices(self) -> list[Item]:
        """Those that are new since the last time."""
        found = [item for item in self.memory.items.values() if item["pk"].startswith("NOTICE#")]
        new = [item for item in found if item["notice_id"] not in self._seen]
        self._seen.update(item["notice_id"] for item in new)
        return new

    def told(self) -> list[Told]:
        """What the new notices tell of, in order."""
        return sorted(told_of(item) for item in self.notices())

    def forget(self) -> None:
        """Drop the notices and the audit trail, which would only slow down a long life."""
        for place in [place for place in self.memory.items if place[0].startswith(("NOTICE#", "AUDIT#"))]:
            del self.memory.items[place]

    def deliver(self) -> list[Outcome]:
        """Mail the new notices."""
        sender = Sender(
            client=self.ses,  # type: ignore[arg-type] # plays the client
            mailbox=Mailbox(name=VENDOR, address="partners@contoso.example"),
            configuration_set="partnerdesk",
        )
        courier = Courier(session=self.session, sender=sender, vendor_name=VENDOR, clock=self.clock)
        return [deliver(courier, item["notice_id"]) for item in self.notices()]

    def rows(self, prefix: str) -> list[Item]:
        """The items whose key begins so."""
        return [item for (pk, sk), item in sorted(self.memory.items.items()) if f"{pk} / {sk}".startswith(prefix)]


def told_of(notice: Item) -> Told:
    renewal = notice["content"]["renewal"]
    threshold = min(days for days in THRESHOLDS if days >= renewal["days_left"])
    starts_on = date.fromisoformat(renewal["starts_on"])
    return Told(renewal["renewal_id"].removeprefix("r-"), starts_on, threshold)


def days(first: date, count: int) -> Sequence[date]:
    return [first + timedelta(days=number) for number in range(count)]


def _unexpected(standing: Any) -> ProblemError:
    raise AssertionError(standing)
