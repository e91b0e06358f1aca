"""The weekly digest of one user: wanted or not, and what it says."""

from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from functions.renewals.rules import days_left, decision_deadline
from shared.domain.operations import Operation
from shared.domain.renewals import RenewalStatus, renewal_id
from shared.errors import ChangedMeanwhileError
from shared.program import Renewals as RenewalRules
from shared.table.client_lists import Clients, RenewalOrder
from shared.table.digests import Digests
from shared.table.session import TableSession
from shared.table.transactions import Transaction

MOST_RENEWALS = 25
"""In one digest; it says whether there are more."""

_DAYS_A_WEEK = 7


class DigestReader(Struct, frozen=True):
    """One user of one partner."""

    session: TableSession
    partner_id: str
    user_id: str

    @property
    def digests(self) -> Digests:
        return Digests(self.session, self.partner_id)


def is_wanted(reader: DigestReader) -> bool:
    return reader.digests.is_wanted(reader.user_id)


def choose(reader: DigestReader, *, weekly: bool, operation: Operation) -> None:
    """Turn the digest on, from the next Monday, or off. Saying the same again changes nothing."""
    if is_wanted(reader) is weekly:
        return
    transaction = Transaction(reader.session, operation)
    if weekly:
        reader.digests.start(transaction, reader.user_id, first=next_monday(operation.at.date()))
    else:
        reader.digests.stop(transaction, reader.user_id)
    transaction.record(
        partner_id=reader.partner_id,
        action="digest.started" if weekly else "digest.stopped",
        subject=f"user/{reader.user_id}",
        before={"weekly": not weekly},
        after={"weekly": weekly},
    )
    try:
        transaction.commit()
    except ChangedMeanwhileError:
        return  # somebody has said the same at the same moment: with two states there is no other change


def next_monday(day: date) -> date:
    """The first one after that day."""
    return day + timedelta(days=_DAYS_A_WEEK - day.weekday())


def digest_content(clients: Clients, *, today: date, rules: RenewalRules) -> dict[str, Any] | None:
    """What waits for the partner's decision, the earliest deadline first; None where nothing does."""
    page = clients.renewals(
        first=today + timedelta(days=rules.decision_deadline_days),
        last=today + timedelta(days=rules.visible_days),
        status=RenewalStatus.PENDING,
        responsible_only=True,
        order=RenewalOrder.DAYS_LEFT,
        descending=False,
        limit=MOST_RENEWALS,
    )
    if not page.rows:
        return None
    renewals = [
        {
            "renewal_id": renewal_id(row.subscription_id),
            "company": row.company,
            "product": row.product,
            "edition": row.edition,
            "current_mrr": row.current_mrr.record(),
            "renewal_mrr": row.renewal_mrr.record(),
            "starts_on": row.starts_on.isoformat(),
            "decision_deadline": decision_deadline(row.starts_on, rules).isoformat(),
            "days_to_decide": days_left(decision_deadline(row.starts_on, rules), today),
        }
        for row in page.rows
    ]
    return {"renewals": renewals, "more": page.last is not None}
