"""Whether a partner's totals of points are what its ledger and the facts of service say, and how to mend them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from functions.vendor.errors import UnknownPartnerError
from shared.domain.clients import Client
from shared.domain.managed_points import changes
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.program import Program
from shared.table.attempts import until_undisturbed
from shared.table.client_lookups import every_hub_id, known_clients
from shared.table.deals import Ledger
from shared.table.keys import Key
from shared.table.partners import Partners
from shared.table.points import ManagedSlice, PointChanges, SoldSlice, StoredTotals
from shared.table.session import TableSession
from shared.table.transactions import Transaction

NAMES_AN_ACTION = 40
"""Of one item; an expression may have 4 KB."""

Numbers = Mapping[Key, Mapping[str, Decimal]]


class Difference(Struct, frozen=True, kw_only=True):
    """One number of a total that is not what it should be."""

    key: Key
    name: str
    stored: Decimal
    expected: Decimal


class CheckedPoints(Struct, frozen=True, kw_only=True):
    """What was compared, and what did not agree."""

    entries: int
    clients: int
    differences: Sequence[Difference]


def check_points(
    session: TableSession, operation: Operation, partner_id: str, *, repair: bool, program: Program
) -> CheckedPoints:
    """Reckon the totals anew and compare; with `repair`, make them so.

    What is read while a deal or a fact is being written is read again. Raises UnknownPartnerError, UnavailableError.
    """
    if Partners(session, partner_id).find() is None:
        raise UnknownPartnerError

    def attempt() -> CheckedPoints:
        stored = StoredTotals(session, partner_id).read()
        entries, clients, expected = _reckoned(session, partner_id, stored, program)
        if StoredTotals(session, partner_id).read() != stored:
            raise ChangedMeanwhileError
        differences = _compared(stored, expected)
        if repair and differences:
            _mend(session, operation, partner_id, differences)
        return CheckedPoints(entries=entries, clients=clients, differences=differences)

    return until_undisturbed(attempt)


def _reckoned(session: TableSession, partner_id: str, stored: Numbers, program: Program) -> tuple[int, int, Numbers]:
    """How many entries and clients there are, and the totals that follow from them."""
    totals = PointChanges()
    entries = Ledger(session, partner_id).every_entry()
    for entry in entries:
        where = SoldSlice(entry.earned_on, entry.deal.deal_type, entry.rule.market_type)
        totals.sell(partner_id, entry.deal.hub_id, where, entry.points)
    hub_ids = {key.sk.partition("#")[2] for key in stored if key.sk.startswith("CLIENT_POINTS#")}
    hub_ids |= set(every_hub_id(session, partner_id))
    clients = known_clients(session, sorted(hub_ids))
    for client in clients:
        _add_client(totals, partner_id, client, program)
    return len(entries), len(clients), totals.totals()


def _add_client(totals: PointChanges, partner_id: str, client: Client, program: Program) -> None:
    for change, points in changes(client.service, program).items():
        if change.partner_id == partner_id:
            totals.manage(partner_id, client.hub_id, ManagedSlice(change.day, change.market), points)
    if client.usage and partner_id in client.relations:
        totals.use_tools(partner_id, len(client.usage.tools), clients=1)


def _compared(stored: Numbers, expected: Numbers) -> list[Difference]:
    found: list[Difference] = []
    for key in sorted(stored.keys() | expected.keys()):
        old, new = stored.get(key, {}), expected.get(key, {})
        found += [
            Difference(key=key, name=name, stored=old.get(name, Decimal(0)), expected=new.get(name, Decimal(0)))
            for name in sorted(old.keys() | new.keys())
            if old.get(name, 0) != new.get(name, 0)
        ]
    return found


def _mend(session: TableSession, operation: Operation, partner_id: str, differences: Sequence[Difference]) -> None:
    """Item by item, so that readers see each total either as it was or as it should be."""
    by_key: dict[Key, list[Difference]] = {}
    for one in differences:
        by_key.setdefault(one.key, []).append(one)
    for key, wrong in by_key.items():
        for start in range(0, len(wrong), NAMES_AN_ACTION):
            some = wrong[start : start + NAMES_AN_ACTION]
            transaction = Transaction(session, operation)
            StoredTotals(session, partner_id).correct(
                transaction,
                key,
                stored={one.name: one.stored for one in some},
                expected={one.name: one.expected for one in some},
            )
            transaction.record(
                partner_id=partner_id,
                action="points.repaired",
                subject=f"partner/{partner_id}",
                before={"item": key.sk, **{one.name: one.stored for one in some}},
                after={"item": key.sk, **{one.name: one.expected for one in some}},
            )
            transaction.commit()
