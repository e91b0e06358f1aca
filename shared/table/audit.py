"""Reading the audit trail. Entries are written by `Transaction.record` alone, and what they say never changes.

Sealing an entry into its partner's hash chain (`shared.table.chain`) writes to it once more, for bookkeeping only: it
gains `seal_position` and leaves the index `due`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from shared.clock import instant, instant_text
from shared.domain.operations import AuditEntry
from shared.table import keys
from shared.table.session import TableSession
from shared.table.values import Item

MOST_DAYS_A_PAGE = 31
"""Without partner, actor or object the trail is read day by day; a page looks at no more days than this."""

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class AuditFilter(NamedTuple):
    """What is asked for; `since` is included, `until` is not."""

    partner_id: str | None
    actor: str | None
    subject: str | None
    since: datetime
    until: datetime


class AuditPage(NamedTuple):
    entries: list[AuditEntry]
    last: Item | None
    """Where the next page starts; None after the last one. `{"day": …}` alone names the next day to look at."""


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The repository of all audit entries, newest first."""

    session: TableSession

    def page(self, wanted: AuditFilter, *, limit: int, start: Item | None = None) -> AuditPage:
        """The narrowest index that fits is read; the other conditions filter what it answers."""
        if wanted.subject is not None:
            return self._read(
                "audit_by_object", "audit_object", wanted.subject, wanted=wanted, limit=limit, start=start
            )
        if wanted.actor is not None:
            return self._read("audit_by_actor", "audit_actor", wanted.actor, wanted=wanted, limit=limit, start=start)
        if wanted.partner_id is not None:
            return self._read(None, "pk", keys.audit_trail(wanted.partner_id), wanted=wanted, limit=limit, start=start)
        return self._by_day(wanted, limit=limit, start=start)

    def of_object(self, subject: str, *, partner_id: str, limit: int, start: Item | None = None) -> AuditPage:
        """Everything that ever happened to one object of a partner, newest first."""
        always = AuditFilter(partner_id, None, subject, since=EARLIEST, until=LATEST)
        return self.page(always, limit=limit, start=start)

    def _by_day(self, wanted: AuditFilter, *, limit: int, start: Item | None) -> AuditPage:
        last_moment = wanted.until - timedelta(microseconds=1)
        day = date.fromisoformat(start["day"]) if start else last_moment.date()
        inside = {name: value for name, value in start.items() if name != "day"} if start else None
        entries: list[AuditEntry] = []
        for _ in range(MOST_DAYS_A_PAGE):
            if day < wanted.since.date():
                return AuditPage(entries, None)
            page = self._read(
                "audit_by_day",
                "audit_day",
                day.isoformat(),
                wanted=wanted,
                limit=limit - len(entries),
                start=inside or None,
            )
            entries.extend(page.entries)
            if page.last:
                return AuditPage(entries, {**page.last, "day": day.isoformat()})
            day, inside = day - timedelta(days=1), None
            if len(entries) >= limit:
                break
        return AuditPage(entries, {"day": day.isoformat()} if day >= wanted.since.date() else None)

    def _read(
        self, index: str | None, hash_key: str, value: str, *, wanted: AuditFilter, limit: int, start: Item | None
    ) -> AuditPage:
        sort_key = "audit_at" if index else "sk"
        names = {"#hash": hash_key, "#at": sort_key}
        values: Item = {
            ":hash": value,
            ":since": instant_text(wanted.since),
            ":until": instant_text(wanted.until - timedelta(microseconds=1)) + keys.SEPARATOR + "~",
        }
        filters = []
        for attribute, expected in (
            ("partner_id", wanted.partner_id),
            ("audit_actor", wanted.actor),
            ("audit_object", wanted.subject),
        ):
            if expected is not None and attribute != hash_key and not (attribute == "partner_id" and index is None):
                filters.append(f"#{attribute} = :{attribute}")
                names[f"#{attribute}"] = attribute
                values[f":{attribute}"] = expected
        arguments: dict[str, Any] = {
            "KeyConditionExpression": "#hash = :hash AND #at BETWEEN :since AND :until",
            "ExpressionAttributeNames": names,
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if index:
            arguments["IndexName"] = index
        if filters:
            arguments["FilterExpression"] = " AND ".join(filters)
        page = self.session.query(**arguments, values=values, start=start)
        return AuditPage([_entry(item) for item in page.items], page.last)


def _entry(item: Mapping[str, Any]) -> AuditEntry:
    return AuditEntry(
        id=item["id"],
        at=instant(item["at"]),
        partner_id=item["partner_id"],
        actor=item["audit_actor"],
        actor_role=item["actor_role"],
        action=item["action"],
        object=item["audit_object"],
        before=item["before"],
        after=item["after"],
        request_id=item["request_id"],
    )
