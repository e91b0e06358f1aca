"""The links of one partner on a table in memory, where another can come in between a request's reading and writing."""

import json
import zlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from botocore.exceptions import ClientError

from functions.confirmations import reminders
from shared.table import client
from shared.table.session import TableSession
from shared.table.values import Item, to_attributes
from tests.clocks import StoppedClock
from tests.conftest import ENVIRONMENT
from tests.engines import StoredTable
from tests.events import Answer
from tests.factories import Seed
from tests.faults import Crash, Moment
from tests.functions.client import ADMIN, Api
from tests.functions.confirmations.conftest import LINKS, Customer, draft
from tests.functions.confirmations.life_model import BY_CUSTOMER, UNDER_A_KEY, Action, ModelLink, Wish
from tests.memory_table import MemoryTable

FORM = {"signer_name": "Kim Kern", "reason": "Not us."}


@dataclass(slots=True)
class LinkTable(MemoryTable):
    """`meanwhile` is called, and `fate` met, at the next transaction."""

    meanwhile: Callable[[], object] | None = None
    fate: Moment | None = None

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803 - the client's own name
        [(table, wanted)] = RequestItems.items()
        places = [(key["pk"]["S"], key["sk"]["S"]) for key in wanted["Keys"]]
        found = [to_attributes(self.items[place]) for place in places if place in self.items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: N803
        meanwhile, self.meanwhile = self.meanwhile, None
        fate, self.fate = self.fate, None
        if meanwhile:
            meanwhile()
        if fate is Moment.BEFORE:
            raise Crash
        self._carry_out(TransactItems, more)
        if fate is Moment.AFTER:
            raise Crash
        return {}

    def _carry_out(self, actions: list[dict[str, Any]], more: dict[str, Any]) -> None:
        reasons = [self._reason(arguments) for action in actions for arguments in action.values()]
        if any(reason["Code"] != "None" for reason in reasons):
            answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(answer, "TransactWriteItems")
        for action in actions:
            if "Delete" in action:
                key = action["Delete"]["Key"]
                del self.items[key["pk"]["S"], key["sk"]["S"]]
        others = [action for action in actions if "Delete" not in action]
        MemoryTable.transact_write_items(self, TransactItems=others, **more)


@dataclass(kw_only=True)
class LinkDesk:
    """Requests to the product, and what its table says afterwards. The process is the test's own: `open` first."""

    memory: LinkTable = field(default_factory=LinkTable)
    clock: StoppedClock = field(default_factory=StoppedClock)
    _at_the_start: dict[tuple[str, str], Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table = StoredTable(client=cast("Any", self.memory), name=ENVIRONMENT["TABLE_NAME"])
        self.api = Api(table=table, clock=self.clock)
        self.customer = Customer(self.api)
        seed = Seed(table=table)
        seed.partner("p-hill", name="Hill Consulting")
        seed.user(ADMIN, name="Ada Hill")
        self._at_the_start = deepcopy(self.memory.items)

    def open(self) -> None:
        """Begin anew: a partner with one admin and no links, on the first day."""
        client._clients["dynamodb"] = cast("Any", self.memory)
        self.memory.items.clear()
        self.memory.items.update(deepcopy(self._at_the_start))
        self.memory.meanwhile = self.memory.fate = None
        self.clock.now = StoppedClock.now

    def create(self, name: str) -> Answer:
        """A link of that name, which is the request's key too."""
        return self.api.post(LINKS, draft(name=name), key=name)

    def ask(self, link: ModelLink, wish: Wish, *, key: str) -> Answer:
        """A customer's form or an admin's request; `key` counts for those that take one."""
        if wish.action is Action.STOP:
            return self.customer.send("POST", link.url, path=f"/{wish.action}", form={})
        if wish.action in BY_CUSTOMER:
            self.customer.open(link.url)
            return self.customer.decide(link.url, f"/{wish.action}", FORM)
        path = f"{LINKS}/{link.link_id}"
        if wish.action in UNDER_A_KEY:
            return self.api.post(f"{path}/{wish.action}", key=key)
        if wish.action is Action.DELETE:
            return self.api.delete(path)
        return self.api.patch(path, edited(wish.name), match=f'"v{wish.version}"')

    def run(self, moment: datetime) -> dict[str, int]:
        """The scheduled run of that day, which looks at what is due by the day's end."""
        event = {"as_of": moment.date().isoformat()}
        session = TableSession(self.api.table.client, self.api.table.name)
        return reminders.attend_due(event, session=session, has_time=lambda: True, clock=self.clock)

    def rows(self) -> dict[str, Item]:
        return {item["link_id"]: item for (_, sk), item in self.memory.items.items() if sk.startswith("LINK#")}

    def notices(self) -> Iterator[Item]:
        return (item for (_, sk), item in self.memory.items.items() if sk == "NOTICE")

    def entries(self) -> Iterator[Item]:
        trail = (item for (pk, _), item in self.memory.items.items() if pk == "AUDIT#p-hill")
        return (item for item in trail if item["audit_object"].startswith("link/"))

    def everything_written(self) -> str:
        """All items as text, the compressed answers unpacked."""

        def readable(value: Any) -> str:
            return zlib.decompress(value).decode() if isinstance(value, bytes) else str(value)

        return json.dumps(list(self.memory.items.values()), default=readable)


def edited(name: str) -> dict[str, Any]:
    client_of_link = {**draft()["client"], "email": f"{name.lower()}@acme.example"}
    return {"name": name, "client": client_of_link}


def end_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=23, minute=59, second=59, microsecond=999999)
