"""What a partner's lists show of a client: rows that follow from the client's own item and are written with it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from shared.clock import instant_text
from shared.domain.clients import Client, Subscription
from shared.domain.managed_points import differences
from shared.domain.money import Money, hundreds, total
from shared.domain.renewals import next_action_day
from shared.domain.service import Service
from shared.program import Program
from shared.table import keys
from shared.table.client_records import owner_record
from shared.table.keys import Key
from shared.table.points import ManagedSlice, PointChanges
from shared.text import folded, searchable

Rows = dict[Key, dict[str, Any]]

_NO_DAY = "~"
"""Sorts after every day."""
_FRACTIONS = 10_000
"""Amounts are ordered by the program's hundreds, in whole ten-thousandths of one."""
_AMOUNT_OFFSET = 10**17
"""Makes every difference of amounts positive, so that text sorts as numbers do."""


def rows_of(client: Client | None, program: Program) -> Rows:
    """Every row that the client has, in all partners' lists."""
    rows: Rows = {}
    if client is None:
        return rows
    for partner_id in client.relations:
        rows[keys.client_row(partner_id, client.hub_id)] = _client_row(client, partner_id, program)
        for one in client.subscriptions.values():
            if one.renews_on:
                key = keys.renewal_row(partner_id, one.subscription_id)
                rows[key] = _renewal_row(client, one, one.renews_on, partner_id, program)
    return rows


def points_changed(known: Client | None, client: Client, program: Program) -> PointChanges:
    """By how much each partner's managed points change on which day, and how many of its clients use how many tools."""
    changes = PointChanges()
    before = known.service if known else Service()
    for change, points in differences(before, client.service, program).items():
        changes.manage(change.partner_id, client.hub_id, ManagedSlice(change.day, change.market), points)
    for one, sign in ((known, -1), (client, 1)):
        if one and one.usage:
            for partner_id in one.relations:
                changes.use_tools(partner_id, len(one.usage.tools), clients=sign)
    return changes


def _client_row(client: Client, partner_id: str, program: Program) -> dict[str, Any]:
    hub_id, profile, usage = client.hub_id, client.profile, client.usage
    moneys = [one.mrr for one in client.subscriptions.values()]
    mrr = total(moneys, one_hundred=program.points.one_hundred)
    renewal_date = client.renewal_date.isoformat() if client.renewal_date else None
    return {
        "hub_id": hub_id,
        "company": profile.company,
        "website": profile.website,
        "products": client.products,
        "relationship": client.relations[partner_id].relationship,
        "usage": {
            "tools": len(usage.tools),
            "apps": len(usage.apps),
            "score": usage.score,
            "measured_on": usage.measured_on.isoformat(),
        }
        if usage
        else None,
        "mrr": mrr.record() if mrr else None,
        "renewal_date": renewal_date,
        "search_text": searchable(f"{profile.company}\n{profile.website or ''}\n{hub_id}"),
        "by_name": keys.client_order(folded(profile.company), hub_id),
        "by_amount": keys.client_order(_amount(moneys, program), hub_id),
        "by_time": keys.client_order(renewal_date or _NO_DAY, hub_id),
    }


def _renewal_row(
    client: Client, one: Subscription, starts_on: date, partner_id: str, program: Program
) -> dict[str, Any]:
    relation, manager = client.relations[partner_id], one.renewal_manager
    row: dict[str, Any] = {
        "subscription_id": one.subscription_id,
        "hub_id": client.hub_id,
        "partner_id": partner_id,
        "company": client.profile.company,
        "product": one.product,
        "edition": one.edition,
        "owner": owner_record(relation.owner) if relation.owner else None,
        "renewal_manager": {"name": manager.name, "email": manager.email} if manager else None,
        "current_mrr": one.mrr.record(),
        "renewal_mrr": one.renewal_mrr.record(),
        "starts_on": starts_on.isoformat(),
        "renewal_status": one.state.status,
        "flags": client.flags_of(partner_id, one),
        "responsible": partner_id == client.responsible_partner,
        "by_time": keys.renewal_order(starts_on.isoformat(), one.subscription_id),
        "by_amount": keys.renewal_order(_amount([one.renewal_mrr], program, minus=one.mrr), one.subscription_id),
    }
    day = next_action_day(
        starts_on,
        one.state,
        notice_days=program.renewals.notice_days,
        automatic_renewal_days=program.renewals.automatic_renewal_days,
    )
    if day and row["responsible"]:
        shard = sum(one.subscription_id.encode()) % keys.DUE_RENEWALS_SHARDS
        row |= {
            "due_queue": keys.due_renewals(shard),
            "due_at": instant_text(datetime.combine(day, time.min, tzinfo=UTC)),
        }
    return row


def _amount(moneys: Sequence[Money], program: Program, *, minus: Money | None = None) -> str:
    one_hundred = program.points.one_hundred
    worth = sum(hundreds(money, one_hundred) for money in moneys)
    if minus:
        worth -= hundreds(minus, one_hundred)
    return f"{_AMOUNT_OFFSET + int(worth * _FRACTIONS):018}"
