"""Deals as the vendor reported them, and each partner's ledger of what they brought."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from shared.clock import instant, instant_text
from shared.domain.deals import Credit, Deal, DealReason, DecidedDeal, EntryKind, LedgerEntry, RevenueShare
from shared.domain.money import Money
from shared.domain.points import DealType, MarketType, Rule
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, Transaction
from shared.table.values import Item


class Deals(Struct, frozen=True):
    """The repository of every deal, for the vendor's back office."""

    session: TableSession

    def find(self, deal_id: str) -> DecidedDeal | None:
        item = self.session.get(keys.deal(deal_id))
        return _decided(item) if item else None

    def save(self, transaction: Transaction, decided: DecidedDeal, *, known: DecidedDeal | None) -> None:
        """The deal, new or over the version that was read; refused with ChangedMeanwhileError."""
        transaction.put(
            keys.deal(decided.deal.deal_id),
            {
                **decided.deal.record(),
                **decision_record(decided),
                "decided_at": instant_text(decided.decided_at),
                "version": decided.version,
            },
            condition="version = :known" if known else ABSENT,
            values={":known": known.version} if known else None,
            refusal=lambda _: ChangedMeanwhileError(),
        )


class LedgerPage(NamedTuple):
    entries: list[LedgerEntry]
    has_more: bool


class Ledger(Struct, frozen=True):
    """The repository of one partner's entries. They are added, never changed."""

    session: TableSession
    partner_id: str

    def add(self, transaction: Transaction, entry: LedgerEntry) -> None:
        """Refused with ChangedMeanwhileError where somebody else has corrected the same deal."""
        transaction.put(
            keys.ledger_entry(self.partner_id, entry.deal.hub_id, entry.earned_on.isoformat(), entry.entry_id),
            {
                "entry_id": entry.entry_id,
                "kind": entry.kind,
                "deal": entry.deal.record(),
                "points": entry.points,
                "rule": rule_record(entry.rule),
                "earned_on": entry.earned_on.isoformat(),
                "expires_on": entry.expires_on.isoformat(),
                "recorded_at": instant_text(entry.recorded_at),
            },
            condition=ABSENT,
            refusal=lambda _: ChangedMeanwhileError(),
        )

    def of_client(self, hub_id: str, *, until: date, before: str | None, limit: int) -> LedgerPage:
        """Entries of one client, earned until that day, the latest first; `before` is a place by `place_of`."""
        prefix = keys.ledger(hub_id)
        last = f"{prefix}{until.isoformat()}#~"
        if before is not None:
            last = min(last, prefix + before)
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=prefix,
            index=None,
            descending=True,
            limit=limit + 1,  # the bound itself may be among them
            start=None,
            between=(prefix, last),
        )
        entries = [_entry(item) for item in page.items if before is None or item["sk"] != prefix + before]
        return LedgerPage(entries[:limit], page.last is not None or len(entries) > limit)

    def every_entry(self) -> list[LedgerEntry]:
        """All of the partner's, however many there are: for checking the totals."""
        found: list[LedgerEntry] = []
        start = None
        while True:
            page = self.session.list_page(
                pk=keys.partner(self.partner_id).pk,
                prefix=keys.LEDGER_PREFIX,
                index=None,
                descending=False,
                limit=1_000,
                start=start,
            )
            found += [_entry(item) for item in page.items]
            start = page.last
            if start is None:
                return found


def place_of(earned_on: date, entry_id: str) -> str:
    """Where an entry stands among those of its client."""
    return f"{earned_on.isoformat()}#{entry_id}"


def decision_record(decided: DecidedDeal) -> dict[str, Any]:
    """What was decided, as the table and the audit trail keep it."""
    credit, share = decided.credit, decided.revenue_share
    return {
        "credit": {
            "reason": credit.reason,
            "points": credit.points,
            "rule": rule_record(credit.rule) if credit.rule else None,
        },
        "revenue_share": {**asdict(share), "until": share.until.isoformat() if share.until else None},
    }


def rule_record(rule: Rule) -> dict[str, Any]:
    return asdict(rule)


def _deal(item: Item) -> Deal:
    return Deal(
        deal_id=item["deal_id"],
        partner_id=item["partner_id"],
        hub_id=item["hub_id"],
        domain=item["domain"],
        deal_type=DealType(item["deal_type"]),
        mrr=Money(**item["mrr"]),
        closed_on=date.fromisoformat(item["closed_on"]),
        product=item["product"],
    )


def _rule(item: Item) -> Rule:
    return Rule(**{**item, "market_type": MarketType(item["market_type"])})


def _decided(item: Item) -> DecidedDeal:
    credit, share = item["credit"], item["revenue_share"]
    return DecidedDeal(
        deal=_deal(item),
        credit=Credit(
            reason=DealReason(credit["reason"]),
            points=Decimal(credit["points"]),
            rule=_rule(credit["rule"]) if credit["rule"] else None,
        ),
        revenue_share=RevenueShare(
            **{**share, "until": date.fromisoformat(share["until"]) if share["until"] else None}
        ),
        decided_at=instant(item["decided_at"]),
        version=item["version"],
    )


def _entry(item: Item) -> LedgerEntry:
    return LedgerEntry(
        entry_id=item["entry_id"],
        kind=EntryKind(item["kind"]),
        deal=_deal(item["deal"]),
        points=Decimal(item["points"]),
        rule=_rule(item["rule"]),
        expires_on=date.fromisoformat(item["expires_on"]),
        recorded_at=instant(item["recorded_at"]),
    )
