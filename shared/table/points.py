"""Totals of points: kept by day beside the ledger and the facts they come from, so that no reader adds entries up.

Every item holds one number for each day on which something changes, under a name such as `sold-03-17`; changes are
added to them and commute, so nothing is read to write them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct, field

from shared.domain.points import NONE, DealType, MarketType, PointsByDay
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.keys import Key
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item

_SOLD = "sold"
_MANAGED = "managed"
_TOOLS = "tools"
_CLIENTS_A_CALL = 100


class SoldSlice(NamedTuple):
    """Sold points of a client are told apart by the day of the sale, the type of the deal and the market."""

    day: date
    deal_type: DealType
    market: MarketType


class ManagedSlice(NamedTuple):
    """Changes of managed points are told apart by day and market."""

    day: date
    market: MarketType


class ClientPoints(Struct, frozen=True, kw_only=True):
    """What one client has brought the partner."""

    hub_id: str
    sold: Mapping[SoldSlice, Decimal] = field(default_factory=dict)
    managed: Mapping[ManagedSlice, Decimal] = field(default_factory=dict)

    def by_day(self, *, deal_type: DealType | None = None, market: MarketType | None = None) -> PointsByDay:
        """Sold points of deals of the type, and all points of the market; those of every one where none is named."""
        sold: dict[date, Decimal] = defaultdict(Decimal)
        managed: dict[date, Decimal] = defaultdict(Decimal)
        for one, points in self.sold.items():
            if deal_type in {None, one.deal_type} and market in {None, one.market}:
                sold[one.day] += points
        for change, points in self.managed.items():
            if market in {None, change.market}:
                managed[change.day] += points
        return PointsByDay(sold=sold, managed=managed)


class ClientPointsPage(NamedTuple):
    rows: list[ClientPoints]
    last: Item | None


class PointChanges(Struct):
    """Gathers what an operation adds, so that its transaction changes each item once."""

    _added: dict[Key, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Decimal)))

    def sell(self, partner_id: str, hub_id: str, one: SoldSlice, points: Decimal) -> None:
        """Points of a sale, or with a minus what a correction takes back."""
        self._added[keys.points_of_year(partner_id, one.day.year)][_day_name(_SOLD, one.day)] += points
        self._added[keys.client_points(partner_id, hub_id)][
            f"{_SOLD}-{one.day.isoformat()}-{one.deal_type}-{one.market}"
        ] += points

    def manage(self, partner_id: str, hub_id: str, one: ManagedSlice, change: Decimal) -> None:
        """From that day on the client's managed points are so much more, or with a minus less."""
        self._added[keys.points_of_year(partner_id, one.day.year)][_day_name(_MANAGED, one.day)] += change
        self._added[keys.points(partner_id)][f"{_MANAGED}-{one.day.year:04}"] += change
        row = self._added[keys.client_points(partner_id, hub_id)]
        row[f"{_MANAGED}-{one.day.isoformat()}-{one.market}"] += change

    def use_tools(self, partner_id: str, tools: int, *, clients: int) -> None:
        """So many clients more, or with a minus fewer, use so many tools."""
        self._added[keys.tool_usage(partner_id)][f"{_TOOLS}-{tools}"] += clients

    def totals(self) -> Mapping[Key, Mapping[str, Decimal]]:
        """What is added, by item and by name within it."""
        return self._added

    def write(self, transaction: Transaction) -> None:
        for key, added in sorted(self._added.items()):
            changes = [(name, change) for name, change in added.items() if change]
            if changes:
                transaction.update(
                    key,
                    "ADD " + ", ".join(f"#{number} :{number}" for number in range(len(changes))),
                    # Whatever stands there is added to: the item whose version the operation changes refuses a repeat.
                    condition="attribute_not_exists(pk) OR attribute_exists(pk)",
                    names={f"#{number}": name for number, (name, _) in enumerate(changes)},
                    values={f":{number}": change for number, (_, change) in enumerate(changes)},
                    refusal=lambda _: ChangedMeanwhileError(),
                )


class PartnerPoints(Struct, frozen=True):
    """The repository of one partner's totals."""

    session: TableSession
    partner_id: str

    def between(self, first: int, last: int) -> PointsByDay:
        """All that counts or changes in the years from `first` to `last`; one read, whatever the ledger's size.

        Sold points of the years before are not among it.
        """
        years = range(first, last + 1)
        ahead, *items = self.session.get_many(
            [keys.points(self.partner_id), *(keys.points_of_year(self.partner_id, year) for year in years)]
        )
        sold: dict[date, Decimal] = {}
        managed: dict[date, Decimal] = {}
        for year, item in zip(years, items, strict=True):
            for name, points in (item or {}).items():
                kind, _, day = name.partition("-")
                if kind in {_SOLD, _MANAGED}:
                    (sold if kind == _SOLD else managed)[date.fromisoformat(f"{year:04}-{day}")] = Decimal(points)
        before = sum((Decimal(ahead[name]) for name in ahead if _is_before(name, first)), NONE) if ahead else NONE
        return PointsByDay(sold=sold, managed=managed, managed_before=before)

    def of_client(self, hub_id: str) -> ClientPoints | None:
        return self.of_clients([hub_id])[0]

    def of_clients(self, hub_ids: Sequence[str]) -> list[ClientPoints | None]:
        """In the order asked for, None for a client that never brought any points."""
        items = self.session.get_many([keys.client_points(self.partner_id, hub_id) for hub_id in hub_ids])
        return [_client_points(item) if item else None for item in items]

    def page(
        self, matches: Callable[[ClientPoints], bool], *, limit: int, start: Item | None = None
    ) -> ClientPointsPage:
        """One page of the clients that ever brought points and match, in the order of their hub ids.

        Where many do not match, it reads on, a hundred clients a call, until the page is full.
        """
        found: list[ClientPoints] = []
        while True:
            page = self.session.list_page(
                pk=keys.partner(self.partner_id).pk,
                prefix=keys.CLIENT_POINTS_PREFIX,
                index=None,
                descending=False,
                limit=_CLIENTS_A_CALL,
                start=start,
            )
            for row in map(_client_points, page.items):
                if matches(row):
                    if len(found) == limit:
                        return ClientPointsPage(found, keys.client_points(self.partner_id, found[-1].hub_id)._asdict())
                    found.append(row)
            start = page.last
            if start is None:
                return ClientPointsPage(found, None)

    def tools_used(self) -> dict[int, int]:
        """How many clients use so many tools, by the number of tools; clients not measured are not counted."""
        item = self.session.get(keys.tool_usage(self.partner_id)) or {}
        counts = {name: clients for name, clients in item.items() if name.startswith(f"{_TOOLS}-")}
        return {int(name.removeprefix(f"{_TOOLS}-")): int(clients) for name, clients in counts.items() if clients > 0}


class StoredTotals(Struct, frozen=True):
    """One partner's totals as they are stored, for comparing them with what they should be."""

    session: TableSession
    partner_id: str

    def read(self) -> dict[Key, dict[str, Decimal]]:
        """Every number of every total, by item and by name within it; those that are nothing are left out."""
        items = [self.session.get(keys.tool_usage(self.partner_id))]
        for prefix in (keys.POINTS_PREFIX, keys.CLIENT_POINTS_PREFIX):
            start = None
            while True:
                page = self.session.list_page(
                    pk=keys.partner(self.partner_id).pk,
                    prefix=prefix,
                    index=None,
                    descending=False,
                    limit=_CLIENTS_A_CALL,
                    start=start,
                )
                items += page.items
                start = page.last
                if start is None:
                    break
        return {
            Key(item["pk"], item["sk"]): {
                name: Decimal(number)
                for name, number in item.items()
                if name.partition("-")[0] in {_SOLD, _MANAGED, _TOOLS} and number
            }
            for item in items
            if item
        }

    def correct(
        self, transaction: Transaction, key: Key, *, stored: Mapping[str, Decimal], expected: Mapping[str, Decimal]
    ) -> None:
        """Make the item's numbers what they should be; refused with ChangedMeanwhileError where one has changed."""
        names = {f"#{number}": name for number, name in enumerate(sorted(stored.keys() | expected.keys()))}
        values: Item = {}
        sets, unchanged = [], []
        for number, (place, name) in enumerate(names.items()):
            values |= {f":a{number}": stored.get(name, NONE), f":b{number}": expected.get(name, NONE)}
            sets.append(f"{place} = :b{number}")
            absent = f"attribute_not_exists({place}) OR " if not stored.get(name) else ""
            unchanged.append(f"({absent}{place} = :a{number})")
        transaction.update(
            key,
            "SET " + ", ".join(sets),
            condition=" AND ".join(unchanged),
            names=names,
            values=values,
            refusal=lambda _: ChangedMeanwhileError(),
        )


def years_about(day: date) -> tuple[int, int]:
    """The years that hold the points of today, which may be a day off elsewhere, and of the sales that count then."""
    return day.year - 2, day.year + 1


def keys_of_years(partner_id: str, first: int, last: int) -> list[Key]:
    """What `PartnerPoints.between` reads."""
    return [keys.points(partner_id), *(keys.points_of_year(partner_id, year) for year in range(first, last + 1))]


def _day_name(kind: str, day: date) -> str:
    return f"{kind}-{day.month:02}-{day.day:02}"


def _is_before(name: str, year: int) -> bool:
    kind, _, stored = name.partition("-")
    return kind == _MANAGED and int(stored) < year


def _client_points(item: Item) -> ClientPoints:
    sold: dict[SoldSlice, Decimal] = {}
    managed: dict[ManagedSlice, Decimal] = {}
    for name, points in item.items():
        kind, _, rest = name.partition("-")
        day, *told_apart = rest[:10], *rest[11:].split("-")
        if kind == _SOLD:
            deal_type, market = told_apart
            sold[SoldSlice(date.fromisoformat(day), DealType(deal_type), MarketType(market))] = Decimal(points)
        elif kind == _MANAGED:
            managed[ManagedSlice(date.fromisoformat(day), MarketType(told_apart[0]))] = Decimal(points)
    return ClientPoints(hub_id=item["sk"].removeprefix(keys.CLIENT_POINTS_PREFIX), sold=sold, managed=managed)
