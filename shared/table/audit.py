"""Reading the audit trail. Entries are written by `Transaction.record` alone, and what they say never changes.

Sealing an entry into its partner's hash chain (`shared.table.chain`) writes to it once more, for bookkeeping only: it
gains `seal_position` and leaves the index `due`.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.operations import AuditEntry
from shared.table import keys
from shared.table.session import TableSession
from shared.table.values import Item

MOST_DAYS_A_PAGE = 7
"""Without partner, actor or object the trail is read day by day, each day with a call a shard; a page looks at no more
days than this, whether they hold anything or not.
"""

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
    """Where the next page starts; None after the last one. By day it names the day to look at, and the last moment
    of it that was told.
    """


class _PartOfDay(NamedTuple):
    items: list[Item]
    goes_on: bool
    """Whether the day holds more; never without an item."""


class AuditTrail(Struct, frozen=True):
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
        day, seen = (wanted.until - timedelta(microseconds=1)).date(), None
        if start:
            day, seen = date.fromisoformat(start["day"]), start.get("seen")
        entries: list[AuditEntry] = []
        for _ in range(MOST_DAYS_A_PAGE):
            found = self._of_day(day.isoformat(), wanted, limit=limit - len(entries), seen=seen)
            entries.extend(_entry(item) for item in found.items)
            if found.goes_on:
                return AuditPage(entries, {"day": day.isoformat(), "seen": found.items[-1]["audit_at"]})
            day, seen = day - timedelta(days=1), None
            if day < wanted.since.date():
                return AuditPage(entries, None)
            if len(entries) >= limit:
                break
        return AuditPage(entries, {"day": day.isoformat()})

    def _of_day(self, day: str, wanted: AuditFilter, *, limit: int, seen: str | None) -> _PartOfDay:
        """Its entries from all shards, newest first, after the moment `seen`: no two entries have one moment."""
        found: list[Item] = []
        known_from = ""
        for shard in range(keys.AUDIT_DAY_SHARDS):
            page = self.session.query(
                IndexName="audit_by_day",
                KeyConditionExpression="audit_day = :day AND audit_at BETWEEN :since AND :last",
                ScanIndexForward=False,
                Limit=limit + 1,  # one of them may be `seen` itself; otherwise it tells that the day goes on
                values={
                    ":day": keys.audit_day(day, shard),
                    ":since": instant_text(wanted.since),
                    ":last": seen or _last_moment(wanted),
                },
            )
            found.extend(item for item in page.items if item["audit_at"] != seen)
            if page.last:  # what this shard holds before is not read, and so no other's entries from before are next
                known_from = max(known_from, page.last["audit_at"])
        found.sort(key=lambda item: str(item["audit_at"]), reverse=True)
        newest = [item for item in found if item["audit_at"] >= known_from][:limit]
        return _PartOfDay(newest, goes_on=bool(known_from) or len(found) > len(newest))

    def _read(
        self, index: str | None, hash_key: str, value: str, *, wanted: AuditFilter, limit: int, start: Item | None
    ) -> AuditPage:
        sort_key = "audit_at" if index else "sk"
        names = {"#hash": hash_key, "#at": sort_key}
        values: Item = {
            ":hash": value,
            ":since": instant_text(wanted.since),
            ":until": _last_moment(wanted),
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


def _last_moment(wanted: AuditFilter) -> str:
    """Not before any moment that lies before `until`."""
    return f"{instant_text(wanted.until - timedelta(microseconds=1))}{keys.SEPARATOR}~"


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
        as_of=date.fromisoformat(item["as_of"]) if "as_of" in item else None,
    )
